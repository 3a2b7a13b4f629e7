"""What is measured, as data: a name, a unit, what it tells, and what to do about it. docs/metrics.md is this table.

Measuring costs next to nothing until `jobs/telemetry.py` has been asked to hand the numbers to somebody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import opentelemetry.metrics as otel
from opentelemetry.metrics import CallbackOptions, Observation, get_meter

METER = "lumen"
LONG_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 450, 600, 900)  #: of waiting and making
SHORT_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  #: of calls and requests

Label = str | int | bool
Source = Callable[[], Iterable[tuple[float, Mapping[str, Label]]]]


@dataclass(frozen=True)
class Metric:
    """One number, or one for each value of its labels. Whatever stands in a label has few values, all known before."""

    name: str
    unit: str  #: as UCUM has it: s, By, {job}
    meaning: str
    act: str  #: what to do when it is not as it should be
    labels: tuple[str, ...] = ()
    kind: ClassVar[str]


@dataclass(frozen=True)
class Counter(Metric):
    """Only grows, from 0 at the start of the process."""

    kind: ClassVar[str] = "counter"

    def add(self, count: int = 1, /, **labels: Label) -> None:
        self._instrument.add(count, labels)

    @cached_property
    def _instrument(self) -> otel.Counter:
        return get_meter(METER).create_counter(self.name, self.unit, self.meaning)


@dataclass(frozen=True)
class Histogram(Metric):
    """How often it was at most so many, for each of the bounds."""

    bounds: tuple[float, ...] = LONG_S
    kind: ClassVar[str] = "histogram"

    def record(self, value: float, /, **labels: Label) -> None:
        self._instrument.record(value, labels)

    @cached_property
    def _instrument(self) -> otel.Histogram:
        return get_meter(METER).create_histogram(
            self.name, self.unit, self.meaning, explicit_bucket_boundaries_advisory=self.bounds
        )


@dataclass(frozen=True)
class Gauge(Metric):
    """How it is now: asked for whenever somebody collects."""

    kind: ClassVar[str] = "gauge"
    _sources: list[Source] = field(default_factory=list, repr=False, compare=False)

    def observe(self, source: Source) -> None:
        """From now on ask this source, and no longer the one before it."""
        if not self._sources:
            self._observe()
        self._sources[:] = [source]

    def _observe(self) -> None:
        get_meter(METER).create_observable_gauge(self.name, [self._now], self.unit, self.meaning)

    def _now(self, _: CallbackOptions) -> Iterator[Observation]:
        return (Observation(value, labels) for source in self._sources for value, labels in source())


@dataclass(frozen=True)
class ObservedCounter(Gauge):
    """Only grows; asked for like a gauge, because whoever counts knows nothing of this page."""

    kind: ClassVar[str] = "counter"

    def _observe(self) -> None:
        get_meter(METER).create_observable_counter(self.name, [self._now], self.unit, self.meaning)


# --- jobs -------------------------------------------------------------------------------------------

JOBS_SUBMITTED = Counter(
    "lumen.jobs.submitted",
    "{job}",
    "Jobs made.",
    "None for longer than usual: look whether clients reach the API.",
    ("source", "priority"),
)
JOBS_ENDED = Counter(
    "lumen.jobs.ended",
    "{job}",
    "Jobs that are over: succeeded, failed (and of what) or canceled; the route that made them, or failed last.",
    "Failed above a few percent: docs/errors.md has a paragraph for each reason; `lumen dlq list`.",
    ("status", "reason", "route"),
)
JOB_WAIT = Histogram(
    "lumen.job.wait",
    "s",
    "From when a job was due until a worker claimed it, for each attempt.",
    "p95 above what people bear: more workers, or find who sends so much (`lumen stats`).",
    ("priority",),
)
JOB_RUN = Histogram(
    "lumen.job.run",
    "s",
    "One attempt, from its claim to whatever ended it.",
    "p95 near LUMEN_WORK_S: jobs are handed over; raise it, or see which stage grew (lumen.stage.run).",
    ("event", "route"),
)
STAGE_RUN = Histogram(
    "lumen.stage.run",
    "s",
    "One stage, tries and pauses included: made, found on the shelf, or failed.",
    "Slower than last week: the GPU is shared or throttled (`lumen doctor --gpu`), or a model was changed.",
    ("stage", "outcome"),
)
SHELF_LOOKUPS = Counter(
    "lumen.shelf.lookups",
    "{lookup}",
    "Finished stages, by whether they were found on the shelf.",
    "No hits at all: the bucket cannot be read, or every request has another seed.",
    ("stage", "hit"),
)

# --- the queue --------------------------------------------------------------------------------------

WAKE_UPS = Counter(
    "lumen.wake_ups",
    "{message}",
    "Messages served, by their fate (docs/errors.md).",
    "Many BUSY: too few workers for push. Any REJECT: somebody publishes garbage (`lumen dlq list`).",
    ("fate",),
)
QUEUE_DEPTH = Gauge(
    "lumen.queue.depth",
    "{job}",
    "Jobs that wait or run, everywhere; every process tells the same number.",
    "Grows for hours: more workers, or `lumen stats` for what they fail of.",
    ("status",),
)
QUEUE_AGE = Gauge(
    "lumen.queue.oldest_age",
    "s",
    "For how long one job has been due already; 0 when none is.",
    "The best single alert. Above 600: no worker takes jobs (paused? drained? `lumen doctor`).",
)
DEAD_LETTERS = Gauge(
    "lumen.dead_letters.unresolved",
    "{job}",
    "Failed jobs that nobody has tried again or removed, at most 100 000.",
    "Not 0: `lumen dlq list`, mend the cause, `lumen dlq replay`.",
)
SWEPT = Counter(
    "lumen.sweep.found",
    "{job}",
    "What sweep had to do because others did not.",
    "Many lapsed: workers die (look at their logs). Many woken: wake-ups are lost or nacked too often.",
    ("what",),
)

# --- the worker -------------------------------------------------------------------------------------

MODEL_LOAD = Histogram(
    "lumen.model.load",
    "s",
    "Loading one model, or a stage without one, warm-up included.",
    "Minutes: weights come over a slow mount; bake them in, or use a nearer bucket.",
    ("model",),
)
VRAM_PEAK = Gauge(
    "lumen.vram.peak",
    "By",
    "The most that tensors held of the GPU during a stage, the last time it ran; 0 where there is no GPU.",
    "Near the card's size: a lower quality, LUMEN_LOAD=lazy, or a larger card.",
    ("stage",),
)
CHILD_MEMORY = Gauge(
    "lumen.child.memory",
    "By",
    "Resident memory of the model process.",
    "Grows with every job: LUMEN_CHILD_JOBS_MAX and LUMEN_CHILD_MEMORY_MB replace it in time.",
)
CHILD_RESTARTS = ObservedCounter(
    "lumen.child.restarts",
    "{process}",
    "Model processes that were started in place of another since this worker began.",
    "More than a few an hour: kills at a deadline or a cancel are fine, deaths are not (the log has their last words).",
)
BREAKER_STATE = Gauge(
    "lumen.breaker.state",
    "1",
    "A route's circuit: 0 closed, 1 half-open, 2 open.",
    "Open: the next route answers meanwhile; the log says what failed three times.",
    ("route",),
)

# --- backends and HTTP ------------------------------------------------------------------------------

BACKEND_CALLS = Histogram(
    "lumen.backend.call",
    "s",
    "One call of the store, a queue or the bucket, by what came of it: ok, or the name of the error.",
    "BackendDown: the backend's own status page. Slow: its region should be the worker's.",
    ("port", "call", "outcome"),
    SHORT_S,
)
REQUESTS = Histogram(
    "http.server.request.duration",
    "s",
    "One HTTP request, to the first byte of its answer.",
    "5xx: the log has the request id. Slow reads: the store (lumen.backend.call).",
    ("http.request.method", "http.route", "http.response.status_code"),
    SHORT_S,
)
LIMITED = Counter(
    "lumen.requests.limited",
    "{request}",
    "Requests refused because somebody asked too much: RATE_LIMITED, QUOTA_EXCEEDED, OVERLOADED.",
    "OVERLOADED: too few workers. The others: one client; its key is in the log.",
    ("reason",),
)

METRICS: tuple[Metric, ...] = tuple(each for each in globals().values() if isinstance(each, Metric))
