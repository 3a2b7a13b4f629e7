"""deploy/firestore.indexes.json is what our queries need: no index less, no index more."""

import ast
import inspect
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import Reason
from jobs.job import Job
from jobs.job_store import JobQuery, JobStore
from jobs.records import Records
from jobs.request import Priority
from jobs.status import JobStatus
from jobs.store import Condition, Document, DocumentStore, Op, Query
from jobs.stores.sqlite import SqliteDocumentStore
from tests.builders import a_job
from tests.fakes import START, FakeClock, Flaky
from tests.indexes import Asked, Index, IndexField, Mode, complaint, lacking, need_of, paths_of

ROOT = Path(__file__).parents[2]
FILE = json.loads((ROOT / "deploy" / "firestore.indexes.json").read_text(encoding="utf-8"))
INDEXES = [Index.from_json(entry) for entry in FILE["indexes"]]
EXEMPT = {entry["fieldPath"] for entry in FILE["fieldOverrides"]}
EXPIRING = {entry["fieldPath"] for entry in FILE["fieldOverrides"] if "ttl" in entry}

# Firestore's limits for a database without billing; with it the first two are 1 000.
COMPOSITE_INDEXES_MAX = 200
FIELD_CONFIGURATIONS_MAX = 200
FIELDS_PER_INDEX_MAX = 100
ARRAYS_PER_INDEX_MAX = 1

LISTENED_TO = {"owner_uid", "status", "created_at", "batch_id"}  # what a web app asks Firestore for by itself

# --- every question there is ---

FILTERS: dict[str, tuple[Any, ...]] = {
    "status": (None, JobStatus.FAILED),
    "owner_uid": (None, "ada"),
    "batch_id": (None, "b"),
    "tag": (None, "demo"),
    "reason": (None, Reason.GENERATION_FAILED),
    "created_since": (None, START),
}
WANTED = [JobQuery(**dict(zip(FILTERS, values, strict=True))) for values in itertools.product(*FILTERS.values())]
#: the methods that ask for documents, with arguments for every kind of query each can make
CALLS: dict[type, dict[str, list[dict[str, Any]]]] = {
    JobStore: {
        "queued": [{"due_by": START, "limit": 1, "priority": priority} for priority in (None, Priority.HIGH)],
        "queued_in": [{"batch_id": batch, "due_by": START, "limit": 1} for batch in (None, "b")],
        "next_batch_waiting": [{"behind": behind} for behind in (None, "b")],
        "running": [{}],
        "lapsed": [{"by": START, "limit": 1}],
        "unclaimed": [{"since": START, "limit": 1}],
        "to_cancel": [{"limit": 1}],
        "too_late": [{"by": START, "limit": 1}],
        "unannounced": [{"limit": 1}],
        "expired": [{"by": START, "limit": 1}],
        "ended": [{"since": START, "limit": 1, "behind": behind} for behind in (None, (START, "a"))],
        "failed": [{"limit": 1, "behind": behind} for behind in (None, (START, "a"))],
        "find": [
            {"wanted": wanted, "limit": 1, **place}
            for wanted in WANTED
            for place in ({}, {"after": "a"}, {"behind": (START, "a")})
        ],
        "of_batch": [
            {"batch_id": "b", "status": status, "limit": 1, "behind": behind}
            for status in (None, JobStatus.FAILED)
            for behind in (None, (START, "a"))
        ],
        "count": [{"wanted": wanted, "limit": 1} for wanted in WANTED],
        "ahead": [{"job": a_job(), "limit": 1}],
    },
    Records: {
        "find": [
            {"collection": "dead_letters", "where": where, "limit": 1}
            for where in ({}, {"reason": "x"}, {"reason": "x", "source": "y"})
        ],
        "latest": [
            {"collection": "dead_letters", "by": "filed_at", "limit": 1, "behind": behind}
            for behind in (None, (START, "m-1"))
        ],
    },
}
DO_NOT_ASK = {
    JobStore: {"create", "get", "update", "delete", "condemn", "announced", "now", "look"},
    Records: {"create", "get", "update", "delete"},
}


class Recorder(Flaky):
    """A real store that keeps what it is asked."""

    def __init__(self, inner: DocumentStore) -> None:
        super().__init__(inner)
        self.queries: list[Query] = []

    def find(self, query: Query) -> Iterator[Document]:
        self.queries.append(query)
        return super().find(query)

    def count(self, query: Query) -> int:
        self.queries.append(query)
        return super().count(query)


@pytest.fixture
def documents(tmp_path: Path, clock: FakeClock) -> Recorder:
    return Recorder(SqliteDocumentStore(tmp_path / "lumen.db", clock))


@pytest.fixture
def asked(documents: Recorder, store: JobStore, records: Records) -> list[Asked]:
    store.create(a_job("a"))
    found: list[Asked] = []
    for each in (store, records):
        for method, variants in CALLS[type(each)].items():
            documents.queries.clear()
            for arguments in variants:
                answer = getattr(each, method)(**arguments)
                _ = list(answer) if isinstance(answer, Iterator) else answer  # who yields asks when it is listened to
            found += [Asked(f"{type(each).__name__}.{method}", query) for query in documents.queries]
    return found


