"""Seconds per stage of the procedural route, beside each other: where a job's time goes.

The costs in models/stages.py and models/shape.py, which weigh progress, come from here.
"""

import statistics
import time
from collections.abc import Callable, Iterable

from models.craft import Craft
from models.routes import all_stages, routes_of
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


def line(label: str, quality: str, cells: Iterable[str]) -> None:
    print(f"{label:<16}{quality:<10}" + "".join(f"{cell:>9}" for cell in cells))


def main() -> None:
    stages = all_stages(routes_of(Craft()))
    for stage in stages:
        stage.load()
    line(f"median of {RUNS}, s", "", [*(stage.name for stage in stages), "all"])
    for quality in ("draft", "standard", "high"):
        rows = {concept: measure(stages, Brief(concept, quality=quality)) for concept in CONCEPTS}
        for concept, row in rows.items():
            line(concept, quality, (f"{seconds:.4f}" for seconds in (*row.values(), sum(row.values()))))
        medians = [statistics.median(row[stage.name] for row in rows.values()) for stage in stages]
        line("share of all", quality, (f"{median / sum(medians):.1%}" for median in medians))


if __name__ == "__main__":
    main()
