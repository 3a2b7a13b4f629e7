"""Events of a job: sent when they happen, resumed without repeating, and never more streams than there are seats."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from jobs.errors import BackendDown
from jobs.fields import Checkpoint, Report
from jobs.job import Job
from jobs.store import Fields
from tests.builders import LEASE_FOR, claim, finish, lease_of
from tests.web.asking import BOB, Door, a_door
from tests.web.clocks import ActingClock
from web.seats import LOOK_EVERY_S
from web.streams import HEARTBEAT_S, STREAM_S_MAX


@pytest.fixture
def clock() -> ActingClock:
    return ActingClock()


@pytest.fixture
def door(tmp_path: Path, clock: ActingClock) -> Door:
    return a_door(tmp_path / "house", clock=clock)


Event = dict[str, Any]


def read(text: str) -> Iterator[Event]:
    """As a browser reads it: comments and what has no data are no events."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            yield fields | {"data": json.loads(fields["data"])}


def listening(door: Door, job_id: str, seen: str = "", **more: Any) -> TestResponse:
    return door.get(f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": seen} if seen else {}, **more)


def heard(door: Door, job_id: str, seen: str = "") -> list[Event]:
    """All of a stream, to its end."""
    with listening(door, job_id, seen) as answer:
        return list(read(answer.get_data(as_text=True)))


def beat(door: Door, job: Job, **report: Any) -> Job:
    lease = lease_of(job)
    return door.platform.store.update(
        job.id, lambda job, now: job.beat(lease, Report(**report), now=now, lease_for=LEASE_FOR)
    )


def stage_done(stage: str, key: str) -> dict[str, Checkpoint]:
    return {stage: Checkpoint(key=key, seconds=1)}


# --- what is told -----------------------------------------------------------------------------------


def test_each_change_of_the_document_is_told_and_then_the_end(door: Door, clock: ActingClock) -> None:
    job_id, store = door.submitted()["id"], door.platform.store
    clock.acts.extend(
        [
            lambda: claim(store, job_id),
            lambda: None,
            lambda: beat(door, store.get(job_id), progress=40),
            lambda: finish(store, job_id, lease_of(store.get(job_id))),
        ]
    )
    events = heard(door, job_id)
    assert [event["event"] for event in events] == ["job", "job", "job", "job", "done"]
    told = [(event["data"]["status"], event["data"].get("progress")) for event in events]
    assert told == [("queued", 0), ("running", 0), ("running", 40), ("succeeded", 100), ("succeeded", None)]
    assert len({event["id"] for event in events}) == 4, "a version each; the end is of the last"
    assert (events[0]["data"]["queue_position"], events[1]["data"]["queue_position"]) == (0, None)


def test_who_comes_back_is_told_what_is_new_and_nothing_twice(door: Door, clock: ActingClock) -> None:
    job_id, store = door.submitted()["id"], door.platform.store
    with listening(door, job_id) as answer:
        first = next(read("".join(part.decode() for part, _ in zip(answer.response, range(2), strict=False))))
    clock.acts.append(lambda: claim(store, job_id))
    clock.acts.append(lambda: finish(store, job_id, lease_of(store.get(job_id))))
    events = heard(door, job_id, seen=first["id"])
    assert [event["data"]["status"] for event in events] == ["running", "succeeded", "succeeded"]
    assert [event["event"] for event in heard(door, job_id, seen=events[-1]["id"])] == ["done"]


@pytest.mark.parametrize("seen", ["nonsense", "x" * 5000, "....", "é"])
def test_an_id_that_is_none_of_ours_has_seen_nothing(door: Door, seen: str) -> None:
    job_id = door.submitted()["id"]
    door.post(f"/v1/jobs/{job_id}/cancel")
    assert [event["event"] for event in heard(door, job_id, seen=seen)] == ["job", "done"]


def test_an_early_picture_is_told_of_once(door: Door, clock: ActingClock) -> None:
    job_id, store = door.submitted()["id"], door.platform.store
    drawn, drawn_again = (stage_done("text_to_image", f"text_to_image/{n}") for n in (1, 2))
    clock.acts.extend(
        [
            lambda: claim(store, job_id),
            lambda: beat(door, store.get(job_id), checkpoints=drawn),
            lambda: beat(door, store.get(job_id), progress=50, checkpoints=drawn),
            lambda: beat(door, store.get(job_id), checkpoints=drawn_again),
            lambda: beat(door, store.get(job_id), checkpoints=stage_done("preview", "preview/1")),
            lambda: finish(store, job_id, lease_of(store.get(job_id))),
        ]
    )
    events = heard(door, job_id)
    kinds = [event["event"] for event in events]
    assert kinds == ["job", "job", "image", "job", "job", "image", "job", "preview", "job", "job", "done"]
    image = events[kinds.index("image")]
    assert image["data"] == {"file": "picture.png", "url": f"/v1/jobs/{job_id}/artifacts/picture.png"}
    after_the_image = [event["event"] for event in heard(door, job_id, seen=image["id"])]
    assert after_the_image == ["image", "preview", "job", "done"], "the second picture, not the first"
    assert [event["event"] for event in heard(door, job_id, seen=events[-2]["id"])] == ["done"]


def test_who_wants_a_page_gets_what_there_is_to_tell_now(door: Door) -> None:
    job_id = door.submitted()["id"]
    with listening(door, job_id) as stream:
        assert stream.mimetype == "text/event-stream"
    answer = door.get(f"/v1/jobs/{job_id}/events", headers={"Accept": "application/json"})
    (event,) = answer.get_json()["events"]
    assert (answer.mimetype, event["event"], event["data"]["id"]) == ("application/json", "job", job_id)
    seen = {"Accept": "application/json", "Last-Event-ID": event["id"]}
    assert door.get(f"/v1/jobs/{job_id}/events", headers=seen).get_json()["events"] == []


# --- when it is told --------------------------------------------------------------------------------


def test_an_event_is_sent_before_the_next_one_happens(door: Door, clock: ActingClock) -> None:
    """A stream that is gathered and sent at the end would not have its first event out while the job waits."""
    job_id = door.submitted()["id"]
    with listening(door, job_id) as answer:
        parts = iter(answer.response)
        assert next(parts).startswith(b"retry: ")
        assert b'"status":"queued"' in next(parts)
        claim(door.platform.store, job_id)
        looked = clock.slept
        assert b'"status":"running"' in next(parts)
        assert clock.slept == looked + 1, "at the next look"


def test_nothing_between_us_and_the_listener_keeps_it_back(door: Door) -> None:
    with listening(door, door.submitted()["id"]) as answer:
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Content-Length" not in answer.headers


def test_silence_is_broken_by_a_heartbeat_in_two_lines(door: Door, clock: ActingClock) -> None:
    with listening(door, door.submitted()["id"]) as answer:
        parts = iter(answer.response)
        next(parts), next(parts)
        for _ in range(2):
            begun = clock.monotonic()
            assert next(parts) == b":\n"
            assert clock.monotonic() - begun == pytest.approx(HEARTBEAT_S, abs=2 * LOOK_EVERY_S)
            assert next(parts) == b":\n"
            assert clock.monotonic() - begun == pytest.approx(HEARTBEAT_S, abs=2 * LOOK_EVERY_S)


def test_a_stream_ends_after_an_hour_and_its_listener_comes_back(door: Door, clock: ActingClock) -> None:
    job_id = door.submitted()["id"]
    clock.acts.extend([lambda: clock.advance(STREAM_S_MAX - 5), lambda: claim(door.platform.store, job_id)])
    assert [event["data"]["status"] for event in heard(door, job_id)] == ["queued", "running"]
    assert clock.monotonic() == pytest.approx(STREAM_S_MAX, abs=1)


# --- how it ends before the job does ----------------------------------------------------------------


def test_a_stream_of_a_job_that_is_deleted_ends_and_the_next_finds_nothing(door: Door, clock: ActingClock) -> None:
    job_id = door.submitted()["id"]
    clock.acts.append(lambda: door.ask("DELETE", f"/v1/jobs/{job_id}"))
    assert heard(door, job_id)[0]["event"] == "job"
    assert listening(door, job_id).status_code == 404


def test_a_store_that_is_down_ends_the_stream_without_a_traceback(
    door: Door, clock: ActingClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = door.submitted()["id"]
    with caplog.at_level("INFO"), listening(door, job_id) as answer:
        parts = iter(answer.response)
        next(parts), next(parts)

        def down(*_: object) -> Fields:
            raise BackendDown("The plug was pulled.")

        monkeypatch.setattr("jobs.stores.sqlite.SqliteDocumentStore.read", down)
        assert list(parts) == []
    assert "ends early: The plug was pulled." in caplog.text


# --- how many there are -----------------------------------------------------------------------------


def test_one_stream_too_many_is_told_to_poll_and_a_closed_one_makes_room(tmp_path: Path, clock: ActingClock) -> None:
    door = a_door(tmp_path / "house", clock=clock, event_streams_max=2)
    job_id = door.submitted()["id"]
    first, second = listening(door, job_id), listening(door, job_id)
    refused = listening(door, job_id)
    assert (refused.status_code, refused.get_json()["reason"]) == (503, "OVERLOADED")
    assert int(refused.headers["Retry-After"]) > 0
    assert door.get(f"/v1/jobs/{job_id}").status_code == 200, "and poll it can"
    page = door.get(f"/v1/jobs/{job_id}/events", headers={"Accept": "application/json"})
    assert page.status_code == 200, "also here"
    first.close()  # nothing of it was read
    with listening(door, job_id) as third:
        assert third.status_code == 200
        assert listening(door, job_id).status_code == 503
    next(iter(second.response))
    second.close()
    for _ in range(3):
        with listening(door, job_id) as answer:
            assert answer.status_code == 200


def test_a_head_of_a_stream_holds_no_seat(tmp_path: Path, clock: ActingClock) -> None:
    door = a_door(tmp_path / "house", clock=clock, event_streams_max=1)
    job_id = door.submitted()["id"]
    for _ in range(2):
        with door.ask("HEAD", f"/v1/jobs/{job_id}/events") as answer:
            assert (answer.status_code, answer.get_data()) == (200, b"")


def test_somebody_elses_events_are_not_there(door: Door) -> None:
    job_id = door.submitted()["id"]
    assert listening(door, job_id, as_=BOB).status_code == 404
    assert listening(door, job_id, as_=None).status_code == 401
