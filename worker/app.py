"""The worker's HTTP face: Pub/Sub's push, the platform's probes, a scraper. Nothing else listens here."""

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, request

from jobs.errors import BackendDown, BadMessage
from jobs.queue import MESSAGE_BYTES_MAX, Message
from jobs.telemetry import PROMETHEUS, as_text
from jobs.tokens import Refused
from worker.caller import CallerCheck, anybody
from worker.door import Door
from worker.envelope import Headers, message_id_in, open_envelope
from worker.fate import ANSWERS, Fate
from worker.health import Health

log = logging.getLogger(__name__)


def create_app(door: Door, health: Health, check: CallerCheck = anybody) -> Flask:
    """The app over a door. Every route is in this function."""
    app = Flask("lumen-worker", static_folder=None)
    app.register_error_handler(Refused, turn_away)
    app.register_error_handler(BackendDown, put_off)

    @app.post("/pubsub/push")
    def push() -> Response:
        check(request.headers.get("Authorization"))  # first: of a stranger's body nothing is read, nothing kept
        return answer(take(door, request.stream.read(MESSAGE_BYTES_MAX + 1), request.headers))

    @app.get("/health/live")
    def live() -> tuple[Response, int]:
        alive, facts = health.alive()
        return jsonify(facts), 200 if alive else 503

    @app.get("/health/ready")
    def ready() -> tuple[Response, int]:
        is_ready, facts = health.ready()
        return jsonify(facts), 200 if is_ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(as_text(), content_type=PROMETHEUS)

    return app


def take(door: Door, body: bytes, headers: Headers) -> Fate:
    """A push body's fate. A body in which no message can be found is kept as it came."""
    if len(body) > MESSAGE_BYTES_MAX:
        return door.reject(Message(body), message_id_in(headers), f"the body has more than {MESSAGE_BYTES_MAX} bytes")
    try:
        message, message_id = open_envelope(body, headers)
    except BadMessage as error:
        return door.reject(Message(body), message_id_in(headers), str(error))
    return door.push(message, message_id)


def turn_away(refused: Refused) -> Response:
    """What a caller is told who is not Pub/Sub: no more than the status."""
    log.warning("a push was refused: %s", refused)
    response = Response(status=refused.status)
    if refused.status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def put_off(error: BackendDown) -> Response:
    """Nobody can tell now who is calling: that is not the caller's fault, so the push shall come again."""
    log.warning("a push cannot be checked: %s", error)
    return answer(Fate.NOT_READY)


def answer(fate: Fate) -> Response:
    """What Pub/Sub is told."""
    said = ANSWERS[fate]
    response = Response(status=said.status)
    response.headers["Lumen-Fate"] = fate.value
    if said.retry_after_s is not None:
        response.headers["Retry-After"] = str(said.retry_after_s)
    return response
