"""How many requests a caller may make, counted in the store: a restart forgets nothing, processes share one limit."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from jobs.clock import Clock
from jobs.errors import BackendDown, RateLimited
from jobs.records import Record, Records

log = logging.getLogger(__name__)

LIMITS = "limits"
STEPS = 60  # of a window: what is counted is forgotten a sixtieth of it late, and a record has some 60 numbers
SETTLE_S = 5.0  # Firestore takes about one write a second of one document for long, and several processes write it
UNSETTLED_PART = 10  # of a limit: what one process may have counted and not yet written
TALLIES_MAX = 10_000  # callers that one process remembers, about 10 MB; one forgotten is read from the store again
SILENT_S = 1.0  # for so long a store that did not answer is not asked again for a limit's sake


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `requests_max` in any `window_s` seconds."""

    requests_max: int
    window_s: float

    @property
    def step_s(self) -> float:
        return self.window_s / STEPS

    def step_of(self, now: datetime) -> int:
        return int(now.timestamp() // self.step_s)


@dataclass(frozen=True, slots=True)
class Window:
    """The requests of the last while; those within one step are one number.

    A step is forgotten when the last moment of it is a window ago, so no window has more than the limit in it. An
    allowance that trickles back (a token bucket, GCRA) would need one time and not sixty numbers, but it trickles while
    a burst goes on: the 301st of 300 requests would pass, and up to twice as many in one window.
    """

    rate: Rate
    steps: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Record | None, rate: Rate) -> Self:
        """As it was kept. A step's number holds for one length of a window: another begins anew."""
        kept = record["steps"] if record and record["window_s"] == rate.window_s else {}
        return cls(rate, {int(step): int(count) for step, count in kept.items()})

    def record(self) -> Record:
        return {"window_s": self.rate.window_s, "steps": {str(step): count for step, count in self.steps.items()}}

    @property
    def taken(self) -> int:
        return sum(self.steps.values())

    def at(self, now: datetime) -> Self:
        """Without what is forgotten by then."""
        kept = {step: count for step, count in self.steps.items() if self._forgotten_in_s(step, now) > 0}
        return type(self)(self.rate, kept)

    def with_one_more(self, now: datetime) -> Self:
        """Raises: RateLimited, with the time that makes room."""
        window = self.at(now)
        if window.taken >= self.rate.requests_max:
            why = f"At most {self.rate.requests_max} requests in {self.rate.window_s:g} s."
            raise RateLimited(why, retry_after_s=window.room_in_s(now))
        return window.merged({self.rate.step_of(now): 1})

    def merged(self, steps: Mapping[int, int]) -> Self:
        """With what was counted elsewhere."""
        both = {step: self.steps.get(step, 0) + steps.get(step, 0) for step in sorted({*self.steps, *steps})}
        return type(self)(self.rate, both)

    def room_in_s(self, now: datetime) -> float:
        """Seconds until more may be asked for than now, at least one; 0 when nothing is counted."""
        excess = max(self.taken - self.rate.requests_max, 0)
        for step in sorted(self.steps):
            excess -= self.steps[step]
            if excess < 0:
                return self._forgotten_in_s(step, now)
        return 0.0

    def _forgotten_in_s(self, step: int, now: datetime) -> float:
        return (step + 1) * self.rate.step_s + self.rate.window_s - now.timestamp()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands with a limit."""

    remaining: int
    more_in_s: float


@dataclass(slots=True)
class Tally:
    """What one process knows of one caller's requests. One thread at a time writes it and the record behind it."""

    window: Window
    unsettled: dict[int, int] = field(default_factory=dict)  #: counted here, and not yet in the store
    settled_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def must_settle(self) -> bool:
        """Whether the store has to be told, and asked what others have counted, before one more is counted here."""
        return self.settled_at is None or sum(self.unsettled.values()) * UNSETTLED_PART >= self.window.rate.requests_max

    def is_due(self, now_s: float) -> bool:
        """Whether the store was told, and that is a while ago."""
        return self.settled_at is not None and now_s - self.settled_at >= SETTLE_S

    def count(self, now: datetime) -> None:
        """Raises: RateLimited."""
        self.window = self.window.with_one_more(now)
        step = self.window.rate.step_of(now)
        self.unsettled[step] = self.unsettled.get(step, 0) + 1


class RateLimits:
    """The requests of every caller.

    Exact ones are counted in the store before they are answered, one write each: the limit holds over all processes.
    Others are counted here and written when a tenth of the limit is unwritten: each further process lets through a
    tenth more at most, and a process that is killed forgets a tenth at most. So that all know of each other sooner,
    whoever has counted some settles them every 5 seconds.

    While the store is away nothing is counted and nobody is refused: what they want will fail for that reason itself.
    """

    def __init__(self, records: Records, clock: Clock, rate: Rate) -> None:
        self.rate = rate
        self._records = records
        self._clock = clock
        self._tallies: OrderedDict[str, Tally] = OrderedDict()
        self._lock = threading.Lock()
        self._silent_until = float("-inf")

    def take(self, key: str, *, exact: bool) -> Standing | None:
        """Count one request of `key`; None while nothing can be counted. Raises: RateLimited."""
        tally = self._tally(key)
        with tally.lock:
            if self._clock.monotonic() < self._silent_until:
                return None
            try:
                now = self._in_store(key, tally) if exact else self._in_memory(key, tally)
            except BackendDown as error:
                self._fall_silent(key, error)
                return None
            return Standing(self.rate.requests_max - tally.window.taken, tally.window.room_in_s(now))

    def settle(self, key: str) -> None:
        """Tell the store what was counted in memory, if that is due: for somebody whom nobody waits for."""
        tally = self._tally(key)
        with tally.lock:
            now_s = self._clock.monotonic()
            if now_s < self._silent_until or not tally.is_due(now_s):
                return
            try:
                self._settle(key, tally)
            except BackendDown as error:
                self._fall_silent(key, error)

    def _fall_silent(self, key: str, error: BackendDown) -> None:
        self._silent_until = self._clock.monotonic() + SILENT_S
        log.warning("requests of %s are not counted: %s", key, error)

    def _in_store(self, key: str, tally: Tally) -> datetime:
        times: list[datetime] = []

        def one_more(record: Record | None, now: datetime) -> Record:
            times.append(now)
            return Window.of(record, self.rate).with_one_more(now).record()

        tally.window = Window.of(self._records.update(LIMITS, key, one_more), self.rate)
        return times[-1]

    def _in_memory(self, key: str, tally: Tally) -> datetime:
        if tally.must_settle:
            self._settle(key, tally)
        now = self._clock.now()
        tally.count(now)
        return now

    def _settle(self, key: str, tally: Tally) -> None:
        """Tell the store what was counted here, and learn what was counted elsewhere."""
        counted = dict(tally.unsettled)

        def with_ours(record: Record | None, now: datetime) -> Record:
            return Window.of(record, self.rate).merged(counted).at(now).record()

        tally.window = Window.of(self._records.update(LIMITS, key, with_ours), self.rate)
        tally.unsettled.clear()
        tally.settled_at = self._clock.monotonic()

    def _tally(self, key: str) -> Tally:
        """That of `key`; the one longest unused makes room for it."""
        with self._lock:
            tally = self._tallies.setdefault(key, Tally(Window(self.rate)))
            self._tallies.move_to_end(key)
            if len(self._tallies) > TALLIES_MAX:
                self._tallies.popitem(last=False)
            return tally
