"""Every call of every scenario in every mode, and the table of it: `python -m tests.chaos.table [scenario ...]`."""

import sys

from tests.chaos.scenarios import SCENARIOS
from tests.chaos.trials import Table, street


def main(names: list[str]) -> int:
    """How many trials ended badly; each of them is told."""
    table = Table()
    with street() as houses:
        for scenario in [SCENARIOS[name] for name in names or SCENARIOS]:
            for trial in houses.trials(scenario):
                findings = houses.findings(trial)
                table.note(trial, findings)
                for finding in findings:
                    print(f"{trial}: {finding}")
    print(*table.lines(), sep="\n")
    return table.badly.total()


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
