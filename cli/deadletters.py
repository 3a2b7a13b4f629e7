"""`lumen dlq`: dead letters, which are failed jobs and messages without a job: look at them, try them again."""

from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.letters import data_of, lines_of, row_of, table
from cli.options import as_json
from cli.render import as_data, print_json, say, state

if TYPE_CHECKING:
    from jobs.job import Job
    from jobs.records import Record, Records


@click.group("dlq")
def dlq_command() -> None:
    """Look at dead letters, and try them again.

    A dead letter is a failed job, known by its id, or garbage: a message in which no job was found, known by m- and
    the message's id. A canceled job is none, but can be tried again all the same.
    """


@dlq_command.command("list")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--after", metavar="ID", help="Go on behind this dead letter.")
@as_json
@click.pass_obj
def list_command(context: Context, limit: int, after: str | None, json_: bool) -> None:
    """List dead letters, newest first.

    TRY is the attempts made and allowed; "due" is a letter that sweep has yet to send. With --json: one a line.
    """
    found = context.platform.letters.find(limit=limit, after=after)
    if json_:
        for dead in found:
            print_json(row_of(dead))
        return
    for line in table(found, context.platform.store.now()):
        click.echo(line)
    if not found:
        say("No dead letters.")
    if len(found) == limit:
        say(f"More: lumen dlq list --after {row_of(found[-1])['id']}")


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


# --- replay and drain -------------------------------------------------------------------------------


@dlq_command.command("replay")
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--reason", "why", default="", metavar="TEXT", help="Why, for whoever looks at the job later.")
@as_json
@click.pass_obj
def replay_command(context: Context, job_ids: tuple[str, ...], why: str, json_: bool) -> int:
    """Try failed or canceled jobs again.

    The same jobs with the same input, and all their attempts before them. One that cannot be tried again does not
    keep the others from it; the exit code is 1 then.
    """
    from jobs.deadletter import GARBAGE_KEY
    from jobs.errors import BackendDown, InvalidRequest, LumenError

    for each in job_ids:
        if each.startswith(GARBAGE_KEY):
            raise InvalidRequest("", f"{each} is a message without a job: there is nothing to try again.")
    code = 0
    for job_id in job_ids:
        try:
            job = context.client.replay(job_id, why=why)
        except BackendDown:
            raise
        except LumenError as error:
            if len(job_ids) == 1:
                raise
            say(f"lumen: {job_id}: {error}")
            code = 1
        else:
            _say_replayed(job, json_)
    return code


def _say_replayed(job: "Job", json_: bool) -> None:
    if json_:
        print_json(as_data(job))
    else:
        click.echo(f"{job.id}  {state(job)}")


@dlq_command.command("drain")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help="Take no more than these.")
@as_json
@click.pass_obj
def drain_command(context: Context, limit: int, json_: bool) -> None:
    """Empty the dead-letter topic now.

    Garbage goes on record, where `list` finds it. Sweep does the same by itself.
    """
    drained = context.platform.letters.drain(limit=limit)
    if json_:
        print_json({"drained": drained})
    else:
        click.echo(f"{drained} drained")
