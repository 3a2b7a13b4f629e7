"""Weights from the hub that publishes them: fetched once, by a person, and never at run time.

What was fetched is compared with what the hub says of it (the sha256 of a large file, git's hash of a small one) and
with what Lumen knows of it, and appears as a whole. What a broken or killed fetch has brought is kept aside; the next
one asks for the rest: of a file, all but the last 10 MB at most. The plain way over HTTP is taken, which can do that;
Xet's cannot.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models import manifest
from models.errors import LoadFailed
from models.manifest import File, Manifest, OnFile, install, measured, require_room, staging
from models.weights import Weights

ANSWER_S = 30.0  # the list of a repository's files takes the hub a second
COMMIT = re.compile(r"[0-9a-f]{40}")
PATH = re.compile(manifest.PATH)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the hub describes it."""

    path: str
    bytes: int
    sha256: str | None  #: of a large file
    blob_id: str | None  #: git's hash of a small one


@dataclass(frozen=True, slots=True)
class Hub:
    """Where to ask. `endpoint`: None is the public one, or what HF_ENDPOINT was when the library was imported."""

    endpoint: str | None = None

    def listing(self, row: Weights) -> tuple[str, tuple[Listed, ...]]:
        """The commit, and the files of it that the row asks for. Raises: LoadFailed."""
        from huggingface_hub import HfApi

        with _speaking_our_errors(row):
            info = HfApi(endpoint=self.endpoint).model_info(
                row.repo, revision=row.revision or None, files_metadata=True, timeout=ANSWER_S
            )
        wanted = tuple(_listed(file) for file in info.siblings or () if _is_wanted(file.rfilename, row))
        if not wanted:
            raise LoadFailed(f"{row.repo} has no file like {', '.join(row.patterns)}.")
        return _commit(row, info.sha), wanted

    def fetch(self, row: Weights, weights: Path, on_file: OnFile) -> Manifest:
        """The row's files, in `weights/<id>` with their manifest. Raises: LoadFailed; OSError of the disk."""
        commit, files = self.listing(row)
        _require_pins(row, files)
        with staging(weights, row.id, commit) as folder:
            require_room(folder, sum(file.bytes - _there(folder / row.under / file.path) for file in files))
            arrived = {
                str(Path(row.under, file.path)): self._file(row, commit, file, folder, on_file) for file in files
            }
            named = _manifest(row, commit, arrived)
            install(folder, weights, named)
        return named

    def _file(self, row: Weights, commit: str, file: Listed, folder: Path, on_file: OnFile) -> File:
        """One file, checked. Its name says that it is; while it comes it is called otherwise."""
        path = folder / row.under / file.path
        on_file(file.path)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = _partial(path)
            self._bytes(row, commit, file, partial)
            _require_same(row, file, partial)
            partial.replace(path)
        return _require_same(row, file, path)

    def _bytes(self, row: Weights, commit: str, file: Listed, partial: Path) -> None:
        """What is missing of it. The library asks again, five times, when the connection breaks."""
        from huggingface_hub import hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers

        url = hf_hub_url(row.repo, file.path, revision=commit, endpoint=self.endpoint)
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}  # compressed, no byte could be asked for
        partial.touch()
        with partial.open("r+b") as target, _speaking_our_errors(row):
            have = target.seek(0, 2)
            if have > file.bytes:  # of no use: not what this file begins with
                have = target.truncate(target.seek(0))
            http_get(url, target, resume_size=have, headers=headers, expected_size=file.bytes)


def _listed(file: Any) -> Listed:
    return Listed(file.rfilename, file.size, file.lfs.sha256 if file.lfs else None, file.blob_id)


def _is_wanted(path: str, row: Weights) -> bool:
    """Hidden files are git's. Raises: LoadFailed for a path that could lead out of the folder."""
    if path.startswith(".") and not path.startswith(".."):
        return False
    if not any(fnmatchcase(path, pattern) for pattern in row.patterns):
        return False
    if not PATH.fullmatch(path):
        raise LoadFailed(f"{row.repo}: {path[:80]!r} is no path that Lumen writes to.")
    return True


def _commit(row: Weights, sha: str) -> str:
    """What the row asked for is what came. Raises: LoadFailed."""
    if not COMMIT.fullmatch(sha) or (COMMIT.fullmatch(row.revision) and sha != row.revision):
        raise LoadFailed(f"{row.repo}: {row.revision} was asked for, and the hub answered with {sha}.")
    return sha


def _require_pins(row: Weights, files: tuple[Listed, ...]) -> None:
    """Raises: LoadFailed when the hub says something else than Lumen knows, before anything is fetched."""
    listed = {file.path: file for file in files}
    for path, pin in row.pins.items():
        file = listed.get(path)
        if file is None:
            raise LoadFailed(f"{row.repo} has no {path}, which {row.id} needs.")
        if pin.sha256 != (file.sha256 or pin.sha256) or file.bytes != (pin.bytes or file.bytes):
            raise LoadFailed(f"{row.repo}: {path} is not what Lumen knows: sha256 {pin.sha256} was expected.")


def _require_same(row: Weights, file: Listed, path: Path) -> File:
    """What is in the file, if it is what it should be; else the file is removed. Raises: LoadFailed."""
    there = measured(path)
    pin = row.pins.get(file.path)
    known = {wanted for wanted in (file.sha256, pin.sha256 if pin else None) if wanted}
    if (known - {there.sha256}) or (file.sha256 is None and _git_hash(path, there.bytes) != file.blob_id):
        path.unlink()
        raise LoadFailed(f"{row.repo}: {file.path} came with other bytes than the hub says. Fetch it again.")
    return there


def _git_hash(path: Path, size: int) -> str:
    """What git calls a blob. Only small files are asked for it."""
    digest = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    digest.update(path.read_bytes())
    return digest.hexdigest()


def _there(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    with suppress(FileNotFoundError):
        return _partial(path).stat().st_size
    return 0


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _manifest(row: Weights, commit: str, files: dict[str, File]) -> Manifest:
    try:
        return Manifest(id=row.id, repo=row.repo, revision=commit, licences=row.licences, files=files)
    except ValidationError as error:
        raise LoadFailed(f"{row.repo}: {error.errors(include_url=False)[0]['msg']}") from None


@contextmanager
def _speaking_our_errors(row: Weights) -> Iterator[None]:
    """Whatever the library raises, in a sentence that says what to do."""
    from httpx2 import HTTPError
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        yield
    except GatedRepoError as error:
        page = f"https://huggingface.co/{row.repo}"
        raise LoadFailed(f"{row.repo} is gated: accept its licence at {page}, then set HF_TOKEN.") from error
    except RepositoryNotFoundError as error:
        raise LoadFailed(f"The hub has no {row.repo}, or not for you: HF_TOKEN says who you are.") from error
    except RevisionNotFoundError as error:
        raise LoadFailed(f"{row.repo} has no commit {row.revision}.") from error
    except HFValidationError as error:
        raise LoadFailed(f"{row.repo!r} is no name of a repository: OWNER/NAME is.") from error
    except (HTTPError, OSError) as error:
        raise LoadFailed(f"{row.repo} could not be fetched, try again: {error}") from error


def show_bars(wanted: bool) -> None:
    """Whether the library draws its bars on stderr."""
    from huggingface_hub.utils import disable_progress_bars, enable_progress_bars

    (enable_progress_bars if wanted else disable_progress_bars)()
