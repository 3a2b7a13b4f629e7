"""How long jobs wait, at a load and with a number of GPUs: simulated, job by job.

Jobs come one by one at random moments (many clients who know nothing of each other: a Poisson process) into one queue,
and whichever worker is free takes the one that has waited longest. Priorities and the turns of owners say who waits,
not how long all of them wait together, so they are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import accumulate, islice
from math import ceil, exp, floor, log1p, sqrt
from random import Random
from statistics import NormalDist, fmean

from pydantic import Field

from jobs.request import Frozen
from jobs.stats import percentiles

HOUR_S = 3_600
# Simulated. From seed to seed the p95 moves by 2 % at 80 % busy, by 4 % at 90 % (spread 0.3, 3 GPUs, 2026-11).
JOBS = 200_000
SETTLED = 0.1  # of them come before the queue is as long as it stays, and are not counted
FULL = 0.99  # busy: a queue settles within some 1 / (1 - busy)^2 job lengths, here 10 000: a week of minutes
GPUS_MAX = 1_000
QUANTILES = 1_000
SEED = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be done."""

    rate: float  #: jobs a second, on average
    run_s: Sequence[float]  #: what jobs take, from claim to end; each is as likely as the others
    between_s: float = 0.0  #: what a worker needs between the end of a job and the claim of the next

    @property
    def mean_s(self) -> float:
        """Seconds of a job, on average."""
        return fmean(self.run_s)

    @property
    def busy_s(self) -> float:
        """Seconds that one job keeps a worker, on average."""
        return self.mean_s + self.between_s

    @property
    def gpus_min(self) -> int:
        """Fewer are full."""
        return floor(self.rate * self.busy_s / FULL) + 1


class Waits(Frozen):
    """Seconds from submit to claim."""

    mean: float
    p50: float
    p95: float
    p99: float


class Expected(Frozen):
    """What a number of GPUs makes of a load."""

    gpus: int
    busy: float = Field(description="Share of the time that a GPU works; 99 % or more: they are full.")
    wait_seconds: Waits | None = Field(description="Null where they are full: it depends on how long that goes on.")
    left_per_hour: float = Field(description="By how many jobs an hour the queue grows.")
    cost_per_hour: float | None = Field(description="Of all GPUs, busy or not; null when no price was given.")
    cost_per_1000: float | None = Field(description="Of 1 000 jobs, idle time in it; null when no price was given.")

    def keeps(self, wait_p95_s: float) -> bool:
        """Whether 95 in 100 jobs wait no longer."""
        return self.wait_seconds is not None and self.wait_seconds.p95 <= wait_p95_s


def expect(load: Load, gpus: int, *, gpu_cost_per_hour: float | None = None) -> Expected:
    """The same question has the same answer: the random numbers are seeded."""
    busy = load.rate * load.busy_s / gpus
    cost = None if gpu_cost_per_hour is None else gpus * gpu_cost_per_hour
    done_per_hour = load.rate * HOUR_S / max(busy, 1)
    return Expected(
        gpus=gpus,
        busy=busy,
        wait_seconds=_settled(load, gpus) if busy < FULL else None,
        left_per_hour=load.rate * HOUR_S - done_per_hour,
        cost_per_hour=cost,
        cost_per_1000=None if cost is None else 1_000 * cost / done_per_hour,
    )


def enough(load: Load, wait_p95_s: float, *, gpu_cost_per_hour: float | None = None) -> Iterator[Expected]:
    """From the fewest that are not full up to the fewest that keep the promise; without these where GPUS_MAX do not."""
    for gpus in range(load.gpus_min, GPUS_MAX + 1):
        found = expect(load, gpus, gpu_cost_per_hour=gpu_cost_per_hour)
        yield found
        if found.keeps(wait_p95_s):
            return


def waits(arrivals: Iterable[float], busy: Iterable[float], gpus: int) -> Iterator[float]:
    """How long each job waits that comes at these moments and keeps its worker for so long."""
    free_at = [0.0] * gpus
    heapify(free_at)
    for came, takes in zip(arrivals, busy, strict=False):
        begins = max(came, free_at[0])
        heapreplace(free_at, begins + takes)
        yield begins - came


def arrivals(rate: float, chance: Random) -> Iterator[float]:
    """Moments, in seconds from now, without end."""
    return accumulate(iter(lambda: chance.expovariate(rate), None))


def spread(mean_s: float, deviation: float) -> tuple[float, ...]:
    """Seconds of a thousand jobs around a mean, log-normal: most a little less, a few much more.

    `deviation` is their standard deviation as a share of the mean; with 0 all are alike.
    """
    if deviation == 0:
        return (mean_s,)
    width = sqrt(log1p(deviation**2))
    shape = [exp(width * NormalDist().inv_cdf((at + 0.5) / QUANTILES)) for at in range(QUANTILES)]
    return tuple(mean_s * each / fmean(shape) for each in shape)


def summed_up(waited: Sequence[float]) -> Waits:
    """Raises: ValueError, of nothing."""
    found = percentiles(waited)
    if found is None:
        raise ValueError("nobody waited")
    return Waits(mean=fmean(waited), p50=found.p50, p95=found.p95, p99=found.p99)


def _settled(load: Load, gpus: int) -> Waits:
    """Of the same jobs at the same moments for every number of GPUs, so that two answers can be compared."""
    chance, moments = Random(SEED), Random(SEED + 1)  # noqa: S311 (a simulation)
    busy = (chance.choice(load.run_s) + load.between_s for _ in range(JOBS))
    waited = waits(arrivals(load.rate, moments), busy, gpus)
    return summed_up(list(islice(waited, ceil(SETTLED * JOBS), None)))
