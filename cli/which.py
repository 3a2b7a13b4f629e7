"""Options by which several commands choose dead letters."""

import sys
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import Command

if TYPE_CHECKING:
    from jobs.dead_filter import DeadFilter

filtering = click.option(
    "--filter",
    "filters",
    metavar="KEY=VALUE",
    multiple=True,
    help="Only these: reason, stage, route, owner, batch, tag or priority. Several must all hold.",
)


def which(command: Command) -> Command:
    """--filter, and the times of the death."""
    until = click.option("--until", metavar="T", help="Only what died until: an age like 30m, or an ISO time.")
    since = click.option("--since", metavar="T", help="Only what died since: an age like 24h or 7d, or an ISO time.")
    decorated: Command = filtering(since(until(command)))
    return decorated


def wanted_from(
    context: Context, filters: tuple[str, ...], since: str | None, until: str | None, *, until_is: str = "until"
) -> "DeadFilter":
    """The filter of a command line. Raises: InvalidRequest, with the option and what is allowed."""
    from jobs.dead_filter import parse_filter
    from jobs.grammar import parse_moment

    if not (since or until):
        return parse_filter(filters)
    now = context.platform.store.now()
    return parse_filter(
        filters,
        since=parse_moment("since", since, now) if since else None,
        until=parse_moment(until_is, until, now) if until else None,
    )


def sure(question: str, *, yes: bool) -> None:
    """Asks whoever sits there; where nobody does, only --yes is an answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: --yes does it, --dry-run shows what it would be")
    click.confirm(question, abort=True, err=True)
