"""What cannot succeed: kept once, with everything that is needed to understand it, and tried again when it may."""

import base64
import json
import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest
from google.cloud import pubsub_v1

from jobs.queue import Message
from jobs.queues.pubsub import PubsubQueue
from jobs.status import JobStatus
from tests.emulators.google import Google
from tests.emulators.jobs import pushed_worker
from tests.house import House, push
from tests.waiting import until

GARBAGE = {
    "nothing": b"",
    "no JSON": b"not json",
    "no text": b"\x00\xff\xfe",
    "no object": b"[1, 2]",
    "no id": b"{}",
    "an id that is no text": b'{"job_id": 7}',
    "an id that is a path": b'{"job_id": "../../etc/passwd"}',
    "an id that was never given": b'{"job_id": "j_nobody"}',
    "very deep": b"[" * 100_000,
    "very long": b"x" * 200_000,
}
TOLD_APART = {"data": b'{"job_id": "a"}', "job_id": "b"}  # data and attributes disagree


@pytest.fixture
def letters(google: Google) -> Callable[[], list[Message]]:
    """Takes what came on the dead-letter topic since it was asked for, beside the house's own subscription."""

    def take() -> list[Message]:
        messages = []
        while (delivery := ours.pull(1)) is not None:
            messages.append(delivery.message)
            ours.ack(delivery)
        return messages

    topic = f"projects/{google.project}/topics/lumen-dead-letters"
    subscription = f"projects/{google.project}/subscriptions/listening"
    pubsub_v1.PublisherClient().create_topic(name=topic)
    pubsub_v1.SubscriberClient().create_subscription(name=subscription, topic=topic, ack_deadline_seconds=60)
    ours = PubsubQueue(google.project, "lumen-dead-letters", "listening")
    return take


def test_garbage_of_every_kind_is_acked_and_kept_once(house: House, letters: Callable[[], list[Message]]) -> None:
    worker = pushed_worker(house)
    queue, records = house.platform.queue, house.platform.records
    for data in GARBAGE.values():
        queue.publish(Message(data, {"from": "nobody"}))  # without data Pub/Sub wants an attribute at least
    queue.publish(Message(TOLD_APART["data"], {"job_id": "b"}))
    many = len(GARBAGE) + 1

    def filed() -> int:
        return len(list(records.find("dead_letters", {"reason": "BAD_MESSAGE"}, limit=100)))

    until(lambda: filed() == many, "each of them is on record", within_s=30)
    job = house.submit("cat", quality="draft")  # what is behind them in the queue is served
    house.becomes(job.id, JobStatus.SUCCEEDED)
    kept = letters()
    originals = Counter(base64.b64decode(json.loads(letter.data)["original"]) for letter in kept)
    assert originals == Counter(each[:65_536] for each in [*GARBAGE.values(), TOLD_APART["data"]])
    assert {letter.attributes["reason"] for letter in kept} == {"BAD_MESSAGE"}
    assert all(json.loads(letter.data)["message"] for letter in kept), "each says what is wrong with it"
    assert filed() == many
    assert "Traceback" not in worker.said()


@pytest.mark.parametrize("body", [b"", b"not json", b'{"message": 7}', b'{"message": {"data": "%"}}', bytes(2 << 20)])
def test_a_body_that_is_no_push_is_acked_and_kept(
    house: House, letters: Callable[[], list[Message]], body: bytes
) -> None:
    worker = pushed_worker(house)
    assert push(worker, body) == (204, None)
    (letter,) = letters()
    record = json.loads(letter.data)
    assert base64.b64decode(record["original"]) == body[:65_536]
    assert record["reason"] == letter.attributes["reason"] == "BAD_MESSAGE"


def test_a_job_that_fails_for_good_says_why_and_succeeds_once_its_cause_is_gone(
    house: House, letters: Callable[[], list[Message]]
) -> None:
    house.more["LUMEN_ATTEMPTS_MAX"] = "1"
    worker = pushed_worker(house)
    job = house.submit("tree", quality="high", points=65_536)

    def shaping() -> bool:
        stage = house.job(job.id).stage
        return stage is not None and stage.name == "shape"

    until(shaping, "its shape is being made", within_s=30)
    os.kill(worker.models(), signal.SIGKILL)
    failed = house.becomes(job.id, JobStatus.FAILED)
    until(lambda: house.job(job.id).dead_letter.published_at, "the outbox is empty")  # type: ignore[union-attr]

    (letter,) = letters()
    record = json.loads(letter.data)
    told = {name: record[name] for name in ("job_id", "reason", "stage", "route", "attempt")}
    assert told == {
        "job_id": job.id,
        "reason": "GENERATION_FAILED",
        "stage": "shape",
        "route": "procedural",
        "attempt": 1,
    }
    assert "SIGKILL" in record["message"]
    assert {letter.attributes[name] for name in ("job_id", "reason", "stage")} == {
        job.id,
        "GENERATION_FAILED",
        "shape",
    }
    assert failed.attempts[0].event == "fail"
    assert job.id in house.lumen("dlq", "list").stdout

    house.lumen("dlq", "replay", job.id, "--reason", "the killer is gone")
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert [each.event for each in done.attempts] == ["fail", "finish"]
    assert done.replay is not None
    assert (done.replay.count, done.replay.reason) == (1, "the killer is gone")
    assert (done.error, done.dead_letter) == (None, None)
