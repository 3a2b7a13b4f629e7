"""What cannot succeed: kept once, with everything that is needed to understand it, and tried again when it may."""

import base64
import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud import pubsub_v1

from jobs.queue import Message
from jobs.queues.pubsub import PubsubQueue
from jobs.status import JobStatus
from tests.builders import claim, fail, lease_of
from tests.emulators.google import Google
from tests.emulators.jobs import pushed_worker, submitted
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


def test_what_a_filter_takes_is_replayed_once_and_on_record_and_the_rest_is_purged(house: House) -> None:
    house.lumen("init")
    store = house.platform.store
    again = [job.id for job in submitted(house, 6, verb="flying")]
    rest = [job.id for job in submitted(house, 3)]
    for job_id in (*again, *rest):
        fail(store, job_id, lease_of(claim(store, job_id)))
    store.update(again[0], lambda job, _now: job.model_copy(update={"tags": ("demo", "night")}))
    assert [found["id"] for found in lines(house.lumen("dlq", "list", "--filter", "tag=night", "--json"))] == again[:1]

    until_last = store.get(again[-1]).completed_at
    assert until_last is not None
    chosen = ("--filter", "reason=GENERATION_FAILED", "--until", until_last.isoformat())
    house.lumen("dlq", "replay", "--all", "--until", until_last.isoformat(), "--dry-run")
    assert store.get(again[0]).replay is None
    first = house.lumen("dlq", "replay", *chosen, "--limit", "2", "--rps", "100", "--yes", "--json")
    second = house.lumen("dlq", "replay", *chosen, "--rps", "100", "--reason", "quota", "--yes", "--json")
    assert [job["id"] for job in lines(first)] == again[:-3:-1]
    assert [job["id"] for job in lines(second)] == again[-3::-1]
    replays = [replay for each in again if (replay := store.get(each).replay)]
    assert [replay.count for replay in replays] == [1] * 6
    run_id = replays[0].run
    assert run_id is not None
    assert "Replayed 4 of 4" in house.lumen("dlq", "replay", "--resume", run_id).stderr

    house.lumen("dlq", "purge", "--older-than", "0s", "--reason", "tests", "--yes")
    assert house.lumen("dlq", "list").stdout == ""
    purged, replayed, limited = lines(house.lumen("audit", "--json"))
    assert (purged["action"], purged["counts"], set(purged["ids"])) == ("dlq.purge", {"purged": 3}, set(rest))
    assert (replayed["run"], replayed["why"], replayed["counts"]) == (run_id, "quota", {"replayed": 4})
    assert (limited["counts"], limited["done_at"] > limited["begun_at"]) == ({"replayed": 2}, True)


def lines(done: "subprocess.CompletedProcess[str]") -> list[Any]:
    return [json.loads(line) for line in done.stdout.splitlines()]
