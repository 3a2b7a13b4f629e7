"""Weights in the platform's own bucket: `weights/<id>/<path>`, the manifest last, so that what it names is there."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import LoadFailed
from models.manifest import NAME, File, Manifest, OnFile, install, measured, parsed, require_room, staging

if TYPE_CHECKING:
    from jobs.bucket import Bucket

PREFIX = "weights/"


def name_of(id_: str, path: str) -> str:
    return f"{PREFIX}{id_}/{path}"


def put(bucket: "Bucket", folder: Path, manifest: Manifest, on_file: OnFile) -> int:
    """Copy what is not there yet; how many files that were. Raises: BackendDown, OSError."""
    missing = [path for path, file in manifest.files.items() if not _holds(bucket, name_of(manifest.id, path), file)]
    if missing:
        bucket.delete(name_of(manifest.id, NAME))  # until all are there, nobody shall read a mixture
    for path in missing:
        on_file(path)
        bucket.put_file(name_of(manifest.id, path), folder / path, replace=True)
    bucket.put(name_of(manifest.id, NAME), manifest.model_dump_json(indent=1).encode(), replace=True)
    return len(missing)


def ids(bucket: "Bucket") -> tuple[str, ...]:
    """All that are there as a whole. Raises: BackendDown."""
    found = (each.name.removeprefix(PREFIX).split("/") for each in bucket.find(PREFIX))
    return tuple(path[0] for path in found if path[1:] == [NAME])


def look(bucket: "Bucket", id_: str) -> Manifest:
    """What the bucket says of the weights. Raises: LoadFailed, BackendDown."""
    from jobs.errors import BlobMissing

    name = name_of(id_, NAME)
    try:
        manifest = parsed(bucket.get(name), name)
    except BlobMissing:
        raise LoadFailed(f"The bucket has no {name}: lumen weights mirror {id_} puts it there.") from None
    if manifest.id != id_:
        raise LoadFailed(f"{name} in the bucket is the manifest of {manifest.id}.")
    return manifest


def get(bucket: "Bucket", manifest: Manifest, weights: Path, on_file: OnFile) -> None:
    """The weights, into their folder, as a whole. Raises: LoadFailed, BackendDown, OSError."""
    with staging(weights, manifest.id, manifest.revision or "mirror") as folder:
        missing = list(_missing(folder, manifest))
        require_room(folder, sum(manifest.files[path].bytes for path in missing))
        for path in missing:
            on_file(path)
            _get(bucket, manifest.id, path, folder, manifest.files[path])
        install(folder, weights, manifest)


def _get(bucket: "Bucket", id_: str, path: str, folder: Path, file: File) -> None:
    there = bucket.get_file(name_of(id_, path), folder / path)
    if (there.bytes, there.sha256) != (file.bytes, file.sha256):
        (folder / path).unlink()
        raise LoadFailed(f"{there.uri} has other bytes than its manifest says: mirror {id_} again.")


def _missing(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What a fetch that was broken off has not brought."""
    for path, file in manifest.files.items():
        if not (folder / path).is_file() or measured(folder / path) != file:
            yield path


def _holds(bucket: "Bucket", name: str, file: File) -> bool:
    from jobs.errors import BlobMissing

    try:
        return bucket.stat(name).sha256 == file.sha256
    except BlobMissing:
        return False
