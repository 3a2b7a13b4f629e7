"""Open jobs canceled by filter: those that are meant, when they are asked; what ends meanwhile is counted."""

from collections.abc import Callable

import pytest

from jobs import cancels
from jobs.cancels import Cancels, Outcome
from jobs.errors import InvalidRequest
from jobs.job_filter import JobFilter, parse_job_filter
from jobs.job_store import JOBS, JobStore
from jobs.status import JobStatus
from tests.builders import a_job, a_request, claim, finish, lease_of
from tests.fakes import START, FakeClock, Flaky


def wanted(*texts: str) -> JobFilter:
    return parse_job_filter(texts, START)


def found(store: JobStore, *texts: str) -> list[str]:
    return [job.id for job in Cancels(store).find(wanted(*texts)).jobs]


@pytest.fixture
def some(store: JobStore, clock: FakeClock) -> JobStore:
    """Three that wait and one that runs, of two owners, a second apart; and one that is over."""
    for job_id, owner, prompt, more in (
        ("done", "ada", "office chair", {}),
        ("run", "ada", "Office Chair", {"tags": ["demo"]}),
        ("a", "ada", "office chair", {"batch_id": "b_1", "priority": "low"}),
        ("b", "bob", "a chair for an office", {"tags": ["demo", "x"]}),
        ("c", "bob", "STRASSE", {}),
    ):
        store.create(a_job(job_id, owner=owner, request=a_request(prompt, **more)))
        clock.advance(1)
    finish(store, "done", lease_of(claim(store, "done")))
    claim(store, "run")
    return store


@pytest.mark.parametrize(
    "texts, ids",
    [
        (("owner=ada",), ["a", "run"]),
        (("status=queued",), ["c", "b", "a"]),
        (("status=running",), ["run"]),
        (("owner=ada status=queued",), ["a"]),
        (("owner=ada", "status=queued"), ["a"]),
        (("batch=b_1",), ["a"]),
        (("tag=demo",), ["b", "run"]),
        (("priority=low",), ["a"]),
        (('prompt:"office chair"',), ["a", "run"]),
        (("prompt:office prompt:chair",), ["b", "a", "run"]),
        (("prompt:straße",), ["c"]),
        (("since=2026-03-01T12:00:03",), ["c", "b"]),
        (("owner=nobody",), []),
    ],
    ids=str,
)
def test_a_filter_takes_open_jobs_the_newest_first_and_waiting_ones_before_running_ones(
    some: JobStore, texts: tuple[str, ...], ids: list[str]
) -> None:
    assert found(some, *texts) == ids


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "filter: says nothing"),
        ("statu=queued", "filter: 'statu=queued' is not KEY=VALUE with one of the keys status, owner, batch, tag, "),
        ("prompt=chair", "filter: 'prompt=chair' is not KEY=VALUE .*, nor prompt:WORDS"),
        ("status=failed", "filter.status: 'failed' is none of queued, running"),
        ("owner=", "filter.owner: is empty"),
        ("since=soon", "filter.since: 'soon' is neither an age"),
        ('prompt:"x', "filter: .* no closing quotation"),
    ],
)
def test_a_wrong_filter_is_refused_with_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        wanted(text)


def test_a_filter_can_be_told_as_it_was_typed() -> None:
    text = "status=queued owner=ada priority=low"
    meant = wanted(text, "since=1h", 'prompt:"office chair"')
    assert wanted(" ".join(meant.words())) == meant
    assert meant.words() == [
        "status=queued",
        "owner=ada",
        "priority=low",
        "'prompt:office chair'",
        "since=2026-03-01T11:00:00+00:00",
    ]


def test_waiting_jobs_are_canceled_and_running_ones_asked(some: JobStore) -> None:
    meant = wanted("owner=ada")
    plan = Cancels(some).find(meant)
    assert [(each.job_id, each.outcome) for each in Cancels(some).go(plan.jobs, meant)] == [
        ("a", Outcome.CANCELED),
        ("run", Outcome.ASKED),
    ]
    assert (some.get("a").status, some.get("run").cancel_requested) == (JobStatus.CANCELED, True)
    assert some.get("c").status is JobStatus.QUEUED
    assert found(some, "owner=ada") == [], "what was asked already is not asked again"


def ends(store: JobStore) -> None:
    finish(store, "a", lease_of(claim(store, "a")))


def goes(store: JobStore) -> None:
    store.delete("a")


def breaks(store: JobStore) -> None:
    document = store.documents.read(JOBS, "a")
    store.documents.write(document, {"input": {}})


@pytest.mark.parametrize(
    "meanwhile, outcome",
    [
        (ends, Outcome.OVER),
        (goes, Outcome.OVER),
        (breaks, Outcome.LEFT),
        (lambda store: claim(store, "a"), Outcome.LEFT),
    ],
)
def test_what_moves_on_before_it_is_asked_is_counted(
    some: JobStore, meanwhile: Callable[[JobStore], object], outcome: Outcome
) -> None:
    meant = wanted("owner=ada status=queued")
    plan = Cancels(some).find(meant)
    meanwhile(some)
    assert [each.outcome for each in Cancels(some).go(plan.jobs, meant)] == [outcome]


def test_a_race_inside_the_change_itself_is_seen_too(some: JobStore, documents: Flaky) -> None:
    meant = wanted("owner=ada status=queued")
    plan = Cancels(some).find(meant)
    documents.overtake("write", lambda: claim(some, "a"))
    assert [each.outcome for each in Cancels(some).go(plan.jobs, meant)] == [Outcome.LEFT]
    assert not some.get("a").cancel_requested


def test_one_call_is_bounded_and_says_that_there_are_more(some: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancels, "PAGE", 2)
    monkeypatch.setattr(cancels, "CANCEL_MAX", 2)
    plan = Cancels(some).find(wanted("status=queued"))
    assert ([job.id for job in plan.jobs], plan.more) == (["c", "b"], True)
    monkeypatch.setattr(cancels, "CANCEL_MAX", 3)
    plan = Cancels(some).find(wanted("status=queued"))
    assert (len(plan.jobs), plan.more) == (3, False)
    monkeypatch.setattr(cancels, "LOOK_MAX", 2)
    plan = Cancels(some).find(wanted("prompt:office", "status=queued"))
    assert ([job.id for job in plan.jobs], plan.more) == (["b"], True)


def test_it_is_asked_for_in_pages_however_a_page_ends(
    some: JobStore, documents: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with what cannot be read, or with what is removed before the next page."""
    documents.create(JOBS, "odd", {"status": "queued", "created_at": START})
    monkeypatch.setattr(cancels, "PAGE", 1)
    documents.overtake("find", lambda: None)
    documents.overtake("find", lambda: some.delete("c"))
    assert found(some, "status=queued") == ["c", "b", "a"]
