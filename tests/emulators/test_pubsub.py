"""Pub/Sub keeps the promises of the queue."""

import socket
import time
from collections.abc import Callable, Iterator

import grpc
import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud import pubsub_v1
from google.cloud.pubsub_v1.types import ModifyAckDeadlineRequest, PubsubMessage, PullResponse, ReceivedMessage

from jobs.errors import BackendDown
from jobs.queue import HOLD_S, Delivery, JobQueue, Message, wake_up
from jobs.queues.pubsub import PubsubQueue
from jobs.settings import Backend, Settings
from jobs.wiring import wire
from tests.contracts.job_queue import JobQueueContract
from tests.emulators.google import Google
from tests.emulators.grpc_server import answering
from tests.ports import free_port
from tests.waiting import until

TOPIC, SUBSCRIPTION = "wake-ups", "workers"


@pytest.fixture
def subscription(google: Google) -> str:
    """The full name of a subscription without a retry policy: what is nacked comes back at once."""
    topic = f"projects/{google.project}/topics/{TOPIC}"
    name = f"projects/{google.project}/subscriptions/{SUBSCRIPTION}"
    pubsub_v1.PublisherClient().create_topic(name=topic)
    pubsub_v1.SubscriberClient().create_subscription(name=name, topic=topic, ack_deadline_seconds=60)
    return name


class TestPubsubQueue(JobQueueContract):
    WAIT_S = 2.0

    @pytest.fixture
    def open_queue(self, google: Google, subscription: str) -> Callable[[], JobQueue]:
        return lambda: PubsubQueue(google.project, TOPIC, SUBSCRIPTION)

    @pytest.fixture
    def lose(self, subscription: str) -> Callable[[Delivery], None]:
        def lose(delivery: Delivery) -> None:
            pubsub_v1.SubscriberClient().modify_ack_deadline(
                subscription=subscription, ack_ids=[delivery.receipt], ack_deadline_seconds=0
            )

        return lose


# --- what goes wrong ----------------------------------------------------------------------------------


def test_a_topic_that_is_not_there_is_an_outage(google: Google) -> None:
    nowhere = PubsubQueue(google.project, "nowhere", "nowhere")
    with pytest.raises(BackendDown, match="topics/nowhere"):
        nowhere.publish(wake_up("a"))
    with pytest.raises(BackendDown, match="subscriptions/nowhere"):
        nowhere.pull(0)


def test_a_pubsub_out_of_reach_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
    nobody = PubsubQueue("lumen", TOPIC, SUBSCRIPTION)
    for ask in (lambda: nobody.publish(wake_up("a")), lambda: nobody.pull(0)):
        with pytest.raises(BackendDown):
            ask()


