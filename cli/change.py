"""`lumen cancel` and `delete`."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import as_data, print_json, say, state, table
from cli.which import sure
from cli.who import audit_of

if TYPE_CHECKING:
    from jobs.cancels import Found
    from jobs.job import Job
    from jobs.job_filter import JobFilter


@click.command("cancel")
@click.argument("job_ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--filter",
    "filters",
    metavar="EXPR",
    multiple=True,
    help="Open jobs: status=, owner=, batch=, tag=, priority=, since=, prompt:WORDS. All terms must hold.",
)
@click.option("--reason", "why", default="", metavar="TEXT", help="Why: puts it on record; --filter wants one.")
@click.option("--dry-run", is_flag=True, help="Show what would be asked; write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def cancel_command(
    context: Context,
    job_ids: tuple[str, ...],
    filters: tuple[str, ...],
    why: str,
    dry_run: bool,
    yes: bool,
    json_: bool,
) -> None:
    """Ask for the end of jobs: at once while they wait, within seconds while they run.

    Those named by ID, or up to 1 000 that a filter takes. A job that ends before it is asked is no error.

    Try:  lumen cancel --filter 'owner=ada prompt:"office chair"' --dry-run
    """
    if bool(job_ids) == bool(filters):
        raise click.UsageError("name jobs by ID, or choose them by --filter")
    if filters and not (why or dry_run):
        raise click.UsageError("say why: --reason TEXT")
    if filters:
        _chosen(context, filters, why, dry_run, yes, json_)
    elif dry_run:
        _show(context, [context.client.get(job_id) for job_id in job_ids], json_)
        say("Nothing was done. Run again without --dry-run.")
    else:
        _named(context, job_ids, why, json_)


def _named(context: Context, job_ids: tuple[str, ...], why: str, json_: bool) -> None:
    with ExitStack() as stack:
        entry = audit_of(context).entry("jobs.cancel", why=why, ids=job_ids) if why else None
        counts: Counter[str] = stack.enter_context(entry) if entry else Counter()
        for job_id in job_ids:
            job = context.client.cancel(job_id)
            counts["canceled" if job.done else "asked"] += 1
            if json_:
                print_json(as_data(job))
            else:
                click.echo(f"{job.id}  {state(job)}")


def _chosen(context: Context, filters: tuple[str, ...], why: str, dry_run: bool, yes: bool, json_: bool) -> None:
    from jobs.cancels import Cancels
    from jobs.job_filter import parse_job_filter

    wanted = parse_job_filter(filters, context.platform.store.now())
    found = Cancels(context.platform.store).find(wanted)
    if dry_run:
        _show(context, found.jobs, json_)
        say(f"Would ask for the end of {_told(found)}. Nothing was done. Run again without --dry-run.")
    elif not found.jobs:
        say("No open job is meant, or each was asked already.")
    else:
        sure(f"Ask for the end of {_told(found)}?", yes=yes)
        _ask(context, found, wanted, why, json_)


def _ask(context: Context, found: "Found", wanted: "JobFilter", why: str, json_: bool) -> None:
    from jobs.cancels import Cancels

    ids = [job.id for job in found.jobs]
    with audit_of(context).entry("jobs.cancel", why=why, filter_=wanted.words(), ids=ids) as counts:
        for each in Cancels(context.platform.store).go(found.jobs, wanted):
            counts[each.outcome] += 1
            if json_:
                print_json({"id": each.job_id, "outcome": each.outcome})
            else:
                click.echo(f"{each.job_id}  {each.outcome}")
    said = {
        "canceled": f"{counts['canceled']} canceled",
        "asked": f"{counts['asked']} run and end within seconds",
        "over": f"{counts['over']} had ended meanwhile",
        "left": f"{counts['left']} left alone: not meant any more",
    }
    more = "  There may be more: run it again." if found.more else ""
    say(f"Of {len(ids):,}: {', '.join(text for outcome, text in said.items() if counts[outcome])}.{more}")


def _show(context: Context, jobs: "Sequence[Job]", json_: bool) -> None:
    if json_:
        for job in jobs:
            print_json(as_data(job))
    elif jobs:
        for line in table(jobs, context.platform.store.now()):
            click.echo(line)


def _told(found: "Found") -> str:
    """How many, by what they do now."""
    by_status = Counter(job.status.value for job in found.jobs)
    counted = ", ".join(f"{count:,} {status}" for status, count in by_status.items())
    return f"{len(found.jobs):,} jobs{f' ({counted})' if counted else ''}{', and there may be more' * found.more}"


@click.command("delete")
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def delete_command(context: Context, job_ids: tuple[str, ...], yes: bool, json_: bool) -> None:
    """Remove the jobs ID... and their files. A running job has to be canceled first."""
    if not yes:
        click.confirm(f"Remove {len(job_ids)} jobs and their files for good?", abort=True, err=True)
    for job_id in job_ids:
        context.client.delete(job_id)
        if not json_:
            say(f"removed {job_id}")
    if json_:
        print_json({"removed": list(job_ids)})
