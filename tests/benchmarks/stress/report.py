"""The tables, for people and as JSON."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from jobs.job import Job
from models.concept import read
from tests.benchmarks.stress.polls import Figures
from tests.benchmarks.stress.strikes import Run, Strike
from tests.benchmarks.stress.verify import strangers

WIDTHS = (36, 50, 66)
GOAL_MS = 20.0


def faults(strikes: Sequence[Strike]) -> Iterator[str]:
    yield _row(("fault", "struck", "what came of it"), "as promised")
    for each in strikes:
        cells = (each.fault, each.struck, each.came_of_it)
        wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=True)]
        for number in range(max(map(len, wrapped))):
            line = tuple(lines[number] if number < len(lines) else "" for lines in wrapped)
            yield _row(line, ("yes" if each.as_promised else "NO") if number == 0 else "")
    kept = sum(each.as_promised for each in strikes)
    yield f"{len(strikes)} faults struck, {kept} of them ended as promised"


def _row(cells: Sequence[str], verdict: str) -> str:
    return "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)), verdict]).rstrip()


def jobs(run: Run) -> Iterator[str]:
    """By template."""
    groups: dict[str, list[Job]] = defaultdict(list)
    for job_id in run.submits.accepted:
        job = run.versions.job(job_id)
        groups[read(job.input.prompt, job.input.verb).template if job.input.prompt else "(a picture)"].append(job)
    head = ("submitted", "succeeded", "failed", "canceled", "claims")
    yield "".join([f"{'template':<14}", *(f"{each:>11}" for each in head), "   routes, reasons"])
    every = [job for group in groups.values() for job in group]
    for name, group in [*sorted(groups.items()), ("all", every)]:
        statuses = Counter(str(job.status) for job in group)
        numbers = (len(group), *(statuses[each] for each in head[1:4]), sum(job.claims for job in group))
        said = Counter([*_routes(group), *_reasons(group)])
        more = ", ".join(f"{what} {count}" for what, count in said.most_common())
        yield "".join([f"{name:<14}", *(f"{number:>11}" for number in numbers), f"   {more}"])
    doors = Counter(each.door for each in run.submits.accepted.values())
    yield "by " + ", ".join(f"{door} {count}" for door, count in doors.most_common())


def _routes(group: Sequence[Job]) -> list[str]:
    return [job.output.route for job in group if job.output]


def _reasons(group: Sequence[Job]) -> list[str]:
    return [str(job.error.reason) for job in group if job.error]


def lost_and_doubled(run: Run) -> tuple[int, int]:
    """Accepted jobs that have no end; jobs that were finished more than once, or were made unasked."""
    accepted, latest = run.submits.accepted, run.versions.latest
    lost = sum(not run.versions.done(job_id) for job_id in accepted)
    ends = [sum(each.event == "finish" for each in run.versions.job(job_id).attempts) for job_id in latest]
    return lost, sum(each > 1 for each in ends) + len(strangers(run))


def polls(figures: dict[str, Figures]) -> Iterator[str]:
    yield f"{'looks':<46}{'count':>8}{'304':>8}{'wrong':>7}{'p50':>9}{'p95':>9}{'p99':>9}{'worst':>9}   ms"
    for name, each in figures.items():
        times = "".join(f"{value:>9.1f}" for value in (each.p50, each.p95, each.p99, each.worst))
        yield f"{name:<46}{each.looks:>8}{each.not_modified:>8}{each.wrong:>7}{times}"


def processors(shares: dict[str, float]) -> Iterator[str]:
    total = sum(shares.values())
    yield f"{'processors, during the stress':<46}{'seconds':>8}{'share':>8}"
    for name, seconds in shares.items():
        yield f"{name:<46}{seconds:>8.0f}{seconds / total:>8.0%}"


def as_json(run: Run, figures: dict[str, Figures], shares: dict[str, float], found: Sequence[str]) -> dict[str, Any]:
    lost, doubled = lost_and_doubled(run)
    return {
        "jobs": len(run.submits.accepted),
        "lost": lost,
        "doubled": doubled,
        "faults": [asdict(each) for each in run.strikes],
        "polls": {name: asdict(each) for name, each in figures.items()},
        "processor_seconds": shares,
        "violations": list(found),
    }
