"""Pub/Sub keeps the promises of the queue."""

from collections.abc import Callable

import pytest
from google.cloud import pubsub_v1

from jobs.errors import BackendDown
from jobs.queue import Delivery, JobQueue, wake_up
from jobs.queues.pubsub import PubsubQueue
from jobs.settings import Backend, Settings
from jobs.wiring import wire
from tests.contracts.job_queue import JobQueueContract
from tests.emulators.google import Google
from tests.ports import free_port

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
