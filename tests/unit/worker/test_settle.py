"""What the document says of an attempt that did not finish, and what it does not."""

from jobs.errors import BackendDown, Reason
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.status import JobStatus
from models import errors as m
from models.stage import Watcher
from tests.builders import a_job
from tests.fakes import FakeClock
from tests.support_stages import acting
from tests.unit.worker.conftest import Craft, debug_of
from worker.fate import Fate
from worker.runner import JobRunner

SECRET = "/home/somebody/.ssh"


# --- what the client reads --------------------------------------------------------------------------


def test_of_a_bug_the_document_has_only_the_name(
    runner: JobRunner, store: JobStore, craft: Craft, records: Records
) -> None:
    craft.raises(RuntimeError(f"cannot open {SECRET}"))
    store.create(a_job("a", attempts_left=1))
    assert runner.serve("a") is Fate.FAIL
    job = store.get("a")
    assert SECRET not in job.model_dump_json()
    assert job.error is not None
    assert job.error.reason is Reason.INTERNAL
    assert "RuntimeError" in job.error.message
    assert SECRET in debug_of(records)["traceback"]


def test_the_detail_of_an_error_is_kept_where_no_client_reads(
    runner: JobRunner, store: JobStore, craft: Craft, records: Records
) -> None:
    craft.raises(m.ChildDied("the model process died of SIGSEGV", detail=f"stderr: {SECRET}"))
    store.create(a_job("a"))
    runner.serve("a")
    assert SECRET not in store.get("a").model_dump_json()
    debug = debug_of(records)
    assert debug["detail"] == f"stderr: {SECRET}"
    assert debug["attempt"] == 1


def test_an_error_says_where_it_happened(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    error = m.StageFailed("no")
    error.stage, error.route, error.refusals = "label", "partcrafter", ("procedural: no head",)
    craft.raises(error)
    store.create(a_job("a", attempts_left=1))
    runner.serve("a")
    failure = store.get("a").error
    assert failure is not None
    assert (failure.stage, failure.route, failure.refusals) == ("label", "partcrafter", ("procedural: no head",))


def test_an_error_without_a_place_is_said_of_the_stage_that_was_reached(
    runner: JobRunner, store: JobStore, craft: Craft
) -> None:
    def deed(job: Job, watcher: Watcher) -> None:
        watcher.started(acting("shape"), 1, 6, 40)
        raise BackendDown("bucket")

    craft.deed = deed
    store.create(a_job("a", attempts_left=1))
    runner.serve("a")
    job = store.get("a")
    assert job.error is not None
    assert (job.error.stage, job.progress) == ("shape", 40)


# --- parts were refused -----------------------------------------------------------------------------


def test_after_a_refusal_the_next_attempt_has_another_seed(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock
) -> None:
    craft.raises(m.NoUsableMesh(("one: no head",)))
    store.create(a_job("a"))
    while store.get("a").status is JobStatus.QUEUED:
        runner.serve("a")
        clock.advance(600)
    assert [job.reseed for job in craft.made] == [0, 1, 2]
    job = store.get("a")
    assert (job.status, job.reseed) == (JobStatus.FAILED, 3), "a replay goes on with the next"
    assert job.error is not None
    assert job.error.refusals == ("one: no head",)


def test_an_accident_keeps_the_seed_so_that_finished_stages_are_found(
    runner: JobRunner, store: JobStore, craft: Craft
) -> None:
    craft.raises(m.ChildDied("SIGSEGV"))
    store.create(a_job("a"))
    runner.serve("a")
    assert store.get("a").reseed == 0


def test_an_accident_beside_a_refusal_takes_another_seed(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    error = m.ChildDied("SIGSEGV")
    error.refused = True
    craft.raises(error)
    store.create(a_job("a"))
    runner.serve("a")
    assert store.get("a").reseed == 1
