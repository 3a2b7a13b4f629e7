"""Following a job over HTTP, and keeping its files: what is decided between two pieces of an answer.

A watcher reads the job's event stream. Where it breaks or is refused, the job is looked at once, and after a pause the
stream is tried again behind the last event that was seen: so a crowded door is polled, and nothing is said twice.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from jobs.clock import Clock
from jobs.errors import StillRunning
from jobs.http_client.errors import ApiError, BadAnswer, ComeBack, not_understood
from jobs.http_client.job import RemoteJob
from jobs.http_client.retry import may_pass
from jobs.http_client.wire import CONNECT_S, SILENCE_S, Call, at, parsed, require_good

EVENTS = "text/event-stream"
LOOK_AGAIN_S = 2.0  # as the API tells who polls
LINE_BYTES_MAX = 2 << 20  # twice what a document may have (Firestore: 1 MiB)


@dataclass(slots=True)
class Event:
    """One of a stream, as far as it has arrived."""

    name: str = "message"
    id: str = ""
    data: list[str] = field(default_factory=list)


@dataclass(slots=True)
class EventReader:
    """Bytes of an event stream into events (WHATWG, HTML, "Server-sent events"). Heartbeats are comments."""

    rest: bytes = b""
    event: Event = field(default_factory=Event)

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that this chunk completes. Raises: BadAnswer for a line without end."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if len(self.rest) > LINE_BYTES_MAX:
            raise BadAnswer(f"A line of the event stream has more than {LINE_BYTES_MAX} bytes.")
        for line in lines:
            if text := line.decode("utf-8", errors="replace").rstrip("\r"):
                self._line(text)
            elif self.event.data:
                done, self.event = self.event, Event(id=self.event.id)
                yield done

    def _line(self, text: str) -> None:
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self.event.name = value
        elif name == "id":
            self.event.id = value
        elif name == "data":
            self.event.data.append(value)


@dataclass(slots=True)
class Watch:
    """What a watcher of one job knows."""

    job_id: str
    clock: Clock
    until: float | None = None  #: by the clock's monotonic seconds
    seen: RemoteJob | None = None
    seen_id: str = ""
    reader: EventReader = field(default_factory=EventReader)

    @property
    def over(self) -> bool:
        return self.seen is not None and self.seen.done

    def call(self) -> Call:
        """The stream, behind what was seen of it."""
        self.reader = EventReader()
        last = {"Last-Event-ID": self.seen_id} if self.seen_id else {}
        return Call("GET", at(self.job_id, "events"), headers={"Accept": EVENTS, **last})

    def timeout(self) -> httpx.Timeout:
        """Silence that means that nobody is there any more; not longer than the watcher has."""
        return httpx.Timeout(min(SILENCE_S, self._left_s()), connect=CONNECT_S)

    def taken(self, chunk: bytes) -> Iterator[RemoteJob]:
        """The changes that this chunk of the stream tells of. Raises: StillRunning, BadAnswer."""
        for event in self.reader.feed(chunk):
            self.seen_id = event.id or self.seen_id
            if event.name == "job":
                yield from self.news(parsed(RemoteJob, "\n".join(event.data), f"The event stream of {self.job_id}"))
        if not self.over:
            self._left_s()

    def news(self, job: RemoteJob) -> Iterator[RemoteJob]:
        """The job, if it is not as it was."""
        if job != self.seen:
            self.seen = job
            yield job

    def pause_s(self, error: ApiError) -> float:
        """How long to wait before the stream is tried again. Raises: StillRunning; the error, if it will not pass."""
        left_s = self._left_s()
        if not may_pass(error):
            raise error
        said_s = error.retry_after_s if isinstance(error, ComeBack) else None
        return min(LOOK_AGAIN_S if said_s is None else said_s, left_s)

    def _left_s(self) -> float:
        """Raises: StillRunning when no time is left; the job goes on."""
        left_s = float("inf") if self.until is None else self.until - self.clock.monotonic()
        if left_s <= 0:
            status = self.seen.status if self.seen else "there"
            raise StillRunning(f"{self.job_id} is still {status}; it goes on without us.")
        return left_s


def require_stream(response: httpx.Response) -> None:
    """Raises: ApiError. The body of a refusal has been read."""
    require_good(response)
    if response.headers.get("Content-Type", "").partition(";")[0] != EVENTS:
        raise not_understood(response)


def sha256_of(job: RemoteJob, file: str) -> str | None:
    """What the file must have; None for a format that is made when somebody asks for it."""
    kept = job.output.files.get(file) if job.output else None
    return kept.sha256 if kept else None


@contextmanager
def whole(path: Path, sha256: str | None) -> Iterator[Callable[[bytes], None]]:
    """Writes a file that is there when it is whole, and not before. Raises: BadAnswer when it came damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, part = hashlib.sha256(), path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as file:

            def write(chunk: bytes) -> None:
                digest.update(chunk)
                file.write(chunk)

            yield write
        if sha256 is not None and digest.hexdigest() != sha256:
            raise BadAnswer(f"{path.name} came damaged: its sha256 is not {sha256}.")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
