"""A folder as a bucket. A file appears whole, by a rename, or not at all, and survives a power cut."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

from jobs.bucket import Blob, Found, arriving, checked_name, content_type, is_name, measured
from jobs.errors import BackendDown, BlobExists, BlobMissing

PARTIAL = ".partial"  # the folder of what is being written; hidden by its dot: no name's segment may start with one
WRITING_S = 3600.0  # nobody writes one file for that long: what is older, its writer did not live to finish
NOT_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class DiskBucket:
    """A `Bucket` in a folder, shared by any number of processes on one machine. Its time is the file system's."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, data: bytes, *, replace: bool = False) -> Blob:
        return self._put(name, io.BytesIO(data), replace)

    def put_file(self, name: str, path: Path, *, replace: bool = False) -> Blob:
        checked_name(name)
        with path.open("rb") as source:
            return self._put(name, source, replace)

    def _put(self, name: str, source: BinaryIO, replace: bool) -> Blob:
        path = self._root / checked_name(name)
        with _speaking_our_errors():
            with self._written(source) as (partial, size, sha256):
                path.parent.mkdir(parents=True, exist_ok=True)
                if replace:
                    partial.replace(path)
                else:
                    _link(partial, path, sha256)
            self._keep(path)
        return self._blob(name, size, sha256)

    def get(self, name: str) -> bytes:
        with _speaking_our_errors():
            try:
                return (self._root / checked_name(name)).read_bytes()
            except NOT_THERE:
                raise BlobMissing(name) from None

    def get_file(self, name: str, path: Path) -> Blob:
        with self._opened(name) as source, arriving(path) as target:
            return self._blob(name, *measured(source, target))

    def stat(self, name: str) -> Blob:
        with self._opened(name) as file, _speaking_our_errors():
            return self._blob(name, *measured(file))

    def find(self, prefix: str) -> Iterator[Found]:
        """Looks only into the folder that the prefix names, and below."""
        folder = prefix.rpartition("/")[0]
        if folder and not is_name(folder):
            return iter(())  # no file has such a name, and the folder may be outside
        with _speaking_our_errors():
            names = (name for name in _names_below(self._root, folder) if name.startswith(prefix) and is_name(name))
            return iter(sorted(filter(None, map(self._found, names)), key=attrgetter("name")))

    def touch(self, name: str) -> None:
        with _speaking_our_errors(), suppress(*NOT_THERE):
            os.utime(self._root / checked_name(name))  # without a time of ours: the file system's own

    def delete(self, name: str) -> None:
        with _speaking_our_errors(), suppress(*NOT_THERE):
            (self._root / checked_name(name)).unlink()

    def link(self, name: str, *, for_s: float) -> str:  # noqa: ARG002 (a path does not end)
        return (self._root / checked_name(name)).absolute().as_uri()

    def _opened(self, name: str) -> BinaryIO:
        with _speaking_our_errors():
            try:
                return (self._root / checked_name(name)).open("rb")
            except NOT_THERE:
                raise BlobMissing(name) from None

    def _blob(self, name: str, size: int, sha256: str) -> Blob:
        return Blob(name, self.link(name, for_s=0), size, sha256, content_type(name))

    def _found(self, name: str) -> Found | None:
        """None: gone since it was seen."""
        try:
            there = (self._root / name).stat()
        except NOT_THERE:
            return None
        return Found(name, there.st_size, datetime.fromtimestamp(there.st_mtime, UTC))

    @contextmanager
    def _written(self, source: BinaryIO) -> Iterator[tuple[Path, int, str]]:
        """The bytes in a file without a name yet, on the disk for good; how many, and their sha256.

        Nothing is left of it but what was named.
        """
        folder = self._root / PARTIAL
        folder.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                _clear(folder, os.fstat(handle).st_mtime)
                size, sha256 = measured(source, file)
                file.flush()
                os.fsync(handle)
            yield Path(path), size, sha256
        finally:
            Path(path).unlink(missing_ok=True)

    def _keep(self, path: Path) -> None:
        """The name, too, and the folders that lead to it, on the disk for good."""
        for folder in path.parents:
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if folder == self._root:
                return


def _clear(folder: Path, now: float) -> None:
    """Remove what writers left who were killed. `now` is the file system's: that of a file it has just made."""
    for partial in folder.iterdir():
        with suppress(OSError):  # the next put tries again; it must not cost this one
            if now - partial.stat().st_mtime > WRITING_S:
                partial.unlink()


def _names_below(root: Path, folder: str) -> Iterator[str]:
    """Every file's path from `root`, whether it is a name of ours or not."""
    for at, _, files in os.walk(root / folder, onerror=_unless_gone):
        here = Path(at).relative_to(root).as_posix()
        yield from (file if here == "." else f"{here}/{file}" for file in files)


def _unless_gone(error: OSError) -> None:
    """What is no folder, or no longer, holds no files."""
    if not isinstance(error, NOT_THERE):
        raise error


def _link(partial: Path, path: Path, sha256: str) -> None:
    """Give the file its name unless the name is taken; the kernel decides, so of two writers one wins."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        with path.open("rb") as file:
            _, there = measured(file)
        if there != sha256:
            raise BlobExists(f"{path.name} is there already, with other bytes.") from None


@contextmanager
def _speaking_our_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackendDown(f"The bucket's folder: {error}") from error
