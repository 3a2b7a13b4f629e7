"""Jobs over HTTP: submitted once, waited for, tried again."""

from pathlib import Path
from typing import Any

import pytest

from jobs.job import Job
from tests.builders import claim, fail, finish, lease_of
from tests.web.asking import ADA, BOB, OPS, Door, a_door
from tests.web.clocks import ActingClock
from web.waiting import WAIT_S_MAX, preferred_wait_s

CAT = {"input": {"prompt": "cat"}}


@pytest.fixture
def clock() -> ActingClock:
    return ActingClock()


@pytest.fixture
def door(tmp_path: Path, clock: ActingClock) -> Door:
    return a_door(tmp_path / "house", clock=clock)


def run_to_its_end(door: Door, job_id: str) -> Job:
    return finish(door.platform.store, job_id, lease_of(claim(door.platform.store, job_id)))


def run_into_a_failure(door: Door, job_id: str) -> Job:
    return fail(door.platform.store, job_id, lease_of(claim(door.platform.store, job_id)))


def jobs_of(door: Door, as_: str = ADA) -> set[str]:
    return {job["id"] for job in door.get("/v1/jobs", as_=as_).get_json()["jobs"]}


# --- submit -----------------------------------------------------------------------------------------


def test_a_submitted_job_has_an_address_and_says_when_to_look(door: Door) -> None:
    answer = door.post("/v1/jobs", CAT)
    job = answer.get_json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == job["links"]["self"] == f"/v1/jobs/{job['id']}"
    assert answer.headers["Retry-After"] == "2"
    assert (job["status"], job["source"], job["queue_position"]) == ("queued", "api", 0)


def test_a_key_that_was_used_for_this_request_leads_to_its_job_and_says_so(door: Door) -> None:
    first, again = (door.post("/v1/jobs", CAT, headers={"Idempotency-Key": key}) for key in ('"k"', "k"))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.get_json()["id"] == again.get_json()["id"]
    assert again.headers["Location"] == first.headers["Location"]


def test_a_key_that_was_used_for_another_request_is_a_conflict(door: Door) -> None:
    door.post("/v1/jobs", CAT, headers={"Idempotency-Key": "k"})
    other = door.post("/v1/jobs", {"input": {"prompt": "dog"}}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.get_json()["reason"]) == (409, "IDEMPOTENCY_CONFLICT")


@pytest.mark.parametrize("length, status", [(255, 202), (256, 400)])
def test_a_key_is_taken_whole_or_not_at_all(door: Door, length: int, status: int) -> None:
    """Cut off, two keys could become one, and somebody would get the job of another request."""
    assert door.post("/v1/jobs", CAT, headers={"Idempotency-Key": "k" * length}).status_code == status


# --- room for it ------------------------------------------------------------------------------------


@pytest.fixture
def narrow(tmp_path: Path, clock: ActingClock) -> Door:
    """A door where everybody may have one job at a time."""
    return a_door(tmp_path / "narrow", clock=clock, jobs_open_max=1)


def test_a_key_that_was_used_leads_to_its_job_also_where_there_is_no_room_for_another(narrow: Door) -> None:
    keys = ("k", "k", "another")
    answers = [narrow.post("/v1/jobs", CAT, headers={"Idempotency-Key": key}) for key in keys]
    assert [answer.status_code for answer in answers] == [202, 200, 429]


def test_to_try_again_takes_room_too(narrow: Door) -> None:
    job = run_into_a_failure(narrow, narrow.submitted()["id"])
    open_one = narrow.submitted("dog")
    for body in ({}, {"seed": 7}):
        assert retried(narrow, job.id, **body).get_json()["reason"] == "QUOTA_EXCEEDED"
    assert retried(narrow, job.id, as_=OPS).get_json()["reason"] == "QUOTA_EXCEEDED", "it is the owner's room"
    narrow.post(open_one["links"]["cancel"])
    assert retried(narrow, job.id).status_code == 202


# --- Prefer: wait -----------------------------------------------------------------------------------


def test_who_prefers_to_wait_gets_the_job_when_it_is_over(door: Door, clock: ActingClock) -> None:
    clock.acts.extend([lambda: None, lambda: run_to_its_end(door, *jobs_of(door))])
    answer = door.post("/v1/jobs", CAT, headers={"Prefer": "wait=30"})
    assert (answer.status_code, answer.get_json()["status"]) == (200, "succeeded")
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert clock.slept == 2
    assert "Retry-After" not in answer.headers


def test_the_wait_ends_after_its_seconds_and_the_job_goes_on(door: Door, clock: ActingClock) -> None:
    begun = clock.monotonic()
    answer = door.post("/v1/jobs", CAT, headers={"Prefer": "wait=3"})
    assert (answer.status_code, answer.get_json()["status"]) == (202, "queued")
    assert clock.monotonic() - begun == pytest.approx(3, abs=0.2)


def test_where_all_seats_are_taken_nobody_waits(tmp_path: Path, clock: ActingClock) -> None:
    door = a_door(tmp_path / "house", clock=clock, event_streams_max=1)
    job = door.submitted()
    with door.get(f"{job['links']['events']}"):
        answer = door.post("/v1/jobs", CAT, headers={"Prefer": "wait=30"})
        assert "Preference-Applied" not in answer.headers
        assert door.get(f"{job['links']['self']}?wait=30").status_code == 200
        assert clock.slept == 0
    door.get(f"{job['links']['self']}?wait=1")
    assert clock.slept > 0, "the stream is closed, and its seat is free"


