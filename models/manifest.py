"""What lies in a folder of weights: `lumen.json` beside the files names each of them, its bytes and its sha256."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from models.errors import LoadFailed

NAME = "lumen.json"
STAGING = ".fetching"  # beside the folders of the weights, so that a folder gets its name by a rename
CHUNK_BYTES = 1 << 20

# A path never leaves its folder and is never hidden; a bucket takes it as a name too (jobs/bucket.py).
PATH = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$"
RelativePath = Annotated[str, StringConstraints(pattern=PATH, max_length=400)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ID = r"^[a-z0-9][a-z0-9._-]{0,63}$"
Id = Annotated[str, StringConstraints(pattern=ID)]
OnFile = Callable[[str], object]  #: told a file's path before it is read; raises when the work shall stop


class File(BaseModel):
    """One file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int = Field(ge=0)
    sha256: Sha256


class Manifest(BaseModel):
    """What a folder of weights holds, and from where.

    Examples
    --------
    >>> whole = Manifest(id="toy", repo="ada/toy", files={"a/b.bin": File(bytes=1, sha256="0" * 64)})
    >>> whole.bytes
    1
    >>> Manifest(id="toy", repo="ada/toy", files={"../b.bin": whole.files["a/b.bin"]})
    Traceback (most recent call last):
    pydantic_core._pydantic_core.ValidationError: 1 validation error for Manifest
    ...
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    repo: str
    revision: str = Field(default="", pattern=r"^([0-9a-f]{40})?$")  #: empty: not from a hub
    licences: tuple[str, ...] = ()
    files: Mapping[RelativePath, File] = Field(min_length=1)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files.values())


def parsed(text: bytes, where: object) -> Manifest:
    """Raises: LoadFailed, which names the place and the first thing that is wrong."""
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        at = ".".join(map(str, first["loc"])) or "all of it"
        raise LoadFailed(f"{where} is no manifest of weights: {at}: {first['msg']}") from None


def read(folder: Path) -> Manifest | None:
    """None: there is none. Raises: LoadFailed when what is there is none."""
    path = folder / NAME
    try:
        return parsed(path.read_bytes(), path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LoadFailed(f"{path} cannot be read: {error}") from error


def write(folder: Path, manifest: Manifest) -> None:
    """All of it, or nothing."""
    partial = folder / f".{NAME}"
    with partial.open("w") as file:
        file.write(manifest.model_dump_json(indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / NAME)


def write_manifest(folder: Path, *, id_: str, repo: str, revision: str, licences: tuple[str, ...]) -> Manifest:
    """Name everything that lies in the folder, hidden files aside. For weights that no hub gave.

    Raises: LoadFailed for an empty folder, or a file that no manifest can name.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _hidden(path.relative_to(folder)))
    files = {path.relative_to(folder).as_posix(): measured(path) for path in paths if path != folder / NAME}
    given = {"id": id_, "repo": repo, "revision": revision, "licences": licences, "files": files}
    try:
        manifest = Manifest.model_validate(given)
    except ValidationError as error:
        raise LoadFailed(f"{folder}: {error.errors(include_url=False)[0]['msg']}") from None
    write(folder, manifest)
    return manifest


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def measured(path: Path) -> File:
    """Reads all of it, a chunk at a time."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return File(bytes=size, sha256=digest.hexdigest())


def incomplete(folder: Path, manifest: Manifest) -> str | None:
    """The first file that is missing or of another size, in a few words. Looks at sizes only: cheap, for boot."""
    return next(filter(None, (_wrong_size(folder / path, path, file) for path, file in manifest.files.items())), None)


def _wrong_size(path: Path, name: str, file: File) -> str | None:
    if not path.is_file():
        return f"{name} is missing"
    there = path.stat().st_size
    return None if there == file.bytes else f"{name} has {there:,} bytes, not {file.bytes:,}"


def damaged(folder: Path, manifest: Manifest, on_file: OnFile) -> Iterator[str]:
    """Every file that is not as the manifest says, in a few words. Reads all of them."""
    for path, file in manifest.files.items():
        on_file(path)
        if wrong := _wrong_size(folder / path, path, file):
            yield wrong
        elif measured(folder / path).sha256 != file.sha256:
            yield f"{path} has other bytes than the manifest says"


# --- how a folder appears: as a whole ---


@contextmanager
def staging(weights: Path, id_: str, version: str) -> Iterator[Path]:
    """A folder to gather files in. It outlives a failure: the next who asks for the same version goes on from there.

    Raises: LoadFailed when somebody else gathers the same weights.
    """
    place = weights / STAGING
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{id_}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however that ends
        except BlockingIOError:
            raise LoadFailed(f"{id_} is being fetched by another process.") from None
        _clear(place, id_, keep=(f"{id_}@{version}",))
        folder = place / f"{id_}@{version}"
        folder.mkdir(exist_ok=True)
        yield folder


def _clear(place: Path, id_: str, *, keep: Collection[str]) -> None:
    """Remove what was gathered of other versions: gigabytes that nobody will ask for again."""
    for folder in place.glob(f"{id_}@*"):
        if folder.name not in keep:
            shutil.rmtree(folder)


def install(staged: Path, weights: Path, manifest: Manifest) -> None:
    """Give a gathered folder its name. What had it before is gone; in between there may be nothing, never a mixture."""
    write(staged, manifest)
    folder, old = weights / manifest.id, staged.with_name(f"{manifest.id}@old")
    if folder.exists():
        folder.rename(old)
    staged.rename(folder)
    shutil.rmtree(old, ignore_errors=True)  # a rest of it costs room only, and the next fetch tries again


def require_room(folder: Path, wanted: int) -> None:
    """Raises: LoadFailed when the disk has not so many bytes left."""
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise LoadFailed(f"{folder} has room for {free / 1e9:.1f} GB, and {wanted / 1e9:.1f} GB are still to come.")
