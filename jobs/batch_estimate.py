"""What a batch will take, from what jobs like its own took. What was never measured is not guessed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

from pydantic import Field

from jobs.job_document import readable
from jobs.job_store import JobQuery, JobStore
from jobs.request import Frozen, Quality
from jobs.status import JobStatus

MEASURED_JOBS = 500  # the last that succeeded: enough for a median of each quality, 40 ms of reading for SQLite
HOUR_S = 3600.0


class QualityEstimate(Frozen):
    """The jobs of one quality."""

    jobs: int
    seconds_per_job: float | None = Field(description="The median of those measured; null when none was.")
    of: int = Field(description="How many were measured.")


class Estimate(Frozen):
    """What jobs will take of a GPU, one after the other."""

    jobs: int
    by_quality: Mapping[Quality, QualityEstimate]
    seconds: float | None = Field(description="Of all of them; null when a quality among them was never measured.")
    seconds_per_job: float | None = Field(description="On average over the qualities, each by its median.")
    gpu_hours: float | None
    cost: float | None = Field(description="In the currency of LUMEN_COST_PER_HOUR; null when that is not set.")


def estimate(store: JobStore, jobs: Mapping[Quality, int], *, cost_per_hour: float = 0.0) -> Estimate:
    """`jobs`: how many of each quality. `cost_per_hour` of a GPU; 0: nobody said. Raises: BackendDown."""
    ran = _ran(store)
    by_quality = {
        quality: QualityEstimate(
            jobs=count, seconds_per_job=median(ran[quality]) if ran[quality] else None, of=len(ran[quality])
        )
        for quality, count in jobs.items()
        if count
    }
    count, seconds = sum(jobs.values()), _all_of(by_quality.values())
    hours = None if seconds is None else seconds / HOUR_S
    return Estimate(
        jobs=count,
        by_quality=by_quality,
        seconds=seconds,
        seconds_per_job=seconds / count if seconds is not None and count else None,
        gpu_hours=hours,
        cost=hours * cost_per_hour if hours is not None and cost_per_hour else None,
    )


def _ran(store: JobStore) -> "defaultdict[Quality, list[float]]":
    """Seconds on the worker, of the last jobs that succeeded, whoever's they were."""
    ran: defaultdict[Quality, list[float]] = defaultdict(list)
    for job in readable(store.find(JobQuery(JobStatus.SUCCEEDED), limit=MEASURED_JOBS)):
        if job.metrics:
            ran[job.input.quality].append(job.metrics.run_seconds)
    return ran


def _all_of(by_quality: Iterable[QualityEstimate]) -> float | None:
    """Seconds; None as soon as one part of it is not known."""
    total = 0.0
    for each in by_quality:
        if each.seconds_per_job is None:
            return None
        total += each.jobs * each.seconds_per_job
    return total
