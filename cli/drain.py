"""`lumen drain`: one worker, or all of a machine or revision, takes no other job."""

from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import age, columns, print_json, say, visible
from cli.who import audit_of, who

if TYPE_CHECKING:
    from datetime import datetime

    from jobs.drain import Mark
    from jobs.stats import AtWork

HEADING = ("WORKER", "AT WORK", "AGE", "WHO", "WHY")
NAMED_MAX = 8  # workers that are named in a line each


@click.command("drain")
@click.argument("worker", metavar="[WORKER]", required=False)
@click.option("--reason", metavar="TEXT", help="Why, for whoever looks at it later.")
@click.option("--undo", is_flag=True, help="Let it take jobs again.")
@click.option("--list", "listing", is_flag=True, help="Show who is drained.")
@as_json
@click.pass_obj
def drain_command(
    context: Context, worker: str | None, reason: str | None, undo: bool, listing: bool, json_: bool
) -> None:
    """Let one WORKER take no other job; what it has goes on to its end.

    WORKER is the name in its leases, which `lumen stats` and `lumen get` show: host/1234-a1b2c3. The part in front of
    the slash means every worker of that machine or revision, also those that start there later.
    """
    if listing == (worker is not None) or (listing and (undo or reason)):
        raise click.UsageError("name a WORKER, with --reason or --undo; or ask for the --list")
    if worker is None:
        _list(context, json_)
    elif undo:
        _undo(context, worker, reason or "", json_)
    elif reason:
        _drain(context, worker, reason, json_)
    else:
        raise click.UsageError("say why: --reason TEXT")


def _drain(context: Context, worker: str, reason: str, json_: bool) -> None:
    from jobs.drain import Drains, require_name

    require_name(worker)
    with audit_of(context).entry("claims.drain", why=reason, ids=(worker,)) as counts:
        mark = Drains(context.platform.records).begin(worker, by=who(context), reason=reason)
        busy = _busy(context, mark)
        counts["running"] = len(busy)
    say(f"Drained {_meant(mark)}.  At work there, each to the end of its job: {len(busy)}")
    for each in busy[:NAMED_MAX]:
        say(f"  {visible(each.worker)}  {each.job_id}")
    if len(busy) > NAMED_MAX:
        say(f"  and {len(busy) - NAMED_MAX} more")
    say(f"Take jobs again: lumen drain {worker} --undo")
    if json_:
        print_json(_as_data(mark, busy))


def _undo(context: Context, worker: str, reason: str, json_: bool) -> None:
    from jobs.drain import Drains

    drains = Drains(context.platform.records)
    drains.get(worker)
    with audit_of(context).entry("claims.undrain", why=reason, ids=(worker,)) as counts:
        mark = drains.end(worker)
        counts["undone"] = 1
    still = next((other for other in drains.all() if other.means(worker)), None)
    say(f"Going on: {_meant(mark)}." if still is None else f"Undone. It stays drained by the mark of {still.worker}.")
    if json_:
        print_json(mark.model_dump(mode="json"))


def _list(context: Context, json_: bool) -> None:
    from jobs.drain import Drains
    from jobs.stats import at_work

    marks, busy = Drains(context.platform.records).all(), at_work(context.platform.store)
    if json_:
        for mark in marks:
            print_json(_as_data(mark, [each for each in busy if mark.means(each.worker)]))
        return
    if not marks:
        say("Nobody is drained.")
        return
    now = context.platform.store.now()
    for line in columns([HEADING, *(_cells(mark, busy, now) for mark in marks)]):
        click.echo(line)


def _cells(mark: "Mark", busy: "tuple[AtWork, ...]", now: "datetime") -> tuple[str, ...]:
    running = sum(mark.means(each.worker) for each in busy)
    cells = (mark.worker, str(running), age(mark.drained_at, now), mark.by, mark.reason)
    return tuple(" ".join(visible(cell).split()) for cell in cells)


def _busy(context: Context, mark: "Mark") -> "list[AtWork]":
    from jobs.stats import at_work

    return [each for each in at_work(context.platform.store) if mark.means(each.worker)]


def _meant(mark: "Mark") -> str:
    return mark.worker if "/" in mark.worker else f"every worker of {mark.worker}"


def _as_data(mark: "Mark", busy: "list[AtWork]") -> dict[str, object]:
    return mark.model_dump(mode="json") | {"at_work": [each.model_dump(mode="json") for each in busy]}
