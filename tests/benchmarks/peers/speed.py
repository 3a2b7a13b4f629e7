"""How fast one worker is: enqueue, drain, and how long a job waits for an idle worker."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.peers.ledger import END, SECOND_NS, START, Line, Tail
from tests.benchmarks.peers.orders import Orders
from tests.benchmarks.peers.redis_server import redis_server
from tests.benchmarks.peers.sessions import Party, Session
from tests.benchmarks.peers.systems import DISK, System
from tests.footprint import Footprint

LOOK_EVERY_S = 0.05
STUCK_S = 60.0  # a drain in which nothing happens for so long is broken
MS_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class Speed:
    """One row of a table of speed."""

    system: str
    level: str
    jobs: int
    enqueued_s: float  #: jobs a second
    drained_s: float  #: jobs a second
    samples: int
    idle_p50_ms: float  #: from just before the enqueue to the body's first line
    idle_p99_ms: float
    returned_p50_ms: float  #: from the enqueue's return to the body's first line
    rss_mb: float
    pss_mb: float
    redis_mb: float  #: RSS of the Redis server; 0 without one


@contextmanager
def place(system: System, orders: Orders, *, lasting: bool) -> Iterator[tuple[Party, int]]:
    """A folder of its own, with Redis in it for those who need one; and Redis' pid, or 0."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(TemporaryDirectory(prefix=f"peers-{system.name}-", ignore_cleanup_errors=True))
        )
        redis, pid = stack.enter_context(redis_server(folder, lasting=lasting)) if system.redis else ("", 0)
        party = Party(system.module, replace(orders, folder=str(folder), redis=redis, lasting=lasting))
        party.ask("prepare")
        yield party, pid


def speed(system: System, level: str, jobs: int, samples: int) -> Speed:
    """Enqueue with no worker there, drain, then send to an idle worker; nothing may be lost."""
    with place(system, Orders("", loose=system.loose), lasting=level == DISK) as (party, redis):
        enqueued = party.ask("enqueue", range(jobs))
        worker = party.start()
        try:
            lines = drained(party, worker, jobs)
            waits = party.ask("idle", range(jobs, jobs + samples))
            worker.rests()
            sizes = worker.footprint()
        finally:
            worker.kill()
        recorded = party.ask("recorded", range(jobs + samples))
        assert all(recorded.values()), f"{system.label}: a job ended, and is not recorded"
        idle = sorted((each["begun"] - each["sent"]) / MS_NS for each in waits)
        return Speed(
            system=system.name,
            level=level,
            jobs=jobs,
            enqueued_s=enqueued["jobs"] / enqueued["seconds"],
            drained_s=jobs / _seconds(lines),
            samples=samples,
            idle_p50_ms=statistics.median(idle),
            idle_p99_ms=statistics.quantiles(idle, n=100, method="inclusive")[98],
            returned_p50_ms=statistics.median((each["begun"] - each["returned"]) / MS_NS for each in waits),
            rss_mb=sizes["rss"] / 1e6,
            pss_mb=sizes["pss"] / 1e6,
            redis_mb=Footprint.of(redis).rss_bytes / 1e6 if redis else 0.0,
        )


def drained(party: Party, worker: Session, jobs: int) -> list[Line]:
    """The ledger's lines once each job has its end, and none a second one."""
    tail, lines, ended = Tail(party.orders.ledger), list[Line](), set[int]()
    heard = time.monotonic()
    while len(ended) < jobs:
        if news := tail.news():
            lines += news
            ended |= {line.job for line in news if line.word == END}
            heard = time.monotonic()
        stuck = worker.ended() or time.monotonic() - heard > STUCK_S
        assert not stuck, f"{party.module}: {len(ended)} of {jobs} jobs ended\n{party.said()}"
        time.sleep(LOOK_EVERY_S)
    tail.close()
    assert sum(line.word == END for line in lines) == jobs, f"{party.module}: a job ended twice"
    return lines


def _seconds(lines: Sequence[Line]) -> float:
    """From the first job's start to the last recorded end."""
    first = min(line.at_ns for line in lines if line.word == START)
    return (max(line.at_ns for line in lines if line.word == END) - first) / SECOND_NS
