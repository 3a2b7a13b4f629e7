"""A batch asked for as often as it takes has each of its jobs once."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from jobs.batch import Batch, Batches, Refused, Taken, Twin, Wanted, id_for
from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.errors import BackendDown, IdempotencyConflict, InvalidRequest, Overloaded, PromptRejected, RecordMissing
from jobs.job import Job
from jobs.job_store import JobQuery, JobStore
from jobs.queue import JobQueue
from jobs.records import Records
from jobs.request import JobInput, JobRequest, Priority
from jobs.status import JobStatus
from tests.builders import a_request, claim, fail, finish, lease_of
from tests.fakes import START, FakeClock, Flaky

TRIES = 4  # jobs/retry.py asks no more often


@pytest.fixture
def client(store: JobStore, records: Records, queue: JobQueue, bucket: DiskBucket, clock: FakeClock) -> JobClient:
    return JobClient(store, records, queue, bucket, clock, owner="ada")


@pytest.fixture
def batches(client: JobClient) -> Batches:
    return Batches(client)


def requests(*words: str, **more: Any) -> list[JobRequest]:
    return [a_request(each, **more) for each in words]


def asked(batches: Batches, of: list[JobRequest], name: str = "nightly") -> Batch:
    """All of it done."""
    plan = batches.plan(name, of)
    batch = batches.begin(plan)
    list(batches.make(plan))
    return batch


def jobs_of(batches: Batches) -> list[Job]:
    return sorted(batches.client.find(JobQuery(), limit=99), key=lambda job: job.input.prompt or "")


# --- made once ---


def test_a_batch_makes_a_job_of_each_request(batches: Batches) -> None:
    batch = asked(batches, requests("cat", "dog"))
    assert (batch.name, batch.owner, batch.total, batch.created_at) == ("nightly", "ada", 2, START)
    assert [(job.input.prompt, job.batch_id, job.owner_uid) for job in jobs_of(batches)] == [
        ("cat", batch.id, "ada"),
        ("dog", batch.id, "ada"),
    ]


def test_a_plan_writes_nothing(batches: Batches, documents: Flaky) -> None:
    plan = batches.plan("nightly", requests("cat", "dog"))
    assert [type(each) for each in plan.items] == [Wanted, Wanted]
    assert set(documents.calls) <= {"find", "count", "read"}


def test_asked_for_again_it_makes_nothing_and_writes_no_job(batches: Batches, documents: Flaky) -> None:
    first = asked(batches, requests("cat", "dog"))
    before = jobs_of(batches)
    documents.calls.clear()
    plan = batches.plan("nightly", requests("cat", "dog"))
    assert [(type(each), each.index) for each in plan.items] == [(Taken, 0), (Taken, 1)]
    assert (plan.missing, batches.begin(plan), list(batches.make(plan))) == ((), first, [])
    assert (documents.calls["write"], documents.calls["create"]) == (0, 0)
    assert jobs_of(batches) == before


@pytest.mark.parametrize("made", [0, 1, 2, 3])
def test_cut_off_anywhere_it_makes_exactly_what_is_missing(batches: Batches, made: int) -> None:
    of = requests("ant", "bee", "cat")
    plan = batches.plan("nightly", of)
    batches.begin(plan)
    list(islice(batches.make(plan), made))
    before = jobs_of(batches)
    again = batches.plan("nightly", of)
    assert [each.index for each in again.missing] == [0, 1, 2][made:]
    assert batches.begin(again).total == 3
    list(batches.make(again))
    after = jobs_of(batches)
    assert ([job.input.prompt for job in after], after[:made]) == (["ant", "bee", "cat"], before)


def test_an_outage_in_the_middle_loses_and_doubles_nothing(batches: Batches, documents: Flaky) -> None:
    of = requests("ant", "bee", "cat")
    plan = batches.plan("nightly", of)
    batches.begin(plan)
    going = batches.make(plan)
    next(going)
    documents.lose_answer("create")
    documents.fail("create", TRIES - 1)
    with pytest.raises(BackendDown):
        list(going)
    documents.heal()
    asked(batches, of)
    assert [job.input.prompt for job in jobs_of(batches)] == ["ant", "bee", "cat"]


def test_two_who_ask_at_once_make_each_job_once(batches: Batches) -> None:
    of = requests("ant", "bee", "cat")
    plan, theirs = batches.plan("nightly", of), batches.plan("nightly", of)
    ours = batches.make(plan)
    first = next(ours)
    assert isinstance(first, Taken)
    said = [each.new for each in (first, *batches.make(theirs), *ours) if isinstance(each, Taken)]
    assert said == [True, False, True, True, False, False]
    assert len(jobs_of(batches)) == 3


def test_a_batch_may_be_asked_for_in_parts(batches: Batches, clock: FakeClock) -> None:
    asked(batches, requests("ant", "bee"))
    clock.advance(60)
    batch = asked(batches, requests("cat"))
    assert (batch.total, batch.created_at, len(jobs_of(batches))) == (3, START, 3)
    batches.client.delete(jobs_of(batches)[0].id)
    assert asked(batches, requests("bee")).total == 3, "as many as were asked for, also when some are gone"


def test_batches_of_other_names_and_owners_do_not_meet(batches: Batches) -> None:
    theirs = Batches(replace(batches.client, owner="bob"))
    ids = {asked(each, requests("cat"), name).id for each, name in ((batches, "a"), (batches, "b"), (theirs, "a"))}
    assert (len(ids), len(jobs_of(batches))) == (3, 3)


# --- which job is whose ---


def test_a_custom_id_is_kept_and_leads_to_its_job(batches: Batches) -> None:
    of = [*requests("cat", custom_id="row 1"), *requests("cat", custom_id="row 2")]
    asked(batches, of)
    assert sorted(job.custom_id or "" for job in jobs_of(batches)) == ["row 1", "row 2"]


def test_equal_requests_have_one_job_and_are_named(batches: Batches) -> None:
    plan = batches.plan("nightly", requests("cat", "dog", "cat", "cat"))
    assert [each for each in plan.items if isinstance(each, Twin)] == [Twin(2, 0), Twin(3, 0)]
    assert (len(plan.missing), plan.total) == (2, 2)


def test_a_custom_id_for_two_things_is_refused_where_it_comes_again(batches: Batches) -> None:
    of = [*requests("cat", custom_id="x"), *requests("dog", custom_id="x"), *requests("dog")]
    first, second, third = batches.plan("nightly", of).items
    assert (type(first), type(third)) == (Wanted, Wanted)
    assert isinstance(second, Refused)
    assert isinstance(second.error, IdempotencyConflict)
    assert (second.index, second.custom_id, "request 0" in str(second.error)) == (1, "x", True)


def test_a_custom_id_that_was_for_something_else_is_refused(batches: Batches) -> None:
    asked(batches, requests("cat", custom_id="x"))
    (item,) = batches.plan("nightly", requests("dog", custom_id="x")).items
    assert isinstance(item, Refused)
    assert isinstance(item.error, IdempotencyConflict)


def test_the_conflict_is_also_found_where_the_job_was_not_looked_for(
    batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a batch with more jobs than are looked at, by the write."""
    asked(batches, requests("cat", custom_id="x"))
    monkeypatch.setattr("jobs.batch.LOOK_MAX", 0)
    (item,) = batches.make(batches.plan("nightly", requests("dog", custom_id="x")))
    assert isinstance(item, Refused)
    assert isinstance(item.error, IdempotencyConflict)


