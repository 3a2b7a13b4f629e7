"""Seconds per stage of the procedural route, beside each other: where a job's time goes.

The costs in models/stages.py and models/shape.py, which weigh progress, come from here.
"""

import statistics
import time
from collections.abc import Callable

from models.routes import all_stages
from models.stage import Brief, Stage

CONCEPTS = ("flying bird", "cat", "person", "car", "oak tree", "office chair", "fish", "airplane", "vase")
RUNS = 3


def seconds_of(work: Callable[[], dict[str, bytes]]) -> tuple[float, dict[str, bytes]]:
    """The median of RUNS runs, and what came of the last."""
    took, made = [], {}
    for _ in range(RUNS):
        begun = time.perf_counter()
        made = work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took), made


def measure(stages: tuple[Stage, ...], brief: Brief) -> dict[str, float]:
    """Seconds per stage for one object."""
    files: dict[str, bytes] = {}
    seconds = {}
    for stage in stages:
        given = {name: files[name] for name in stage.reads}
        seconds[stage.name], made = seconds_of(lambda: stage.run(given, stage.params(brief), lambda *_: None))  # noqa: B023
        files |= made
    return seconds


def main() -> None:
    stages = all_stages(("procedural",))
    for stage in stages:
        stage.load()
    print(f"{'':<16}{'':<10}" + "".join(f"{stage.name:>9}" for stage in stages) + f"{'all':>9}   seconds, median of {RUNS}")
    for quality in ("draft", "standard", "high"):
        rows = [measure(stages, Brief(concept, quality=quality)) for concept in CONCEPTS]
        for concept, row in zip(CONCEPTS, rows, strict=True):
            print(f"{concept:<16}{quality:<10}" + "".join(f"{row[s.name]:9.4f}" for s in stages) + f"{sum(row.values()):9.3f}")
        medians = {stage.name: statistics.median(row[stage.name] for row in rows) for stage in stages}
        whole = sum(medians.values())
        print(f"{'share of all':<16}{quality:<10}" + "".join(f"{medians[s.name] / whole:9.1%}" for s in stages))


if __name__ == "__main__":
    main()