def test_nothing_connects_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork may lie between, and gRPC does not survive it."""
    for host in ("PUBSUB_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        monkeypatch.delenv(host, raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent")
    platform = wire(Settings(backend=Backend.GCP, project="lumen", bucket="lumen-results"))
    with pytest.raises(BackendDown, match="nonexistent"):
        platform.queue.publish(wake_up("a"))
    with pytest.raises(BackendDown, match="nonexistent"):
        platform.store.documents.read("jobs", "a")
    with pytest.raises(BackendDown, match="nonexistent"):
        platform.bucket.get("a")


# --- what Google says and its emulator never does ---

A_DELIVERY = Delivery("1", Message(b""), "receipt")
ASK: dict[str, Callable[[JobQueue], object]] = {
    "publish": lambda queue: queue.publish(wake_up("a")),
    "pull": lambda queue: queue.pull(0),
    "extend": lambda queue: queue.extend(A_DELIVERY, 60.0),
    "ack": lambda queue: queue.ack(A_DELIVERY),
    "nack": lambda queue: queue.nack(A_DELIVERY, after_s=1),
}


class Unavailable:
    """A Pub/Sub that is down, says so, and notes what it was asked. Whoever asks again is sent away."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        return grpc.unary_unary_rpc_method_handler(self._refuse)

    def _refuse(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self.asked.append(request)
        again = len(self.asked) > 1
        context.abort(grpc.StatusCode.PERMISSION_DENIED if again else grpc.StatusCode.UNAVAILABLE, "as the test says")
        return b""


@pytest.fixture
def unavailable(monkeypatch: pytest.MonkeyPatch) -> Iterator[Unavailable]:
    fake = Unavailable()
    with answering(fake) as host:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", host)
        yield fake


@pytest.mark.parametrize("question", ASK)
def test_a_call_that_fails_is_made_once(unavailable: Unavailable, question: str) -> None:
    """Who asks again, and how often, is decided in one place, and that is not Google's library."""
    with pytest.raises(BackendDown, match="as the test says"):
        ASK[question](PubsubQueue("lumen", TOPIC, SUBSCRIPTION))
    assert len(unavailable.asked) == 1


@pytest.mark.parametrize("question", ASK)
def test_a_pubsub_that_never_answers_keeps_nobody(monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    """An outage in time; only a pull cannot tell it from an empty queue."""
    monkeypatch.setattr("jobs.queues.pubsub.CALL_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", f"127.0.0.1:{silent.getsockname()[1]}")
        begun = time.monotonic()
        if question == "pull":
            assert PubsubQueue("lumen", TOPIC, SUBSCRIPTION).pull(0) is None
        else:
            with pytest.raises(BackendDown):
                ASK[question](PubsubQueue("lumen", TOPIC, SUBSCRIPTION))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("wanted, held", [(60.0, 60), (0.9, 1), (1.1, 2), (0, 0)])
def test_a_message_is_held_for_whole_seconds_and_no_less_than_asked(
    unavailable: Unavailable, wanted: float, held: int
) -> None:
    with pytest.raises(BackendDown):
        PubsubQueue("lumen", TOPIC, SUBSCRIPTION).extend(A_DELIVERY, wanted)
    (asked,) = map(ModifyAckDeadlineRequest.deserialize, unavailable.asked)
    assert asked.ack_deadline_seconds == held


# --- what is quick ---


def test_a_wake_up_waits_for_no_others(google: Google) -> None:
    """Google's client would wait for up to a hundred of them, or 10 ms."""
    assert PubsubQueue(google.project, TOPIC, SUBSCRIPTION)._publisher.batch_settings.max_messages == 1


def test_a_pull_that_waits_for_nothing_brings_what_is_there(google: Google, subscription: str) -> None:
    queue = PubsubQueue(google.project, TOPIC, SUBSCRIPTION)
    queue.publish(wake_up("a"))
    assert until(lambda: queue.pull(0), "it comes").message == wake_up("a")


class OneMessage:
    """A subscriber of Google's that hands out one message; who asks to hold it is not heard, if so told."""

    def __init__(self, *, deaf: bool) -> None:
        self.deaf = deaf
        self.held: list[int] = []

    def pull(self, **_: object) -> PullResponse:
        return PullResponse(received_messages=[ReceivedMessage(ack_id="r", message=PubsubMessage(message_id="7"))])

    def modify_ack_deadline(self, *, ack_deadline_seconds: int, **_: object) -> None:
        self.held.append(ack_deadline_seconds)
        if self.deaf:
            raise ServiceUnavailable("The test pulled the plug.")


@pytest.mark.parametrize("deaf", [False, True])
def test_a_message_is_held_from_the_first_moment_on(monkeypatch: pytest.MonkeyPatch, deaf: bool) -> None:
    """However short its subscription's own deadline is; one that cannot be held is served all the same."""
    google, queue = OneMessage(deaf=deaf), PubsubQueue("p", "t", "s")
    monkeypatch.setitem(vars(queue), "_subscriber", google)
    delivery = queue.pull(0)
    assert delivery is not None
    assert delivery.id == "7"
    assert google.held == [HOLD_S]
