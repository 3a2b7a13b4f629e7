"""The weights that are here, and those that could be: as data, as lines of a table, as sentences."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.context import Context

if TYPE_CHECKING:
    from models.manifest import Manifest

HEADING = ("ID", "USED BY", "REVISION", "SIZE", "STATE", "LICENCES")
GB_FROM = 100_000_000  # below, GB to two places would say little


def rows_of(context: Context) -> Iterator[dict[str, Any]]:
    from models.licences import not_accepted
    from models.manifest import NAME
    from models.weights import TABLE, licences_of

    folder = context.settings.weights
    here = sorted(path.parent.name for path in folder.glob(f"*/{NAME}"))
    for id_ in dict.fromkeys((*TABLE, *here)):
        row = TABLE.get(id_)
        manifest, state = state_of(folder / id_)
        licences = licences_of(row, manifest)
        yield {
            "id": id_,
            "used_by": list(row.used_by) if row else [],
            "repo": manifest.repo if manifest else row.repo if row else "",
            "revision": manifest.revision if manifest else row.revision if row else "",
            "bytes": manifest.bytes if manifest else None,
            "licences": list(licences),
            "accepted": not_accepted(licences, context.settings.accept_licenses) is None,
            "state": state,
        }


def state_of(folder: Path) -> "tuple[Manifest | None, str]":
    from models.errors import LoadFailed
    from models.manifest import incomplete, read

    try:
        manifest = read(folder)
    except LoadFailed:
        return None, "unreadable"
    if manifest is None:
        return None, "not there"
    return manifest, "incomplete" if incomplete(folder, manifest) else "there"


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    taken = "" if row["bytes"] is None else size(row["bytes"])
    licences = ", ".join(row["licences"])
    accepted = licences if row["accepted"] else f"{licences} (not accepted)"
    return row["id"], ", ".join(row["used_by"]), row["revision"][:12], taken, row["state"], accepted


def size(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= GB_FROM else f"{count:,} B"


def restrictions(context: Context, rows: list[dict[str, Any]]) -> Iterator[str]:
    from models.licences import LICENCES

    for key in dict.fromkeys(key for row in rows for key in row["licences"]):
        licence = LICENCES.get(key, LICENCES["other"])
        if licence.restriction:
            word = "accepted" if key in context.settings.accept_licenses else "not accepted"
            yield f"{key} ({word}): {licence.restriction} {licence.url}".rstrip()


def here(context: Context, ids: tuple[str, ...]) -> "Iterator[tuple[str, Manifest]]":
    """Those named, or all that have a manifest."""
    from models.manifest import NAME, read

    folder = context.settings.weights
    for id_ in ids or sorted(path.parent.name for path in folder.glob(f"*/{NAME}")):
        manifest = read(folder / id_)
        if manifest is None:
            raise click.ClickException(f"{id_}: no weights in {folder / id_}: lumen weights fetch {id_}")
        yield id_, manifest
