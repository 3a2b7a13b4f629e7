"""The local backend's one file."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jobs.errors import NotFound
from jobs.job_store import JOBS
from jobs.resource import MISSING, Fault
from jobs.store import DocumentStore


class SqliteFile:
    """The database in its folder. Both are made by the first question that the store is asked."""

    def __init__(self, path: Path, documents: DocumentStore) -> None:
        self.name = f"database {path}"
        self._path = path
        self._documents = documents

    def faults(self) -> Sequence[Fault]:
        if not self._path.exists():
            return [MISSING]
        self._open()
        return []

    def mend(self) -> None:
        self._open()

    def _open(self) -> None:
        """Raises: BackendDown for a file that is no database."""
        with suppress(NotFound):
            self._documents.read(JOBS, "none")
