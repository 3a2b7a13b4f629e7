"""`lumen` whose stages make nothing: all the way of a job but the craft. With leaks, for a test of who looks for them.

python -m tests.noop worker --pull

Everything else is the product's own: the child process and the pipe to it, the shelf, the bucket, the beats.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from models.craft import Craft
from models.routes import stages_by_route as the_products_own
from models.stage import Files, OnStep, Params, Stage
from tests.chaos.light_host import honest
from tests.wrapped_stage import Wrapped

FACTORY = "tests.noop:stages_by_route"
SECONDS = "NOOP_SECONDS"  # environment: how long "shape" waits, on average; each request has its own time
SPREAD = 0.3  # of that time, as a share of it
LEAKS = "NOOP_LEAKS"  # environment: what a worker does not give back after each job, of the names below

SMALL_RESULT_BYTES = 16_000  # a draft's points alone are more
HOARD: list[object] = []
FOREVER = threading.Event()


def stages_by_route(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    return {name: tuple(Noop(each) for each in row) for name, row in the_products_own(craft).items()}


@dataclass(frozen=True, slots=True)
class Noop(Wrapped):
    """Loads nothing, takes no time unless it is told to, and gives a few bytes that depend on what it is given."""

    def load(self) -> None:
        pass

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        step(1, 2, "half")
        if self.name == "shape" and SECONDS in os.environ:
            time.sleep(_its_time(params) * float(os.environ[SECONDS]))
        return honest(self.name, given, params)


def _its_time(params: Params) -> float:
    """The same for the same request; all in all about 1."""
    return max(Random(repr(sorted(params.items()))).gauss(1, SPREAD), 0)


def _memory(job: object) -> None:
    """The job as it was claimed, and what was made of it."""
    HOARD.append((job, bytearray(os.urandom(SMALL_RESULT_BYTES))))


def _files(job: object) -> None:
    HOARD.append(os.dup(0))


def _threads(job: object) -> None:
    threading.Thread(target=FOREVER.wait, daemon=True).start()


PLANTED: Mapping[str, Callable[[object], None]] = {"memory": _memory, "files": _files, "threads": _threads}


def main() -> None:
    from cli.main import main as lumen
    from models.host import Host
    from worker import main as worker
    from worker.craft import craft_of
    from worker.maker import Maker

    keep = Maker.keep

    def keep_and_leak(maker, job, made, watcher):  # type: ignore[no-untyped-def]
        for name in filter(None, os.environ.get(LEAKS, "").split(",")):
            PLANTED[name](job)
        return keep(maker, job, made, watcher)

    worker.host_of = lambda settings: Host(craft_of(settings), FACTORY)
    if LEAKS in os.environ:
        Maker.keep = keep_and_leak  # type: ignore[method-assign]
    lumen()


if __name__ == "__main__":
    main()
