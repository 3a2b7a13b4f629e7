"""Firestore keeps the promises of the document store, and of what stands on it."""

from collections.abc import Callable

import pytest

from jobs.store import DocumentStore
from jobs.stores.firestore import FirestoreDocumentStore
from tests.contracts.document_store import DocumentStoreContract
from tests.contracts.job_store import JobStoreContract
from tests.contracts.records import RecordsContract
from tests.emulators.google import Google

OpenStore = Callable[[], DocumentStore]


class OnFirestore:
    @pytest.fixture
    def open_store(self, google: Google) -> OpenStore:
        return lambda: FirestoreDocumentStore(google.project)


class TestFirestoreDocumentStore(OnFirestore, DocumentStoreContract):
    pass


class TestJobsInFirestore(OnFirestore, JobStoreContract):
    pass


class TestRecordsInFirestore(OnFirestore, RecordsContract):
    pass
