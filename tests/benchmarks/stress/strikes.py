"""What a fault's row in the table says, and who sees to it that a fault which does not come off is a row, too."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from tests.benchmarks.stress.scene import Scene
from tests.benchmarks.stress.submits import Submits
from tests.benchmarks.stress.versions import Versions


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault: what was done and when, what came of it, and whether that was promised."""

    fault: str
    struck: str
    came_of_it: str
    as_promised: bool


@dataclass
class Run:
    """Everything that a fault needs, and the table."""

    scene: Scene
    submits: Submits
    versions: Versions
    strikes: list[Strike] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def strike(self, fault: Callable[["Run"], Strike]) -> None:
        name = fault.__name__.replace("_", " ")
        try:
            row = fault(self)
        except Exception as error:  # noqa: BLE001 (whatever it is, the fault was not seen to be survived)
            last = traceback.extract_tb(error.__traceback__)[-1]
            row = Strike(name, f"{self.scene.at()}: not seen", f"{error} ({last.name}, line {last.lineno})", False)
        with self._lock:
            self.strikes.append(row)
        self.scene.say(f"{row.fault}: {row.came_of_it}{'' if row.as_promised else '   NOT AS PROMISED'}")

    def lane(self, *faults: Callable[["Run"], Strike]) -> None:
        """One after the other."""
        for fault in faults:
            self.strike(fault)


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def short(job_id: str) -> str:
    """Enough of an id for a table."""
    return job_id[:8]