def methods_of(kind: type) -> dict[str, Any]:
    return {name: each for name, each in vars(kind).items() if inspect.isfunction(each) and not name.startswith("_")}


@pytest.mark.parametrize("kind", CALLS)
def test_every_public_method_is_called_here_or_known_not_to_ask(kind: type) -> None:
    assert set(methods_of(kind)) == set(CALLS[kind]) | DO_NOT_ASK[kind], "add it to CALLS, or to DO_NOT_ASK"
    sources = {name: inspect.getsource(each) for name, each in methods_of(kind).items()}
    assert [name for name in DO_NOT_ASK[kind] if re.search(r"\._?(find|count)\b", sources[name])] == []


@pytest.mark.parametrize("kind", CALLS)
def test_every_argument_of_an_asking_method_is_given_here(kind: type) -> None:
    for name, variants in CALLS[kind].items():
        parameters = set(inspect.signature(getattr(kind, name)).parameters) - {"self"}
        assert parameters == set().union(*variants), f"{kind.__name__}.{name}: give every argument in CALLS"


def test_every_filter_of_a_job_query_is_used_here() -> None:
    assert set(FILTERS) == {each.name for each in fields(JobQuery)}


def test_every_method_that_is_called_here_asks(asked: list[Asked]) -> None:
    expected = {f"{kind.__name__}.{method}" for kind, methods in CALLS.items() for method in methods}
    assert {each.by for each in asked} == expected


def test_queries_are_made_nowhere_else() -> None:
    makers = set()
    for package in ("jobs", "worker", "cli", "web"):
        for path in (ROOT / package).rglob("*.py"):
            calls = (node.func for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call))
            if any(ast.unparse(called).rpartition(".")[2] == "Query" for called in calls):
                makers.add(path.relative_to(ROOT).as_posix())
    known = {f"{kind.__module__.replace('.', '/')}.py" for kind in CALLS}
    assert makers == known, "what is asked elsewhere is not in CALLS"


# --- the file ---


def test_every_query_has_its_index(asked: list[Asked]) -> None:
    if text := complaint(asked, INDEXES):
        pytest.fail(text, pytrace=False)


def test_every_index_is_needed(asked: list[Asked]) -> None:
    needs = {need_of(each.query) for each in asked}
    idle = []
    for index in INDEXES:
        others = [other for other in INDEXES if other is not index]
        if all(need.served_by(others) for need in needs):
            idle.append(index)
    assert idle == []


def test_the_file_says_nothing_that_is_not_understood_here() -> None:
    overrides = [
        {"collectionGroup": "jobs", "fieldPath": path, "indexes": []} | ({"ttl": True} if path in EXPIRING else {})
        for path in (each["fieldPath"] for each in FILE["fieldOverrides"])
    ]
    assert {"indexes": [index.as_json() for index in INDEXES], "fieldOverrides": overrides} == FILE


def test_nothing_stands_in_the_file_twice() -> None:
    assert len(set(INDEXES)) == len(INDEXES)
    assert len(EXEMPT) == len(FILE["fieldOverrides"])


def test_the_file_keeps_firestores_limits() -> None:
    assert len(INDEXES) <= COMPOSITE_INDEXES_MAX
    assert len(EXEMPT) <= FIELD_CONFIGURATIONS_MAX
    for index in INDEXES:
        assert len(index.fields) <= FIELDS_PER_INDEX_MAX
        assert sum(field.mode is Mode.CONTAINS for field in index.fields) <= ARRAYS_PER_INDEX_MAX


def asked_of_jobs(asked: list[Asked]) -> set[str]:
    return {path for each in asked if each.query.collection == "jobs" for path in paths_of(each.query)}


def test_no_exempt_field_is_asked_for(asked: list[Asked]) -> None:
    paths = asked_of_jobs(asked) | LISTENED_TO
    exempt = EXEMPT - EXPIRING
    assert [(name, path) for name in exempt for path in paths if f"{path}.".startswith(f"{name}.")] == []


def test_a_time_to_live_is_asked_for_through_composite_indexes_only(asked: list[Asked]) -> None:
    """An index of its own would be one hot spot, for these times only grow. Composite ones are not touched by that."""
    by_themselves = [each for each in asked if need_of(each.query).automatic and each.query.collection == "jobs"]
    assert [str(each) for each in by_themselves if EXPIRING & paths_of(each.query)] == []


def test_what_lives_for_a_time_is_the_whole_job(asked: list[Asked]) -> None:
    """Firestore takes any document whose time is over: no time of something else in it may be one, as a lease's is."""
    assert {"expires_at"} == EXPIRING
    assert "expires_at" in asked_of_jobs(asked), "sweep comes first, for it takes the files along"


def test_every_exempt_field_is_a_field_of_a_job() -> None:
    assert set(Job.model_fields) >= EXEMPT