def test_a_custom_id_does_not_pass_for_an_input(batches: Batches) -> None:
    fingerprint = a_request("cat").input.fingerprint()
    plan = batches.plan("nightly", [*requests("cat"), *requests("dog", custom_id=fingerprint)])
    assert len({each.key for each in plan.missing}) == 2


def test_jobs_of_a_batch_go_behind_others_unless_it_says_so(batches: Batches) -> None:
    asked(batches, [*requests("ant"), *requests("bee", priority="normal"), *requests("cat", priority="high")])
    assert [job.priority for job in jobs_of(batches)] == [Priority.LOW, Priority.NORMAL, Priority.HIGH]


# --- what is refused ---


def no_dogs(wanted: JobInput) -> None:
    if wanted.prompt == "dog":
        raise PromptRejected("No dogs.")


def test_what_the_rule_refuses_keeps_no_other_from_being_made(batches: Batches) -> None:
    plan = batches.plan("nightly", requests("ant", "dog", "cat"), may_say=no_dogs)
    assert [type(each) for each in plan.items] == [Wanted, Refused, Wanted]
    assert plan.total == 2
    list(batches.make(plan))
    assert [job.input.prompt for job in jobs_of(batches)] == ["ant", "cat"]


def test_a_rule_that_cannot_be_asked_is_an_outage_for_all(batches: Batches) -> None:
    def broken(_wanted: JobInput) -> None:
        raise Overloaded("The rule broke.", retry_after_s=1)

    with pytest.raises(Overloaded):
        batches.plan("nightly", requests("ant"), may_say=broken)


