"""What a move of a job says in numbers."""

import pytest

from jobs.errors import Reason
from jobs.fields import Failure, Report
from jobs.job import Job
from jobs.job_store import JobStore
from tests import seen
from tests.builders import LEASE_FOR, SOME_METRICS, a_job, an_output
from tests.fakes import Flaky


@pytest.fixture(autouse=True)
def _from_now_on() -> None:
    seen.begin()


@pytest.fixture
def before() -> dict[str, dict[object, float]]:
    return seen.numbers()


def grown(name: str, before: dict) -> dict[tuple[object, ...], float]:
    """By the values of the labels in the order of their names: what came to it since."""
    now, then = seen.numbers().get(name, {}), before.get(name, {})
    return {
        tuple(value for _, value in labels): now[labels] - then.get(labels, 0)
        for labels in now
        if now[labels] != then.get(labels)
    }


def claimed(store: JobStore, job: Job) -> Job:
    store.create(job)
    return store.update(job.id, lambda job, now: job.claim(holder="w", now=now, lease_for=LEASE_FOR))


def test_a_job_that_succeeds(store: JobStore, before: dict) -> None:
    job = claimed(store, a_job())
    store.update(job.id, lambda job, now: job.finish(job.lease, an_output(), SOME_METRICS, Report(), now=now))
    assert grown("lumen.jobs.submitted", before) == {("normal", "cli"): 1}
    assert grown("lumen.job.wait", before) == {("normal",): 1}
    assert grown("lumen.job.run", before) == {("finish", an_output().route): 1}
    assert grown("lumen.jobs.ended", before) == {("", an_output().route, "succeeded"): 1}


def test_a_job_that_fails_says_why_and_at_which_route(store: JobStore, before: dict) -> None:
    job = claimed(store, a_job())
    failure = Failure.of(Reason.MESH_INVALID, "no", at=job.created_at, route="hunyuan3d")
    store.update(job.id, lambda job, now: job.fail(job.lease, failure, now=now))
    assert grown("lumen.jobs.ended", before) == {("MESH_INVALID", "hunyuan3d", "failed"): 1}
    assert grown("lumen.job.run", before) == {("fail", "hunyuan3d"): 1}


def test_an_attempt_that_is_handed_back_ends_and_the_job_does_not(store: JobStore, before: dict) -> None:
    job = claimed(store, a_job())
    store.update(job.id, lambda job, now: job.hand_back(job.lease, now=now))
    assert grown("lumen.job.run", before) == {("hand_back", ""): 1}
    assert grown("lumen.jobs.ended", before) == {}


def test_a_beat_and_a_change_that_changes_nothing_say_nothing(store: JobStore, before: dict) -> None:
    job = claimed(store, a_job())
    after_claim = seen.numbers()
    store.update(job.id, lambda job, now: job.beat(job.lease, now=now, lease_for=LEASE_FOR))
    store.update(job.id, lambda job, now: job)
    for name in ("lumen.jobs.ended", "lumen.job.run", "lumen.job.wait", "lumen.jobs.submitted"):
        assert grown(name, after_claim) == {}, name


def test_a_job_that_is_canceled_while_it_waits_has_no_attempt(store: JobStore, before: dict) -> None:
    store.create(job := a_job())
    store.update(job.id, lambda job, now: job.request_cancel(now=now))
    assert grown("lumen.jobs.ended", before) == {("", "", "canceled"): 1}
    assert grown("lumen.job.run", before) == {}


def test_an_answer_that_got_lost_makes_no_other_label(store: JobStore, documents: Flaky, before: dict) -> None:
    """What was read back from the document is counted as what was just written: a label is plain text."""
    for job_id in ("a", "b"):
        job = claimed(store, a_job(job_id))
        documents.lose_answer("write", times=job_id == "b")
        store.update(job.id, lambda job, now: job.hand_back(job.lease, now=now))
    assert grown("lumen.job.run", before) == {("hand_back", ""): 2}
