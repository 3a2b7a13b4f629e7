"""How `lumen capacity` looks: a line for each number of GPUs."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cli.bars import HOUR_S, bar, seconds_text

if TYPE_CHECKING:
    from jobs.capacity import Expected, Load
    from jobs.prices import Price

BAR_CELLS = 10
CROWDED = 0.9  # from here on a little more work makes waits much longer


def screen(load: "Load", rows: "Sequence[Expected]", asked: int | None, price: "Price | None") -> Iterator[str]:
    """The lines, 80 columns wide. `asked`: the number of GPUs that was asked about or for."""
    said = f"{_number(load.rate * HOUR_S)} jobs an hour, {seconds_text(load.mean_s)} s each on average"
    yield f"{click.style('Load', bold=True)}     {said}"
    yield ""
    head = f"  {'gpus':>4}  {'busy':<16}{'mean':>8}{'p50':>8}{'p95':>8}{'p99':>8}"
    yield click.style(head + f"{'per 1,000':>12}" * (price is not None), bold=True)
    yield from (_row(row, row.gpus == asked) for row in rows)
    yield ""
    yield "Waits are seconds from submit to claim, of jobs that come at random moments."
    if price:
        yield f"A GPU costs {price.of(price.per_hour)} an hour, busy or not. Were it never idle,"
        yield f"1,000 jobs would cost {price.of(1_000 * load.busy_s / HOUR_S * price.per_hour)}."


def _row(row: "Expected", asked: bool) -> str:
    mark = click.style(">", fg="green", bold=True) if asked else " "
    busy = f"{100 * row.busy:>4.0f} %  {bar(min(row.busy, 1), 1, BAR_CELLS):<{BAR_CELLS}}"
    color = "red" if row.wait_seconds is None else "yellow" if row.busy >= CROWDED else None
    if row.wait_seconds is None:
        more = _number(row.left_per_hour)
        said = f"   the queue grows by {more} jobs an hour" if row.busy > 1 else "   the queue does not get shorter"
        return f"{mark} {row.gpus:>4}  " + click.style(f"{busy}{said}", fg=color)
    waits = row.wait_seconds
    seconds = "".join(f"{seconds_text(each):>8}" for each in (waits.mean, waits.p50, waits.p95, waits.p99))
    cost = "" if row.cost_per_1000 is None else f"{row.cost_per_1000:>12,.2f}"
    return f"{mark} {row.gpus:>4}  " + click.style(busy, fg=color) + f"{seconds}{cost}"


def _number(jobs: float) -> str:
    return f"{jobs:,.0f}" if jobs >= 10 else f"{jobs:.1f}"  # noqa: PLR2004 (below ten a tenth tells something)