def test_every_field_of_a_job_is_asked_for_or_exempt(asked: list[Asked]) -> None:
    names = {path.partition(".")[0] for path in asked_of_jobs(asked) | LISTENED_TO}
    assert set(Job.model_fields) - names - EXEMPT == set(), "nobody asks for it: exempt it in fieldOverrides"


# --- the rules ---


def index(*columns: str) -> Index:
    """`index("tags?", "-age")`: array-contains tags, age descending."""
    return Index("c", tuple(_column(text) for text in columns))


def _column(text: str) -> IndexField:
    if text.endswith("?"):
        return IndexField(text[:-1], Mode.CONTAINS)
    return IndexField(text.lstrip("-"), Mode.DESCENDING if text.startswith("-") else Mode.ASCENDING)


def query(*where: str, by: tuple[str, ...] = (), collection: str = "c") -> Query:
    """`query("a ==", "b <=", by=("-c",))`."""
    conditions = (text.split() for text in where)
    return Query(collection, 1, tuple(Condition(field, Op(op), 1) for field, op in conditions), by)


@pytest.mark.parametrize(
    "asked_for",
    [
        query(),
        query("a ==", "b ==", "c array-contains"),
        query("a <="),
        query("a <", "a >=", by=("-a",)),
        query(by=("a",)),
    ],
    ids=str,
)
def test_what_single_fields_serve_needs_no_index(asked_for: Query) -> None:
    assert need_of(asked_for).served_by([])


@pytest.mark.parametrize(
    "asked_for, indexes",
    [
        (query("a ==", by=("b",)), [index("a", "b")]),
        (query("a ==", by=("b",)), [index("-a", "b")]),
        (query("a ==", "b =="), []),
        (query("b ==", "a ==", by=("-c",)), [index("a", "b", "-c")]),
        (query("a ==", "b <="), [index("a", "b")]),
        (query("a ==", "d <=", "b <", by=("-c",)), [index("a", "-c", "-b", "-d")]),
        (query("a <", "b <"), [index("a", "b")]),
        (query("a ==", "b ==", by=("c",)), [index("a", "c"), index("b", "c")]),
        (query("a ==", "t array-contains", by=("c",)), [index("a", "c"), index("t?", "c")]),
        (query("a ==", by=("b",), collection="jobs/x/c"), [index("a", "b")]),
    ],
    ids=str,
)
def test_an_index_serves(asked_for: Query, indexes: list[Index]) -> None:
    assert need_of(asked_for).served_by(indexes)


@pytest.mark.parametrize(
    "asked_for, indexes",
    [
        (query("a ==", by=("b",)), []),
        (query("a ==", by=("b",)), [index("a", "-b")]),  # the other way round
        (query("a ==", by=("b",)), [index("b", "a")]),  # the sort is not behind
        (query("a ==", by=("b",)), [index("a", "b", "c")]),  # has no documents without c
        (query("a ==", by=("b",)), [index("a", "c", "b")]),  # the same
        (query("a ==", by=("b",)), [index("a?", "b")]),  # holds elements, not values
        (query("a array-contains", by=("b",)), [index("a", "b")]),  # holds values, not elements
        (query("a ==", "b ==", by=("c",)), [index("a", "c")]),  # nobody holds b
        (query("a ==", "b ==", by=("c",)), [index("a", "c"), index("b", "-c")]),  # two sorts
        (query("a ==", "c <=", by=("b",)), [index("a", "b")]),  # the range is not in it
        (query("a ==", by=("b",), collection="d"), [index("a", "b")]),
        (query(by=("a", "b")), []),
        (
            query(by=("a", "b")),
            [
                index(
                    "b",
                )
            ],
        ),
    ],
    ids=str,
)
def test_an_index_does_not_serve(asked_for: Query, indexes: list[Index]) -> None:
    assert not need_of(asked_for).served_by(indexes)


A_PLACE = Document("c", "a", {}, "", START)


@pytest.mark.parametrize(
    "impossible",
    [
        query("a array-contains", "b array-contains"),
        replace(query("a ==", "b <=", by=("c",)), after=A_PLACE),  # its order ends with the key, b cannot join it
    ],
    ids=["two arrays", "a page over a range that it is not sorted by"],
)
def test_what_no_index_can_serve_is_refused_here(impossible: Query) -> None:
    with pytest.raises(AssertionError):
        need_of(impossible)


def test_a_missing_index_is_named_with_the_lines_to_paste() -> None:
    asked = [Asked("Store.both", query("a ==", "b ==", by=("-c",))), Asked("Store.one", query("a ==", by=("-c",)))]
    text = complaint(asked, [index("b", "-c")])
    assert "refuse 2 of 2" in text
    assert "Store.one: c where a ==, by -c" in text
    assert "Store.both" not in text  # the one index serves it too
    assert json.loads(text.partition("by -c\n")[2]) == index("a", "-c").as_json()
    assert complaint(asked, [*lacking(asked, [])]) == ""
