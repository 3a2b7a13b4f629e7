"""Every move of a job, in memory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from jobs.errors import REASONS, IllegalTransition, JobAlreadyDone, LeaseHeld, LeaseLost, NotDue, Reason
from jobs.fields import Checkpoint, DeadLetter, Lease, Report, Stage
from jobs.job import ATTEMPTS_KEPT_MAX, Job, job_id_for, new_job_id
from jobs.request import Priority
from jobs.status import JobStatus
from tests.builders import (
    LEASE_FOR,
    SOME_METRICS,
    a_failure,
    a_job,
    a_request,
    an_output,
    claimed,
    failed,
    finished,
    lease_of,
)
from tests.fakes import START

SECOND = timedelta(seconds=1)
LATER = START + timedelta(seconds=10)
LAPSED = START + LEASE_FOR


def running(**more: Any) -> Job:
    return claimed(a_job(**more))


def canceling(**more: Any) -> Job:
    return running(**more).request_cancel(now=START)


# --- new ---


def test_a_new_job_is_queued_and_due_at_once() -> None:
    job = a_job()
    assert (job.status, job.done, job.lease, job.claims, job.attempt) == (JobStatus.QUEUED, False, None, 0, 0)
    assert job.not_before == job.created_at == job.updated_at == START


def test_a_request_may_name_its_start() -> None:
    assert a_job(request=a_request(not_before=LATER)).not_before == LATER


def test_random_ids_differ_and_are_valid() -> None:
    ids = {new_job_id() for _ in range(100)}
    assert len(ids) == 100
    for job_id in ids:
        assert a_job(job_id).id == job_id


def test_a_key_leads_to_one_id_per_owner() -> None:
    assert job_id_for("ada", "k") == job_id_for("ada", "k")
    assert len({job_id_for("ada", "k"), job_id_for("ada", "l"), job_id_for("bob", "k")}) == 3
    assert a_job(job_id_for("größe/..", "\0 鳥")).id


@pytest.mark.parametrize("job_id", ["", "a/b", "..", "a b", "x" * 65, "a\n", "größe"])
def test_an_id_that_could_be_a_path_is_refused(job_id: str) -> None:
    with pytest.raises(ValidationError):
        a_job(job_id)


def test_a_job_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        a_job().status = JobStatus.RUNNING  # type: ignore[misc]


# --- claim ---


def test_a_claim_takes_a_lease_and_spends_an_attempt() -> None:
    job = claimed(a_job(attempts_left=3), now=LATER, holder="x")
    assert job.status is JobStatus.RUNNING
    assert job.lease == Lease(holder="x", token=1, expires_at=LATER + LEASE_FOR)
    assert (job.claims, job.attempt, job.attempts_left) == (1, 1, 2)
    assert job.started_at == LATER
    (attempt,) = job.attempts
    assert (attempt.n, attempt.worker, attempt.token, attempt.started_at, attempt.ended_at) == (1, "x", 1, LATER, None)


def test_a_move_leaves_the_job_it_came_from_as_it_was() -> None:
    job = a_job()
    before = job.model_dump()
    claimed(job)
    assert job.model_dump() == before


def test_a_job_is_not_claimed_before_its_time() -> None:
    job = a_job(not_before=LATER)
    with pytest.raises(NotDue):
        claimed(job, now=LATER - SECOND)
    assert claimed(job, now=LATER).status is JobStatus.RUNNING


def test_a_job_under_a_live_lease_is_not_claimed() -> None:
    with pytest.raises(LeaseHeld):
        claimed(running(), now=LAPSED - timedelta(microseconds=1), holder="y")


def test_a_claim_after_the_leases_end_takes_over_with_a_larger_token() -> None:
    first = running()
    job = claimed(first, now=LAPSED, holder="y")
    assert (lease_of(job).holder, lease_of(job).token) == ("y", 2)
    assert (job.attempt, job.attempts_left, job.started_at) == (2, 1, START)
    lost, current = job.attempts
    assert (lost.ended_at, lost.event, lost.reason) == (LAPSED, "lapse", Reason.WORKER_LOST)
    assert current.ended_at is None


def test_a_claim_that_finds_the_last_attempt_lapsed_fails_the_job() -> None:
    job = claimed(running(attempts_left=1), now=LAPSED, holder="y")
    assert (job.status, job.claims, job.attempts_left) == (JobStatus.FAILED, 1, 0)
    assert job.error is not None
    assert job.error.reason is Reason.MAX_ATTEMPTS_EXCEEDED
    assert job.dead_letter == DeadLetter()


def test_a_claim_of_a_job_that_shall_end_cancels_it() -> None:
    flagged = a_job().model_copy(update={"cancel_requested": True})
    assert claimed(flagged).status is JobStatus.CANCELED
    assert claimed(canceling(), now=LAPSED, holder="y").status is JobStatus.CANCELED


def test_a_job_to_be_canceled_does_not_wait_for_its_start() -> None:
    flagged = a_job(not_before=LATER).model_copy(update={"cancel_requested": True})
    assert claimed(flagged).status is JobStatus.CANCELED


@pytest.mark.parametrize("flagged", [False, True])
def test_a_job_that_is_over_is_not_claimed(flagged: bool) -> None:
    for job in (finished(running()), failed(running())):
        with pytest.raises(JobAlreadyDone):
            claimed(job.model_copy(update={"cancel_requested": flagged}))
    with pytest.raises(JobAlreadyDone):
        claimed(a_job().request_cancel(now=START))
    with pytest.raises(JobAlreadyDone):
        claimed(a_job(not_before=LATER).request_cancel(now=START))


def test_a_claim_forgets_the_stages_of_the_attempt_before() -> None:
    stage = Stage(name="shape", label="Shaping", index=1, total=5, started_at=START)
    first = running().beat(lease_of(running()), Report(stage=stage, progress=40), now=START, lease_for=LEASE_FOR)
    job = claimed(first, now=LAPSED)
    assert (job.stage, job.stages, job.progress) == (None, (), 40)


# --- beat ---


def test_a_beat_extends_the_lease_and_nothing_else() -> None:
    job = running()
    beaten = job.beat(lease_of(job), now=LATER, lease_for=LEASE_FOR)
    assert lease_of(beaten).expires_at == LATER + LEASE_FOR
    assert beaten.model_copy(update={"lease": job.lease}) == job


def test_a_beat_shows_progress_that_never_goes_backwards() -> None:
    job = running()
    for told, shown in [(10, 10), (30, 30), (20, 30), (0, 30), (100, 100)]:
        job = job.beat(lease_of(job), Report(progress=told), now=START, lease_for=LEASE_FOR)
        assert job.progress == shown


def test_a_beat_adds_checkpoints_to_those_of_attempts_before() -> None:
    job = running()
    one, two, other = (Checkpoint(key=key, seconds=1) for key in ("1", "2", "3"))
    job = job.beat(lease_of(job), Report(checkpoints={"plan": one}), now=START, lease_for=LEASE_FOR)
    job = claimed(job, now=LAPSED)
    job = job.beat(lease_of(job), Report(checkpoints={"plan": other, "shape": two}), now=LAPSED, lease_for=LEASE_FOR)
    assert job.checkpoints == {"plan": other, "shape": two}
    job = job.beat(lease_of(job), Report(), now=LAPSED, lease_for=LEASE_FOR)
    assert job.checkpoints == {"plan": other, "shape": two}


def test_a_late_beat_keeps_a_lease_that_nobody_took() -> None:
    job = running()
    assert lease_of(job.beat(lease_of(job), now=LAPSED + SECOND, lease_for=LEASE_FOR)).token == 1


# --- what ends an attempt ---


def test_finish_keeps_the_results() -> None:
    job = running().finish(lease_of(running()), an_output("a.glb"), SOME_METRICS, Report(progress=90), now=LATER)
    assert (job.status, job.done, job.lease, job.progress) == (JobStatus.SUCCEEDED, True, None, 100)
    assert (job.output, job.metrics, job.completed_at, job.error) == (an_output("a.glb"), SOME_METRICS, LATER, None)
    assert (job.attempts[-1].event, job.attempts[-1].ended_at, job.attempts[-1].reason) == ("finish", LATER, None)


def test_retry_queues_again_for_later() -> None:
    job = running().retry(lease_of(running()), a_failure(), not_before=LATER, now=START)
    assert (job.status, job.lease, job.not_before, job.attempts_left) == (JobStatus.QUEUED, None, LATER, 2)
    assert (job.error, job.dead_letter, job.completed_at) == (None, None, None)
    assert (job.attempts[-1].event, job.attempts[-1].reason) == ("retry", Reason.GENERATION_FAILED)


def test_retry_without_attempts_left_fails() -> None:
    job = running(attempts_left=1)
    job = job.retry(lease_of(job), a_failure(), not_before=LATER, now=START)
    assert (job.status, job.error, job.dead_letter) == (JobStatus.FAILED, a_failure(), DeadLetter())
    assert job.attempts[-1].event == "fail"


def test_the_budget_bounds_the_attempts() -> None:
    job, attempts = a_job(attempts_left=3), 0
    while not job.done and attempts < 9:
        job = claimed(job)
        attempts += 1
        job = job.retry(lease_of(job), a_failure(), not_before=START, now=START)
    assert (attempts, job.status, job.attempts_left) == (3, JobStatus.FAILED, 0)


def test_hand_back_gives_the_attempt_back_but_not_the_token() -> None:
    job = a_job(attempts_left=1)
    for token in range(1, 30):
        job = claimed(job)
        assert lease_of(job).token == token
        job = job.hand_back(lease_of(job), a_failure(), now=START)
        assert (job.status, job.attempt, job.attempts_left, job.claims) == (JobStatus.QUEUED, 0, 1, token)
    assert job.not_before == START
    assert job.attempts[-1].event == "hand_back"


def test_fail_is_the_end_and_its_letter_is_due() -> None:
    job = running(attempts_left=3)
    job = job.fail(lease_of(job), a_failure(), now=LATER)
    assert (job.status, job.done, job.lease, job.completed_at) == (JobStatus.FAILED, True, None, LATER)
    assert (job.error, job.dead_letter, job.attempts[-1].event) == (a_failure(), DeadLetter(), "fail")


def test_cancel_ends_without_error_or_letter() -> None:
    job = canceling()
    job = job.cancel(lease_of(job), a_failure(Reason.CANCELED_BY_USER), now=LATER)
    assert (job.status, job.done, job.lease, job.error, job.dead_letter) == (JobStatus.CANCELED, True, None, None, None)
    assert (job.attempts[-1].event, job.attempts[-1].reason) == ("cancel", Reason.CANCELED_BY_USER)


@pytest.mark.parametrize("attempts_left", [1, 3])
def test_whoever_asked_for_a_cancel_gets_one_whatever_else_happened(attempts_left: int) -> None:
    job = canceling(attempts_left=attempts_left)
    lease = lease_of(job)
    ends = [
        job.retry(lease, a_failure(), not_before=LATER, now=START),
        job.hand_back(lease, a_failure(), now=START),
        job.fail(lease, a_failure(), now=START),
        job.cancel(lease, a_failure(), now=START),
        job.lapse(now=LAPSED),
    ]
    for end in ends:
        assert (end.status, end.error, end.dead_letter, end.attempts[-1].event) == (
            JobStatus.CANCELED,
            None,
            None,
            "cancel",
        )


def test_a_finish_that_came_before_the_cancel_stays() -> None:
    job = canceling()
    job = finished(job)
    assert (job.status, job.output) == (JobStatus.SUCCEEDED, an_output())
    with pytest.raises(JobAlreadyDone):
        job.request_cancel(now=LATER)


def test_the_last_ten_attempts_are_on_record() -> None:
    job = a_job(attempts_left=30)
    for _ in range(25):
        job = claimed(job)
        job = job.retry(lease_of(job), a_failure(), not_before=START, now=START)
    assert len(job.attempts) == ATTEMPTS_KEPT_MAX == 10
    assert [attempt.n for attempt in job.attempts] == list(range(16, 26))
    assert all(attempt.ended_at for attempt in job.attempts)


# --- the fence ---

STALE = [
    pytest.param(Lease(holder="x", token=1, expires_at=LAPSED), id="older token"),
    pytest.param(Lease(holder="x", token=3, expires_at=LAPSED), id="newer token"),
    pytest.param(Lease(holder="z", token=2, expires_at=LAPSED), id="another holder"),
]


@pytest.mark.parametrize("stale", STALE)
def test_without_the_current_lease_nothing_moves(stale: Lease) -> None:
    job = claimed(running(), now=LAPSED, holder="x")
    for attempt in every_move_of_a_worker(job, stale):
        with pytest.raises(LeaseLost):
            attempt()


def test_when_nothing_runs_no_lease_is_the_current_one() -> None:
    lease = lease_of(running())
    queued = running().hand_back(lease, a_failure(), now=START)
    for job in (queued, finished(running()), failed(running())):
        for attempt in every_move_of_a_worker(job, lease):
            with pytest.raises(LeaseLost):
                attempt()


def every_move_of_a_worker(job: Job, lease: Lease) -> list[Any]:
    return [
        lambda: job.beat(lease, now=LAPSED, lease_for=LEASE_FOR),
        lambda: job.finish(lease, an_output(), SOME_METRICS, Report(), now=LAPSED),
        lambda: job.retry(lease, a_failure(), not_before=LAPSED, now=LAPSED),
        lambda: job.hand_back(lease, a_failure(), now=LAPSED),
        lambda: job.fail(lease, a_failure(), now=LAPSED),
        lambda: job.cancel(lease, a_failure(), now=LAPSED),
    ]


# --- lapse ---


def test_lapse_queues_again_while_attempts_are_left() -> None:
    job = running(attempts_left=2).lapse(now=LAPSED)
    assert (job.status, job.lease, job.attempts_left, job.error) == (JobStatus.QUEUED, None, 1, None)
    assert (job.attempts[-1].event, job.attempts[-1].reason) == ("lapse", Reason.WORKER_LOST)


def test_lapse_of_the_last_attempt_fails() -> None:
    job = running(attempts_left=1).lapse(now=LAPSED)
    assert job.status is JobStatus.FAILED
    assert job.error is not None
    assert (job.error.reason, job.dead_letter) == (Reason.MAX_ATTEMPTS_EXCEEDED, DeadLetter())


def test_lapse_of_a_job_that_shall_end_cancels() -> None:
    assert canceling().lapse(now=LAPSED).status is JobStatus.CANCELED


def test_a_live_lease_does_not_lapse() -> None:
    with pytest.raises(LeaseHeld):
        running().lapse(now=LAPSED - timedelta(microseconds=1))


def test_only_what_runs_can_lapse() -> None:
    with pytest.raises(IllegalTransition):
        a_job().lapse(now=LAPSED)
    for job in (finished(running()), failed(running())):
        with pytest.raises(JobAlreadyDone):
            job.lapse(now=LAPSED)


# --- cancel and replay ---


def test_a_queued_job_is_canceled_at_once() -> None:
    job = a_job().request_cancel(now=LATER)
    assert (job.status, job.done, job.completed_at, job.cancel_requested) == (JobStatus.CANCELED, True, LATER, True)


def test_a_running_job_goes_on_until_its_worker_looks() -> None:
    job = canceling()
    assert (job.status, job.cancel_requested, job.lease) == (JobStatus.RUNNING, True, running().lease)


def test_asking_twice_for_the_end_changes_nothing() -> None:
    canceled = a_job().request_cancel(now=START)
    assert canceled.request_cancel(now=LATER) == canceled
    assert canceling().request_cancel(now=LATER) == canceling()


def test_what_is_over_cannot_be_canceled() -> None:
    for job in (finished(running()), failed(running())):
        with pytest.raises(JobAlreadyDone):
            job.request_cancel(now=LATER)


def test_a_replay_renews_the_attempts_and_keeps_token_and_input() -> None:
    job = failed(running(attempts_left=1))
    again = job.again(attempts=5, by="ops", reason="fixed", now=LATER)
    assert (again.status, again.done, again.attempt, again.attempts_left) == (JobStatus.QUEUED, False, 0, 5)
    assert (again.error, again.dead_letter, again.completed_at, again.progress) == (None, None, None, 0)
    assert (again.not_before, again.started_at, again.cancel_requested) == (LATER, None, False)
    assert again.replay is not None
    assert (again.replay.count, again.replay.by, again.replay.reason, again.replay.at) == (1, "ops", "fixed", LATER)
    assert (again.input, again.claims, again.attempts) == (job.input, 1, job.attempts)
    assert lease_of(claimed(again, now=LATER)).token == 2


def test_a_canceled_job_can_be_replayed_and_is_not_canceled_again() -> None:
    again = a_job().request_cancel(now=START).again(attempts=5, by="ops", reason="asked", now=LATER)
    assert claimed(again, now=LATER).status is JobStatus.RUNNING


def test_replays_are_counted() -> None:
    job = failed(running())
    for count in (1, 2, 3):
        job = job.again(attempts=1, by="ops", reason="", now=START)
        assert job.replay is not None
        assert job.replay.count == count
        job = failed(claimed(job))


def test_success_and_work_under_way_are_not_replayed() -> None:
    with pytest.raises(JobAlreadyDone):
        finished(running()).again(attempts=5, by="ops", reason="", now=LATER)
    for job in (a_job(), running()):
        with pytest.raises(IllegalTransition):
            job.again(attempts=5, by="ops", reason="", now=LATER)


def test_a_published_letter_is_noted_unless_the_job_was_replayed() -> None:
    job = failed(running())
    assert job.letter_published(now=LATER).dead_letter == DeadLetter(published_at=LATER)
    again = job.again(attempts=1, by="ops", reason="", now=LATER)
    assert again.letter_published(now=LATER) == again


# --- documents that contradict themselves ---

CONTRADICTIONS: dict[str, tuple[Callable[[], Job], dict[str, Any]]] = {
    "running without a lease": (running, {"lease": None}),
    "queued with a lease": (a_job, {"lease": Lease(holder="x", token=1, expires_at=START)}),
    "running without a record of it": (running, {"attempts": ()}),
    "done and queued": (a_job, {"done": True}),
    "over and not done": (lambda: failed(running()), {"done": False}),
    "over and never completed": (lambda: failed(running()), {"completed_at": None}),
    "queued and completed": (a_job, {"completed_at": START}),
    "succeeded without output": (lambda: finished(running()), {"output": None}),
    "failed with output": (lambda: failed(running()), {"output": an_output()}),
    "failed without error": (lambda: failed(running()), {"error": None}),
    "succeeded with error": (lambda: finished(running()), {"error": a_failure()}),
    "a status nobody knows": (a_job, {"status": "thinking"}),
    "negative attempts": (a_job, {"attempts_left": -1}),
    "progress beyond the end": (a_job, {"progress": 101}),
    "a time without zone": (a_job, {"created_at": START.replace(tzinfo=None)}),
    "an id that is a path": (a_job, {"id": "a/b"}),
    "neither words nor image": (a_job, {"input": {}}),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_document_that_contradicts_itself_cannot_be_built(name: str) -> None:
    make, wrong = CONTRADICTIONS[name]
    with pytest.raises(ValidationError):
        Job.model_validate(dict(make()) | wrong)


def test_fields_of_a_later_version_are_ignored() -> None:
    assert Job.model_validate(a_job().model_dump() | {"from_the_future": 1}) == a_job()


def test_a_queued_job_without_attempts_contradicts_itself() -> None:
    with pytest.raises(ValidationError, match="attempts left"):
        a_job(attempts_left=0)


@pytest.mark.parametrize("attempts", [1, 2])
def test_whether_trying_again_helps_is_the_reasons_to_say(attempts: int) -> None:
    lapsed = claimed(a_job(attempts_left=attempts)).lapse(now=START + LEASE_FOR)
    reason = lapsed.attempts[-1].reason
    assert reason is (Reason.MAX_ATTEMPTS_EXCEEDED if attempts == 1 else Reason.WORKER_LOST)
    if lapsed.error:
        assert lapsed.error.retryable is REASONS[Reason.MAX_ATTEMPTS_EXCEEDED].retryable is False


# --- another priority ---


def test_a_job_that_waits_takes_another_place_and_nothing_else_of_it_changes() -> None:
    job = a_job(turn=7)
    moved = job.reprioritize(Priority.HIGH, turn=3)
    assert (moved.priority, moved.turn) == (Priority.HIGH, 3)
    assert moved.model_copy(update={"priority": job.priority, "turn": 7}) == job
    assert job.reprioritize(job.priority, turn=3) is job, "it keeps its turn"


def test_only_a_job_that_waits_has_a_place_in_the_queue() -> None:
    with pytest.raises(IllegalTransition, match="a is running: only a job that waits"):
        claimed(a_job()).reprioritize(Priority.HIGH, turn=0)
    with pytest.raises(JobAlreadyDone, match="a is canceled: only a job that waits"):
        a_job().request_cancel(now=START).reprioritize(Priority.HIGH, turn=0)
