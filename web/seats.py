"""Threads that do nothing but wait: so many of them, and no more, so that requests always find one."""

import signal
import threading
from types import FrameType
from typing import Self

# How often who sits looks at the document. Progress has to be seen within a second of its write; on Firestore every
# look costs a read, and 48 seats at ten looks a second would be a third of a core on SQLite.
LOOK_EVERY_S = 0.4


class Seat:
    """The right to hold a thread. Left once, however often it is said."""

    def __init__(self, seats: "Seats") -> None:
        self._seats: Seats | None = seats

    def leave(self) -> None:
        seats, self._seats = self._seats, None
        if seats is not None:
            seats._left()  # noqa: SLF001 (the two are one thing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


class Seats:
    """Those of one kind in this process. How many there are is said by whoever takes one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0
        self._closed = False

    def take(self, seats_max: int) -> Seat | None:
        """None when all are taken, or none is given any more."""
        with self._lock:
            if self._closed or self._taken >= seats_max:
                return None
            self._taken += 1
            return Seat(self)

    @property
    def taken(self) -> int:
        return self._taken

    @property
    def closed(self) -> bool:
        """Whether this process is about to end: who sits gets up at the next look."""
        return self._closed

    def close(self) -> None:
        self._closed = True

    def _left(self) -> None:
        with self._lock:
            self._taken -= 1


def close_at_terminate(seats: Seats) -> None:
    """At SIGTERM nobody sits any longer; then what was to happen before, gunicorn's own shutdown.

    It would wait for an event stream as long as it may, and cut it off then. Call it from the main thread.
    """
    before = signal.getsignal(signal.SIGTERM)

    def act(number: int, frame: FrameType | None) -> None:
        seats.close()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, act)
