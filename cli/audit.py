"""`lumen audit`: who did what to many jobs at once."""

from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import age, columns, print_json, say, visible
from cli.who import audit_of

if TYPE_CHECKING:
    from datetime import datetime

    from jobs.audit import Entry

HEADING = ("ID", "AGE", "WHO", "ACTION", "CAME TO", "RUN", "WHICH", "WHY")
NAMED_MAX = 3  # ids in a line; --json has the first hundred


@click.command("audit")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@as_json
@click.pass_obj
def audit_command(context: Context, limit: int, json_: bool) -> None:
    """List who did what to many jobs, to the queue, to workers or to keys, newest first.

    "not finished" is under way, or was cut off. With --json: one a line.
    """
    found = list(audit_of(context).latest(limit=limit))
    if json_:
        for entry in found:
            print_json(entry.model_dump(mode="json"))
        return
    if not found:
        say("Nothing is on record.")
        return
    now = context.platform.store.now()
    for line in columns([HEADING, *(_cells(entry, now) for entry in found)]):
        click.echo(line)


def _cells(entry: "Entry", now: "datetime") -> tuple[str, ...]:
    came_to = ", ".join(f"{count} {what}" for what, count in entry.counts.items())
    named = " ".join(entry.ids[:NAMED_MAX]) + (" …" if entry.of > NAMED_MAX else "")
    which = " ".join(entry.filter) or ("all" if entry.run else named)
    texts = (
        entry.id,
        age(entry.begun_at, now),
        entry.who,
        entry.action,
        came_to or ("nothing" if entry.done_at else f"not finished, of {entry.of}"),
        entry.run or "",
        which,
        entry.why,
    )
    return tuple(" ".join(visible(text).split()) for text in texts)
