"""The worker over HTTP: every body has a fate, and every fate an answer."""

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jobs.drain import Drains
from jobs.job_store import JobStore
from jobs.letter import GARBAGE_BYTES_MAX
from jobs.pause import Pauses
from jobs.queue import MESSAGE_BYTES_MAX, Message, wake_up
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.status import JobStatus
from jobs.tokens import PublicKeys, TokenCheck
from models.errors import BadInput, ChildDied
from models.host import HostState
from models.routes import FIRST, LAST, Route
from models.wire import Load
from tests.builders import a_job
from tests.fakes import FakeClock, Flaky
from tests.push_tokens import ACCOUNT, AUDIENCE, KeyServer, rsa_key, token
from tests.support_stages import acting
from tests.unit.worker.conftest import Craft, Pausing
from worker.app import create_app
from worker.door import Door
from worker.fate import ANSWERS, Fate
from worker.health import Health


@dataclass
class FakeHost:
    state: HostState = HostState.READY
    why: str = ""
    loaded: dict[str, Load] = field(default_factory=dict)

    def loads(self) -> dict[str, Load]:
        return self.loaded


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def client(door: Door, host: FakeHost, store: JobStore) -> FlaskClient:
    return client_of(create_app(door, Health(host, (), store, door, 600)))  # type: ignore[arg-type]


def client_of(app: Flask) -> FlaskClient:
    app.testing = True  # an error would be raised here instead of becoming a 500
    return app.test_client()


def enveloped(message: Message, message_id: str = "7") -> bytes:
    data = base64.b64encode(message.data).decode()
    return json.dumps(
        {"message": {"data": data, "attributes": dict(message.attributes), "messageId": message_id}}
    ).encode()


