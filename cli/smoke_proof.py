"""What `lumen smoke` does: wait until a worker is ready, have it make a job, look at what it kept."""

import hashlib
import secrets
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cli.convert import GLB
from cli.doctor import Finding
from cli.render import say

if TYPE_CHECKING:
    from cli.smoke_door import Door
    from jobs.job import Job
    from jobs.wiring import Platform

CONCEPT = "office chair"  # small, and of parts that every route can name
SMOKE = "smoke"  # owner, source and tag of its jobs
KEPT = timedelta(days=1)  # long enough to look at what was made
TRIES_MAX = 5  # jobs; one is lost when another worker claims it in the moment between its document and the push
LOOK_EVERY_S = 1.0
LOG = "look at its log"


class Failed(Exception):
    """The revision does not prove itself. `then` is what to do about it."""

    def __init__(self, what: str, then: str = "") -> None:
        super().__init__(what)
        self.then = then


class Lost(Exception):
    """This job proves nothing: another one has to be made."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One revision, put to the proof. What it raises: Failed, BackendDown."""

    platform: "Platform"
    door: "Door"
    revision: str
    route: str | None
    patience_s: float

    def steps(self) -> Iterator[Finding]:
        yield from self._ready()
        job = yield from self._made()
        yield from self._kept(job)

    # --- it gets ready ----------------------------------------------------------------------------

    def _ready(self) -> Iterator[Finding]:
        begun = self.platform.clock.monotonic()
        while not (health := self.door.health()).ready:
            if "drained" in health.facts:
                undo = f"lumen drain {self.revision} --undo"
                raise Failed(f"it is drained, so it takes no job: {health.facts['drained']}", undo)
            self._in_time(begun, f"it is not ready ({health.why})")
            self._rest(LOOK_EVERY_S)
        if health.facts.get("paused"):
            raise Failed("claims are paused, so it takes no job", "lumen resume, then once more")
        yield Finding("ok", f"ready after {self.platform.clock.monotonic() - begun:.0f} s")
        for name, state in health.facts.get("routes", {}).items():
            yield Finding("ok" if state in {"ready", "loading"} else "warn", f"route {name}: {state}")

    # --- it makes a job ---------------------------------------------------------------------------

    def _made(self) -> "Generator[Finding, None, Job]":
        """The job that this revision made, as the generator's value."""
        begun = self.platform.clock.monotonic()
        for _ in range(TRIES_MAX):
            job = self._new()
            yield Finding("ok", f"job {job.id}: {job.input.words}, {job.input.quality.value}, seed {job.input.seed}")
            try:
                return self._judged(self._followed(job, begun))
            except Lost as lost:
                yield Finding("warn", str(lost))
            finally:
                self._cleared(job.id)
        then = "lumen stats says who is at work; then once more"
        raise Failed(f"in {TRIES_MAX} tries it made no job: nothing is known of {self.revision}", then)

    def _new(self) -> "Job":
        """The document alone. Nobody is told of it, so workers that are not awake already leave it to ours.

        It goes before all that wait, so that a revision nobody has tried is not given somebody's job first.
        """
        from jobs.client import new_trace
        from jobs.job import new_job, new_job_id
        from jobs.request import Priority, parse_request
        from jobs.turns import take_turn

        platform = self.platform
        wanted = {"prompt": CONCEPT, "quality": "draft", "seed": a_seed()}
        now = platform.store.now()
        job = new_job(
            parse_request({"input": wanted, "priority": Priority.HIGH, "tags": [SMOKE]}),
            job_id=new_job_id(),
            owner=SMOKE,
            now=now,
            turn=take_turn(platform.store, platform.records, SMOKE, Priority.HIGH),
            attempts_left=platform.settings.attempts_max,
            expires_at=now + KEPT,
            source=SMOKE,
            trace=new_trace(),
        )
        return platform.store.create(job)

    def _followed(self, job: "Job", begun: float) -> "Job":
        """Push until somebody has claimed it, then wait for the end of that attempt. Raises: Lost, Failed."""
        said = "it was not pushed yet"
        while not (job := self.platform.store.get(job.id)).attempts:
            self._in_time(begun, f"nobody has claimed {job.id} ({said})")
            pushed = self.door.push(job)
            said = pushed.said
            self._rest(pushed.rest_s)
        while job.attempts[-1].ended_at is None and self._is_ours(job):
            self._in_time(begun, f"{job.id} was claimed and not made")
            self._rest(LOOK_EVERY_S)
            job = self.platform.store.get(job.id)
        if not self._is_ours(job):
            raise Lost(f"{job.id} was taken by {job.attempts[-1].worker}")
        return job

    def _is_ours(self, job: "Job") -> bool:
        from jobs.drain import place_of

        return place_of(job.attempts[-1].worker) == self.revision

    def _judged(self, job: "Job") -> "Job":
        """The job, if its attempt was as it has to be. Raises: Lost, Failed."""
        last = job.attempts[-1]
        if last.event == "hand_back":
            raise Lost(f"{last.worker} handed {job.id} back: {last.message or 'it was told to end'}")
        if job.output is None:
            reason = f"{last.reason.value}: " if last.reason else ""
            raise Failed(f"{last.worker} did not make it ({last.event}): {reason}{last.message}", LOG)
        if self.route and job.output.route != self.route:
            why = "; ".join(job.output.refusals) or "that one is not used there"
            raise Failed(f"made by route {job.output.route}, not by {self.route}: {why}", LOG)
        return job

    def _cleared(self, job_id: str) -> None:
        """Nobody is woken because of it: a job that is open is canceled; one that failed is shown here, and removed."""
        from jobs.errors import JobAlreadyDone, LumenError
        from jobs.status import JobStatus

        client = self.platform.client(owner=SMOKE, source=SMOKE)
        try:
            job = client.get(job_id)
            if job.status is JobStatus.FAILED:
                say(self._traceback(job_id))
                client.delete(job_id)
            elif not job.done:
                client.cancel(job_id)
        except JobAlreadyDone:
            pass
        except LumenError as error:
            say(f"{job_id} is left as it is: {error}")

    def _traceback(self, job_id: str) -> str:
        from jobs.errors import RecordMissing

        try:
            debug = self.platform.records.get(f"jobs/{job_id}/private", "debug")
        except RecordMissing:
            return f"{job_id} left no traceback"
        return f"{debug.get('traceback', '')}\n{debug.get('detail', '')}".strip()

    # --- it kept what it made ---------------------------------------------------------------------

    def _kept(self, job: "Job") -> Iterator[Finding]:
        """Every file is in the bucket as the document has it, and the object has its parts by name. Raises: Failed."""
        from models.mesh.load import parts_of

        assert job.output is not None  # judged
        worker, seconds = job.attempts[-1].worker, job.metrics.run_seconds if job.metrics else 0.0
        yield Finding("ok", f"made by {worker} in {seconds:.1f} s, by route {job.output.route}")
        yield from (Finding("warn", f"not by {refusal}") for refusal in job.output.refusals)
        files = {name: self._file(job, name) for name in job.output.files}
        yield Finding("ok", f"{len(files)} files in the bucket, each as the document has it")
        try:
            parts = parts_of(files.get(GLB, b""))
        except ValueError as error:
            raise Failed(f"{GLB} cannot be read: {error}") from None
        found, wanted = [part.name for part in parts], [part.name for part in job.output.parts]
        if not found or found != wanted:
            raise Failed(f"{GLB} has the parts {found}, the document says {wanted}")
        yield Finding("ok", f"{GLB}: {len(found)} parts, {', '.join(found)}")

    def _file(self, job: "Job", name: str) -> bytes:
        from jobs.bucket import files_of
        from jobs.errors import BlobMissing

        assert job.output is not None  # judged
        try:
            data = self.platform.bucket.get(f"{files_of(job.id)}{job.claims}/{name}")
        except BlobMissing:
            raise Failed(f"{name} is not in the bucket", "is LUMEN_BUCKET here the worker's?") from None
        if hashlib.sha256(data).hexdigest() != job.output.files[name].sha256:
            raise Failed(f"{name} is not what the document says: {len(data)} bytes of another digest")
        return data

    # --- time -------------------------------------------------------------------------------------

    def _in_time(self, begun: float, why: str) -> None:
        if self.platform.clock.monotonic() - begun >= self.patience_s:
            raise Failed(f"after {self.patience_s:g} s {why}", LOG)

    def _rest(self, seconds: float) -> None:
        self.platform.clock.sleep(min(seconds, self.patience_s))


def a_seed() -> int:
    """One that nobody has had, so that the shelf has no answer."""
    from jobs.request import SEED_MAX

    return secrets.randbelow(SEED_MAX + 1)
