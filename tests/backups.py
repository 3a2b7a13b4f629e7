"""Backups of a test's houses: into memory and back, and what lies in a store."""

import io
from typing import Any

from jobs.backup import Backup, Outcome
from jobs.backup_file import BackupReader, BackupWriter
from jobs.job_store import JOBS
from jobs.store import DocumentStore
from tests.fakes import START


def file_of(backup: Backup, **scope: Any) -> io.BytesIO:
    out = io.BytesIO()
    for _ in backup.export(BackupWriter(out), backend="local", **scope):
        pass
    return io.BytesIO(out.getvalue())


def restored(backup: Backup, file: io.BytesIO, **how: Any) -> list[tuple[str, Outcome]]:
    file.seek(0)
    return [(saved.key, outcome) for saved, outcome in backup.restore(BackupReader(file), **how)]


def everything(store: DocumentStore) -> dict[tuple[str, str], Any]:
    return {(each.collection, each.key): each.fields for each in store.walk(limit=999)}


def furnish(documents: DocumentStore) -> None:
    """A document of each sort: a job, what lies under one and under one that is gone, records."""
    documents.create(JOBS, "a", {"status": "queued", "updated_at": START, "lease": {"expires_at": START}})
    documents.create("jobs/a/private", "debug", {"trace": "boom"})
    documents.create("jobs/gone/private", "debug", {"trace": "bang"})
    documents.create("keys", "k/1 ü", {"scopes": ["read"], "revoked_at": None})
