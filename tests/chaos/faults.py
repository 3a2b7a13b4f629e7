"""Faults at every call: ports over real ones that count each call, and go wrong at the one they are told."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from jobs.errors import BackendDown, LumenError, Outrun
from jobs.gcp import CALL_S, TRANSFER_S
from jobs.job_store import JOBS
from jobs.store import Document, Query
from jobs.wiring import Adapters
from tests.fakes import FakeClock

OUTAGE_S = 30.0  # longer than anybody asks again (jobs/retry.py: 10 s)
ASIDE = ("beat", "hold")  # threads that the product starts beside its line; their calls have a count of their own
CHANGES = ("create", "write", "delete", "publish", "ack", "nack", "put")  #: what leaves something behind
# Asked of no backend: SQLite reads the clock, Firestore adds to what its last answer told; a link is a name.
NO_CALLS = ("now", "link")
T = TypeVar("T")


class Mode(StrEnum):
    """How a call goes wrong."""

    BEFORE = "before"  #: it does not arrive
    AFTER = "after"  #: it arrives, its answer does not
    HANG = "hang"  #: as `after`, and the caller waited as long as an adapter does
    UNAVAILABLE = "unavailable"  #: it and all others of its port do not arrive, for a while
    ABORTED = "aborted"  #: a write has lost its race; any other call does not arrive
    DENIED = "denied"  #: it and all others of its port are refused, until somebody mends it
    KILL_BEFORE = "kill before"  #: its process dies instead
    KILL_AFTER = "kill after"  #: its process dies of it


KILLS = (Mode.KILL_BEFORE, Mode.KILL_AFTER)
MODES = tuple(mode for mode in Mode if mode not in KILLS)
HARMLESS = (Mode.BEFORE, Mode.AFTER, Mode.ABORTED, Mode.UNAVAILABLE)  #: over before any lease is


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a port. `series` and `n` find it again when the same things are done once more."""

    series: str  #: "line", or the kind of thread beside it
    n: int
    port: str  #: what fails together: documents, queue, letters, bucket
    name: str  #: what a reader calls it: store.write, records.create, queue.ack

    @property
    def changes(self) -> bool:
        return self.name.partition(".")[2] in CHANGES

    @property
    def row(self) -> str:
        return self.name if self.series == "line" else f"{self.name} ({self.series})"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    series: str
    n: int
    mode: Mode

    def __str__(self) -> str:
        return f"{self.mode} at call {self.n} of the {self.series}"


@dataclass
class Faults:
    """Sees every call of all ports of one run, and does at one of them what it was told."""

    clock: FakeClock
    fault: Fault | None = None
    calls: list[Call] = field(default_factory=list)
    struck: Call | None = None
    _down: dict[str, float] = field(default_factory=dict)  #: port -> when it works again
    _struck_at: float = 0.0
    _healed_at: float | None = None
    _counts: Counter[str] = field(default_factory=Counter)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def heal(self) -> None:
        """From now on everything works."""
        self._healed_at = self.clock.monotonic()

    @property
    def outage_s(self) -> float:
        """How long the fault kept everybody from doing anything about it, at most."""
        denied = self.fault is not None and self.fault.mode is Mode.DENIED
        return (self._healed_at or 0.0) - self._struck_at if denied else max(OUTAGE_S, TRANSFER_S)

    def over(self, port: str, inner: Any) -> Any:
        """The port `inner`, seen by us."""
        return Faulty(port, inner, self)

    def call(self, port: str, name: str, do: Callable[[], T]) -> T:
        call = self._counted(port, name)
        if self._healed_at is not None:
            return do()
        fault = self.fault
        if fault is not None and (fault.series, fault.n) == (call.series, call.n):
            self.struck, self._struck_at = call, self.clock.monotonic()
            return self._strike(fault.mode, call, do)
        if self._down.get(port, 0.0) > self.clock.monotonic():
            raise BackendDown(f"{port} is out of reach.")
        return do()

    def _counted(self, port: str, name: str) -> Call:
        thread = threading.current_thread().name.partition("-")[0]
        series = thread if thread in ASIDE else "line"
        with self._one_at_a_time:
            call = Call(series, self._counts[series], port, name)
            self._counts[series] += 1
            self.calls.append(call)
        return call

    def _strike(self, mode: Mode, call: Call, do: Callable[[], T]) -> T:
        match mode:
            case Mode.KILL_BEFORE:
                die()
            case Mode.KILL_AFTER:
                unheard(do)
                die()
            case Mode.AFTER:
                unheard(do)
            case Mode.HANG:
                unheard(do)
                self.clock.advance(TRANSFER_S if call.port == "bucket" else CALL_S)
            case Mode.UNAVAILABLE:
                self._down[call.port] = self.clock.monotonic() + OUTAGE_S
            case Mode.DENIED:
                self._down[call.port] = float("inf")
            case Mode.ABORTED if call.name.endswith(".write"):
                raise Outrun("The test lets somebody else win.")
        raise BackendDown(f"The test made {call.name} fail: {mode}.")


def unheard(do: Callable[[], object]) -> None:
    """Whatever the answer would have been."""
    with suppress(LumenError):
        do()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Faulty:
    """Any port, each of its methods passed through `Faults.call`."""

    def __init__(self, port: str, inner: Any, faults: Faults) -> None:
        self._port, self._inner, self._faults = port, inner, faults

    def __getattr__(self, method: str) -> Callable[..., Any]:
        real: Callable[..., Any] = getattr(self._inner, method)
        if method in NO_CALLS:
            return real

        def call(*args: Any, **more: Any) -> Any:
            name = f"{self._shown(args)}.{method}"
            return self._faults.call(self._port, name, partial(real, *args, **more))

        return call

    def _shown(self, args: tuple[Any, ...]) -> str:
        """Documents are shown as what lies in them."""
        if self._port != "documents":
            return self._port
        first = args[0] if args else JOBS
        collection = first.collection if isinstance(first, Document | Query) else first
        return "store" if collection == JOBS else "records"


def faulty(real: Adapters, faults: Faults) -> Adapters:
    """Every port of a platform, seen by `faults`."""
    return Adapters(
        documents=faults.over("documents", real.documents),
        queue=faults.over("queue", real.queue),
        letters=faults.over("letters", real.letters),
        bucket=faults.over("bucket", real.bucket),
    )
