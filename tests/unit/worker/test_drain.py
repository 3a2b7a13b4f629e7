"""A drained worker finishes what it has, takes no other job, and says so to whoever probes it."""

import pytest

from jobs.drain import Drains
from jobs.job_store import JobStore
from jobs.records import Records
from tests.builders import a_job
from tests.fakes import Flaky
from tests.unit.worker.conftest import Craft
from worker.fate import Fate
from worker.runner import JobRunner


@pytest.fixture
def drains(records: Records) -> Drains:
    return Drains(records)


def test_a_drained_worker_leaves_the_job_as_it_is(runner: JobRunner, store: JobStore, drains: Drains) -> None:
    before = store.create(a_job("a"))
    drains.begin(runner.holder, by="eve", reason="a new disk")
    assert runner.serve("a") is Fate.NOT_READY
    assert store.get("a") == before


def test_it_goes_on_with_the_very_next_wake_up(runner: JobRunner, store: JobStore, drains: Drains) -> None:
    store.create(a_job("a"))
    drains.begin(runner.holder, by="eve", reason="a new disk")
    runner.serve("a")
    drains.end(runner.holder)
    assert runner.serve("a") is Fate.FINISH


def test_a_job_that_runs_is_finished(runner: JobRunner, store: JobStore, craft: Craft, drains: Drains) -> None:
    craft.deed = lambda job, watcher: drains.begin(runner.holder, by="eve", reason="a new disk")
    for job_id in "ab":
        store.create(a_job(job_id))
    assert (runner.serve("a"), runner.serve("b")) == (Fate.FINISH, Fate.NOT_READY)


def test_others_go_on(runner: JobRunner, store: JobStore, drains: Drains) -> None:
    store.create(a_job("a"))
    drains.begin("another", by="eve", reason="a new disk")
    assert runner.serve("a") is Fate.FINISH


def test_one_question_is_asked_by_a_drained_worker(runner: JobRunner, drains: Drains, documents: Flaky) -> None:
    drains.begin(runner.holder, by="eve", reason="a new disk")
    documents.calls.clear()
    runner.serve("a")
    assert documents.calls == {"read": 1}
