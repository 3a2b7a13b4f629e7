"""Firestore keeps the promises of the document store, and of what stands on it."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import grpc
import pytest
from google.cloud.firestore_v1 import types
from proto.datetime_helpers import DatetimeWithNanoseconds

from jobs.errors import BackendDown, NotFound, Outrun
from jobs.store import STORE_TIME, Document, DocumentStore, Query
from jobs.stores.firestore import FirestoreDocumentStore
from tests.contracts.document_store import DocumentStoreContract
from tests.contracts.job_store import JobStoreContract
from tests.contracts.records import RecordsContract
from tests.emulators.google import Google
from tests.emulators.grpc_server import answering
from tests.fakes import START, FakeClock

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


# --- whose time it is ---


def test_every_time_is_firestores_own_however_wrong_our_clock_is(google: Google) -> None:
    """The clock stands still, so `now` is the very time that the last answer told."""
    right, wrong = FirestoreDocumentStore(google.project), FirestoreDocumentStore(google.project, clock=FakeClock())
    before = right.create("things", "before", {}).read_at
    assert before != START
    created = wrong.create("things", "a", {"created_at": STORE_TIME})
    assert wrong.now() == created.read_at
    with pytest.raises(NotFound):
        wrong.read("things", "nothing")
    assert wrong.now() > created.read_at
    read = wrong.read("things", "a")
    assert wrong.now() == read.read_at
    written = wrong.write(read, {"n": 1})
    assert wrong.now() == written.read_at
    (found,) = wrong.find(Query("things", 1))
    assert wrong.now() == found.read_at
    after = right.read("things", "a").read_at
    assert before <= created.read_at <= read.read_at <= written.read_at <= found.read_at <= after


# --- what is Google's own and nobody else's ---


def test_times_and_counts_are_plain_values(google: Google) -> None:
    store = FirestoreDocumentStore(google.project)
    store.create("things", "a", {"at": START, "map": {"at": START}, "list": [{"at": START}]})
    read = store.read("things", "a")
    times = [read.read_at, store.now(), read.fields["at"], read.fields["map"]["at"], read.fields["list"][0]["at"]]
    assert {type(each) for each in times} == {datetime}
    assert {type(store.count(Query(each, 9))) for each in ("things", "nothing")} == {int}


def test_databases_of_one_project_are_apart(google: Google) -> None:
    FirestoreDocumentStore(google.project).create("things", "a", {})
    with pytest.raises(NotFound):
        FirestoreDocumentStore(google.project, "other").read("things", "a")


# --- what Google says and its emulator never does ---

TO_THE_NANOSECOND = "2026-03-01T12:00:00.123456789Z"
AS_READ = Document("things", "a", {"n": 1}, TO_THE_NANOSECOND, START)
NAME = "projects/lumen/databases/(default)/documents/things/a"
ASK: dict[str, Callable[[DocumentStore], object]] = {
    "now": lambda store: store.now(),
    "create": lambda store: store.create("things", "a", {}),
    "read": lambda store: store.read("things", "a"),
    "write": lambda store: store.write(AS_READ, {"n": 2}),
    "delete": lambda store: store.delete("things", "a"),
    "find": lambda store: store.find(Query("things", 9)),
    "count": lambda store: store.count(Query("things", 9)),
    "walk": lambda store: store.walk(limit=9),
}


@dataclass
class FakeFirestore:
    """Answers with one status, and whoever asks again is sent away; without one, reads and commits succeed."""

    status: grpc.StatusCode | None = None
    asked: list[str] = field(default_factory=list)
    committed: list[types.CommitRequest] = field(default_factory=list)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = details.method.rpartition("/")[2]
        self.asked.append(method)
        if self.status is not None:
            return grpc.unary_stream_rpc_method_handler(self._refuse)
        if method == "Commit":
            return grpc.unary_unary_rpc_method_handler(
                self._commit, types.CommitRequest.deserialize, types.CommitResponse.serialize
            )
        return grpc.unary_stream_rpc_method_handler(self._read, None, types.BatchGetDocumentsResponse.serialize)

    def _refuse(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        again = len(self.asked) > 1
        context.abort(grpc.StatusCode.PERMISSION_DENIED if again else self.status, "as the test says")
        yield b""

    def _commit(self, request: types.CommitRequest, context: grpc.ServicerContext) -> types.CommitResponse:
        self.committed.append(request)
        at = DatetimeWithNanoseconds.from_rfc3339(TO_THE_NANOSECOND)
        return types.CommitResponse(write_results=[types.WriteResult(update_time=at)], commit_time=at)

    def _read(self, request: bytes, context: grpc.ServicerContext) -> Iterator[types.BatchGetDocumentsResponse]:
        at = DatetimeWithNanoseconds.from_rfc3339(TO_THE_NANOSECOND)
        there = types.Document(name=NAME, create_time=at, update_time=at)
        yield types.BatchGetDocumentsResponse(found=there, read_time=at)


@pytest.fixture
def firestore(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFirestore]:
    fake = FakeFirestore()
    with answering(fake) as host:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        yield fake


@pytest.mark.parametrize("status", ["ABORTED", "FAILED_PRECONDITION", "NOT_FOUND"])
def test_a_write_that_came_too_late_is_outrun_in_all_of_googles_words(firestore: FakeFirestore, status: str) -> None:
    firestore.status = grpc.StatusCode[status]
    with pytest.raises(Outrun):
        ASK["write"](FirestoreDocumentStore("lumen"))


def test_a_version_is_told_to_the_nanosecond(firestore: FakeFirestore) -> None:
    """Else two writes within a microsecond would be one version."""
    store = FirestoreDocumentStore("lumen")
    read = store.read("things", "a")
    told = [each.version for each in (store.create("things", "a", {}), read, store.write(read, {"n": 2}))]
    assert told == [TO_THE_NANOSECOND] * 3
    assert firestore.committed[-1].writes[0].current_document.update_time.rfc3339() == TO_THE_NANOSECOND


@pytest.mark.parametrize("question", ASK)
def test_a_call_that_fails_is_made_once(firestore: FakeFirestore, question: str) -> None:
    """Who asks again, and how often, is decided in one place, and that is not Google's library."""
    firestore.status = grpc.StatusCode.UNAVAILABLE
    with pytest.raises(BackendDown, match="as the test says"):
        ASK[question](FirestoreDocumentStore("lumen"))
    assert len(firestore.asked) == 1


@pytest.mark.parametrize("question", ASK)
def test_a_firestore_that_never_answers_is_an_outage_in_time(monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    monkeypatch.setattr("jobs.stores.firestore.CALL_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{silent.getsockname()[1]}")
        begun = time.monotonic()
        with pytest.raises(BackendDown):
            ASK[question](FirestoreDocumentStore("lumen"))
    assert time.monotonic() - begun < 5
