"""Limits as a caller meets them: counted, told, and true."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from jobs.errors import PromptRejected
from jobs.keys import Caller
from jobs.limits import SETTLE_S
from jobs.quota import PLACE_FREE_S, QUEUE_SHORTER_S
from jobs.request import JobInput, JobRequest
from tests.builders import claim, fail, lease_of
from tests.fakes import FakeClock
from tests.web.asking import ADA, BOB, OPS, Door, a_door
from web.limits import NAME, Limits, may_queue, may_say

CAT = {"input": {"prompt": "cat"}}
AGE_S = 1800
OpenDoor = Callable[..., Door]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_door(tmp_path: Path, clock: FakeClock) -> OpenDoor:
    """Each a process of its own, over one folder."""

    def open_door(**settings: Any) -> Door:
        return a_door(tmp_path / "house", clock=clock, **settings)

    return open_door


def problem(answer: TestResponse) -> tuple[int, str, str | None]:
    return answer.status_code, answer.get_json()["reason"], answer.headers.get("Retry-After")


# --- requests -----------------------------------------------------------------------------------------


def test_the_301st_request_is_refused_and_told_when_to_come_back(open_door: OpenDoor, clock: FakeClock) -> None:
    door = open_door()
    assert {door.get("/v1/jobs/j_x").status_code for _ in range(300)} == {404}
    refused = door.get("/v1/jobs/j_x")
    assert problem(refused) == (429, "RATE_LIMITED", "61")
    assert refused.get_json()["retryable"]
    clock.advance(60)
    assert door.get("/v1/jobs/j_x").status_code == 429, "a second earlier"
    clock.advance(1)
    assert door.get("/v1/jobs/j_x").status_code == 404


def test_what_changes_something_is_counted_exactly_over_processes_and_restarts(open_door: OpenDoor) -> None:
    ours, theirs = (open_door(rate_max=3, jobs_open_max=99) for _ in range(2))
    assert [each.post("/v1/jobs", CAT).status_code for each in (ours, theirs, ours, theirs)] == [202, 202, 202, 429]
    assert open_door(rate_max=3, jobs_open_max=99).post("/v1/jobs", CAT).status_code == 429, "after a restart"


def test_every_counted_answer_says_where_the_caller_stands(open_door: OpenDoor, clock: FakeClock) -> None:
    door = open_door(rate_max=2, rate_s=30)
    answers = [door.get("/v1/jobs"), door.get("/v1/jobs/j_x"), door.get("/v1/jobs")]
    assert [each.headers["RateLimit"] for each in answers] == ['"read";r=1;t=31', '"read";r=0;t=31', '"read";r=0;t=31']
    assert {each.headers["RateLimit-Policy"] for each in answers} == {'"read";q=2;w=30'}
    assert answers[-1].headers["Retry-After"] == "31"


def test_what_was_counted_is_told_to_the_store_when_the_answer_is_out(open_door: OpenDoor, clock: FakeClock) -> None:
    def left_elsewhere() -> str:
        return open_door(rate_max=99).get("/v1/jobs").headers["RateLimit"].partition(";t=")[0]

    door = open_door(rate_max=99)
    door.get("/v1/jobs")
    clock.advance(SETTLE_S)
    answer = door.get("/v1/jobs", buffered=False)
    assert left_elsewhere() == '"read";r=98', "no caller waits for the store"
    answer.close()
    assert left_elsewhere() == '"read";r=96'


def test_looking_does_not_use_up_what_one_submits_with(open_door: OpenDoor) -> None:
    door = open_door(rate_max=2)
    assert [door.get("/v1/jobs").status_code for _ in range(3)] == [200, 200, 429]
    assert door.post("/v1/jobs", CAT).headers["RateLimit"] == '"submit";r=1;t=61'


def test_each_key_has_its_own_limit(open_door: OpenDoor) -> None:
    door = open_door(rate_max=1)
    assert [door.get("/v1/jobs", as_=each).status_code for each in (ADA, ADA, BOB, "Bearer reader")] == [
        200,
        429,
        200,
        200,
    ]


def test_who_is_not_known_and_who_may_not_are_not_counted(open_door: OpenDoor) -> None:
    door = open_door()
    for answer in (door.get("/v1/jobs", as_=None), door.post("/v1/jobs", CAT, as_="Bearer reader"), door.get("/no")):
        assert "RateLimit" not in answer.headers


# --- open jobs ----------------------------------------------------------------------------------------


def test_the_last_place_is_taken_and_the_next_job_has_to_wait(open_door: OpenDoor) -> None:
    door = open_door(jobs_open_max=2)
    first = door.submitted("cat")
    door.submitted("dog")
    assert problem(door.post("/v1/jobs", CAT)) == (429, "QUOTA_EXCEEDED", f"{PLACE_FREE_S:g}")
    assert door.post("/v1/jobs", CAT, as_=BOB).status_code == 202, "of another owner"
    door.post(f"/v1/jobs/{first['id']}/cancel")
    door.submitted("cow")


def test_who_has_used_up_both_is_told_the_later_time(open_door: OpenDoor) -> None:
    door = open_door(jobs_open_max=1, rate_max=2)
    door.submitted("cat")
    assert problem(door.post("/v1/jobs", CAT)) == (429, "QUOTA_EXCEEDED", "61")


def test_trying_again_needs_a_place_too(open_door: OpenDoor) -> None:
    door = open_door(jobs_open_max=1)
    job = door.submitted("cat")["id"]
    fail(door.platform.store, job, lease_of(claim(door.platform.store, job)))
    door.submitted("dog")
    assert problem(door.post(f"/v1/jobs/{job}/retry", {}))[:2] == (429, "QUOTA_EXCEEDED")


def test_places_that_nobody_gave_back_end_with_their_request(open_door: OpenDoor) -> None:
    door = open_door()
    limits: Limits = door.app.extensions[NAME]
    with door.app.test_request_context("/"):
        may_queue(Caller("ada", frozenset()), [JobRequest(input=JobInput(prompt="cat"))])
        assert limits.open_jobs._coming
    assert not limits.open_jobs._coming


# --- the queue's age ----------------------------------------------------------------------------------


def test_nobody_is_taken_on_behind_a_queue_that_is_too_old(open_door: OpenDoor, clock: FakeClock) -> None:
    door = open_door(shed_age_s=AGE_S)
    oldest = door.submitted("cat")["id"]
    clock.advance(AGE_S - 2)
    door.submitted("dog")
    clock.advance(2)
    assert problem(door.post("/v1/jobs", CAT)) == (503, "OVERLOADED", f"{QUEUE_SHORTER_S:g}")
    assert door.post("/v1/jobs", CAT | {"priority": "high"}).status_code == 202, "what is urgent still passes"
    assert door.get("/v1/jobs").status_code == 200, "looking is no load"
    door.post(f"/v1/jobs/{oldest}/cancel", as_=OPS)
    clock.advance(1)
    door.submitted("cow")


# --- words --------------------------------------------------------------------------------------------


@pytest.fixture
def strict(open_door: OpenDoor) -> Door:
    return open_door(prompt_rule="tests.web.swords:no_swords")


def test_words_that_the_house_refuses_make_no_job(strict: Door) -> None:
    refused = strict.post("/v1/jobs", {"input": {"prompt": "sword"}})
    assert problem(refused) == (422, "PROMPT_REJECTED", None)
    assert refused.get_json()["detail"] == "Weapons are not made here."
    assert strict.get("/v1/jobs").get_json()["jobs"] == []
    strict.submitted("cat")


def test_a_rule_that_fails_lets_nothing_through(strict: Door) -> None:
    status, reason, again = problem(strict.post("/v1/jobs", {"input": {"prompt": "riddle"}}))
    assert (status, reason, again) == (503, "OVERLOADED", "5")


def test_who_makes_many_can_ask_about_each(strict: Door) -> None:
    with strict.app.test_request_context("/"):
        may_say(JobInput(prompt="cat"))
        with pytest.raises(PromptRejected):
            may_say(JobInput(prompt="sword"))
