"""A filter takes exactly what it names, and pages stay right when it passes documents over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.dead_filter import ANY, KEYS, DeadFilter, parse_filter
from jobs.deadletter import PAGE, DeadLetters, id_of
from jobs.errors import InvalidRequest, Reason
from jobs.fields import Failure
from jobs.grammar import parse_moment
from jobs.job_document import Unreadable
from jobs.job_store import JobStore
from jobs.queue import Message
from tests.builders import a_job, a_request, claim, lease_of
from tests.fakes import START, FakeClock, Flaky


def dies(store: JobStore, job_id: str, reason: Reason = Reason.GENERATION_FAILED, **given: Any) -> None:
    where = {name: given.pop(name) for name in ("stage", "route") if name in given}
    owner = given.pop("owner", "ada")
    store.create(a_job(job_id, owner=owner, request=a_request(f"bird {job_id}", **given)))
    lease = lease_of(claim(store, job_id))
    store.update(job_id, lambda job, now: job.fail(lease, Failure.of(reason, "It broke.", at=now, **where), now=now))


@pytest.fixture
def dead(letters: DeadLetters, store: JobStore, documents: Flaky, clock: FakeClock) -> DeadLetters:
    """One a minute, from `oom` at START to `m-7` 5 minutes later."""
    dies(store, "oom", Reason.GPU_OUT_OF_MEMORY, stage="shape", route="partcrafter", tags=["demo", "night"])
    clock.advance(60)
    dies(store, "bob", Reason.GPU_OUT_OF_MEMORY, owner="bob", stage="label", batch_id="nightly")
    clock.advance(60)
    dies(store, "low", Reason.MESH_INVALID, priority="low", tags=["demo"], route="partcrafter")
    clock.advance(60)
    dies(store, "high", priority="high")
    clock.advance(60)
    documents.create("jobs", "odd", {"status": "queued", "owner_uid": "bob", "tags": ["demo"]})
    store.condemn(Unreadable(documents.read("jobs", "odd"), "odd is not a job"))
    clock.advance(60)
    letters.reject(Message(b"x"), message_id="7", why="not JSON")
    letters.drain(limit=9)
    return letters


def ids(letters: DeadLetters, *texts: str, **times: datetime) -> list[str]:
    return [id_of(each) for each in letters.find(parse_filter(texts, **times), limit=99)]


@pytest.mark.parametrize(
    "texts, found",
    [
        ([], ["m-7", "odd", "high", "low", "bob", "oom"]),
        (["reason=GPU_OUT_OF_MEMORY"], ["bob", "oom"]),
        (["reason=BAD_MESSAGE"], ["m-7"]),
        (["reason=INVALID_INPUT"], ["odd"]),
        (["stage=shape"], ["oom"]),
        (["route=partcrafter"], ["low", "oom"]),
        (["owner=bob"], ["odd", "bob"]),
        (["batch=nightly"], ["bob"]),
        (["tag=demo"], ["odd", "low", "oom"]),
        (["tag=demo", "tag=night"], ["oom"]),
        (["tag=dem"], []),
        (["priority=low"], ["low"]),
        (["priority=high"], ["high"]),
        (["route=partcrafter", "reason=MESH_INVALID"], ["low"]),
        (["reason=MESH_INVALID", "reason=BAD_MESSAGE"], []),
    ],
    ids=" ".join,
)
def test_a_filter_takes_what_it_names(dead: DeadLetters, texts: list[str], found: list[str]) -> None:
    assert ids(dead, *texts) == found


def test_times_are_those_of_the_death_and_both_ends_are_in(dead: DeadLetters) -> None:
    minutes = [START + timedelta(minutes=n) for n in range(6)]
    assert ids(dead, since=minutes[1], until=minutes[3]) == ["high", "low", "bob"]
    assert ids(dead, since=minutes[5]) == ["m-7"]
    assert ids(dead, until=minutes[0]) == ["oom"]
    assert ids(dead, "owner=bob", until=minutes[2]) == ["bob"]
    assert ids(dead, since=minutes[1] + timedelta(microseconds=1), until=minutes[2]) == ["low"]


def test_what_has_no_time_is_in_no_span_of_time(dead: DeadLetters, documents: Flaky) -> None:
    documents.create("jobs", "timeless", {"status": "failed", "completed_at": "yesterday"})
    assert "timeless" in ids(dead)
    assert "timeless" not in ids(dead, until=START + timedelta(days=1))
    assert "timeless" not in ids(dead, since=START)


@pytest.mark.parametrize("page", [1, 2, 3, 6])
@pytest.mark.parametrize("texts", [["tag=demo"], ["owner=bob"], []], ids=" ".join)
def test_small_pages_of_the_store_lose_nothing(dead: DeadLetters, page: int, texts: list[str]) -> None:
    assert [id_of(each) for each in dead.scan(parse_filter(texts), page=page)] == ids(dead, *texts)


def test_going_on_behind_one_is_right_when_others_are_passed_over(dead: DeadLetters) -> None:
    wanted = parse_filter(["tag=demo"])
    seen: list[str] = []
    while page := dead.find(wanted, limit=1, after=seen[-1] if seen else None):
        seen += map(id_of, page)
    assert seen == ["odd", "low", "oom"]


def test_a_document_with_a_text_for_a_time_at_the_end_of_a_page_hides_no_other(
    dead: DeadLetters, documents: Flaky
) -> None:
    for n in range(3):
        documents.create("jobs", f"timeless{n}", {"status": "failed", "completed_at": "yesterday"})
        documents.create("dead_letters", f"m-odd{n}", {"filed_at": "today"})
    found = [id_of(each) for each in dead.scan(page=2)]
    assert found[:6] == ["m-7", "odd", "high", "low", "bob", "oom"]
    assert sorted(found[6:]) == ["m-odd0", "m-odd1", "m-odd2", "timeless0", "timeless1", "timeless2"]


def test_the_store_is_asked_for_no_more_than_is_listened_to(dead: DeadLetters, documents: Flaky) -> None:
    documents.calls.clear()
    assert len(dead.find(limit=2)) == 2
    assert documents.calls["find"] == 2, "one page of jobs, one of garbage"
    documents.calls.clear()
    list(dead.scan(DeadFilter(since=START + timedelta(minutes=4)), page=1))
    assert documents.calls["find"] == 4, "jobs end behind the first that died too early"
    documents.calls.clear()
    list(dead.scan(DeadFilter(until=START), page=1))
    assert documents.calls["find"] == 3, "and they begin at the first that did not die too late"


def test_no_question_asks_for_more_than_a_page(dead: DeadLetters, documents: Flaky) -> None:
    limits = []
    real = documents.inner.find
    documents.inner.find = lambda query: limits.append(query.limit) or real(query)  # type: ignore[func-returns-value,method-assign]
    dead.find(limit=10_000)
    dead.find(parse_filter(["tag=demo"]), limit=10_000)
    assert max(limits) == PAGE


# --- what may be typed ---


@pytest.mark.parametrize(
    "text, field, said",
    [
        ("reson=X", "filter", "reason, stage, route, owner, batch, tag, priority"),
        ("reason", "filter", "KEY=VALUE"),
        ("", "filter", "KEY=VALUE"),
        ("status=failed", "filter", "'status=failed'"),
        ("reason=OOM", "filter.reason", "GPU_OUT_OF_MEMORY"),
        ("reason=", "filter.reason", "none of"),
        ("priority=urgent", "filter.priority", "high, normal, low"),
        ("stage=", "filter.stage", "empty"),
    ],
)
def test_a_wrong_filter_is_refused_with_what_is_allowed(text: str, field: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_filter([text])
    assert caught.value.field == field
    assert said in caught.value.why


def test_a_value_may_hold_the_sign() -> None:
    assert parse_filter(["tag=a=b"]).wanted == (("tag", "a=b"),)


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, at",
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("30m", NOW - timedelta(minutes=30)),
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-02-28", NOW.replace(month=2, day=28, hour=0)),
        ("2026-03-01T11:00", NOW.replace(hour=11)),
        ("2026-03-01T11:00:00Z", NOW.replace(hour=11)),
        ("2026-03-01T11:00:00+02:00", NOW.replace(hour=9)),
    ],
)
def test_a_moment_is_an_age_or_a_time(text: str, at: datetime) -> None:
    assert parse_moment("since", text, NOW) == at
    assert parse_moment("since", text, NOW).tzinfo is UTC


@pytest.mark.parametrize("text", ["yesterday", "7w", "-7d", "7", "", "2026-13-01", "999999d"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_moment("since", text, NOW)
    assert caught.value.field == "since"


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="until: "):
        parse_filter([], since=NOW, until=NOW - timedelta(seconds=1))


def test_its_words_can_be_typed_again() -> None:
    texts = ["reason=MESH_INVALID", "priority=low", "tag=a b"]
    wanted = parse_filter(texts, since=NOW)
    assert wanted.words() == [*texts, "since=2026-03-01T12:00:00+00:00"]
    assert parse_filter(wanted.words()[:-1]) == replace(wanted, since=None)
    assert ANY.words() == []


def test_the_keys_are_those_that_ops_were_promised() -> None:
    assert set(KEYS) == {"reason", "stage", "route", "owner", "batch", "tag", "priority"}
