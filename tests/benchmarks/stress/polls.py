"""Those who look at jobs beside the stress: started, waited for, and what their looks took."""

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.stress.poller import Order
from tests.benchmarks.stress.scene import Scene
from tests.benchmarks.stress.submits import JOBS_FILE
from tests.house import ROOT

POLLERS = 2  # processes
GOOD = (200, 304)
AFTER_OUTAGE_S = 1.0  # until all who waited for the store have been answered
WARM_UP = 100  # of each bare reader: its library connects and loads
BARE_PER_S = 5.0
LONG_S = 900.0


@dataclass(frozen=True, slots=True)
class Look:
    """One request and its answer."""

    sent: float  #: monotonic seconds
    ms: float
    status: int
    conditional: bool  #: with an ETag


@dataclass(frozen=True, slots=True)
class Figures:
    """What some looks took, in milliseconds."""

    looks: int
    wrong: int  #: answers that are neither 200 nor 304
    not_modified: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, looks: Sequence[Look]) -> "Figures":
        took = sorted(look.ms for look in looks) or [0.0]
        cuts = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
        wrong = sum(look.status not in GOOD for look in looks)
        same = sum(look.status == 304 for look in looks)
        return cls(len(looks), wrong, same, cuts[49], cuts[94], cuts[98], took[-1])


@dataclass
class Polls:
    """Some processes that look, and their files."""

    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def start(self, scene: Scene, name: str, count: int, per_s: float, *, project: str = "") -> None:
        number = len(self.processes)
        out = scene.house.folder / f"looks-{name}-{number}"
        accepted = str(scene.house.folder / JOBS_FILE)
        order = Order(scene.web_port, scene.tokens, accepted, str(out), count, per_s, number, project)
        command = [sys.executable, "-m", "tests.benchmarks.stress.poller", order.argument()]
        self.processes.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL))
        self.files.append(out)

    def wait(self) -> list[Look]:
        """All of their looks, once they are made."""
        for process in self.processes:
            code = process.wait(LONG_S)
            assert code == 0, f"a poller ended with {code}"
        return self.so_far()

    def so_far(self) -> list[Look]:
        return [look for file in self.files if file.exists() for look in _looks(file)]

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
            process.wait()


@contextmanager
def polling(scene: Scene, name: str, count: int, per_s: float, *, project: str = "") -> Iterator[Polls]:
    """So many looks, all pollers together. With a project: bare reads of its store, by one process."""
    polls, processes = Polls(), 1 if project else POLLERS
    try:
        for _ in range(processes):
            polls.start(scene, name, count // processes, per_s / processes, project=project)
        yield polls
    finally:
        polls.end()


def apart(looks: Sequence[Look], outages: Sequence[tuple[float, float]]) -> tuple[list[Look], list[Look]]:
    """Those that were made while the store could be asked, and the others."""

    def met(look: Look) -> bool:
        done = look.sent + look.ms / 1000
        return any(look.sent < end + AFTER_OUTAGE_S and done > begin for begin, end in outages)

    return [look for look in looks if not met(look)], [look for look in looks if met(look)]


def _looks(file: Path) -> Iterator[Look]:
    text = file.read_text()
    for line in text[: text.rfind("\n") + 1].splitlines():  # the last one may be half of a line
        sent, ms, status, conditional = line.split()
        yield Look(float(sent), float(ms), int(status), conditional == "1")