@pytest.mark.parametrize(
    "header, wait_s",
    [
        ("wait=5", 5),
        ("respond-async, Wait = 5", 5),
        ('wait="7"; x=1', 7),
        ("wait=31", WAIT_S_MAX),
        ("wait=-1", 0),
        ("await=5", 0),
        ("wait=5.5", 0),
        (None, 0),
    ],
)
def test_a_preference_is_read_as_rfc_7240_has_it_and_what_is_wrong_is_no_error(header: str, wait_s: int) -> None:
    assert preferred_wait_s(header) == wait_s


# --- long poll --------------------------------------------------------------------------------------


def test_a_poll_is_answered_when_the_document_changes(door: Door, clock: ActingClock) -> None:
    job = door.submitted()
    etag = door.get(job["links"]["self"]).headers["ETag"]
    clock.acts.extend([lambda: None, lambda: claim(door.platform.store, job["id"]), lambda: pytest.fail("too late")])
    answer = door.get(f"{job['links']['self']}?wait=25", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.get_json()["status"]) == (200, "running")
    assert answer.headers["ETag"] != etag


def test_who_has_another_version_gets_this_one_at_once(door: Door, clock: ActingClock) -> None:
    job = door.submitted()
    answer = door.get(f"{job['links']['self']}?wait=25", headers={"If-None-Match": '"another"'})
    assert (answer.status_code, clock.slept) == (200, 0)


def test_a_poll_in_vain_says_that_nothing_has_changed(door: Door, clock: ActingClock) -> None:
    job = door.submitted()
    etag = door.get(job["links"]["self"]).headers["ETag"]
    begun = clock.monotonic()
    answer = door.get(f"{job['links']['self']}?wait=25", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.get_data()) == (304, b"")
    assert clock.monotonic() - begun == pytest.approx(25, abs=0.2)


def test_a_job_that_is_over_is_not_waited_for(door: Door, clock: ActingClock) -> None:
    job = run_to_its_end(door, door.submitted()["id"])
    etag = door.get(f"/v1/jobs/{job.id}").headers["ETag"]
    assert door.get(f"/v1/jobs/{job.id}?wait=25", headers={"If-None-Match": etag}).status_code == 304
    assert clock.slept == 0


@pytest.mark.parametrize("wait", ["-1", "31", "soon", "nan", "inf"])
def test_nobody_waits_longer_than_there_is_a_limit(door: Door, wait: str) -> None:
    job = door.submitted()
    assert door.get(f"{job['links']['self']}?wait={wait}").status_code == 400


def test_a_job_that_is_deleted_while_somebody_waits_is_gone(door: Door, clock: ActingClock) -> None:
    job = door.submitted()
    clock.acts.append(lambda: door.ask("DELETE", job["links"]["self"]))
    assert door.get(f"{job['links']['self']}?wait=25").status_code == 404


# --- retry ------------------------------------------------------------------------------------------


def retried(door: Door, job_id: str, *, as_: str = ADA, **body: Any) -> Any:
    return door.post(f"/v1/jobs/{job_id}/retry", body, as_=as_)


@pytest.mark.parametrize("end", ["failed", "canceled"])
def test_without_a_seed_the_job_itself_is_tried_again(door: Door, end: str) -> None:
    job = door.submitted()
    if end == "failed":
        run_into_a_failure(door, job["id"])
    else:
        door.post(job["links"]["cancel"])
    answer = retried(door, job["id"], reason="the GPU is back")
    again = answer.get_json()
    assert (answer.status_code, again["id"], again["status"]) == (202, job["id"], "queued")
    assert (again["replay"]["by"], again["replay"]["reason"]) == ("ada", "the GPU is back")
    assert len(jobs_of(door)) == 1


def test_with_a_seed_there_is_another_job_like_it_and_only_one(door: Door) -> None:
    job = door.submitted("cat", tags=["mine"], priority="low")
    run_to_its_end(door, job["id"])
    answers = [retried(door, job["id"], seed=7) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 200]
    first, again = (answer.get_json() for answer in answers)
    assert first["id"] == again["id"] != job["id"]
    assert first["input"] == job["input"] | {"seed": 7}
    assert (first["tags"], first["priority"]) == (job["tags"], job["priority"])
    assert answers[0].headers["Location"] == first["links"]["self"]
    assert retried(door, job["id"], seed=8).get_json()["id"] != first["id"]


@pytest.mark.parametrize("body", [{}, {"seed": 7}])
def test_a_job_that_is_not_over_is_not_tried_again(door: Door, body: dict[str, Any]) -> None:
    job = door.submitted()
    queued = retried(door, job["id"], **body)
    claim(door.platform.store, job["id"])
    running = retried(door, job["id"], **body)
    assert {(each.status_code, each.get_json()["reason"]) for each in (queued, running)} == {(409, "JOB_NOT_DONE")}
    assert len(jobs_of(door)) == 1


def test_a_job_that_succeeded_has_nothing_to_be_tried_again_for(door: Door) -> None:
    job = run_to_its_end(door, door.submitted()["id"])
    answer = retried(door, job.id)
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "JOB_ALREADY_DONE")


def test_the_same_seed_is_no_other_job(door: Door) -> None:
    job = run_to_its_end(door, door.submitted()["id"])
    answer = retried(door, job.id, seed=job.input.seed)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, "seed")


def test_another_one_for_somebody_elses_job_is_theirs(door: Door) -> None:
    job = run_to_its_end(door, door.submitted()["id"])
    assert retried(door, job.id, as_=BOB, seed=7).status_code == 404
    assert retried(door, job.id, as_=OPS, seed=7).get_json()["owner_uid"] == "ada"
