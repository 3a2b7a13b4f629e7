"""`lumen webhooks`: say whom to tell when a job or a batch of yours is over."""

from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import age, columns, print_json, say, visible

if TYPE_CHECKING:
    from datetime import datetime

    from jobs.addresses import Outside
    from jobs.webhooks import Webhook, Webhooks

HEADING = ("ID", "AGE", "EVENTS", "FAILED", "URL", "LAST ERROR")
EVENTS = ("job.succeeded", "job.failed", "job.canceled", "batch.completed")
WORDS = {"job.succeeded": "succeeded", "job.failed": "failed", "job.canceled": "canceled", "batch.completed": "batch"}


@click.group("webhooks")
def webhooks_command() -> None:
    """Say whom to tell when a job or a batch is over.

    They are those of LUMEN_OWNER. The web process sends (`lumen web`, `lumen dev`); see docs/webhooks.md.
    """


@webhooks_command.command("add")
@click.argument("url")
@click.option("--event", "events", type=click.Choice(EVENTS), multiple=True, help="Only these; may be repeated.")
@as_json
@click.pass_obj
def add_command(context: Context, url: str, events: tuple[str, ...], json_: bool) -> None:
    """Tell URL of every end of a job or a batch from now on. Shows the secret, this once."""
    from jobs.webhooks import EventType

    made = _webhooks(context).add(context.settings.owner, url, [EventType(each) for each in events or EVENTS])
    if json_:
        print_json(made.model_dump(mode="json", include={"id", "url", "events", "secret"}))
        return
    click.echo(f"{made.id}  {made.secret}")
    say(f"The secret is not shown again. Try it: lumen webhooks test {made.id}")


@webhooks_command.command("list")
@as_json
@click.pass_obj
def list_command(context: Context, json_: bool) -> None:
    """List webhooks and how the telling goes, the oldest first. With --json: one a line."""
    found = _webhooks(context).of(context.settings.owner)
    if json_:
        for each in found:
            print_json(each.model_dump(mode="json", exclude={"secret"}))
        return
    if not found:
        say("No webhooks. Add one: lumen webhooks add URL")
        return
    now = context.platform.store.now()
    for line in columns([HEADING, *(_cells(each, now) for each in found)]):
        click.echo(line)


@webhooks_command.command("remove")
@click.argument("webhook_id", metavar="ID")
@as_json
@click.pass_obj
def remove_command(context: Context, webhook_id: str, json_: bool) -> None:
    """Tell webhook ID nothing more, also not what is waiting to be sent."""
    _webhooks(context).remove(context.settings.owner, webhook_id)
    if json_:
        print_json({"removed": webhook_id})
    else:
        say(f"removed {webhook_id}")


@webhooks_command.command("test")
@click.argument("webhook_id", metavar="ID")
@as_json
@click.pass_obj
def test_command(context: Context, webhook_id: str, json_: bool) -> None:
    """Send webhook ID a signed message of type webhook.test, once and from here, and say what it answers."""
    from jobs.deliveries import Deliveries

    deliveries = Deliveries(context.platform.store, _webhooks(context), _outside(context).post)
    reply = deliveries.test(context.settings.owner, webhook_id)
    if json_:
        print_json({"id": webhook_id, "status": reply.status or None, "error": reply.words or None})
    elif reply.ok:
        click.echo(f"{webhook_id}  answered {reply.status}")
    if not reply.ok:
        raise click.ClickException(visible(reply.words))


def _outside(context: Context) -> "Outside":
    """A laptop's webhooks may be programs on it. Whoever sends looks at every address again."""
    from jobs.addresses import Outside
    from jobs.settings import Backend

    return Outside(loopback=context.settings.backend is Backend.LOCAL)


def _webhooks(context: Context) -> "Webhooks":
    from jobs.webhooks import Webhooks

    return Webhooks(context.platform.records, _outside(context).target)


def _cells(webhook: "Webhook", now: "datetime") -> tuple[str, ...]:
    events = ", ".join(WORDS.get(each, each) for each in webhook.events)
    error = f"disabled: {webhook.last_error}" if webhook.disabled_at else webhook.last_error
    texts = (webhook.id, age(webhook.created_at, now), events, str(webhook.failures), webhook.url, error)
    return tuple(visible(text) for text in texts)