def data_of(body: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(body)["message"]["data"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError):
        return b""


def push(client: FlaskClient, body: bytes, headers: Mapping[str, str] | None = None) -> TestResponse:
    return client.post("/pubsub/push", data=body, headers=dict(headers or {}))


def fate_of(response: TestResponse) -> Fate:
    """The fate that is named in the answer, which has to be the answer of that fate."""
    fate = Fate(response.headers["Lumen-Fate"])
    said = ANSWERS[fate]
    retry_after = None if said.retry_after_s is None else str(said.retry_after_s)
    assert (response.status_code, response.headers.get("Retry-After")) == (said.status, retry_after)
    assert response.data == b""
    return fate


# --- push -------------------------------------------------------------------------------------------


def test_a_push_makes_the_job_and_acks(client: FlaskClient, store: JobStore) -> None:
    store.create(a_job("a"))
    response = push(client, enveloped(wake_up("a")))
    assert (response.status_code, fate_of(response)) == (204, Fate.FINISH)
    assert store.get("a").status is JobStatus.SUCCEEDED


def test_a_job_that_failed_for_good_is_acked_too(client: FlaskClient, store: JobStore, craft: Craft) -> None:
    """A nack would slow the whole subscription for one bad input."""
    craft.raises(BadInput("no words"))
    store.create(a_job("a"))
    response = push(client, enveloped(wake_up("a")))
    assert (response.status_code, fate_of(response)) == (204, Fate.FAIL)


def test_a_job_that_will_be_tried_again_is_nacked(client: FlaskClient, store: JobStore, craft: Craft) -> None:
    craft.raises(ChildDied("SIGSEGV"))
    store.create(a_job("a"))
    response = push(client, enveloped(wake_up("a")))
    assert (response.status_code, fate_of(response)) == (503, Fate.RETRY)
    assert push(client, enveloped(wake_up("a"))).headers["Lumen-Fate"] == Fate.NOT_DUE.value


def test_an_old_wake_up_is_acked(client: FlaskClient, store: JobStore) -> None:
    store.create(a_job("a"))
    push(client, enveloped(wake_up("a")))
    assert fate_of(push(client, enveloped(wake_up("a")))) is Fate.IDLE


NOT_A_JOB = {
    "nothing": b"",
    "not JSON": b"hello",
    "JSON that is no object": b"[1, 2, 3]",
    "no message": b'{"subscription": "s"}',
    "a message that is no object": b'{"message": "x"}',
    "bad base64": b'{"message": {"data": "%%%", "messageId": "7"}}',
    "base64 in another script": '{"message": {"data": "ключ"}}'.encode(),
    "no job id": enveloped(Message(b"{}")),
    "a job id that is no id": enveloped(Message(b'{"job_id": "../secrets"}')),
    "an empty message": enveloped(Message(b"")),
    "data and attributes that disagree": enveloped(Message(b'{"job_id": "a"}', {"job_id": "b"})),
    "an id that nobody has": enveloped(wake_up("nobody")),
    "two megabytes of noise": bytes(range(256)) * 8192,
    "two megabytes of envelope": enveloped(Message(b"x" * (2 << 20))),
    "deep nesting": b'{"message":' * 50_000,
    "deep nesting within": enveloped(Message(b"[" * 50_000)),
    "a number too large": b'{"message": ' + b"9" * 100_000 + b"}",
    "no UTF-8": b'{"message": {"data": "\xff\xfe"}}',
}


@pytest.mark.parametrize("body", NOT_A_JOB.values(), ids=NOT_A_JOB)
def test_garbage_is_acked_and_kept_once_with_the_reason(
    client: FlaskClient, store: JobStore, topic: SqliteJobQueue, craft: Craft, body: bytes
) -> None:
    store.create(a_job("a"))
    assert fate_of(push(client, body)) is Fate.REJECT
    delivery = topic.pull(0)
    assert delivery is not None
    record = json.loads(delivery.message.data)
    assert record["reason"] == "BAD_MESSAGE"
    assert record["message"]
    assert "Traceback" not in record["message"]
    original = base64.b64decode(record["original"])
    assert original in {body[:GARBAGE_BYTES_MAX], data_of(body)[:GARBAGE_BYTES_MAX]}, "the envelope, or what was in it"
    assert topic.pull(0) is None
    assert craft.made == []
    assert store.get("a").status is JobStatus.QUEUED


def test_of_a_body_that_is_too_large_no_more_is_read_than_shows_it(client: FlaskClient) -> None:
    body = io.BytesIO(bytes(MESSAGE_BYTES_MAX * 4))
    response = client.post("/pubsub/push", input_stream=body, content_length=MESSAGE_BYTES_MAX * 4)
    assert fate_of(response) is Fate.REJECT
    assert body.tell() <= MESSAGE_BYTES_MAX + (64 << 10)


def test_the_limit_is_the_limit_also_for_a_body_that_makes_sense(
    client: FlaskClient, store: JobStore, topic: SqliteJobQueue
) -> None:
    store.create(a_job("a"))
    body = enveloped(wake_up("a"))
    assert fate_of(push(client, body.ljust(MESSAGE_BYTES_MAX + 1))) is Fate.REJECT
    assert store.get("a").attempt == 0
    letter = topic.pull(0)
    assert letter is not None
    assert f"more than {MESSAGE_BYTES_MAX} bytes" in json.loads(letter.message.data)["message"]
    assert fate_of(push(client, body.ljust(MESSAGE_BYTES_MAX))) is Fate.FINISH


# --- push without an envelope -----------------------------------------------------------------------

BARE_HEADERS = {  # as Pub/Sub writes them: `no_wrapper` with `write_metadata`
    "x-goog-pubsub-message-id": "8",
    "x-goog-pubsub-subscription-name": "projects/p/subscriptions/s",
    "x-goog-pubsub-publish-time": "2026-03-01T12:00:00Z",
}


@pytest.mark.parametrize("headers", [{}, BARE_HEADERS], ids=["without metadata", "with metadata"])
def test_a_bare_push_makes_the_job_and_acks(client: FlaskClient, store: JobStore, headers: dict[str, str]) -> None:
    store.create(a_job("a"))
    assert fate_of(push(client, wake_up("a").data, headers)) is Fate.FINISH
    assert store.get("a").status is JobStatus.SUCCEEDED


BARE_GARBAGE = {
    "nothing": b"",
    "not JSON": b"hello",
    "no job": b'{"job": "a"}',
    "an id that nobody has": b'{"job_id": "nobody"}',
    "a broken envelope": b'{"message": {"data": 7}}',
    "too much": b" " * (MESSAGE_BYTES_MAX + 1),
}


@pytest.mark.parametrize("body", BARE_GARBAGE.values(), ids=BARE_GARBAGE)
def test_bare_garbage_is_kept_once_under_the_id_in_its_header(
    client: FlaskClient, topic: SqliteJobQueue, body: bytes
) -> None:
    assert fate_of(push(client, body, BARE_HEADERS)) is Fate.REJECT
    letter = topic.pull(0)
    assert letter is not None
    assert letter.message.attributes["source_message_id"] == "8"
    record = json.loads(letter.message.data)
    assert base64.b64decode(record["original"]) == body[:GARBAGE_BYTES_MAX]
    assert topic.pull(0) is None


def test_what_is_kept_of_a_bare_message_has_its_trace(client: FlaskClient, topic: SqliteJobQueue) -> None:
    push(client, b"hello", {"Traceparent": "00-trace", "Cookie": "x"})
    letter = topic.pull(0)
    assert letter is not None
    assert json.loads(letter.message.data)["attributes"] == {"traceparent": "00-trace"}


# --- who may push -----------------------------------------------------------------------------------


@dataclass
class Guarded:
    """A worker before which only Pub/Sub's token opens."""

    client: FlaskClient
    keys: KeyServer

    def push(self, body: bytes, authorization: str | None) -> TestResponse:
        return push(self.client, body, {} if authorization is None else {"Authorization": authorization})


@pytest.fixture
def guarded(door: Door, host: FakeHost, store: JobStore, clock: FakeClock) -> Iterator[Guarded]:
    with KeyServer() as keys:
        check = TokenCheck(PublicKeys(keys.url, clock), audience=AUDIENCE, account=ACCOUNT)
        app = create_app(door, Health(host, (), store, door, 600), check)  # type: ignore[arg-type]
        yield Guarded(client_of(app), keys)


def test_pubsubs_own_push_is_served(guarded: Guarded, store: JobStore) -> None:
    store.create(a_job("a"))
    assert fate_of(guarded.push(enveloped(wake_up("a")), f"Bearer {token()}")) is Fate.FINISH
    assert store.get("a").status is JobStatus.SUCCEEDED


def test_pubsubs_own_garbage_is_kept(guarded: Guarded, topic: SqliteJobQueue) -> None:
    assert fate_of(guarded.push(b"hello", f"Bearer {token()}")) is Fate.REJECT
    assert topic.pull(0) is not None


STRANGERS: dict[str, tuple[Callable[[], str | None], int]] = {
    "nobody": (lambda: None, 401),
    "a password": (lambda: "Basic dXNlcjpwYXNz", 401),
    "garbage": (lambda: "Bearer garbage", 401),
    "a forger": (lambda: f"Bearer {token(rsa_key('forger'))}", 401),
    "somebody too late": (lambda: f"Bearer {token(iat=1, exp=2)}", 401),
    "somebody for another service": (lambda: f"Bearer {token(aud='https://other.example')}", 403),
    "somebody else": (lambda: f"Bearer {token(email='mallory@example.com')}", 403),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("body", [enveloped(wake_up("a")), b"hello"], ids=["a wake-up", "garbage"])
def test_a_strangers_push_is_refused_and_nothing_is_written(
    guarded: Guarded,
    store: JobStore,
    documents: Flaky,
    topic: SqliteJobQueue,
    stranger: tuple[Callable[[], str | None], int],
    body: bytes,
) -> None:
    authorization, status = stranger
    store.create(a_job("a"))
    before = dict(documents.calls)
    response = guarded.push(body, authorization())
    assert (response.status_code, response.data) == (status, b"")
    assert response.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
    assert "Lumen-Fate" not in response.headers
    assert dict(documents.calls) == before, "the store is not even asked"
    assert topic.pull(0) is None


def test_of_a_strangers_body_nothing_is_read(guarded: Guarded) -> None:
    body = io.BytesIO(enveloped(wake_up("a")))
    response = guarded.client.post("/pubsub/push", input_stream=body, content_length=len(body.getvalue()))
    assert response.status_code == 401
    assert body.tell() == 0


def test_the_log_names_the_reason_of_a_refusal_and_not_the_token(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    secret = token(aud="https://other.example")
    guarded.push(b"", f"Bearer {secret}")
    assert [(record.levelname, record.name) for record in caplog.records] == [("WARNING", "worker.app")]
    assert "aud 'https://other.example'" in caplog.text
    assert not any(part in caplog.text for part in secret.split("."))


def test_without_keys_to_check_it_a_push_comes_back_later(
    guarded: Guarded, store: JobStore, topic: SqliteJobQueue, caplog: pytest.LogCaptureFixture
) -> None:
    store.create(a_job("a"))
    guarded.keys.fail()
    for body in (enveloped(wake_up("a")), b"hello"):
        assert fate_of(guarded.push(body, f"Bearer {token()}")) is Fate.NOT_READY
    assert store.get("a").attempt == 0
    assert topic.pull(0) is None
    assert "a push cannot be checked" in caplog.text


def test_probes_carry_no_token(guarded: Guarded) -> None:
    assert guarded.client.get("/health/live").status_code == 200
    assert guarded.client.get("/health/ready").status_code == 200


# --- push while something else goes on --------------------------------------------------------------


def test_before_the_models_are_loaded_pushes_come_back_later(client: FlaskClient, door: Door, store: JobStore) -> None:
    store.create(a_job("a"))
    door.warm.clear()
    response = push(client, enveloped(wake_up("a")))
    assert (response.status_code, fate_of(response)) == (503, Fate.NOT_READY)
    assert store.get("a").attempt == 0


def test_a_second_push_is_told_when_to_come_back_while_the_first_runs(
    client: FlaskClient, store: JobStore, craft: Craft
) -> None:
    craft.deed = pausing = Pausing()
    store.create(a_job("a"))
    store.create(a_job("b"))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(push, client, enveloped(wake_up("a")))
        assert pausing.begun.wait(30)
        second = push(client, enveloped(wake_up("b")))
        assert (second.status_code, fate_of(second)) == (429, Fate.BUSY)
        assert int(second.headers["Retry-After"]) > 0
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200
        pausing.go_on.set()
        assert fate_of(first.result()) is Fate.FINISH
    assert store.get("b").attempt == 0


def test_a_worker_that_is_told_to_end_takes_nothing_new(
    client: FlaskClient, store: JobStore, stopping: threading.Event
) -> None:
    store.create(a_job("a"))
    stopping.set()
    assert fate_of(push(client, enveloped(wake_up("a")))) is Fate.NOT_READY
    assert store.get("a").attempt == 0


def test_nothing_else_listens(client: FlaskClient) -> None:
    assert client.get("/pubsub/push").status_code == 405
    assert client.get("/").status_code == 404
    assert client.post("/health/live").status_code == 405
    assert client.get("/static/x").status_code == 404


# --- health -----------------------------------------------------------------------------------------


def test_ready_says_of_each_route_where_it_stands_and_of_each_model_how_long_it_took(
    door: Door, host: FakeHost, store: JobStore
) -> None:
    ways = {name: Route(name, (acting(f"{name}-shape"),)) for name in ("works", "loads", "failed", "gone")}
    routes = (*list(ways.values())[:3], replace(ways["gone"], unavailable="its licence is not accepted"))
    shared = {stage.name: Load(stage.name, 0.1, {}) for stage in (*FIRST, *LAST)}
    host.loaded = shared | {
        "works-shape": Load("works-shape", 3.0, {"toy": 2.345}),
        "failed-shape": Load("failed-shape", 0.1, {}, why="failed-shape: no such file"),
    }
    health = Health(host, routes, store, door, 600)  # type: ignore[arg-type]
    _, said = health.ready()
    assert said["routes"] == {
        "works": "ready",
        "loads": "loading",
        "failed": "failed: failed-shape: no such file",
        "gone": "unavailable: its licence is not accepted",
    }
    assert said["load_seconds"] == {"toy": 2.35}


def test_ready_is_when_models_are_loaded_and_the_store_answers(client: FlaskClient) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    said = {"status": "ready", "models": "ready", "why": "", "store": "ok", "paused": False}
    assert response.json == said | {"routes": {}, "load_seconds": {}}


def test_a_paused_worker_is_ready_and_says_that_it_is_paused(client: FlaskClient, records: Records) -> None:
    Pauses(records).begin(by="eve", reason="new weights")
    response = client.get("/health/ready")
    assert response.json is not None
    assert (response.status_code, response.json["status"], response.json["paused"]) == (200, "ready", True)


def test_a_drained_worker_is_alive_and_not_ready_and_says_why(
    client: FlaskClient, records: Records, door: Door
) -> None:
    """So that the platform may put another in its place."""
    Drains(records).begin(door.runner.holder, by="eve", reason="a new disk")
    response = client.get("/health/ready")
    assert response.json is not None
    assert (response.status_code, response.json["status"], response.json["drained"]) == (503, "not ready", "a new disk")
    assert client.get("/health/live").status_code == 200
    Drains(records).end(door.runner.holder)
    assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("state", [HostState.FAILED, HostState.STUCK])
def test_not_ready_says_why(client: FlaskClient, host: FakeHost, state: HostState) -> None:
    host.state, host.why = state, "weights are missing"
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert (response.json["models"], response.json["why"]) == (state, "weights are missing")


def test_before_the_models_were_loaded_it_is_not_ready(client: FlaskClient, door: Door, host: FakeHost) -> None:
    door.warm.clear()
    host.state = HostState.STARTING
    assert client.get("/health/ready").status_code == 503


def test_while_a_killed_child_is_replaced_it_stays_ready(client: FlaskClient, host: FakeHost) -> None:
    host.state = HostState.STARTING
    assert client.get("/health/ready").status_code == 200


def test_a_store_out_of_reach_is_not_ready_but_alive(client: FlaskClient, documents: Flaky) -> None:
    documents.fail("read", 10)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert "plug" in response.json["store"]
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("state", HostState)
def test_only_a_child_that_cannot_be_killed_is_death(client: FlaskClient, host: FakeHost, state: HostState) -> None:
    host.state = state
    assert client.get("/health/live").status_code == (503 if state is HostState.STUCK else 200)


def test_an_attempt_that_never_ends_is_death(client: FlaskClient, door: Door) -> None:
    door._since.append(door.monotonic() - 599)
    assert client.get("/health/live").status_code == 200
    door._since[0] -= 2
    response = client.get("/health/live")
    assert response.status_code == 503
    assert response.json is not None
    assert "a job has been at work for 601 s" in response.json["why"]


def test_a_probe_asks_the_store_once(client: FlaskClient, documents: Flaky) -> None:
    documents.calls.clear()
    documents.fail("read", 10)
    client.get("/health/ready")
    assert documents.calls.total() == 1
