"""`lumen stats`: how it goes, on one screen."""

from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import print_json

if TYPE_CHECKING:
    pass


@click.command("stats")
@click.option("--since", default="24h", show_default=True, metavar="T", help="Jobs made since: an age, or an ISO time.")
@click.option(
    "--limit", type=click.IntRange(1, 2000), default=2000, show_default=True, help="Look at no more, the newest."
)
@as_json
@click.pass_obj
def stats_command(context: Context, since: str, limit: int, json_: bool) -> None:
    """Show the queue now, and what became of the newest jobs.

    How many wait and run, who is at work, how jobs ended, why they failed and where, and the 50th, 95th and 99th
    percentile of their seconds.
    """
    from cli.stats_screen import screen
    from jobs.drain import Drains
    from jobs.grammar import parse_moment
    from jobs.pause import Pauses
    from jobs.stats import at_work, queue_state, stats

    platform = context.platform
    now = platform.store.now()
    found = stats(platform.store, since=parse_moment("since", since, now), limit=limit)
    queue, busy = queue_state(platform.store), at_work(platform.store)
    pause, marks = Pauses(platform.records).get(), Drains(platform.records).all()
    if json_:
        control = {"pause": pause.model_dump(mode="json"), "drained": [mark.model_dump(mode="json") for mark in marks]}
        print_json(
            {"queue": queue.model_dump(mode="json") | control}
            | {"at_work": [each.model_dump(mode="json") for each in busy], "jobs": found.model_dump(mode="json")}
        )
        return
    for line in screen(found, queue, busy, pause, marks, now):
        click.echo(line)
