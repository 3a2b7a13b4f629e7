"""What is left of a backlog whose worker is killed 20 times: lost, doubled, and how soon the interrupted come back."""

import statistics
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from random import Random

from tests.benchmarks.peers.ledger import END, START, Line, Tail, judge
from tests.benchmarks.peers.orders import Orders
from tests.benchmarks.peers.sessions import Party, Session
from tests.benchmarks.peers.speed import STUCK_S, place
from tests.benchmarks.peers.systems import System

KILLS = 20
BACKLOG = 1000  # of a system that is not slow
WORK_S = 0.004  # of each body, its writes aside, so that a kill has something to hit
LIFE_S = (0.02, 0.3)  # from a worker's first start of a job to its end
LOOK_EVERY_S = 0.002


@dataclass(frozen=True, slots=True)
class Crash:
    """One row of the table of kills."""

    system: str
    kills: int
    jobs: int
    lost: int
    doubled: int
    again: int  #: jobs that were started more than once: the interrupted ones of those who recover
    interrupted: int
    recovery_median_s: float | None
    recovery_max_s: float | None
    seconds: float

    @property
    def well(self) -> bool:
        return not self.lost and not self.doubled


@dataclass
class Watched:
    """The ledger of a party, as far as it was read."""

    party: Party
    jobs: range
    over: threading.Event
    lines: list[Line] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    heard: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.tail = Tail(self.party.orders.ledger)

    def look(self) -> list[Line]:
        """What is new. Raises: CancelledError once nobody wants to know."""
        if self.over.is_set():
            raise CancelledError
        if news := self.tail.news():
            self.lines += news
            self.ended |= {line.job for line in news if line.word == END}
            self.heard = time.monotonic()
        return news

    def silent_s(self) -> float:
        return time.monotonic() - self.heard


@dataclass(frozen=True, slots=True)
class Turns:
    """Kills take turns, for they need a core; waiting for what comes back needs none."""

    free: threading.Semaphore
    over: threading.Event = field(default_factory=threading.Event)  #: set when nobody waits for the result any more


def crash(system: System, seed: int, turns: Turns) -> Crash:
    """Kill, start anew, and in the end wait for what comes back."""
    begun, random = time.monotonic(), Random(f"{seed}-{system.name}")
    with place(system, Orders("", quick=True, work_s=WORK_S), lasting=True) as (party, _):
        with turns.free:
            watched = Watched(party, range(BACKLOG // system.share), turns.over)
            party.ask("enqueue", watched.jobs)
            kills = [_one_life(watched, random) for _ in range(KILLS)]
            worker = party.start()
        try:
            recorded = settled(watched, worker, system)
        finally:
            worker.kill()
        watched.look()
        found = judge(watched.lines, watched.jobs, recorded=recorded, kills_ns=kills)
        back = found.recovery_s
        return Crash(
            system=system.name,
            kills=len(kills),
            jobs=len(watched.jobs),
            lost=len(found.lost),
            doubled=len(found.doubled),
            again=len(found.again),
            interrupted=found.interrupted,
            recovery_median_s=statistics.median(back) if back else None,
            recovery_max_s=max(back, default=None),
            seconds=time.monotonic() - begun,
        )


def _one_life(watched: Watched, random: Random) -> int:
    """Start a worker, let it work for a random while, kill it; the moment at which it was dead."""
    watched.look()
    worker, began = watched.party.start(), time.monotonic()
    try:
        while not any(line.word == START for line in watched.look()):
            late = worker.ended() or time.monotonic() - began > STUCK_S
            assert not late, f"{watched.party.module}: a new worker does nothing\n{watched.party.said()}"
            time.sleep(LOOK_EVERY_S)
        time.sleep(random.uniform(*LIFE_S))
    finally:
        dead_ns = worker.kill()
    watched.look()
    assert len(watched.ended) < len(watched.jobs), (
        f"{watched.party.module}: the backlog was too small for {KILLS} kills"
    )
    return dead_ns


def settled(watched: Watched, worker: Session, system: System) -> dict[int, int]:
    """How often each success is recorded, once all are, or nothing has moved for the system's `quiet_s`.

    It is asked late enough that a job which is run again in spite of its record has been.
    """
    party, asked = watched.party, False
    while True:
        watched.look()
        assert not worker.ended(), f"{party.module}: the worker ended by itself\n{party.said()}"
        silent_s = watched.silent_s()
        if silent_s < system.ask_after_s:
            asked = False
        elif not asked or silent_s > system.quiet_s:
            asked = True
            recorded = {int(job): times for job, times in party.ask("recorded", watched.jobs).items()}
            if silent_s > system.quiet_s or all(recorded[job] or job in watched.ended for job in watched.jobs):
                return recorded
        time.sleep(0.05)
