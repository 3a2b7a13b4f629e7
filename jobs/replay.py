"""Many failed jobs tried again: planned first, put on record, then done slowly, and never twice.

A run is a list of jobs and the moment at which it began. A job is the run's to try only if it failed before that
moment and the run has not tried it yet; both are asked again inside the change itself. So a run may be killed anywhere
and gone on with, or be done by two at once. How far it is, the jobs' documents tell; the run's
record says so too, now and then, for whoever only wants to look.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from pydantic import AwareDatetime

from jobs.audit import new_id
from jobs.client import JobClient
from jobs.clock import Clock
from jobs.dead_filter import DeadFilter
from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, LumenError
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.pace import Pace
from jobs.records import Record, Records
from jobs.request import Frozen
from jobs.status import Event, after

RUNS = "replays"
RUN_MAX = 10_000  # jobs; their ids stand in one record, and a document of Firestore has 1 MiB
NOTED_EVERY_JOBS = 20  # ten seconds at the usual pace, and one write more for sixty
RPS = 2.0  # a replayed job costs a GPU tens of seconds: faster than that only fills the queue


class Outcome(StrEnum):
    """What became of one job of a run."""

    REPLAYED = "replayed"
    BEFORE = "before"  #: the run has tried it already, in another process
    LEFT = "left"  #: not the run's to try, or not any more


@dataclass(frozen=True, slots=True)
class Tried:
    """One job, and what became of it. `why` it was left."""

    job_id: str
    outcome: Outcome
    job: Job | None = None
    error: LumenError | None = None

    @property
    def why(self) -> str:
        return str(self.error) if self.error else f"it is {self.job.status} by now" if self.job else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would try. `more`: more jobs are wanted than one run takes."""

    wanted: DeadFilter
    at: datetime
    jobs: Sequence[Job]
    limit: int | None
    more: bool


class Run(Frozen):
    """A run as it is on record."""

    id: str
    filter: tuple[str, ...] = ()
    why: str = ""
    who: str
    begun_at: AwareDatetime
    limit: int | None = None
    rps: float = RPS
    ids: tuple[str, ...]
    counts: Mapping[str, int] = {}
    done_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Replays:
    """Runs: planned, begun, gone on with."""

    store: JobStore
    records: Records
    letters: DeadLetters
    client: JobClient
    clock: Clock

    def plan(self, wanted: DeadFilter, *, limit: int | None = None) -> Plan:
        """The failed jobs that are wanted, the last to fail first. Nothing is written. Raises: BackendDown."""
        at = self.store.now()
        until = min(wanted.until, at) if wanted.until else at
        failed = (dead for dead in self.letters.scan(replace(wanted, until=until)) if isinstance(dead, Job))
        most = min(limit or RUN_MAX, RUN_MAX)
        found = list(islice(failed, most + 1))
        return Plan(wanted, at, found[:most], limit, more=len(found) > most and most != limit)

    def begin(self, plan: Plan, *, why: str, who: str, rps: float = RPS) -> Run:
        """Put the plan on record; no job is changed yet. Raises: BackendDown."""
        said: dict[str, Any] = {"filter": plan.wanted.words(), "why": why, "who": who, "begun_at": plan.at}
        record = said | {"limit": plan.limit, "rps": rps, "ids": [job.id for job in plan.jobs]}
        run_id = new_id("r")
        # Not by `create`: under an id of our own what is there already is this run, and its answer got lost.
        self.records.update(RUNS, run_id, lambda _old, _now: {**record, "counts": {}, "done_at": None})
        return Run.model_validate({**record, "id": run_id})

    def get(self, run_id: str) -> Run:
        """Raises: RecordMissing, BackendDown."""
        return Run.model_validate({**self.records.get(RUNS, run_id), "id": run_id})

    def go(self, run: Run, *, rps: float | None = None) -> Iterator[Tried]:
        """Try the run's jobs, one after the other. Raises: BackendDown; the run can be gone on with."""
        pace = Pace(self.clock, rps or run.rps)
        counts: Counter[str] = Counter()
        for job_id in run.ids:
            tried = self._try(job_id, run, pace)
            counts[tried.outcome] += 1
            yield tried
            if counts.total() % NOTED_EVERY_JOBS == 0:
                self._note(run, counts, done=False)
        self._note(run, counts, done=True)

    def would(self, job_ids: Sequence[str]) -> Iterator[Tried]:
        """What `each` would come to, as far as one can tell. Nothing is written. Raises: BackendDown."""
        for job_id in job_ids:
            try:
                job = self.store.get(job_id)
                after(job.status, Event.REPLAY)
            except BackendDown:
                raise
            except LumenError as error:
                yield Tried(job_id, Outcome.LEFT, error=error)
            else:
                yield Tried(job_id, Outcome.REPLAYED, job)

    def each(self, job_ids: Sequence[str], *, why: str, rps: float = RPS) -> Iterator[Tried]:
        """Try jobs that somebody named, canceled ones too. Raises: BackendDown."""
        pace = Pace(self.clock, rps)
        for job_id in job_ids:
            try:
                with pace:
                    job = self.client.replay(job_id, why=why)
            except BackendDown:
                raise
            except LumenError as error:
                yield Tried(job_id, Outcome.LEFT, error=error)
            else:
                yield Tried(job_id, Outcome.REPLAYED, job)

    def _note(self, run: Run, counts: "Counter[str]", *, done: bool) -> None:
        """How far it is. Of two that go on with one run, whoever is behind does not turn it back."""
        totals = {"replayed": counts[Outcome.REPLAYED] + counts[Outcome.BEFORE], "left": counts[Outcome.LEFT]}

        def change(old: Record | None, now: datetime) -> Record:
            if done:
                return {"counts": totals, "done_at": now}
            further = old is not None and sum(totals.values()) > sum(old["counts"].values())
            return {"counts": totals} if further else {}

        self.records.update(RUNS, run.id, change)

    def _try(self, job_id: str, run: Run, pace: "Pace") -> Tried:
        ours = False
        try:
            job = self.store.get(job_id)
            if job.is_for(run.id, run.begun_at):
                with pace:
                    job = self.client.replay(job_id, why=run.why, within=(run.id, run.begun_at))
                ours = job.last_write is not None and job.last_write.holder == self.store.holder
        except BackendDown:
            raise
        except LumenError as error:
            return Tried(job_id, Outcome.LEFT, error=error)
        tried = job.replay is not None and job.replay.run == run.id
        return Tried(job_id, (Outcome.REPLAYED if ours else Outcome.BEFORE) if tried else Outcome.LEFT, job)
