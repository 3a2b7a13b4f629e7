"""Kills at the two moments that tell most, where kills at random moments hit them by chance.

A worker stops by itself, at its body's first line or right behind the record of a success, and is killed there: whoever
takes a message away before the work loses the job at the first, and whoever acknowledges it after the record, and does
not look, runs the job again after the second.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.benchmarks.peers.crash import LOOK_EVERY_S, Turns, Watched, settled
from tests.benchmarks.peers.ledger import END, START, STOP_EVERY, Verdict, judge, stops
from tests.benchmarks.peers.orders import Orders
from tests.benchmarks.peers.speed import STUCK_S, place
from tests.benchmarks.peers.systems import System

KILLS = 10


@dataclass(frozen=True, slots=True)
class Worst:
    """One row: of `KILLS` jobs, at each of whose moments their worker was killed."""

    system: str
    begun_lost: int  #: killed at the first line of their body
    begun_doubled: int
    recorded_lost: int  #: killed when their success had just been recorded
    recorded_doubled: int

    @property
    def well(self) -> bool:
        return not (self.begun_lost or self.begun_doubled or self.recorded_lost or self.recorded_doubled)


def worst(system: System, turns: Turns) -> Worst:
    with ThreadPoolExecutor(2) as pool:
        begun, recorded = pool.map(lambda moment: _killed(system, moment, turns), (START, END))
    return Worst(system.name, len(begun.lost), len(begun.doubled), len(recorded.lost), len(recorded.doubled))


def _killed(system: System, moment: str, turns: Turns) -> Verdict:
    with place(system, Orders("", quick=True, stop_at=moment), lasting=True) as (party, _):
        with turns.free:
            watched = Watched(party, range(KILLS * STOP_EVERY), turns.over)
            party.ask("enqueue", watched.jobs)
            kills = [_one_life(watched, moment) for _ in range(KILLS)]
            worker = party.start()
        try:
            recorded = settled(watched, worker, system)
        finally:
            worker.kill()
        watched.look()
        return judge(watched.lines, watched.jobs, recorded=recorded, kills_ns=kills)


def _one_life(watched: Watched, moment: str) -> int:
    """Start a worker and kill it where it stops; the moment at which it was dead."""
    worker, began = watched.party.start(), time.monotonic()
    known = {line.job for line in watched.lines if line.word == moment}
    try:
        while not any(line.word == moment and stops(line.job) and line.job not in known for line in watched.look()):
            late = worker.ended() or time.monotonic() - began > STUCK_S
            assert not late, f"{watched.party.module}: it does not come to its {moment}\n{watched.party.said()}"
            time.sleep(LOOK_EVERY_S)
    finally:
        dead_ns = worker.kill()
    return dead_ns
