"""A folder as a bucket. A file appears whole, by a rename, or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.bucket import Blob, checked_name, content_type
from jobs.errors import BackendDown, BlobExists, BlobMissing

PARTIAL = ".partial"  # hidden by its dot: no file's name may start with one


class DiskBucket:
    """A `Bucket` in a folder, shared by any number of processes on one machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, data: bytes, *, replace: bool = False) -> Blob:
        path = self._root / checked_name(name)
        with _speaking_our_errors(name):
            path.parent.mkdir(parents=True, exist_ok=True)
            if replace:
                _written(path, data).replace(path)
            else:
                _link(_written(path, data), path, data)
        return self._blob(name, data)

    def get(self, name: str) -> bytes:
        with _speaking_our_errors(name):
            return (self._root / checked_name(name)).read_bytes()

    def stat(self, name: str) -> Blob:
        return self._blob(name, self.get(name))

    def find(self, prefix: str) -> Iterator[str]:
        files = (path for path in self._root.rglob("*") if path.is_file() and not path.name.startswith(PARTIAL))
        names = (path.relative_to(self._root).as_posix() for path in files)
        return iter(sorted(name for name in names if name.startswith(prefix)))

    def delete(self, name: str) -> None:
        with _speaking_our_errors(name):
            (self._root / checked_name(name)).unlink(missing_ok=True)

    def link(self, name: str, *, for_s: float) -> str:  # noqa: ARG002 (a path does not end)
        return (self._root / checked_name(name)).absolute().as_uri()

    def _blob(self, name: str, data: bytes) -> Blob:
        return Blob(name, self.link(name, for_s=0), len(data), hashlib.sha256(data).hexdigest(), content_type(name))


def _written(path: Path, data: bytes) -> Path:
    """The bytes in a file beside `path`, on the disk for good."""
    handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _link(partial: Path, path: Path, data: bytes) -> None:
    """Give the file its name unless the name is taken; the kernel decides, so of two writers one wins."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        if path.read_bytes() != data:
            raise BlobExists(f"{path.name} is there already, with other bytes.") from None
    finally:
        partial.unlink()


@contextmanager
def _speaking_our_errors(name: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise BlobMissing(name) from None
    except OSError as error:
        raise BackendDown(f"The bucket's folder: {error}") from error
