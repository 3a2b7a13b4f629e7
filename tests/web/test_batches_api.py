"""Batches over HTTP: each request answered by its index, each job made once, and nobody else's to see."""

from pathlib import Path
from typing import Any

import pytest

from jobs.audit import Entry
from jobs.batch import Batches
from jobs.batch_record import collection_of
from jobs.clock import Clock
from jobs.job_store import JobQuery
from jobs.status import JobStatus
from tests.builders import claim, finish, lease_of
from tests.fakes import FakeClock
from tests.web.asking import ADA, BOB, OPS, Door, a_door


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> Door:
    return a_door(tmp_path / "house", clock=clock)


def body(*words: str, name: str = "nightly") -> dict[str, Any]:
    return {"name": name, "requests": [{"input": {"prompt": each}} for each in words]}


def submitted(door: Door, *words: str, name: str = "nightly", as_: str = ADA) -> dict[str, Any]:
    answer = door.post("/v1/batches", body(*words, name=name), as_=as_)
    assert answer.status_code in {200, 202}, answer.get_data(as_text=True)
    return dict(answer.get_json())


def jobs_in(door: Door) -> int:
    return door.platform.store.count(JobQuery(), limit=99)


def counts(**said: int) -> dict[str, int]:
    return dict.fromkeys(("total", "queued", "running", "succeeded", "failed", "canceled"), 0) | said


# --- submit ---


def test_a_batch_is_taken_on_with_all_its_jobs(door: Door) -> None:
    answer = door.post("/v1/batches", body("cat", "dog"))
    said = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/batches/{said['id']}")
    assert (said["name"], said["total"], said["done"]) == ("nightly", 2, False)
    assert said["request_counts"] == counts(total=2, queued=2)
    assert [(each["index"], each["new"]) for each in said["jobs"]] == [(0, True), (1, True)]
    assert (said["duplicates"], said["refused"]) == ([], [])
    job = door.get(f"/v1/jobs/{said['jobs'][1]['job_id']}").get_json()
    assert (job["input"]["prompt"], job["batch_id"], job["priority"], job["source"]) == ("dog", said["id"], 2, "api")


def test_sent_again_it_is_the_same_and_nothing_is_made(door: Door) -> None:
    first = submitted(door, "cat", "dog")
    answer = door.post("/v1/batches", body("cat", "dog"))
    assert answer.status_code == 200
    again = answer.get_json()
    assert [each["job_id"] for each in again["jobs"]] == [each["job_id"] for each in first["jobs"]]
    assert ([each["new"] for each in again["jobs"]], again["id"], jobs_in(door)) == ([False, False], first["id"], 2)


def test_cut_off_and_sent_again_it_makes_what_is_missing(door: Door) -> None:
    submitted(door, "cat")
    answer = door.post("/v1/batches", body("cat", "dog", "emu"))
    assert answer.status_code == 202
    assert [each["new"] for each in answer.get_json()["jobs"]] == [False, True, True]
    assert jobs_in(door) == 3


def test_each_request_is_answered_by_its_index(door: Door) -> None:
    said = body("cat", "dog", "cat")
    said["requests"][0]["custom_id"] = "row 1"
    said["requests"] += [
        {"input": {"prompt": "emu"}, "custom_id": "row 1"},
        {"input": {"image": "img_" + "0" * 64}},
        {"input": {"prompt": "dog"}},
    ]
    answer = door.post("/v1/batches", said).get_json()
    assert [(each["index"], each["custom_id"]) for each in answer["jobs"]] == [(0, "row 1"), (1, None), (2, None)]
    assert answer["duplicates"] == [{"index": 5, "first": 1}]
    conflict, picture = answer["refused"]
    assert (conflict["index"], conflict["custom_id"], conflict["reason"]) == (3, "row 1", "IDEMPOTENCY_CONFLICT")
    assert (picture["index"], picture["reason"], picture["field"]) == (4, "INVALID_INPUT", "input.image")
    assert answer["request_counts"]["total"] == 3


def test_a_refused_prompt_keeps_no_other_from_being_made(tmp_path: Path) -> None:
    door = a_door(tmp_path / "house", prompt_rule="tests.web.test_batches_api:no_dogs")
    said = submitted(door, "cat", "dog", "emu")
    assert [(each["index"], each["reason"], each["message"]) for each in said["refused"]] == [
        (1, "PROMPT_REJECTED", "No dogs here.")
    ]
    assert ([each["index"] for each in said["jobs"]], said["total"]) == ([0, 2], 2)


def no_dogs(prompt: str, verb: str) -> str | None:
    return "No dogs here." if prompt == "dog" else None


def test_a_request_that_is_none_refuses_the_body_and_is_named(door: Door) -> None:
    said = body("cat", "12345")
    answer = door.post("/v1/batches", said)
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["field"] == "requests.1.input.prompt"
    assert jobs_in(door) == 0


@pytest.mark.parametrize(
    "said",
    [
        {"name": "n", "requests": []},
        {"name": "", "requests": [{"input": {"prompt": "cat"}}]},
        {"name": "x" * 65, "requests": [{"input": {"prompt": "cat"}}]},
        {"requests": [{"input": {"prompt": "cat"}}]},
        {"name": "n", "requests": [{"input": {"prompt": f"cat {n}"}} for n in range(1001)]},
    ],
    ids=["nothing asked for", "no name", "a long name", "name left out", "too many"],
)
def test_a_body_that_makes_no_sense_is_refused(door: Door, said: dict[str, Any]) -> None:
    assert door.post("/v1/batches", said).status_code == 400
    assert jobs_in(door) == 0


