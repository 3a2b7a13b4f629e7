"""A job's life is told from its document: what it waited for, each attempt, each stage, what came after."""

import itertools
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.errors import Reason
from jobs.fields import Report, Stage, StageDone
from jobs.job import Job
from jobs.spans import Span, spans_of
from tests.builders import SOME_METRICS, a_failure, a_job, an_output, claimed, failed, lease_of
from tests.fakes import START


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def told(job: Job, now_s: float) -> list[tuple[str, float, float]]:
    """Id, beginning and seconds of all but the whole."""
    return [(each.id, (each.start - START).total_seconds(), each.seconds) for each in spans_of(job, at(now_s))[1:]]


def some_stages(begin_s: float, *names: str, hit: bool = False) -> tuple[StageDone, ...]:
    """A second each."""
    return tuple(
        StageDone(name=name, started_at=at(begin_s + n), ended_at=at(begin_s + n + 1), seconds=1, hit=hit)
        for n, name in enumerate(names)
    )


def test_a_job_that_succeeded_waited_ran_and_had_stages() -> None:
    job = claimed(a_job(), now=at(5), holder="host/1-a")
    report = Report(stages=(*some_stages(5, "plan", hit=True), *some_stages(6, "shape")))
    job = job.finish(lease_of(job), an_output(), SOME_METRICS, report, now=at(8))
    whole, *_, attempt, plan, shape = spans_of(job, at(99))
    assert told(job, 99) == [("wait-1", 0, 5), ("attempt-1", 5, 3), ("attempt-1/plan", 5, 1), ("attempt-1/shape", 6, 1)]
    assert (whole.id, whole.parent, whole.seconds, whole.open, whole.outcome) == ("job", None, 8, False, "succeeded")
    assert (attempt.parent, attempt.name, attempt.worker, attempt.outcome) == ("job", "attempt 1", "host/1-a", "finish")
    assert (plan.parent, plan.shelf, shape.shelf) == ("attempt-1", True, False)


def test_each_attempt_says_how_it_ended_and_the_last_one_alone_has_stages() -> None:
    job = claimed(a_job(), now=at(1))
    job = job.beat(lease_of(job), Report(stages=some_stages(1, "plan")), now=at(2), lease_for=timedelta(seconds=45))
    job = job.retry(lease_of(job), a_failure(Reason.GPU_OUT_OF_MEMORY), not_before=at(20), now=at(4))
    assert told(job, 10) == [
        ("wait-1", 0, 1),
        ("attempt-1", 1, 3),
        ("attempt-1/plan", 1, 1),
        ("wait", 4, 6),
    ]
    job = failed(claimed(job, now=at(20)), now=at(30)).letter_published(now=at(31))
    assert told(job, 99) == [
        ("wait-1", 0, 1),
        ("attempt-1", 1, 3),
        ("wait-2", 4, 16),
        ("attempt-2", 20, 10),
        ("dead-letter", 31, 0),
    ]
    outcomes = [each.outcome for each in spans_of(job, at(99)) if each.kind == "attempt"]
    assert outcomes == ["retry GPU_OUT_OF_MEMORY", "fail GENERATION_FAILED"]


def test_what_runs_goes_on_up_to_now() -> None:
    job = claimed(a_job(), now=at(1))
    here = Stage(name="shape", label="Shaping", index=1, total=2, started_at=at(3))
    job = job.beat(lease_of(job), Report(stage=here), now=at(4), lease_for=timedelta(seconds=45))
    assert told(job, 10) == [("wait-1", 0, 1), ("attempt-1", 1, 9), ("attempt-1/shape", 3, 7)]
    assert [each.id for each in spans_of(job, at(10)) if each.open] == ["job", "attempt-1", "attempt-1/shape"]


def test_what_waits_waits_up_to_now_and_what_was_canceled_meanwhile_until_then() -> None:
    assert told(a_job(), 10) == [("wait", 0, 10)]
    assert told(a_job().request_cancel(now=at(7)), 10) == [("wait", 0, 7)]
    job = claimed(a_job(), now=at(1))
    job = job.retry(lease_of(job), a_failure(), not_before=at(2), now=at(2)).request_cancel(now=at(5))
    assert told(job, 10)[-1] == ("wait", 2, 3)


def test_a_replay_parts_what_was_over_from_what_waits_again() -> None:
    job = failed(claimed(a_job(), now=at(1)), now=at(2))
    job = job.again(attempts=3, by="ops", reason="a new disk", now=at(100))
    job = claimed(job, now=at(103))
    assert told(job, 105) == [
        ("wait-1", 0, 1),
        ("attempt-1", 1, 1),
        ("wait-2-over", 2, 98),
        ("wait-2", 100, 3),
        ("attempt-2", 103, 2),
        ("replay", 100, 0),
    ]
    assert spans_of(job, at(105))[-1].message == "by ops: a new disk"


SECONDS = st.integers(0, 600)
MOVES = st.lists(st.tuples(st.sampled_from(["retry", "lapse", "hand_back"]), SECONDS, SECONDS), max_size=9)


@settings(max_examples=30)
@given(MOVES, SECONDS)
def test_waits_and_attempts_follow_each_other_without_a_gap(moves: list[tuple[str, int, int]], rest_s: int) -> None:
    """Whatever a job went through, as long as the document keeps its attempts."""
    job, now_s = a_job(attempts_left=99), 0
    for move, waits_s, runs_s in moves:
        now_s += waits_s
        job = claimed(job, now=at(now_s), lease_s=runs_s)
        now_s += runs_s
        if move == "lapse":
            job = job.lapse(now=at(now_s))
        elif move == "retry":
            job = job.retry(lease_of(job), a_failure(), not_before=at(now_s), now=at(now_s))
        else:
            job = job.hand_back(lease_of(job), now=at(now_s))
    whole, *rest = spans_of(job, at(now_s + rest_s))
    assert len({each.id for each in rest}) == len(rest)
    assert rest[0].start == whole.start
    assert rest[-1].end == whole.end
    assert all(before.end == behind.start for before, behind in itertools.pairwise(rest))


def test_a_span_is_data() -> None:
    span = spans_of(a_job(), at(2))[1]
    assert Span.model_validate_json(span.model_dump_json()) == span
