"""Export and restore: every document of the store into a file, and back into this store or another one.

An export runs beside everything else. Each document is as it was at one moment, but not all at the same: pages are
read one after the other. What was there all the while is in the file; what came or went meanwhile may be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jobs.backup_file import BackupReader, BackupWriter, Head, Saved
from jobs.clock import Clock, SystemClock
from jobs.errors import AlreadyThere, NotFound, Outrun
from jobs.job_store import JOBS
from jobs.retry import asking_again, racing
from jobs.store import Document, DocumentStore, Fields, at_path

PAGE = 100  # documents a question: some kilobytes each


class Outcome(StrEnum):
    """What became of one document of a restore."""

    CREATED = "created"
    SAME = "same"  #: it was there, and equal
    KEPT = "kept"  #: it was there, was another, and was left
    REPLACED = "replaced"  #: it was there and was another


@dataclass(frozen=True, slots=True)
class Done:
    """One document of an export. `left` says why it is not in the file, if it is not."""

    document: Document
    left: str = ""


@dataclass(frozen=True, slots=True)
class Backup:
    """The documents of one store, as a whole."""

    documents: DocumentStore
    clock: Clock = field(default_factory=SystemClock)

    def export(
        self, writer: BackupWriter, *, backend: str, jobs_only: bool = False, since: datetime | None = None
    ) -> Iterator[Done]:
        """Write them one after the other; whoever listens to the end has a sealed file.

        `jobs_only`: jobs and what lies under them. `since`: of these only what changed since then.

        A value that JSON has no word for (others may use the same database) keeps its document out of the file.

        Raises: BackendDown, OSError.
        """
        now = asking_again(self.clock.sleep)(self.documents.now)
        writer.begin(Head(made_at=now, backend=backend, jobs_only=jobs_only, since=since))
        for document in self._everything():
            of_job = document.collection.partition("/")[0] == JOBS
            if not self._changed(document, since) if of_job else jobs_only:
                continue
            try:
                writer.add(document)
            except TypeError as error:
                yield Done(document, str(error))
            else:
                yield Done(document)
        writer.seal()

    def restore(
        self, reader: BackupReader, *, replace: bool = False, dry_run: bool = False
    ) -> Iterator[tuple[Saved, Outcome]]:
        """Put back what the file has, as far as it can be read; `backup_file.check` says beforehand whether it can.

        What is missing is created with the very fields of the file. What is there stays, or with `replace` becomes what
        the file says, save a job that a worker holds. Cut off anywhere it is simply done again.

        Raises: InvalidRequest for a file that is no backup, BackendDown, OSError.
        """
        reader.head()
        for saved in reader.documents():
            yield saved, asking_again(self.clock.sleep)(self._put_until_it_wins, saved, replace, dry_run)

    # --- how ---

    def _everything(self) -> Iterator[Document]:
        last: Document | None = None
        while page := asking_again(self.clock.sleep)(self._page, last):
            yield from page
            last = page[-1]

    def _page(self, last: Document | None) -> list[Document]:
        return list(self.documents.walk(limit=PAGE, after=last))

    def _changed(self, document: Document, since: datetime | None) -> bool:
        """Whether this job, or the one that it lies under, changed since then. One that does not say when did."""
        if since is None:
            return True
        fields = document.fields if document.collection == JOBS else self._job_above(document)
        at = fields.get("updated_at", since)
        return not isinstance(at, datetime) or at >= since

    def _job_above(self, document: Document) -> Fields:
        job_id = document.collection.split("/")[1]
        try:
            return asking_again(self.clock.sleep)(self.documents.read, JOBS, job_id).fields
        except NotFound:
            return {}

    def _put_until_it_wins(self, saved: Saved, replace: bool, dry_run: bool) -> Outcome:
        return racing(self.clock.sleep)(self._put, saved, replace, dry_run)

    def _put(self, saved: Saved, replace: bool, dry_run: bool) -> Outcome:
        """Raises: Outrun when somebody wrote in between."""
        if not dry_run and self._created(saved):
            return Outcome.CREATED
        try:
            there = self.documents.read(saved.collection, saved.key)
        except NotFound:
            if dry_run:
                return Outcome.CREATED
            raise Outrun(f"{saved.collection}/{saved.key} came and went.") from None
        if there.fields == saved.fields:
            return Outcome.SAME
        if not replace or _is_held(there):
            return Outcome.KEPT
        if not dry_run:
            self._overwrite(there, saved)
        return Outcome.REPLACED

    def _created(self, saved: Saved) -> bool:
        try:
            self.documents.create(saved.collection, saved.key, saved.fields)
        except AlreadyThere:
            return False
        return True

    def _overwrite(self, there: Document, saved: Saved) -> None:
        """The very version that was looked at. A write keeps fields that the file has not: then it is made anew."""
        if there.fields.keys() <= saved.fields.keys():
            self.documents.write(there, saved.fields)
            return
        self.documents.delete(there.collection, there.key, version=there.version)
        if not self._created(saved):
            raise Outrun(f"{saved.collection}/{saved.key} was made by somebody else.")


def _is_held(document: Document) -> bool:
    """A job under a live lease. An older document counts fewer claims, and a token must never be given out twice."""
    expires_at = at_path(document.fields, "lease.expires_at") if document.collection == JOBS else None
    return isinstance(expires_at, datetime) and expires_at > document.read_at


def kind_of(collection: str) -> str:
    """Collections of one kind have one name: `jobs/j_1/private` -> `jobs/*/private`."""
    return "/".join("*" if n % 2 else name for n, name in enumerate(collection.split("/")))
