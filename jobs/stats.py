"""How it goes: how many wait and for how long, what became of the newest jobs, how long they took.

Everything is counted from documents, and every question is bounded: an answer says of how many jobs it tells.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from statistics import median

from pydantic import AwareDatetime, Field

from jobs.fields import Lease, Metrics
from jobs.job import Job
from jobs.job_document import readable
from jobs.job_store import JobQuery, JobStore
from jobs.request import Frozen
from jobs.status import JobStatus

COUNT_MAX = 100_000  # jobs: Firestore counts a thousand for the price of a read
LATELY_JOBS = 50  # enough for a median, few enough that it follows a faster GPU within the hour
OLDEST_OF_JOBS = 20  # the longest untouched ones; among them is the one that has been due for longest
STATS_JOBS_MAX = 2_000  # 0.16 s of reading for SQLite (2 cores, 2026-11), 2 000 reads for Firestore
HALF = 0.5  # of a job is still to do, on average, where one is running


# --- the queue --------------------------------------------------------------------------------------


class QueueState(Frozen):
    """What is waiting and running now."""

    queued: int = Field(description="Jobs that wait, scheduled ones too.")
    running: int
    oldest_queued_seconds: float | None = Field(description="How long one has been due already; null when none is.")
    median_run_seconds: float | None = Field(description="Of the last jobs that succeeded; null when none has.")

    def eta_s(self, ahead: int) -> float | None:
        """About how long a job with so many in front of it takes to its end; None while nothing was measured.

        All jobs are taken to be alike, and as many workers to be there as jobs are running, at least one.
        """
        if self.median_run_seconds is None:
            return None
        to_do_first = ahead + HALF * self.running
        return (to_do_first / max(self.running, 1) + 1) * self.median_run_seconds


def queue_state(store: JobStore) -> QueueState:
    """Raises: BackendDown."""
    now = store.now()
    waited = [waiting_s(job, now) for job in readable(store.unclaimed(since=now, limit=OLDEST_OF_JOBS))]
    ran = run_seconds(store, limit=LATELY_JOBS)
    return QueueState(
        queued=store.count(JobQuery(JobStatus.QUEUED), limit=COUNT_MAX),
        running=store.count(JobQuery(JobStatus.RUNNING), limit=COUNT_MAX),
        oldest_queued_seconds=max(waited, default=None),
        median_run_seconds=median(ran) if ran else None,
    )


def run_seconds(store: JobStore, *, limit: int) -> tuple[float, ...]:
    """What the newest jobs took that succeeded, from claim to end, so many at most. Raises: BackendDown."""
    newest = readable(store.find(JobQuery(JobStatus.SUCCEEDED), limit=limit))
    return tuple(job.metrics.run_seconds for job in newest if job.metrics)


def waiting_s(job: Job, now: datetime) -> float:
    """For how long a queued job has been due: since it was queued (again), and not before its time had come."""
    return (now - max(job.updated_at, job.not_before)).total_seconds()


class AtWork(Frozen):
    """A worker that has a job now. One without is not on record anywhere."""

    worker: str
    job_id: str
    stage: str | None = Field(description="What is being done; null before the first stage and between two.")
    progress: int = Field(description="Of the job, 0 to 100.")
    since: AwareDatetime = Field(description="When it claimed the job.")
    lapsed: bool = Field(description="It has been silent for longer than its lease: the job will be another's.")


def at_work(store: JobStore) -> tuple[AtWork, ...]:
    """Who holds a lease, by name, 500 at most. Raises: BackendDown."""
    now = store.now()
    found = [_at_work(job, job.lease, now) for job in readable(store.running()) if job.lease]
    return tuple(sorted(found, key=lambda each: (each.worker, each.since)))


def _at_work(job: Job, lease: Lease, now: datetime) -> AtWork:
    return AtWork(
        worker=lease.holder,
        job_id=job.id,
        stage=job.stage.name if job.stage else None,
        progress=job.progress,
        since=job.attempts[-1].started_at,
        lapsed=lease.expired(now),
    )


# --- what became of the newest jobs -----------------------------------------------------------------


class Percentiles(Frozen):
    """Of measured seconds. Each is one that was measured: the smallest that so many percent do not exceed."""

    p50: float
    p95: float
    p99: float
    of: int = Field(description="How many were measured.")


class RouteStats(Frozen):
    """How one route did."""

    succeeded: int
    failed: int
    run_seconds: Percentiles | None


class FailureStats(Frozen):
    """How many failed for one reason at one route."""

    reason: str
    route: str | None = Field(description="Null when the job had come to no route.")
    count: int


class Stats(Frozen):
    """What became of the newest jobs."""

    since: AwareDatetime | None = Field(description="Only jobs made then or later are counted.")
    of: int = Field(description="How many jobs were looked at, the newest.")
    more: bool = Field(description="Whether there are older ones since then, which are not counted.")
    unreadable: int = Field(description="Documents among them that are no job.")
    by_status: Mapping[str, int]
    by_reason: Mapping[str, int] = Field(description="Of those that failed.")
    by_route: Mapping[str, RouteStats]
    failures: tuple[FailureStats, ...] = Field(description="By reason and route, the most frequent first.")
    wait_seconds: Percentiles | None = Field(description="In the queue; of those that succeeded, as all seconds are.")
    run_seconds: Percentiles | None
    stage_seconds: Mapping[str, Percentiles]


def stats(store: JobStore, *, since: datetime | None = None, limit: int = STATS_JOBS_MAX) -> Stats:
    """Of the newest `limit` jobs at most. Raises: BackendDown."""
    found = list(store.find(JobQuery(created_since=since), limit=limit + 1))
    newest = found[:limit]
    jobs = list(readable(iter(newest)))
    measured = [job.metrics for job in jobs if job.metrics]
    return Stats(
        since=since,
        of=len(newest),
        more=len(found) > limit,
        unreadable=len(newest) - len(jobs),
        by_status={status.value: sum(job.status is status for job in jobs) for status in JobStatus},
        by_reason=dict(Counter(job.error.reason.value for job in jobs if job.error).most_common()),
        by_route=_by_route(jobs),
        failures=_failures(jobs),
        wait_seconds=percentiles([each.wait_seconds for each in measured]),
        run_seconds=percentiles([each.run_seconds for each in measured]),
        stage_seconds=_by_stage(measured),
    )


def percentiles(seconds: Sequence[float]) -> Percentiles | None:
    """By nearest rank, which invents no value. None of nothing."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    p50, p95, p99 = (ordered[ceil(percent * len(ordered) / 100) - 1] for percent in (50, 95, 99))
    return Percentiles(p50=p50, p95=p95, p99=p99, of=len(ordered))


def _by_route(jobs: Iterable[Job]) -> dict[str, RouteStats]:
    """The route that made the object, or the one at which the job failed; a job that came to none is not here."""
    ran: defaultdict[str, list[float]] = defaultdict(list)
    failed: Counter[str] = Counter()
    for job in jobs:
        if job.output and job.metrics:
            ran[job.output.route].append(job.metrics.run_seconds)
        elif job.error and job.error.route:
            failed[job.error.route] += 1
    return {
        route: RouteStats(succeeded=len(ran[route]), failed=failed[route], run_seconds=percentiles(ran[route]))
        for route in sorted({*ran, *failed})
    }


def _failures(jobs: Iterable[Job]) -> tuple[FailureStats, ...]:
    counted = Counter((job.error.reason.value, job.error.route) for job in jobs if job.error)
    return tuple(
        FailureStats(reason=reason, route=route, count=count) for (reason, route), count in counted.most_common()
    )


def _by_stage(measured: Iterable[Metrics]) -> dict[str, Percentiles]:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for metrics in measured:
        for stage, took in metrics.stage_seconds.items():
            seconds[stage].append(took)
    return {stage: found for stage, took in seconds.items() if (found := percentiles(took))}
