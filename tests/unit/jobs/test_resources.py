"""The database as a resource: every question is asked, and what Google answers becomes a fault or an error."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
from google.api_core.exceptions import FailedPrecondition, NotFound, ServiceUnavailable

from jobs.errors import BackendDown
from jobs.gcp import speaking_our_errors
from jobs.job_store import JobQuery, JobStore
from jobs.resource import Fault
from jobs.resources.firestore import Asking, FirestoreDatabase, ask_everything
from jobs.store import Document, Query
from tests.fakes import START, Flaky

LINK = "The query requires an index. You can create it here: https://console.example/index?create="
NO_QUESTIONS = {"look", "create", "get", "update", "delete", "condemn", "announced", "now"}

Mistake = Callable[[Query], Exception]  #: what a query is answered with


class Answers(Flaky):
    """A real store where Google answers reads or queries with an error."""

    def __init__(self, inner: Flaky, *, read: Exception | None = None, query: Mistake | None = None) -> None:
        super().__init__(inner)
        self.to_read, self.to_query = read, query
        self.asked: list[Query] = []

    def read(self, collection: str, key: str) -> Document:
        return self._unless(self.to_read) or super().read(collection, key)

    def find(self, query: Query) -> Iterator[Document]:
        self.asked.append(query)
        return self._unless(self.to_query and self.to_query(query)) or super().find(query)

    def count(self, query: Query) -> int:
        self.asked.append(query)
        return self._unless(self.to_query and self.to_query(query)) or super().count(query)

    def _unless(self, error: Exception | None) -> Any:
        if error is not None:
            with speaking_our_errors("Firestore"):
                raise error


def faults_of(documents: Answers) -> list[Fault]:
    return list(FirestoreDatabase("p", "(default)", "us-central1", documents).faults())


def test_a_database_that_answers_everything_is_in_order(documents: Flaky) -> None:
    assert faults_of(Answers(documents)) == []


def test_every_question_is_asked_once_and_for_one_document(documents: Flaky) -> None:
    answers = Answers(documents)
    faults_of(answers)
    assert answers.asked
    assert {query.limit for query in answers.asked} == {1}


def test_each_missing_index_is_a_fault_with_googles_own_link(documents: Flaky) -> None:
    answers = Answers(documents, query=lambda query: FailedPrecondition(f"{LINK}{hash(repr(query))}"))
    faults = faults_of(answers)
    assert len(faults) == len({repr(query) for query in answers.asked})
    assert all(fault.by_hand.startswith(LINK) for fault in faults)


def test_an_index_that_several_questions_lack_is_one_fault(documents: Flaky) -> None:
    assert len(faults_of(Answers(documents, query=lambda query: FailedPrecondition(LINK)))) == 1


def test_a_database_that_is_not_there_comes_with_the_line_that_makes_it(documents: Flaky) -> None:
    (fault,) = faults_of(Answers(documents, read=NotFound("The database (default) does not exist")))
    assert fault.by_hand == (
        "gcloud firestore databases create --project=p --database='(default)' --location=us-central1"
    )


def test_a_database_out_of_reach_is_no_fault_of_the_database(documents: Flaky) -> None:
    with pytest.raises(BackendDown):
        faults_of(Answers(documents, read=ServiceUnavailable("down")))
    with pytest.raises(BackendDown):
        faults_of(Answers(documents, query=lambda query: ServiceUnavailable("down")))


def test_every_method_that_asks_is_called(documents: Flaky) -> None:
    class Noting(Asking):
        def __getattribute__(self, name: str) -> Any:
            called.add(name)
            return super().__getattribute__(name)

    called: set[str] = set()
    ask_everything(Noting(documents), START)
    methods = {name for name, _ in inspect.getmembers(JobStore, inspect.isfunction) if not name.startswith("_")}
    assert methods - NO_QUESTIONS - called == set()


def test_every_filter_of_a_job_query_is_asked_for_alone_and_with_all_others(documents: Flaky) -> None:
    wishes: list[JobQuery] = []

    class Noting(Asking):
        def count(self, wanted: JobQuery, *, limit: int) -> int:
            wishes.append(wanted)
            return 0

    ask_everything(Noting(documents), START)
    *alone, together = ({name for name, value in asdict(wanted).items() if value is not None} for wanted in wishes)
    assert sorted(map(sorted, alone)) == sorted([name] for name in asdict(JobQuery()))
    assert together == set(asdict(JobQuery()))
