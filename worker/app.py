"""The worker's HTTP face: Pub/Sub's push and the platform's probes. Nothing else listens here."""

from flask import Flask, Response, jsonify, request

from jobs.errors import BadMessage
from jobs.queue import MESSAGE_BYTES_MAX, Message
from worker.door import Door
from worker.envelope import open_envelope
from worker.fate import ANSWERS, Fate
from worker.health import Health


def create_app(door: Door, health: Health) -> Flask:
    """The app over a door. Every route is in this function."""
    app = Flask("lumen-worker", static_folder=None)

    @app.post("/pubsub/push")
    def push() -> Response:
        return answer(take(door, request.stream.read(MESSAGE_BYTES_MAX + 1)))

    @app.get("/health/live")
    def live() -> tuple[Response, int]:
        alive, facts = health.alive()
        return jsonify(facts), 200 if alive else 503

    @app.get("/health/ready")
    def ready() -> tuple[Response, int]:
        is_ready, facts = health.ready()
        return jsonify(facts), 200 if is_ready else 503

    return app


def take(door: Door, body: bytes) -> Fate:
    """A push body's fate. A body that is no envelope is kept as it came."""
    if len(body) > MESSAGE_BYTES_MAX:
        return door.reject(Message(body), "", f"the body has more than {MESSAGE_BYTES_MAX} bytes")
    try:
        message, message_id = open_envelope(body)
    except BadMessage as error:
        return door.reject(Message(body), "", str(error))
    return door.take(message, message_id)


def answer(fate: Fate) -> Response:
    """What Pub/Sub is told."""
    said = ANSWERS[fate]
    response = Response(status=said.status)
    response.headers["Lumen-Fate"] = fate.value
    if said.retry_after_s is not None:
        response.headers["Retry-After"] = str(said.retry_after_s)
    return response
