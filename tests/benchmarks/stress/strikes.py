"""What a fault's row in the table says, and who sees to it that a fault which does not come off is a row, too."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from tests.benchmarks.stress.scene import Scene
from tests.benchmarks.stress.stages import FIRST
from tests.benchmarks.stress.submits import SUCCEEDED, Special, Submits
from tests.benchmarks.stress.versions import Versions
from tests.waiting import until

VARIANTS = 4  # of one trouble, at most
LONG_S = 90.0  # only a run that goes wrong waits that long


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

    def struck(self, trouble: str, **how: str) -> Special:
        """A job that has met this trouble. One whose worker passed over the route for a while meets none."""
        for variant in range(VARIANTS):
            special = self.submits.special(trouble, variant, **how)
            mark = self.mark(special)
            until(lambda m=mark, s=special: m.exists() or self.versions.done(s.id), "it begins", within_s=LONG_S)  # type: ignore[misc]
            if mark.exists():
                return special
            self.submits.expect(special.id, SUCCEEDED)
        raise AssertionError(f"{VARIANTS} jobs in a row did not meet it: {trouble}")

    def mark(self, special: Special) -> Path:
        """The file that says how it was struck first: the process and when."""
        return self.scene.marks / f"{special.seed}-{FIRST}-0"

    def lane(self, *faults: Callable[["Run"], Strike]) -> None:
        """One after the other."""
        for fault in faults:
            self.strike(fault)


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def short(job_id: str) -> str:
    """Enough of an id for a table."""
    return job_id[:8]
