"""The files of a batch's jobs, into folders of their own; what is there already is not fetched again."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.batch.board import board
from cli.batch.jobs import batches_of
from cli.batch.manifest import PLAIN, slug
from cli.batch.words import many
from cli.context import Context
from cli.render import say

if TYPE_CHECKING:
    from jobs.batch import Batch
    from jobs.job import Job

TELLING_CHARS = 12  # of a job's id, 60 bits, behind a name that others might have too
PLAIN_FILE = 0o666
BETWEEN = "--"  # in no custom_id that is taken as it is
CHARS_MAX = 100  # of a custom_id that is taken for a folder's name as it is


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file of the n-th job. `path`: below the folder, or in the archive. `name`: in the bucket."""

    n: int
    path: str
    name: str
    sha256: str


def wanted_of(context: Context, batch: "Batch") -> Iterator[Wanted]:
    """Every file of every job that succeeded. Raises: BackendDown."""
    from jobs.bucket import files_of, is_name
    from jobs.status import JobStatus

    for n, job in enumerate(batches_of(context).jobs(batch, JobStatus.SUCCEEDED), 1):
        files = job.output.files if job.output else {}
        for file, artifact in sorted(files.items()):
            if is_name(file):
                yield Wanted(n, f"{folder_of(job)}/{file}", f"{files_of(job.id)}{job.claims}/{file}", artifact.sha256)


def folder_of(job: "Job") -> str:
    """Its custom_id where that is harmless, else what is harmless of that or of its words, and part of its id.

    No other job of the batch has the same: a custom_id is of one job, and so is an id.
    """
    own = job.custom_id
    if own is not None and PLAIN.fullmatch(own) and BETWEEN not in own and len(own) <= CHARS_MAX:
        return own
    return f"{slug(own or job.input.words)}{BETWEEN}{job.id[-TELLING_CHARS:]}"


def download(context: Context, batch: "Batch", into: Path) -> None:
    """Into a folder, or into an archive where `into` ends in .zip.

    Raises: BackendDown, BlobMissing, OSError; InvalidRequest for a file that is there and no archive.
    """
    from jobs.status import JobStatus

    if into.suffix.lower() == ".zip":
        from cli.batch.archive import archived

        archived(context, batch, into)
    else:
        fetched(context, wanted_of(context, batch), into, jobs=batches_of(context).counts(batch)[JobStatus.SUCCEEDED])


def fetched(context: Context, files: Iterable[Wanted], folder: Path, *, jobs: int) -> int:
    """How many were fetched, of so many jobs. Each is there as a whole or not at all.

    Raises: BackendDown, BlobMissing, OSError.
    """
    new = kept = 0
    with board("downloading", context.platform.clock) as show:
        for wanted in files:
            if has(folder / wanted.path, wanted.sha256):
                kept += 1
            else:
                context.platform.bucket.get_file(wanted.name, folder / wanted.path)
                as_others_are(folder / wanted.path)
                new += 1
            show(wanted.n, jobs, many(new, "file"))
    say(f"Fetched {many(new, 'file')} into {folder}" + (f"; {many(kept, 'file')} there before." if kept else "."))
    return new


def as_others_are(path: Path) -> None:
    """A file that arrived is its owner's alone; from now on whoever may read the others may read it."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(PLAIN_FILE & ~umask)


def has(path: Path, sha256: str) -> bool:
    """Whether the file is there, with these bytes."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False
