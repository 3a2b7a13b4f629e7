"""`lumen dlq`: dead letters, which are failed jobs and messages without a job: look at them, empty their topic."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.letters import by_reason, data_of, lines_of, row_of, show_list
from cli.options import as_json
from cli.purge import purge_command
from cli.render import print_json, say
from cli.replay import replay_command
from cli.which import wanted_from, which
from cli.who import audit_of

if TYPE_CHECKING:
    from jobs.deadletter import Dead
    from jobs.records import Record, Records


@click.group("dlq")
def dlq_command() -> None:
    """Look at dead letters, try them again, remove them.

    A dead letter is a failed job, known by its id, or garbage: a message in which no job was found, known by m- and
    the message's id. A canceled job is none, but can be tried again all the same.
    """


dlq_command.add_command(replay_command)
dlq_command.add_command(purge_command)


@dlq_command.command("list")
@click.option("--reason", metavar="R", help="Only what died of this: --filter reason=R.")
@which
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--after", metavar="ID", help="Go on behind this dead letter.")
@as_json
@click.pass_obj
def list_command(
    context: Context,
    reason: str | None,
    filters: tuple[str, ...],
    since: str | None,
    until: str | None,
    limit: int,
    after: str | None,
    json_: bool,
) -> None:
    """List dead letters, newest first.

    TRY is the attempts made and allowed; "due" is a letter that sweep has yet to send. With --json: one a line.
    """
    filters += (f"reason={reason}",) if reason else ()
    wanted = wanted_from(context, filters, since, until)
    found = context.platform.letters.find(wanted, limit=limit, after=after)
    show_list(context, found, json_=json_)
    if json_:
        return
    if len(found) == limit:
        options = [option for each in filters for option in ("--filter", each)]
        options += ["--since", since] if since else []  # an age ends later on the next page: nothing is left out
        say(f"More: {shlex.join(['lumen', 'dlq', 'list', *options, '--after', row_of(found[-1])['id']])}")
    say(f"{_counted(found)}.  By reason: {by_reason(found)}" if found else "No dead letters.")


def _counted(found: "Sequence[Dead]") -> str:
    from jobs.job import Job

    again = sum(isinstance(dead, Job) for dead in found)
    return f"{len(found)} dead letter{'s' * (len(found) != 1)} ({again} replayable)"


@dlq_command.command("show")
@click.argument("letter_id", metavar="ID")
@as_json
@click.pass_obj
def show_command(context: Context, letter_id: str, json_: bool) -> None:
    """Show all there is about one.

    Why and where it failed, every attempt, the traceback; of garbage, the original. ID may be any job's.
    """
    dead = context.platform.letters.get(letter_id)
    debug = _debug(context.platform.records, letter_id)
    if json_:
        print_json(data_of(dead, debug))
        return
    for line in lines_of(dead, debug, context.platform.store.now()):
        click.echo(line)


def _debug(records: "Records", job_id: str) -> "Record | None":
    """The traceback of a job's last attempt that went wrong."""
    from jobs.errors import RecordMissing

    try:
        return records.get(f"jobs/{job_id}/private", "debug")
    except RecordMissing:
        return None


@dlq_command.command("drain")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help="Take no more than these.")
@as_json
@click.pass_obj
def drain_command(context: Context, limit: int, json_: bool) -> None:
    """Empty the dead-letter topic now.

    Garbage goes on record, where `list` finds it. Sweep does the same by itself.
    """
    with audit_of(context).entry("dlq.drain", ids=()) as counts:
        drained = counts["drained"] = context.platform.letters.drain(limit=limit)
    if json_:
        print_json({"drained": drained})
    else:
        click.echo(f"{drained} drained")
