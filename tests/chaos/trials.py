"""A scenario with one fault, and what was found wrong afterwards."""

import logging
import random
import shutil
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.faults import HARMLESS, MODES, Call, Fault
from tests.chaos.history import Evidence
from tests.chaos.invariants import violations
from tests.chaos.scenarios import Scenario
from tests.chaos.small_house import Complaints, SmallHouse, copied, fast_folder, furnished

READS = 4  # calls that only ask, of each scenario, among a few trials


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault at one call of one scenario."""

    scenario: Scenario
    call: Call
    fault: Fault
    claims: int  #: how many it takes when nothing goes wrong

    @property
    def cell(self) -> tuple[str, str, str]:
        return self.scenario.name, self.call.row, self.fault.mode

    def __str__(self) -> str:
        return f"{self.scenario.name}: {self.call.name}, {self.fault}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left of a run. `refused`: somebody in the story got no answer, and asked again when all was mended."""

    evidence: Evidence
    findings: list[str]
    refused: bool

    @property
    def claims(self) -> int:
        return sum(fields["claims"] for fields in self.evidence.last.values())


@dataclass(frozen=True, slots=True)
class Street:
    """Where houses for trials stand: an empty furnished one, and copies of it."""

    folder: Path
    model: Path

    def run(self, scenario: Scenario, fault: Fault | None = None) -> Outcome:
        """The scenario, one fault, the recovery, and everything that is wrong afterwards."""
        with self.house(scenario, fault) as house, listening() as complaints:
            try:
                scenario.play(house)
                house.recover()
            except Exception:  # noqa: BLE001 (whatever it is, it is wrong)
                complaints.said.append(traceback.format_exc())
            evidence = house.evidence()
            return Outcome(evidence, [*complaints.said, *house.wrong, *violations(evidence)], house.refused)

    @contextmanager
    def house(self, scenario: Scenario, fault: Fault | None = None) -> Iterator[SmallHouse]:
        folder = copied(self.model, self.folder / "house")
        try:
            yield SmallHouse(folder, fault, settings=scenario.settings)
        finally:
            shutil.rmtree(folder)

    def trials(self, scenario: Scenario) -> list[Trial]:
        """Every call of the scenario in every mode."""
        with self.house(scenario) as house, listening():
            scenario.play(house)
            calls = list(house.faults.calls)
        claims = self.run(scenario).claims
        return [Trial(scenario, call, Fault(call.series, call.n, mode), claims) for call in calls for mode in MODES]

    def findings(self, trial: Trial) -> list[str]:
        """What is wrong after this fault. One that is soon over may not even cost an attempt."""
        outcome = self.run(trial.scenario, trial.fault)
        soon_over = trial.fault.mode in HARMLESS and not outcome.refused
        if soon_over and outcome.claims > trial.claims:
            return [*outcome.findings, f"{outcome.claims} claims where {trial.claims} would have done"]
        return outcome.findings


@contextmanager
def street() -> Iterator[Street]:
    folder = fast_folder()
    try:
        (folder / "model").mkdir()
        yield Street(folder, furnished(folder / "model"))
    finally:
        shutil.rmtree(folder)


@contextmanager
def listening() -> Iterator[Complaints]:
    """To what the product calls errors. Warnings are for faults, and there are many."""
    complaints, root = Complaints(), logging.getLogger()
    root.addHandler(complaints)
    logging.disable(logging.WARNING)
    try:
        yield complaints
    finally:
        logging.disable(logging.NOTSET)
        root.removeHandler(complaints)


def a_few(trials: Sequence[Trial], seed: int) -> list[Trial]:
    """One of each cell in which something is changed, and some of the others; the same ones for the same seed."""
    chance = random.Random(f"{seed} {trials[0].scenario.name}")
    cells: dict[tuple[str, str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        if trial.call.changes:
            cells[trial.cell].append(trial)
    asking = [trial for trial in trials if not trial.call.changes]
    return [*map(chance.choice, cells.values()), *chance.sample(asking, min(READS, len(asking)))]


@dataclass
class Table:
    """Rows: what was called in which scenario. Columns: modes. Cells: how many trials ended well, and how many not."""

    well: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    badly: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, trial: Trial, findings: list[str]) -> None:
        (self.badly if findings else self.well)[trial.cell] += 1

    @property
    def trials(self) -> int:
        return self.well.total() + self.badly.total()

    def lines(self) -> Iterator[str]:
        rows = sorted({(scenario, row) for scenario, row, _ in [*self.well, *self.badly]})
        yield "".join([f"{'call':<28}", *(f"{mode:>13}" for mode in MODES)])
        above = ""
        for scenario, row in rows:
            if scenario != above:
                yield scenario.replace("_", " ")
            above = scenario
            yield "".join([f"  {row:<26}", *(f"{self._cell((scenario, row, mode)):>13}" for mode in MODES)])
        yield f"{self.trials} trials, {self.badly.total()} of them ended badly"

    def _cell(self, cell: tuple[str, str, str]) -> str:
        if bad := self.badly[cell]:
            return f"{bad} BAD / {self.well[cell]}"
        return str(self.well[cell]) if cell in self.well else "-"