def test_a_request_of_another_batch_is_refused(batches: Batches) -> None:
    mine = id_for("ada", "nightly")
    plan = batches.plan("nightly", [*requests("ant", batch_id="b_other"), *requests("ant", batch_id=mine)])
    refused, taken = plan.items
    assert isinstance(refused, Refused)
    assert isinstance(refused.error, InvalidRequest)
    assert (refused.error.field, type(taken)) == ("batch_id", Wanted), "who was refused is nobody's twin"


def test_a_picture_that_nobody_uploaded_is_refused_and_the_rest_is_made(batches: Batches) -> None:
    picture = JobRequest(input=JobInput(image="img_" + "0" * 64))
    plan = batches.plan("nightly", [picture, *requests("cat")])
    refused, taken = batches.make(plan)
    assert isinstance(refused, Refused)
    assert (refused.index, type(refused.error), type(taken)) == (0, InvalidRequest, Taken)


# --- looking ---


def test_a_batch_is_found_by_its_id(batches: Batches) -> None:
    batch = asked(batches, requests("cat"))
    assert batches.get(batch.id) == batch


def test_a_batch_that_nobody_asked_for_is_missing(batches: Batches) -> None:
    with pytest.raises(RecordMissing):
        batches.get(id_for("ada", "nightly"))


@pytest.mark.parametrize("batch_id", ["", "b_", "j_x", "b_" + "a/" * 16, "../../keys/x", "b_" + "A" * 32])
def test_what_is_no_id_of_a_batch_is_not_asked_for(batches: Batches, documents: Flaky, batch_id: str) -> None:
    with pytest.raises(RecordMissing):
        batches.get(batch_id)
    assert documents.calls["read"] == 0


def test_an_owner_has_a_list_of_their_own_newest_first(batches: Batches, clock: FakeClock) -> None:
    for name in "abc":
        asked(batches, requests("cat"), name)
        clock.advance(1)
    asked(Batches(replace(batches.client, owner="bob")), requests("cat"), "d")
    first = batches.find(limit=2)
    assert [batch.name for batch in first] == ["c", "b"]
    assert [batch.name for batch in batches.find(limit=2, after=first[-1].id)] == ["a"]


def test_its_jobs_are_counted_by_status(batches: Batches, store: JobStore) -> None:
    batch = asked(batches, requests("ant", "bee", "cat", "dog", "emu"))
    ant, bee, cat, dog, _emu = (job.id for job in jobs_of(batches))
    asked(batches, requests("fox"), "another")
    claim(store, ant)
    finish(store, bee, lease_of(claim(store, bee)))
    fail(store, cat, lease_of(claim(store, cat)))
    batches.client.cancel(dog)
    assert batches.counts(batch) == dict.fromkeys(JobStatus, 1)


# --- its end ---


def test_a_cancel_ends_what_waits_and_asks_what_runs(batches: Batches, store: JobStore) -> None:
    batch = asked(batches, requests("ant", "bee", "cat"))
    ant, bee, cat = (job.id for job in jobs_of(batches))
    claim(store, ant)
    finish(store, bee, lease_of(claim(store, bee)))
    assert batches.cancel(batch) == 2
    assert (store.get(ant).status, store.get(ant).cancel_requested) == (JobStatus.RUNNING, True)
    assert (store.get(bee).status, store.get(cat).status) == (JobStatus.SUCCEEDED, JobStatus.CANCELED)
    assert batches.cancel(batch) == 0, "everybody was asked"


def test_a_cancel_of_others_jobs_does_not_touch_ours(batches: Batches) -> None:
    asked(batches, requests("cat"))
    batches.cancel(asked(batches, requests("dog"), "another"))
    assert [job.status for job in jobs_of(batches)] == [JobStatus.QUEUED, JobStatus.CANCELED]


@pytest.mark.parametrize("most, at_first", [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_a_cancel_is_bounded_and_said_again_goes_on(
    batches: Batches, store: JobStore, monkeypatch: pytest.MonkeyPatch, most: int, at_first: int
) -> None:
    monkeypatch.setattr("jobs.batch.CANCEL_MAX", most)
    batch = asked(batches, requests("ant", "bee", "cat"))
    claim(store, jobs_of(batches)[0].id)
    said = [batches.cancel(batch) for _ in range(3)]
    assert (said[0], sum(said)) == (at_first, 3)


def test_a_job_that_is_over_before_it_is_asked_stays_as_it_is(
    batches: Batches, store: JobStore, documents: Flaky
) -> None:
    batch = asked(batches, requests("cat"))
    (job,) = jobs_of(batches)
    documents.overtake("read", lambda: finish(store, job.id, lease_of(claim(store, job.id))))
    assert batches.cancel(batch) == 0
    assert store.get(job.id).status is JobStatus.SUCCEEDED