def test_a_batch_takes_places_for_its_jobs_together(tmp_path: Path) -> None:
    door = a_door(tmp_path / "house", jobs_open_max=3)
    submitted(door, "cat", "dog")
    answer = door.post("/v1/batches", body("emu", "fox", name="another"))
    assert (answer.status_code, answer.get_json()["reason"]) == (429, "QUOTA_EXCEEDED")
    assert jobs_in(door) == 2
    assert submitted(door, "cat", "dog", "emu")["total"] == 3, "only what is missing wants a place"
    assert door.post("/v1/batches", body("cat", "dog", "emu")).status_code == 200, "and with none left nothing does"


@pytest.mark.parametrize("said, then", [({}, None), ({"inflight_max": 4}, 4), ({"inflight_max": 1000}, 1000)])
def test_a_batch_says_how_many_of_its_jobs_run_at_a_time(door: Door, said: dict[str, Any], then: int | None) -> None:
    answer = door.post("/v1/batches", body("cat") | said).get_json()
    assert answer["inflight_max"] == then
    assert door.get(answer["links"]["self"]).get_json()["inflight_max"] == then
    assert door.get("/v1/batches").get_json()["batches"][0]["inflight_max"] == then
    assert door.get(f"/v1/jobs/{answer['jobs'][0]['job_id']}").get_json()["batch_inflight_max"] == then
    assert door.post("/v1/batches", body("cat", "dog")).get_json()["inflight_max"] == then, "left out, it stays"


@pytest.mark.parametrize("number", [0, 1001, "many"])
def test_a_number_at_a_time_that_makes_no_sense_is_refused(door: Door, number: object) -> None:
    answer = door.post("/v1/batches", body("cat") | {"inflight_max": number})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, "inflight_max")
    assert jobs_in(door) == 0


def test_the_number_is_no_field_of_a_single_request(door: Door) -> None:
    assert door.post("/v1/jobs", {"input": {"prompt": "cat"}, "batch_inflight_max": 1}).status_code == 400


def test_a_batch_with_refused_requests_is_closed_all_the_same(door: Door) -> None:
    said = body("cat")
    said["requests"].append({"input": {"image": "img_" + "0" * 64}})
    batch = Batches(door.platform.client(owner="ada")).get(door.post("/v1/batches", said).get_json()["id"])
    assert door.platform.records.get(collection_of(batch.id), batch.id)["closed_total"] == batch.total == 2


# --- look ---


def test_a_batch_tells_how_far_it_is(door: Door) -> None:
    said = submitted(door, "cat", "dog", "emu")
    cat, dog, emu = (each["job_id"] for each in said["jobs"])
    finish(door.platform.store, cat, lease_of(claim(door.platform.store, cat)))
    claim(door.platform.store, dog)
    path = said["links"]["self"]
    assert door.get(path).get_json()["request_counts"] == counts(total=3, queued=1, running=1, succeeded=1)
    finish(door.platform.store, dog, lease_of(door.platform.store.get(dog)))
    door.post(f"/v1/jobs/{emu}/cancel")
    far = door.get(path).get_json()
    assert (far["request_counts"], far["done"]) == (counts(total=3, succeeded=2, canceled=1), True)
    assert len(door.get(far["links"]["jobs"]).get_json()["jobs"]) == 3


def test_batches_are_listed_newest_first_in_pages(door: Door, clock: FakeClock) -> None:
    for name in "abc":
        submitted(door, "cat", name=name)
        clock.advance(1)
    submitted(door, "cat", name="d", as_=BOB)
    first = door.get("/v1/batches?page_size=2").get_json()
    assert [each["name"] for each in first["batches"]] == ["c", "b"]
    second = door.get(f"/v1/batches?page_size=2&page_token={first['next_page_token']}").get_json()
    assert ([each["name"] for each in second["batches"]], second["next_page_token"]) == (["a"], None)


def test_somebody_elses_batch_is_as_if_it_were_not_there(door: Door) -> None:
    said = submitted(door, "cat")
    path = said["links"]["self"]
    theirs, nobodys = door.get(path, as_=BOB), door.get("/v1/batches/b_nobodys", as_=BOB)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_json()["detail"].replace(said["id"], "b_nobodys") == nobodys.get_json()["detail"]
    assert door.post(f"{path}/cancel", as_=BOB).status_code == 404
    assert door.platform.store.get(said["jobs"][0]["job_id"]).status is JobStatus.QUEUED
    assert door.get(path, as_=OPS).get_json()["request_counts"]["queued"] == 1


# --- cancel ---


@pytest.mark.parametrize("by", [ADA, OPS])
def test_a_batch_is_canceled_by_its_owner_or_ops_and_that_is_on_record(door: Door, by: str) -> None:
    said = submitted(door, "cat", "dog")
    claim(door.platform.store, said["jobs"][0]["job_id"])
    answer = door.post(said["links"]["cancel"], as_=by)
    assert (answer.status_code, answer.get_json()["request_counts"]) == (202, counts(total=2, running=1, canceled=1))
    (entry,) = entries(door)
    assert (entry.action, entry.ids, entry.counts) == ("batch.cancel", (said["id"],), {"canceled": 2})
    assert entry.done_at is not None


def entries(door: Door) -> list[Entry]:
    return list(door.platform.audit("").latest(limit=9))
