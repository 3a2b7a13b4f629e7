"""`lumen weights`: which weights there are, and how they come here; nothing else ever fetches any."""

import re
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.inventory import HEADING, cells, here, restrictions, rows_of, size, state_of
from cli.options import as_json
from cli.render import columns, print_json, say

if TYPE_CHECKING:
    from models.manifest import Manifest
    from models.weights import Weights

OTHERS = ("*.json", "*.txt", "*.model", "*.yaml", "*.safetensors")  # of any model: what it is loaded from, and no code


@click.group("weights")
def weights_command() -> None:
    """Look at weights, fetch them, check them, copy them to the bucket.

    They lie in LUMEN_WEIGHTS, a folder for each id, with a manifest. A worker reads that folder and asks no hub.
    """


@weights_command.command("list")
@as_json
@click.pass_obj
def list_command(context: Context, json_: bool) -> None:
    """List the weights that Lumen knows, and all others that lie here.

    SIZE is that of the files here. With --json: one a line.
    """
    rows = list(rows_of(context))
    if json_:
        for row in rows:
            print_json(row)
        return
    for line in columns([HEADING, *map(cells, rows)]):
        click.echo(line)
    for line in restrictions(context, rows):
        say(line)


@weights_command.command("fetch")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--from-mirror", is_flag=True, help="From our own bucket, not from the hub.")
@click.option("--repo", metavar="OWNER/NAME", help="Of any other model on the hub; needs --as.")
@click.option("--revision", default="", metavar="COMMIT", help="With --repo: 40 digits; without, the newest.")
@click.option(
    "--licence", "licences", multiple=True, metavar="KEY", help="With --repo: its licence, as `list` names it."
)
@click.option("--pattern", "patterns", multiple=True, metavar="GLOB", help="With --repo: only files like this.")
@click.option("--as", "as_", metavar="ID", help="With --repo: the id to keep it under.")
@as_json
@click.pass_obj
def fetch_command(
    context: Context,
    ids: tuple[str, ...],
    from_mirror: bool,
    repo: str | None,
    revision: str,
    licences: tuple[str, ...],
    patterns: tuple[str, ...],
    as_: str | None,
    json_: bool,
) -> None:
    """Fetch weights from the hub: those named, or all that Lumen knows and whose licences you accept.

    Each appears as a whole or not at all; what is there already is left alone. A fetch that was broken off goes on
    where it was. HF_ENDPOINT and HF_TOKEN are heeded.
    """
    if bool(repo) != bool(as_) or (repo and (ids or from_mirror)):
        raise click.UsageError("--repo and --as go together, and without an ID or --from-mirror")
    if from_mirror:
        fetched = _from_mirror(context, ids)
    elif repo and as_:
        fetched = _from_hub(context, [_other(repo, as_, revision, licences, patterns)])
    else:
        fetched = _from_hub(context, [_row(id_) for id_ in ids] or list(_accepted(context)))
    for manifest in fetched:
        _show(manifest, json_)


def _show(manifest: "Manifest", json_: bool) -> None:
    if json_:
        print_json({"id": manifest.id, "revision": manifest.revision, "bytes": manifest.bytes})
    else:
        click.echo(f"{manifest.id}  {manifest.revision[:12]}  {size(manifest.bytes)}")


def _row(id_: str) -> "Weights":
    from models.weights import TABLE

    if id_ not in TABLE:
        raise click.BadParameter(f"{id_!r} is none of {', '.join(TABLE)}; for others there is --repo", param_hint="ID")
    return TABLE[id_]


def _accepted(context: Context) -> "Iterator[Weights]":
    from models.licences import not_accepted
    from models.weights import ROWS

    for row in ROWS:
        if refusal := not_accepted(row.licences, context.settings.accept_licenses):
            say(f"{row.id}: left out. {refusal}")
        else:
            yield row


def _other(repo: str, as_: str, revision: str, licences: tuple[str, ...], patterns: tuple[str, ...]) -> "Weights":
    """A row for weights that are not in the table."""
    from models.licences import LICENCES
    from models.manifest import ID
    from models.weights import TABLE, Weights

    if as_ in TABLE or not re.fullmatch(ID, as_):
        raise click.BadParameter(f"{as_!r} is taken, or none: small letters, digits, dots, dashes", param_hint="--as")
    if unknown := set(licences) - set(LICENCES):
        raise click.BadParameter(f"{min(unknown)!r} is none of {', '.join(LICENCES)}", param_hint="--licence")
    return Weights(as_, repo, revision, patterns or OTHERS, licences or ("other",))


def _from_hub(context: Context, rows: "Sequence[Weights]") -> "Iterator[Manifest]":
    from models.hub import Hub, show_bars

    for row in rows:
        _require_accepted(context, row.id, row.licences)
        manifest, state = state_of(context.settings.weights / row.id)
        if manifest and state == "there" and row.revision and manifest.revision == row.revision:
            say(f"{row.id}: there already")
        else:
            show_bars(sys.stderr.isatty())
            hub = Hub(context.env.get("HF_ENDPOINT"))
            manifest = hub.fetch(row, context.settings.weights, partial(_say_file, row.id))
        yield manifest


def _from_mirror(context: Context, ids: tuple[str, ...]) -> "Iterator[Manifest]":
    from cli import mirror

    bucket = context.platform.bucket
    for id_ in ids or mirror.ids(bucket):
        manifest = mirror.look(bucket, id_)
        _require_accepted(context, id_, manifest.licences)
        if state_of(context.settings.weights / id_) == (manifest, "there"):
            say(f"{id_}: there already")
        else:
            mirror.get(bucket, manifest, context.settings.weights, partial(_say_file, id_))
        yield manifest


def _require_accepted(context: Context, id_: str, licences: tuple[str, ...]) -> None:
    from models.licences import not_accepted

    if refusal := not_accepted(licences, context.settings.accept_licenses):
        raise click.ClickException(f"{id_}: {refusal}")


def _say_file(id_: str, path: str) -> None:
    say(f"{id_}: {path}")


@weights_command.command("verify")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@as_json
@click.pass_obj
def verify_command(context: Context, ids: tuple[str, ...], json_: bool) -> int:
    """Read every byte of the weights here and compare it with their manifest.

    The exit code is 1 when a file is missing or damaged; each has a line.
    """
    from models.manifest import damaged

    code = 0
    for id_, manifest in here(context, ids):
        wrong = list(damaged(context.settings.weights / id_, manifest, partial(_say_file, id_)))
        code = 1 if wrong else code
        if json_:
            print_json({"id": id_, "wrong": wrong})
        else:
            click.echo(
                "\n".join(f"{id_}  {each}" for each in wrong or [f"{len(manifest.files)} files are as they were"])
            )
    return code


@weights_command.command("mirror")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@as_json
@click.pass_obj
def mirror_command(context: Context, ids: tuple[str, ...], json_: bool) -> None:
    """Copy weights that are here into the bucket, from where `fetch --from-mirror` gets them.

    What is there already, with the same sha256, is not copied again.
    """
    from cli import mirror

    for id_, manifest in here(context, ids):
        folder = context.settings.weights / id_
        copied = mirror.put(context.platform.bucket, folder, manifest, partial(_say_file, id_))
        if json_:
            print_json({"id": id_, "copied": copied, "files": len(manifest.files)})
        else:
            click.echo(f"{id_}  {copied} of {len(manifest.files)} files copied")
