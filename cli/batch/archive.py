"""The files of a batch in one archive: fetched one by one beside it, then packed, so that what was cut off goes on.

The archive appears whole, by a rename. What an older one of the same name has already is taken from there.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, ZipInfo

from cli.batch.download import Wanted, as_others_are, fetched, wanted_of
from cli.context import Context
from cli.render import say

if TYPE_CHECKING:
    from jobs.batch import Batch

ARRIVING = ".arriving"  # behind the archive's name: the folder of what was fetched for it
CHUNK_BYTES = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can say: equal files make equal archives


def archived(context: Context, batch: "Batch", path: Path) -> None:
    """Raises: BackendDown, BlobMissing, OSError; InvalidRequest when `path` is there and no archive."""
    folder = path.with_name(path.name + ARRIVING)
    with _opened(path) as old:
        wanted = list(wanted_of(context, batch))
        there = {each.path for each in wanted if old is not None and _has(old, each)}
        missing = [each for each in wanted if each.path not in there]
        if old is not None and not missing:
            say(f"All {len(wanted):,} files are in {path}.")
            return
        fetched(context, missing, folder, jobs=wanted[-1].n if wanted else 0)
        _pack(wanted, old, there, folder, path)
    as_others_are(path)
    if folder.exists():
        shutil.rmtree(folder)
    say(f"Packed {len(wanted):,} files into {path}.")


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile | None]:
    """The archive that is there. Raises: InvalidRequest for any other file."""
    from jobs.errors import InvalidRequest

    if not path.exists():
        yield None
        return
    try:
        old = ZipFile(path)
    except BadZipFile:
        raise InvalidRequest(str(path), "is there and is no ZIP: name another with --download") from None
    with old:
        yield old


def _has(old: ZipFile, wanted: Wanted) -> bool:
    try:
        with old.open(wanted.path) as file:
            digest = hashlib.sha256()
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
            return digest.hexdigest() == wanted.sha256
    except (KeyError, BadZipFile):
        return False


def _pack(wanted: list[Wanted], old: ZipFile | None, there: set[str], folder: Path, path: Path) -> None:
    """Stored as they are: a GLB is packed already, a picture too."""
    from jobs.bucket import arriving

    with arriving(path) as file, ZipFile(file, "w") as new:
        for each in wanted:
            source = old.open(each.path) if old and each.path in there else (folder / each.path).open("rb")
            with source, new.open(ZipInfo(each.path, EPOCH), "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)
