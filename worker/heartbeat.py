"""The beat: one atomic change that extends the lease, shows progress and sees whether somebody wants it to end.

It comes from a thread of the parent process, so a child that holds the GIL for seconds cannot starve it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

from jobs.errors import BackendDown, CancelRequested, LeaseLost, LumenError, ShuttingDown
from jobs.fields import Checkpoint, Lease, Report, Stage, StageDone
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.logs import in_context
from jobs.settings import Settings
from models.stage import Stage as CraftStage

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0  # how often the cancel flag is read between beats
ETA_FROM_PERCENT = 10  # below, the first stage's start-up would be taken for the pace of the whole


class Heartbeat:
    """Beats for one claimed job while it is worked on. It is the pipeline's `Watcher`."""

    def __init__(self, store: JobStore, job: Job, lease: Lease, settings: Settings, stopping: threading.Event) -> None:
        self._store = store
        self._job_id = job.id
        self._lease = lease
        self._lease_for = timedelta(seconds=settings.lease_s)
        self._beat_s = settings.beat_s
        self._progress_s = settings.progress_s
        self._held_s = settings.push_s
        self._stopping = stopping
        self._begun = job.attempts[-1].started_at  # the store's time; what has passed since, our clock knows
        self._begun_on_clock = store.clock.monotonic()
        self._stage_begun = self._begun
        self._report = Report(progress=job.progress)
        self._news = threading.Event()
        self._over = threading.Event()
        self._problem: Exception | None = None
        self._thread = threading.Thread(target=in_context(self._live), name=f"beat-{job.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._news.set()
        self._thread.join(LOOK_EVERY_S)  # a beat still under way finds the lease gone and writes nothing

    @property
    def report(self) -> Report:
        """Everything there is to say, for the write that ends the attempt."""
        return self._report

    # --- what the pipeline tells ---------------------------------------------------------------

    def started(self, stage: CraftStage, index: int, total: int, overall: int) -> None:
        self._stage_begun = self._now()
        shown = Stage(name=stage.name, label=stage.label, index=index, total=total, started_at=self._stage_begun)
        self._tell(stage=shown, progress=overall, eta_at=self._eta(overall))

    def stepped(self, within: int, overall: int, message: str) -> None:
        stage = self._report.stage
        shown = stage and stage.model_copy(update={"progress": within, "message": message})
        self._tell(stage=shown, progress=overall, eta_at=self._eta(overall))

    def finished(self, stage: CraftStage, *, key: str, seconds: float, hit: bool) -> None:
        done = StageDone(name=stage.name, started_at=self._stage_begun, ended_at=self._now(), seconds=seconds, hit=hit)
        checkpoint = Checkpoint(key=key, seconds=seconds, hit=hit)
        report = self._report
        self._tell(stages=(*report.stages, done), checkpoints=report.checkpoints | {stage.name: checkpoint})

    def interrupted(self) -> Exception | None:
        return ShuttingDown("The worker is shutting down.") if self._stopping.is_set() else self._problem

    def _tell(self, **changes: object) -> None:
        """Swap in a new report; the thread reads the newest. With `progress_s` 0 the work waits until it is written."""
        self._report = self._report.model_copy(update=changes)
        if self._progress_s:
            self._news.set()
        else:
            self._try(self._beat)

    def _eta(self, overall: int) -> datetime | None:
        """When it will be done if it goes on like this; None before there is enough to judge by."""
        if overall < ETA_FROM_PERCENT:
            return None
        return self._begun + (self._now() - self._begun) * (100 / overall)

    def _now(self) -> datetime:
        """The store's time, without asking it: no outage shall end an attempt that only wants to tell how far it is."""
        return self._begun + timedelta(seconds=self._store.clock.monotonic() - self._begun_on_clock)

    # --- what the document is told -------------------------------------------------------------

    def _live(self) -> None:
        """Beat when there is news, at most every `progress_s`; without news every `beat_s`; look in between.

        No longer than a push lives: if the worker hangs by then, the lease shall lapse and another go on.
        """
        clock = self._store.clock
        begun = last_beat = clock.monotonic()
        while not self._over.wait(min(self._progress_s, self._beat_s)):  # the lease goes before quiet
            if clock.monotonic() - begun > self._held_s:
                log.critical("%s has been held for %g s: it is left to its lease's end", self._job_id, self._held_s)
                return
            due_in_s = max(self._beat_s - (clock.monotonic() - last_beat), 0)
            if self._news.wait(min(LOOK_EVERY_S, due_in_s)) or not due_in_s:
                self._news.clear()
                last_beat = clock.monotonic()
                self._try(self._beat)
            else:
                self._try(self._look)

    def _beat(self) -> Job:
        """A power cut may take it: that ends this worker too."""
        report = self._report

        def change(job: Job, now: datetime) -> Job:
            return job.beat(self._lease, report, now=now, lease_for=self._lease_for)

        return self._store.update(self._job_id, change, lasting=False)

    def _look(self) -> Job:
        return self._store.get(self._job_id)

    def _try(self, ask: Callable[[], Job]) -> None:
        """A store out of reach does not stop the work; a job that is no longer ours does."""
        if self._over.is_set():
            return
        try:
            job = ask()
        except BackendDown as error:
            log.warning("beat of %s did not arrive: %s", self._job_id, error)
        except LumenError as error:
            self._problem = LeaseLost(str(error))
        except Exception:
            log.exception("a bug in a beat of %s; the next one is tried all the same", self._job_id)
        else:
            self._judge(job)

    def _judge(self, job: Job) -> None:
        if job.lease is None or job.lease.token != self._lease.token:
            self._problem = LeaseLost(f"{job.id} was taken over.")
        elif job.cancel_requested:
            self._problem = CancelRequested("The client asked for it to end.")
