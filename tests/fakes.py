"""Small fakes, written by hand: a clock that a test moves, a store that fails when told to."""

import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from jobs.errors import BackendDown
from jobs.queue import Delivery, Message
from jobs.store import Document, DocumentStore, Fields, Query

START = datetime(2026, 3, 1, 12, tzinfo=UTC)  # a whole second: also times without microseconds must sort
T = TypeVar("T")
Interruption = Callable[[Callable[[], object]], object]


class FakeClock:
    """Moved by the test, and by whoever sleeps: waiting costs nothing. Threads may share it."""

    def __init__(self, now: datetime = START) -> None:
        self._start = now
        self._passed_s = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    def sleep(self, seconds: float, how: Callable[[float], object] = time.sleep) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._passed_s += seconds


class Flaky:
    """A `DocumentStore` over a real one, whose calls fail or are overtaken when the test says so.

    Each instruction counts for one call of the method it names, in the order they were given.
    """

    def __init__(self, inner: DocumentStore) -> None:
        self.inner = inner
        self.calls: Counter[str] = Counter()
        self._due: dict[str, deque[Interruption]] = defaultdict(deque)

    # --- what a test says ---

    def fail(self, method: str, times: int = 1) -> None:
        """The next call does not reach the store."""
        self._due[method].extend([_down] * times)

    def lose_answer(self, method: str, times: int = 1) -> None:
        """The next call does its work, but its caller is told otherwise."""
        self._due[method].extend([_unheard] * times)

    def overtake(self, method: str, meanwhile: Callable[[], object]) -> None:
        """Somebody else acts just before the next call."""

        def overtaken(call: Callable[[], object]) -> object:
            meanwhile()
            return call()

        self._due[method].append(overtaken)

    def heal(self) -> None:
        self._due.clear()

    # --- what the store does ---

    def now(self) -> datetime:
        return self._call("now", self.inner.now)

    def create(self, collection: str, key: str, fields: Fields) -> Document:
        return self._call("create", lambda: self.inner.create(collection, key, fields))

    def read(self, collection: str, key: str) -> Document:
        return self._call("read", lambda: self.inner.read(collection, key))

    def write(self, old: Document, changed: Fields, *, lasting: bool = True) -> Document:
        return self._call("write", lambda: self.inner.write(old, changed, lasting=lasting))

    def delete(self, collection: str, key: str, *, version: str | None = None) -> None:
        return self._call("delete", lambda: self.inner.delete(collection, key, version=version))

    def find(self, query: Query) -> Iterator[Document]:
        return self._call("find", lambda: self.inner.find(query))

    def count(self, query: Query) -> int:
        return self._call("count", lambda: self.inner.count(query))

    def walk(self, *, limit: int, after: Document | None = None) -> Iterator[Document]:
        return self._call("walk", lambda: self.inner.walk(limit=limit, after=after))

    def _call(self, method: str, call: Callable[[], T]) -> T:
        self.calls[method] += 1
        if not self._due[method]:
            return call()
        return self._due[method].popleft()(call)  # type: ignore[return-value]


def _down(call: Callable[[], object]) -> object:
    raise BackendDown("The test pulled the plug before the call.")


def _unheard(call: Callable[[], object]) -> object:
    call()
    raise BackendDown("The test pulled the plug after the call.")


class DeafQueue:
    """A `JobQueue` whose backend is down."""

    def publish(self, message: Message) -> str:
        raise BackendDown("The test pulled the queue's plug.")

    def pull(self, wait_s: float) -> Delivery | None:
        raise BackendDown("The test pulled the queue's plug.")

    def extend(self, delivery: Delivery, for_s: float) -> None:
        raise BackendDown("The test pulled the queue's plug.")

    def ack(self, delivery: Delivery) -> None:
        raise BackendDown("The test pulled the queue's plug.")

    def nack(self, delivery: Delivery, *, after_s: float) -> None:
        raise BackendDown("The test pulled the queue's plug.")
