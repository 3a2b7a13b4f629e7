"""One side of the comparison: enqueues, works, or says what is recorded. Runs in the interpreter of its own system.

python -m tests.benchmarks.peers.side MODULE prepare|enqueue|idle|work|recorded [FIRST COUNT]

`MODULE` is one of `sides/`, and has
    send(job)        enqueue one job, as this system's client does
    work()           be the worker, until killed
    recorded(jobs)   how often the system says that it recorded each job's success
    prepare()        whatever has to be there before, and counts as nobody's work
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random

from tests.benchmarks.peers.ledger import END, START, Ledger, Line, Tail
from tests.benchmarks.peers.orders import RESULT, STEPS, orders

LATE_S = 60.0  # only a broken side waits that long
LOOK_EVERY_S = 0.0005
# Between a job's end and the next send: so long a worker has been idle. At random, or sends would keep step with polls.
REST_S = (0.02, 0.06)


@cache
def ledger() -> Ledger:
    return Ledger(orders().ledger, orders().stop_at)


def body(job: int, tell: Callable[[int], object]) -> dict[str, object]:
    """The job, the same for all: `tell` makes a durable progress write and waits for it."""
    ledger().start(job)
    pause_s = orders().work_s / len(STEPS)
    for percent in STEPS:
        if pause_s:
            time.sleep(pause_s)
        tell(percent)
    return dict(RESULT)


@dataclass
class Seen:
    """The ledger as this process has seen it so far."""

    tail: Tail
    lines: dict[tuple[str, int], Line] = field(default_factory=dict)

    def until(self, word: str, job: int) -> Line:
        end = time.monotonic() + LATE_S
        while (word, job) not in self.lines:
            if time.monotonic() > end:
                raise TimeoutError(f"job {job} has no {word} after {LATE_S:g} s")
            time.sleep(LOOK_EVERY_S)
            self.lines |= {(line.word, line.job): line for line in self.tail.news()}
        return self.lines[word, job]


def enqueue(send: Callable[[int], object], jobs: range) -> dict[str, float]:
    """One job at a time, as one client does. The first is not counted: it opens the connection."""
    send(jobs[0])
    begun = time.monotonic()
    for job in jobs[1:]:
        send(job)
    return {"seconds": time.monotonic() - begun, "jobs": len(jobs) - 1}


def idle(send: Callable[[int], object], jobs: range) -> list[dict[str, int]]:
    """Send to a worker that waits, one after the other; when each was sent and when its body began, in nanoseconds."""
    rest, samples = Random(jobs[0]), []
    seen = Seen(Tail(orders().ledger))
    for job in jobs:
        time.sleep(rest.uniform(*REST_S))
        sent_ns = time.monotonic_ns()
        send(job)
        returned_ns = time.monotonic_ns()
        begun = seen.until(START, job)
        seen.until(END, job)
        samples.append({"sent": sent_ns, "returned": returned_ns, "begun": begun.at_ns})
    return samples


def main() -> None:
    name, role, *numbers = sys.argv[1:]
    side = importlib.import_module(f"tests.benchmarks.peers.sides.{name}")
    first, count = map(int, numbers or ("0", "0"))
    jobs = range(first, first + count)
    if role in {"work", "prepare"}:
        getattr(side, role)()
    elif role == "enqueue":
        print(json.dumps(enqueue(side.send, jobs)))
    elif role == "idle":
        print(json.dumps(idle(side.send, jobs)))
    else:
        print(json.dumps(side.recorded(jobs)))


if __name__ == "__main__":
    main()
