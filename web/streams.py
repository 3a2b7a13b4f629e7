"""A job as a stream of events (Server-Sent Events, WHATWG HTML 9.2): sent when they happen, resumed where it broke.

There is no log of events. A document is what it is now, so an event's id says which version of it somebody has seen,
and who comes back with that id is told what is new since.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, Field

from jobs.clock import Clock
from jobs.errors import LumenError
from jobs.job import Job
from jobs.status import JobStatus
from web.answers import JobAnswer, etag_of
from web.early import early_files
from web.seats import LOOK_EVERY_S

log = logging.getLogger(__name__)

HEARTBEAT_S = 15.0  # proxies give up on what is silent for 30 s or more; the standard advises 15 s
STREAM_S_MAX = 3600.0  # Cloud Run's own limit; who comes back then has their key looked at again
AGAIN_MS = 2000  # how long a browser waits before it comes back
ID_CHARS_MAX = 256  # of an id that somebody sends; ours have 33 and a few more
MARK_CHARS = 12  # of an early file's key: 48 bits, enough to tell apart the few of one job
KINDS = {"picture.png": "image", "preview.png": "preview"}


class EarlyFile(BaseModel):
    """A file that can be had before the job is over."""

    file: str
    url: str


class End(BaseModel):
    """Nothing comes behind this."""

    id: str
    status: JobStatus


class JobEvent(BaseModel):
    """One event: of the job's document, of an early file, or of the end."""

    event: Literal["job", "image", "preview", "done"]
    id: str = Field(description="What has been seen with it; opaque. For `Last-Event-ID`.")
    data: JobAnswer | EarlyFile | End

    def __str__(self) -> str:
        """As it goes over the line; JSON has no line breaks."""
        return f"event: {self.event}\nid: {self.id}\ndata: {self.data.model_dump_json()}\n\n"


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody has been told: a version of the document, and early files. As text it is an event's id.

    The version is a digest of the document alone: its place in the queue changes with every other job, and to look
    after it three queries would be needed each time.
    """

    version: str = ""
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, event_id: str) -> Self:
        """Anybody may send anything: what no event of ours had as its id was not seen."""
        version, *files = event_id[:ID_CHARS_MAX].split(".")
        return cls(version, tuple(files))

    def __str__(self) -> str:
        return ".".join((self.version, *self.files))


def news(job: Job, seen: Seen, answer_of: Callable[[Job], JobAnswer]) -> Iterator[JobEvent]:
    """What there is to tell of a job to somebody who has seen that much; the last event's id is all they know then."""
    files, version = seen.files, etag_of(job.model_dump_json())
    for name, key in early_files(job).items():
        mark = hashlib.sha256(key.encode()).hexdigest()[:MARK_CHARS]
        if mark not in files:
            files = (*files, mark)
            told = EarlyFile(file=name, url=f"/v1/jobs/{job.id}/artifacts/{name}")
            yield JobEvent.model_validate({"event": KINDS[name], "id": str(Seen(seen.version, files)), "data": told})
    now = str(Seen(version, files))
    if version != seen.version:
        yield JobEvent(event="job", id=now, data=answer_of(job))
    if job.done:
        yield JobEvent(event="done", id=now, data=End(id=job.id, status=job.status))


@dataclass(frozen=True, slots=True)
class Stream:
    """One listener at one job."""

    look: Callable[[], Job]
    answer_of: Callable[[Job], JobAnswer]
    clock: Clock
    closed: Callable[[], bool] = lambda: False  #: whether this process is about to end

    def texts(self, seen: Seen) -> Iterator[str]:
        """What goes over the line, until the job is done. Whoever listens comes back when it ends before that.

        A heartbeat is two lines, a look apart: to a listener who is gone the first only provokes the reset, and the
        second fails, which frees the thread.
        """
        yield f"retry: {AGAIN_MS}\n\n"
        try:
            yield from self._told(seen)
        except LumenError as error:  # it was deleted, or the store is down: who comes back is told which
            log.info("an event stream ends early: %s", error)

    def _told(self, seen: Seen) -> Iterator[str]:
        heard = self.clock.monotonic()
        for job in self._looks():
            if job is not None:
                for event in news(job, seen, self.answer_of):
                    seen = Seen.of(event.id)
                    yield str(event)
            elif self.clock.monotonic() - heard >= HEARTBEAT_S:
                yield ":\n"
                self.clock.sleep(LOOK_EVERY_S)
                yield ":\n"
            else:
                continue
            heard = self.clock.monotonic()

    def _looks(self) -> Iterator[Job | None]:
        """The job whenever it is another than at the last look, None when it is not."""
        last: Job | None = None
        until = self.clock.monotonic() + STREAM_S_MAX
        while self.clock.monotonic() < until and not self.closed():
            job = self.look()
            yield None if job == last else job
            if job.done:
                return
            last = job
            self.clock.sleep(LOOK_EVERY_S)
