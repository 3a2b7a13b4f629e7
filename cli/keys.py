"""`lumen keys`: who may use the API. The token of a new key is all there is on stdout, for scripts to read."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from cli.context import Context
from cli.options import as_json
from cli.render import age, columns, print_json, say
from cli.who import audit_of

if TYPE_CHECKING:
    from datetime import datetime

    from jobs.keys import ApiKey, Grant, Keys, NewKey

SCOPES = ("submit", "read", "ops")  # jobs.keys.Scope, which `lumen --help` need not import; a test compares them
DAYS_MAX = 365  # what is good for longer is forgotten before it ends
HEADING = ("ID", "OWNER", "NAME", "SCOPES", "MADE", "STATE", "INSTEAD OF")

days = click.option(
    "--days", type=click.IntRange(1, DAYS_MAX), default=30, show_default=True, help="Days that it is good for."
)


@click.group("keys")
def keys_command() -> None:
    """Make API keys, list them, rotate them, revoke them.

    A key belongs to an owner, who sees no jobs but their own. Its token is shown once; kept is a hash of it.
    """


@keys_command.command("create")
@click.option("--owner", required=True, metavar="NAME", help="Whose jobs it makes and sees.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="What it allows; may be repeated. ops is for operators: it sees everybody's jobs.",
)
@click.option("--name", default="default", show_default=True, help="What uses it. Two of a name may be good at once.")
@days
@as_json
@click.pass_obj
def create_command(context: Context, owner: str, scopes: tuple[str, ...], name: str, days: int, json_: bool) -> None:
    """Make a key.

    stdout has the token and nothing else: LUMEN_API_KEY=$(lumen keys create --owner ada --scope submit).
    """
    from jobs.keys import new_key_id

    grant, key_id = _grant(owner=owner, name=name, scopes=tuple(dict.fromkeys(scopes))), new_key_id()
    said = [f"owner={owner}", f"name={name}", *(f"scope={scope}" for scope in grant.scopes)]
    with audit_of(context).entry("keys.create", filter_=said, ids=[key_id]) as counts:
        new = _keys(context).create(key_id, grant, good_for=timedelta(days=days))
        counts["created"] += 1
    _show(new, json_=json_)


@keys_command.command("rotate")
@click.argument("key_id", metavar="ID")
@days
@click.option(
    "--grace",
    type=click.IntRange(0, DAYS_MAX),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="Days that the old one stays good, but no longer than it would have been.",
)
@as_json
@click.pass_obj
def rotate_command(context: Context, key_id: str, days: int, grace: int, json_: bool) -> None:
    """Make a key that may do the same as this one, which stays good for a while.

    Give the new token to every program that has the old one; nobody has to stop meanwhile.
    """
    from jobs.keys import new_key_id

    keys, new_id = _keys(context), new_key_id()
    keys.get(key_id)  # what is not there needs no entry
    with audit_of(context).entry("keys.rotate", ids=[key_id, new_id]) as counts:
        new = keys.rotate(key_id, new_id, good_for=timedelta(days=days), grace=timedelta(days=grace))
        counts["rotated"] += 1
    old = keys.get(key_id)
    say(f"{key_id}, the old one, is good until {_moment(old.expires_at)}.")
    _show(new, json_=json_)


@keys_command.command("revoke")
@click.argument("key_id", metavar="ID")
@click.option("--reason", default="", help="Why, for the record.")
@as_json
@click.pass_obj
def revoke_command(context: Context, key_id: str, reason: str, json_: bool) -> None:
    """End a key now.

    A web process that has just seen it may take it for 5 seconds more.
    """
    keys = _keys(context)
    keys.get(key_id)  # what is not there needs no entry
    with audit_of(context).entry("keys.revoke", why=reason, ids=[key_id]) as counts:
        key = keys.revoke(key_id)
        counts["revoked"] += 1
    if json_:
        print_json(_data(key))
    else:
        click.echo(f"{key_id}  revoked")


@keys_command.command("list")
@click.option("--owner", metavar="NAME", help="Only those of this owner.")
@as_json
@click.pass_obj
def list_command(context: Context, owner: str | None, json_: bool) -> None:
    """List keys, also such as ended not long ago. With --json: one a line."""
    found = _keys(context).find(owner=owner)
    if json_:
        for key in found:
            print_json(_data(key))
        return
    if not found:
        say("No keys.")
        return
    now = context.platform.store.now()
    for line in columns([HEADING, *(_cells(key, now) for key in found)]):
        click.echo(line)


def _keys(context: Context) -> "Keys":
    from jobs.keys import Keys

    return Keys(context.platform.records)


def _grant(**said: Any) -> "Grant":
    """Raises: InvalidRequest."""
    from pydantic import ValidationError

    from jobs.keys import Grant
    from jobs.request import refusal

    try:
        return Grant.model_validate(said)
    except ValidationError as error:
        raise refusal(error) from None


def _show(new: "NewKey", *, json_: bool) -> None:
    key = new.key
    say(f"{key.id}: {key.owner} may {_scopes(key)} until {_moment(key.expires_at)}.")
    say("This is the only time that the token is shown.")
    if json_:
        print_json(_data(key) | {"token": new.token})
    else:
        click.echo(new.token)


def _data(key: "ApiKey") -> dict[str, Any]:
    return key.model_dump(mode="json", exclude={"seal"})


def _cells(key: "ApiKey", now: "datetime") -> tuple[str, ...]:
    ended_at = key.ended_at(now)
    if ended_at is None:
        state = f"good for {age(now, key.expires_at)}"
    else:
        state = f"{'revoked' if key.revoked_at else 'expired'} {age(ended_at, now)} ago"
    made = age(key.created_at, now)
    return key.id, key.owner, key.name, _scopes(key), made, state, key.rotated_from or ""


def _scopes(key: "ApiKey") -> str:
    return ", ".join(key.scopes)


def _moment(at: "datetime") -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
