"""Dead letters over HTTP: seen by ops only, tried again, removed, and all of it on record."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobs.audit import Entry
from jobs.clock import Clock
from jobs.dead_filter import ANY
from jobs.errors import Reason
from jobs.job_store import JOBS
from jobs.letter import GARBAGE_BYTES_MAX
from jobs.queue import Message
from jobs.replay import NOTED_EVERY_JOBS, Run
from jobs.status import JobStatus
from tests.builders import a_failure, a_job, claim, lease_of
from tests.fakes import START, FakeClock
from tests.waiting import until
from tests.web.asking import ADA, OPS, Door, a_door
from web.replays_api import RUNS_MAX, THREAD

WHY = {"reason": "the quota was raised"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> Door:
    return a_door(tmp_path / "house", clock=clock)


def fails(door: Door, job_id: str, reason: Reason = Reason.GENERATION_FAILED) -> None:
    store = door.platform.store
    store.create(a_job(job_id))
    lease = lease_of(claim(store, job_id))
    store.update(job_id, lambda job, now: job.fail(lease, a_failure(reason, now=now), now=now))


def garbage(door: Door, data: bytes = b'{"job": 5}') -> str:
    door.platform.letters.reject(Message(data), message_id="7", why="no job_id in it")
    door.platform.letters.drain(limit=9)
    return "m-7"


def listed(door: Door, query: str = "") -> list[str]:
    answer = door.get(f"/v1/dead-letters{query}", as_=OPS)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [each["id"] for each in answer.get_json()["dead_letters"]]


def entries(door: Door) -> list[Entry]:
    return list(door.platform.audit("").latest(limit=9))


# --- looking ---


def test_failed_jobs_and_garbage_stand_together_the_last_to_die_first(door: Door, clock: FakeClock) -> None:
    fails(door, "a", Reason.MESH_INVALID)
    clock.advance(1)
    garbage(door)
    clock.advance(1)
    fails(door, "b")
    first, second, third = door.get("/v1/dead-letters", as_=OPS).get_json()["dead_letters"]
    assert (first["id"], first["kind"], first["reason"]) == ("b", "job", "GENERATION_FAILED")
    assert (first["attempt"], first["attempts_left"], first["what"]) == (1, 2, "bird b")
    assert (first["died_at"], first["letter_at"]) == ("2026-03-01T12:00:02Z", None)
    assert (second["id"], second["kind"], second["what"]) == ("m-7", "garbage", '{"job": 5}')
    assert (second["reason"], second["attempt"], second["letter_at"]) == ("BAD_MESSAGE", None, "2026-03-01T12:00:01Z")
    assert third["reason"] == "MESH_INVALID"


def test_filters_and_times_narrow_it_down(door: Door, clock: FakeClock) -> None:
    for job_id, reason in (("a", Reason.MESH_INVALID), ("b", Reason.INTERNAL), ("c", Reason.MESH_INVALID)):
        fails(door, job_id, reason)
        clock.advance(3600)
    assert listed(door, "?filter=reason%3DMESH_INVALID") == ["c", "a"]
    assert listed(door, "?filter=reason%3DMESH_INVALID&filter=owner%3Dada&since=150m") == ["c"]
    assert listed(door, "?until=2026-03-01T13:00:00Z") == ["b", "a"]


@pytest.mark.parametrize(
    "query, field",
    [("filter=reson%3DX", "filter"), ("filter=reason%3DX", "filter.reason"), ("since=soon", "since")],
)
def test_a_wrong_filter_is_named(door: Door, query: str, field: str) -> None:
    answer = door.get(f"/v1/dead-letters?{query}", as_=OPS)
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["field"] == field


def test_pages_follow_each_other_without_a_gap(door: Door, clock: FakeClock) -> None:
    for job_id in "abcde":
        fails(door, job_id)
        clock.advance(1)
    found, token = [], ""
    for _ in range(3):
        page = door.get(f"/v1/dead-letters?page_size=2{token}", as_=OPS).get_json()
        found += [each["id"] for each in page["dead_letters"]]
        token = f"&page_token={page['next_page_token']}"
    assert (found, page["next_page_token"]) == (list("edcba"), None)


def test_a_page_behind_what_is_no_dead_letter_any_more_is_refused(door: Door) -> None:
    fails(door, "a")
    door.post("/v1/dead-letters/a/replay", WHY, as_=OPS)
    assert door.get("/v1/dead-letters?page_token=a", as_=OPS).status_code == 400


def test_a_failed_job_is_shown_with_its_traceback_and_what_its_reason_means(door: Door) -> None:
    fails(door, "a", Reason.GPU_OUT_OF_MEMORY)
    door.platform.records.create(
        "jobs/a/private", "debug", {"attempt": 1, "traceback": "Traceback", "written_at": START}
    )
    said = door.get("/v1/dead-letters/a", as_=OPS).get_json()
    assert said["job"]["attempts"][0]["event"] == "fail"
    assert said["debug"]["traceback"] == "Traceback"
    assert said["means"]["retryable"] is True
    assert said["means"]["runbook"].endswith("#gpu_out_of_memory")
    assert (said["garbage"], said["document"]) == (None, None)


def test_garbage_is_shown_with_its_payload(door: Door) -> None:
    payload = b"\xff\x00 not a job " * 10_000
    said = door.get(f"/v1/dead-letters/{garbage(door, payload)}", as_=OPS).get_json()
    assert base64.b64decode(said["garbage"]["original"]) == payload[:GARBAGE_BYTES_MAX]
    assert (said["garbage"]["original_bytes"], said["message"]) == (len(payload), "no job_id in it")
    assert (said["job"], said["debug"]) == (None, None)


def test_a_document_that_is_no_job_is_shown_as_it_lies_there(door: Door) -> None:
    odd = {"status": "failed", "completed_at": START, "error": {"reason": 7, "stage": "shape"}, "dead_letter": "x"}
    door.platform.store.documents.create(JOBS, "odd", odd)
    said = door.get("/v1/dead-letters/odd", as_=OPS).get_json()
    assert (said["kind"], said["reason"], said["stage"], said["means"]) == ("unreadable", None, "shape", None)
    assert said["document"]["error"] == {"reason": 7, "stage": "shape"}
    assert listed(door) == ["odd"]


def test_what_is_not_there_is_missing(door: Door) -> None:
    assert door.get("/v1/dead-letters/nobody", as_=OPS).status_code == 404
    assert door.get("/v1/dead-letters/m-nobody", as_=OPS).status_code == 404


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", ""),
        ("GET", "/a"),
        ("DELETE", "/a?reason=x"),
        ("POST", "/a/replay"),
        ("POST", "/replay"),
    ],
)
def test_an_owner_sees_no_dead_letters_not_even_their_own(door: Door, method: str, path: str) -> None:
    fails(door, "a")
    more: dict[str, Any] = {"json": WHY} if method == "POST" else {}
    assert door.ask(method, f"/v1/dead-letters{path}", as_=ADA, **more).status_code == 403
    assert door.platform.store.get("a").status is JobStatus.FAILED


# --- one again ---


def test_one_is_tried_again_in_place_and_that_is_on_record(door: Door) -> None:
    fails(door, "a")
    answer = door.post("/v1/dead-letters/a/replay", WHY, as_=OPS)
    assert (answer.status_code, answer.headers["Location"]) == (202, "/v1/jobs/a")
    assert (answer.get_json()["status"], answer.get_json()["queue_position"]) == ("queued", 0)
    job = door.platform.store.get("a")
    assert job.replay is not None
    assert (job.replay.by, job.replay.reason, job.owner_uid) == ("olga", WHY["reason"], "ada")
    (entry,) = entries(door)
    assert (entry.action, entry.who, entry.ids, entry.counts) == (
        "dlq.replay",
        "olga (key k_ops)",
        ("a",),
        {"replayed": 1},
    )


def test_what_cannot_be_tried_again_is_refused_and_that_is_on_record(door: Door) -> None:
    job_id = door.submitted()["id"]
    answer = door.post(f"/v1/dead-letters/{job_id}/replay", WHY, as_=OPS)
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "JOB_NOT_DONE")
    assert [(entry.counts, entry.done_at) for entry in entries(door)] == [({"left": 1}, START)]
    assert door.post(f"/v1/dead-letters/{garbage(door)}/replay", WHY, as_=OPS).status_code == 400


# --- one for good ---


def test_one_is_removed_with_its_files_and_that_is_on_record(door: Door) -> None:
    fails(door, "a")
    door.platform.bucket.put("jobs/a/1/object.glb", b"x")
    assert door.ask("DELETE", "/v1/dead-letters/a?reason=a+test", as_=OPS).status_code == 204
    assert (listed(door), list(door.platform.bucket.find("jobs/a/"))) == ([], [])
    (entry,) = entries(door)
    assert (entry.action, entry.why, entry.ids, entry.counts) == ("dlq.purge", "a test", ("a",), {"purged": 1})


def test_garbage_is_removed(door: Door) -> None:
    assert door.ask("DELETE", f"/v1/dead-letters/{garbage(door)}?reason=seen", as_=OPS).status_code == 204
    assert listed(door) == []


def test_only_dead_letters_are_removed_and_only_with_a_reason(door: Door) -> None:
    fails(door, "a")
    job_id = door.submitted()["id"]
    assert door.ask("DELETE", "/v1/dead-letters/a", as_=OPS).status_code == 400
    assert door.ask("DELETE", f"/v1/dead-letters/{job_id}?reason=x", as_=OPS).status_code == 409
    assert door.ask("DELETE", "/v1/dead-letters/nobody?reason=x", as_=OPS).status_code == 404
    assert (door.platform.store.get(job_id).status, listed(door), entries(door)) == (JobStatus.QUEUED, ["a"], [])


# --- many again ---


def three(door: Door) -> None:
    for job_id, reason in (("a", Reason.MESH_INVALID), ("b", Reason.INTERNAL), ("c", Reason.INTERNAL)):
        fails(door, job_id, reason)


def over(door: Door, run_id: str) -> dict[str, Any]:
    """The run once it is done."""
    path = f"/v1/replays/{run_id}"
    until(lambda: door.get(path, as_=OPS).get_json()["done_at"], f"run {run_id} is done")
    return dict(door.get(path, as_=OPS).get_json())


def test_a_dry_run_tells_the_plan_and_does_nothing(door: Door) -> None:
    three(door)
    body = WHY | {"dry_run": True, "filter": ["owner=ada"], "limit": 2, "rps": 4}
    answer = door.post("/v1/dead-letters/replay", body, as_=OPS)
    assert (answer.status_code, answer.get_json()) == (
        200,
        {
            "total": 2,
            "more": False,
            "seconds": 0.5,
            "by_reason": {"INTERNAL": 2},
            "hopeless": 0,
            "job_ids": ["c", "b"],
        },
    )
    assert (listed(door), entries(door), list(door.platform.records.find("replays", {}, limit=9))) == (
        ["c", "b", "a"],
        [],
        [],
    )


def test_a_run_is_answered_at_once_and_goes_on_by_itself(door: Door) -> None:
    three(door)
    answer = door.post("/v1/dead-letters/replay", WHY | {"filter": ["reason=INTERNAL"]}, as_=OPS)
    run = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/replays/{run['id']}")
    assert (run["total"], run["reason"], run["who"], run["rps"]) == (2, WHY["reason"], "olga (key k_ops)", 2.0)
    done = over(door, run["id"])
    assert (done["replayed"], done["left"], done["filter"]) == (2, 0, ["reason=INTERNAL"])
    assert (listed(door), door.platform.store.get("b").status) == (["a"], JobStatus.QUEUED)
    until(lambda: entries(door)[0].done_at, "the entry is completed")
    (entry,) = entries(door)
    assert (entry.action, entry.run, entry.of, entry.counts) == ("dlq.replay", run["id"], 2, {"replayed": 2})


def a_run(door: Door) -> Run:
    """On record, and nobody goes on with it: its process has ended."""
    replays = door.platform.replays()
    return replays.begin(replays.plan(ANY), why="the quota was raised", who="olga")


def test_a_run_whose_process_ended_is_gone_on_with_and_tries_no_job_twice(door: Door) -> None:
    three(door)
    run = a_run(door)
    next(door.platform.replays().go(run))
    far = door.get(f"/v1/replays/{run.id}", as_=OPS)
    assert (far.get_json()["done_at"], far.headers["Retry-After"]) == (None, "10")
    assert door.post(f"/v1/replays/{run.id}/resume", as_=OPS).status_code == 202
    assert over(door, run.id)["replayed"] == 3
    until(lambda: entries(door)[0].done_at, "the entry is completed")
    assert (entries(door)[0].action, entries(door)[0].counts) == ("dlq.resume", {"before": 1, "replayed": 2})
    counts = [job.replay.count for each in "abc" if (job := door.platform.store.get(each)).replay]
    assert counts == [1, 1, 1]


def test_a_run_that_this_process_goes_on_with_is_not_begun_beside_itself(door: Door) -> None:
    fails(door, "a")
    run = a_run(door)
    with at_work(run.id) as (going,):
        assert door.post(f"/v1/replays/{run.id}/resume", as_=OPS).status_code == 202
        assert [thread for thread in threading.enumerate() if thread.name == going.name] == [going]
    assert listed(door) == ["a"]


def test_a_process_goes_on_with_so_many_runs_and_no_more(door: Door) -> None:
    fails(door, "a")
    run = a_run(door)
    with at_work(*(f"r_{n}" for n in range(RUNS_MAX))):
        for path in (f"/v1/replays/{run.id}/resume", "/v1/dead-letters/replay"):
            answer = door.post(path, None if "resume" in path else WHY, as_=OPS)
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
        assert door.post("/v1/dead-letters/replay", WHY | {"dry_run": True}, as_=OPS).status_code == 200
    assert (listed(door), [key for key, _ in door.platform.records.find("replays", {}, limit=9)]) == (["a"], [run.id])
    assert door.post(f"/v1/replays/{run.id}/resume", as_=OPS).status_code == 202
    assert over(door, run.id)["replayed"] == 1


@contextmanager
def at_work(*run_ids: str) -> Iterator[list[threading.Thread]]:
    """This process goes on with these runs as long as the block lasts."""
    over = threading.Event()
    threads = [threading.Thread(target=over.wait, args=(8,), name=f"{THREAD}{each}", daemon=True) for each in run_ids]
    for thread in threads:
        thread.start()
    yield threads
    over.set()
    for thread in threads:
        thread.join()


def test_a_run_that_is_done_is_not_gone_on_with(door: Door) -> None:
    three(door)
    run = a_run(door)
    list(door.platform.replays().go(run))
    answer = door.post(f"/v1/replays/{run.id}/resume", as_=OPS)
    assert (answer.status_code, answer.get_json()["replayed"], entries(door)) == (200, 3, [])


def test_a_run_tells_how_far_it_is(door: Door) -> None:
    for n in range(NOTED_EVERY_JOBS + 1):
        fails(door, f"j{n}")
    run = a_run(door)
    going = door.platform.replays().go(run)
    for _ in range(NOTED_EVERY_JOBS):
        next(going)
    assert door.get(f"/v1/replays/{run.id}", as_=OPS).get_json()["replayed"] == 0
    next(going)
    assert door.get(f"/v1/replays/{run.id}", as_=OPS).get_json()["replayed"] == NOTED_EVERY_JOBS


@pytest.mark.parametrize(
    "more", [{"rps": 0}, {"rps": 1e9}, {"limit": 0}, {"limit": 10_001}, {"filter": ["x=y"]}, {"reason": ""}], ids=str
)
def test_what_makes_no_sense_is_refused_before_anything_is_done(door: Door, more: dict[str, Any]) -> None:
    fails(door, "a")
    assert door.post("/v1/dead-letters/replay", WHY | more, as_=OPS).status_code == 400
    assert (listed(door), entries(door)) == (["a"], [])


def test_runs_are_of_ops(door: Door) -> None:
    run = a_run(door)
    assert door.get(f"/v1/replays/{run.id}", as_=ADA).status_code == 403
    assert door.post(f"/v1/replays/{run.id}/resume", as_=ADA).status_code == 403
    assert door.get("/v1/replays/r_nobody", as_=OPS).status_code == 404
