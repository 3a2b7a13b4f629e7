"""`lumen capacity`: how many GPUs a load needs."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from cli.bars import DAY_S, HOUR_S, MINUTE_S
from cli.context import Context
from cli.options import as_json
from cli.render import print_json

if TYPE_CHECKING:
    from jobs.prices import Price

PRICES = Path(__file__).parents[1] / "deploy" / "prices.json"
ROWS = 4  # the fewest that are not full and three more; or one less than was asked about, that, and two more


class Rate(click.ParamType[float]):
    """So many jobs in a unit of time; jobs a second."""

    name = "rate"
    FORM = re.compile(r"(\d+(?:\.\d+)?)/(s|min|h|d)")
    SECONDS: Mapping[str, int] = MappingProxyType({"s": 1, "min": MINUTE_S, "h": HOUR_S, "d": DAY_S})

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = self.FORM.fullmatch(str(value))
        if found is None or float(found[1]) == 0:
            self.fail(
                f"{value!r} is not a number of jobs in a unit of time, like 0.5/s, 2/min, 120/h or 1000/d", param, ctx
            )
        return float(found[1]) / self.SECONDS[found[2]]


@click.command("capacity")
@click.option(
    "--rate", type=Rate(), required=True, metavar="N/UNIT", help="Jobs that come: 0.5/s, 2/min, 120/h, 1000/d."
)
@click.option(
    "--run-seconds",
    type=click.FloatRange(0, min_open=True),
    help="What a job takes. Without: what the newest took here.",
)
@click.option(
    "--spread",
    type=click.FloatRange(0, 5),
    default=0.3,
    show_default=True,
    help="Standard deviation of --run-seconds as a share; 0.3 is one job in ten that needs the fallback route too.",
)
@click.option(
    "--between-seconds",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    help="What a worker needs from the end of a job to the claim of the next.",
)
@click.option("--gpus", type=click.IntRange(1, 1000), help="How many there are. Without: from the fewest on.")
@click.option(
    "--p95", type=click.FloatRange(0), metavar="SECONDS", help="The fewest GPUs of which 95 in 100 wait no longer."
)
@click.option(
    "--prices",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file like deploy/prices.json. Without: LUMEN_COST_PER_HOUR, or that file.",
)
@as_json
@click.pass_obj
def capacity_command(
    context: Context,
    rate: float,
    run_seconds: float | None,
    spread: float,
    between_seconds: float,
    gpus: int | None,
    p95: float | None,
    prices: Path | None,
    json_: bool,
) -> None:
    """Say how long jobs would wait, and what that would cost.

    Simulates jobs that come at random moments to workers with a GPU each. A wait is the time from submit to claim.
    """
    from itertools import islice

    from cli.capacity_screen import screen
    from jobs.capacity import GPUS_MAX, Load, enough, expect

    if gpus is not None and p95 is not None:
        raise click.UsageError("--p95 asks for the number of GPUs, --gpus gives it: one of the two.")
    load = Load(rate=rate, run_s=_run_seconds(context, run_seconds, spread), between_s=between_seconds)
    if load.gpus_min > GPUS_MAX:
        raise click.UsageError(f"That is work for {load.gpus_min:,} GPUs; {GPUS_MAX:,} are looked at.")
    price = _price(context, prices)
    cost = price.per_hour if price else None
    if p95 is not None:
        rows = list(enough(load, p95, gpu_cost_per_hour=cost))
        if not rows[-1].keeps(p95):
            raise click.UsageError(f"Not even {GPUS_MAX:,} GPUs keep that.")
        gpus = rows[-1].gpus
    else:
        first = max(gpus - 1, 1) if gpus else load.gpus_min
        rows = [expect(load, each, gpu_cost_per_hour=cost) for each in islice(range(first, GPUS_MAX + 1), ROWS)]
    if json_:
        print_json(
            {"rate_per_second": rate, "run_seconds": load.mean_s, "asked": gpus}
            | {"currency": price.currency or None if price else None}
            | {"gpus": [row.model_dump(mode="json") for row in rows]}
        )
        return
    for line in screen(load, rows, gpus, price):
        click.echo(line)


def _run_seconds(context: Context, given: float | None, deviation: float) -> tuple[float, ...]:
    from jobs.capacity import spread
    from jobs.stats import STATS_JOBS_MAX, run_seconds

    if given is not None:
        return spread(given, deviation)
    found = run_seconds(context.platform.store, limit=STATS_JOBS_MAX)
    if not found:
        raise click.UsageError("No job has succeeded here yet: give --run-seconds.")
    return found


def _price(context: Context, prices: Path | None) -> "Price | None":
    from jobs.prices import Price, read_prices

    if prices is None and context.settings.cost_per_hour:
        return Price(context.settings.cost_per_hour)
    if prices is None and not PRICES.exists():
        return None
    return read_prices(prices or PRICES).price
