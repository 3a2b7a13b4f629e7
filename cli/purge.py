"""`lumen dlq purge`: dead letters removed for good."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.letters import by_reason, row_of, show_list
from cli.options import as_json
from cli.render import print_json, say
from cli.which import filtering, sure, wanted_from
from cli.who import audit_of

if TYPE_CHECKING:
    from jobs.deadletter import Dead


@click.command("purge")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@filtering
@click.option("--older-than", metavar="T", help="Only what died before: an age like 30d, or an ISO time.")
@click.option("--reason", "why", required=True, metavar="TEXT", help="Why, for the audit.")
@click.option("--dry-run", is_flag=True, help="Show what would go; write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def purge_command(
    context: Context,
    ids: tuple[str, ...],
    filters: tuple[str, ...],
    older_than: str | None,
    why: str,
    dry_run: bool,
    yes: bool,
    json_: bool,
) -> int:
    """Remove failed jobs with their files, and garbage, for good.

    Those named by ID, or those that --filter and --older-than take together. Nothing else is removed, however it is
    named; the exit code is 1 then. Stopped anywhere, it is simply done again.
    """
    if bool(ids) == bool(filters or older_than):
        raise click.UsageError("name dead letters by ID, or choose them by --filter and --older-than")
    wanted = wanted_from(context, filters, None, older_than, until_is="older-than")
    found = list(_named(context, ids)) if ids else context.platform.purge().plan(wanted)
    code = 1 if len(found) < len(ids) else 0
    if dry_run:
        show_list(context, found, json_=json_)
        say(f"Would purge {len(found)}. Nothing was done. Run again without --dry-run.")
        return code
    if not found:
        say("Nothing to purge.")
        return code
    sure(f"{by_reason(found)}.  Remove {len(found)} dead letters and their files for good?", yes=yes)
    return _purged(context, [row_of(dead)["id"] for dead in found], why, wanted.words(), json_) or code


def _named(context: Context, ids: tuple[str, ...]) -> "Iterator[Dead]":
    """Those that may go; the only one says itself why it may not, among several each has a line."""
    from jobs.errors import BackendDown, LumenError

    for each in ids:
        try:
            yield context.platform.purge().look(each)
        except BackendDown:
            raise
        except LumenError as error:
            if len(ids) == 1:
                raise
            say(f"lumen: {each}: {error}")


def _purged(context: Context, ids: list[str], why: str, words: list[str], json_: bool) -> int:
    with audit_of(context).entry("dlq.purge", why=why, filter_=words, ids=ids) as counts:
        for purged in context.platform.purge().go(ids):
            counts["left" if purged.error else "purged"] += 1
            if purged.error:
                say(f"lumen: {purged.id}: {purged.error}")
            elif json_:
                print_json({"id": purged.id})
            else:
                click.echo(f"{purged.id}  purged")
    say(f"Purged {counts['purged']} of {len(ids)}.")
    return 1 if counts["left"] else 0
