"""What each side's jobs took, step by step and call by call, as tables."""

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.overhead.google_calls import Call

WHOLE, BESIDE, CPU = "whole", "beside its calls", "CPU, this process"


@dataclass
class Laps:
    """One job: what each step took, in seconds, and what was asked in it."""

    asked: list[Call]
    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, tuple[Call, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.asked.clear()
        self._begun, self._cpu_begun = time.perf_counter(), time.process_time()

    def __call__(self, step: str) -> None:
        """This step is over, and the next begins."""
        self.seconds[step] = time.perf_counter() - self._begun
        self.calls[step] = tuple(self.asked)
        self.asked.clear()
        self.cpu_s = time.process_time() - self._cpu_begun
        self._begun = time.perf_counter()

    def took(self, row: str) -> float:
        if row == WHOLE:
            return sum(self.seconds.values())
        if row == BESIDE:
            return self.took(WHOLE) - sum(call.seconds for calls in self.calls.values() for call in calls)
        return self.cpu_s if row == CPU else self.seconds[row]


Measured = Mapping[str, Sequence[Laps]]  #: by side, ours first


def print_seconds(sides: Measured) -> None:
    """Median and p95 of each step, and how many times as long as theirs our median is."""
    (ours, mine), *theirs = sides.items()
    print(f"{f'{len(mine)} jobs, ms':<18}{ours:>15} " + "".join(f"{f'by hand, {name}':>27}" for name, _ in theirs))
    print(f"{'':<18}{'median':>8}{'p95':>8}" + f"{'median':>11}{'p95':>8}{'ratio':>8}" * len(theirs))
    for row in (*mine[0].seconds, WHOLE, BESIDE, CPU):
        median, p95 = _spread(lap.took(row) for lap in mine)
        print(f"{row:<18}{median:>8.2f}{p95:>8.2f}", end="")
        for _, laps in theirs:
            their_median, their_p95 = _spread(lap.took(row) for lap in laps)
            print(f"{their_median:>11.2f}{their_p95:>8.2f}{median / their_median:>8.2f}", end="")
        print()


def print_calls(sides: Measured) -> None:
    """What a job asks in each step, the same way for every side, and what one such call takes."""
    for name, laps in sides.items():
        every = [call for lap in laps for calls in lap.calls.values() for call in calls]
        counted = ", ".join(f"{count / len(laps):.3g} {kind}" for kind, count in Counter(c.kind for c in every).items())
        print(f"\n{name}: {counted}; {len(every) / len(laps):.3g} calls of each job, ms")
        for step in laps[0].calls:
            for what, took in _by_name(call for lap in laps for call in lap.calls[step]).items():
                print(f"  {step:<10}{what:<24}{len(took) / len(laps):>5.3g} x{1000 * statistics.median(took):>8.2f}")


def _by_name(calls: Iterable[Call]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for call in calls:
        found.setdefault(call.what, []).append(call.seconds)
    return found


def _spread(seconds: Iterable[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    found = [1000 * each for each in seconds]
    return statistics.median(found), statistics.quantiles(found, n=20)[-1]
