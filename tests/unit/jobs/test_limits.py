"""How many requests a caller may make, at the limit and one beyond it."""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import limits
from jobs.errors import RateLimited
from jobs.limits import LIMITS, SETTLE_S, STEPS, UNSETTLED_PART, Rate, RateLimits, Standing, Window
from jobs.records import Records
from jobs.stores.sqlite import SqliteDocumentStore
from tests.fakes import START, FakeClock, Flaky

RATE = Rate(requests_max=300, window_s=60)
FEW = Rate(requests_max=3, window_s=60)


@pytest.fixture
def open_limits(tmp_path: Path, clock: FakeClock) -> Callable[[Rate], RateLimits]:
    """Each as another process would have them: over the same file."""
    return lambda rate: RateLimits(Records(SqliteDocumentStore(tmp_path / "lumen.db", clock), clock), clock, rate)


def passed(limits: RateLimits, times: int, *, key: str = "ada", exact: bool = True) -> int:
    """How many of so many requests were let through."""
    return sum(refusal(limits, key=key, exact=exact) is None for _ in range(times))


def refusal(limits: RateLimits, *, key: str = "ada", exact: bool = True) -> RateLimited | None:
    try:
        limits.take(key, exact=exact)
    except RateLimited as error:
        return error
    return None


# --- the window ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("exact", [True, False])
def test_the_limit_passes_and_the_301st_request_does_not(
    open_limits: Callable[[Rate], RateLimits], exact: bool
) -> None:
    ours = open_limits(RATE)
    assert passed(ours, 300, exact=exact) == 300
    assert refusal(ours, exact=exact) is not None


def test_the_301st_does_not_pass_because_a_burst_takes_its_time(
    open_limits: Callable[[Rate], RateLimits], clock: FakeClock
) -> None:
    ours, passing = open_limits(RATE), 0
    for _ in range(301):
        passing += passed(ours, 1)
        clock.advance(59 / 301)
    assert passing == 300


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("begun_s", [0.0, 0.3, 17.77])
def test_coming_back_when_told_works_and_a_second_earlier_does_not(
    open_limits: Callable[[Rate], RateLimits], clock: FakeClock, exact: bool, begun_s: float
) -> None:
    clock.advance(begun_s)
    ours = open_limits(FEW)
    for _ in range(3):
        passed(ours, 1, exact=exact)
        clock.advance(5.5)
    told = refusal(ours, exact=exact)
    assert told is not None
    wait_s = ceil(told.retry_after_s)  # as the header says it: in whole seconds
    clock.advance(wait_s - 1)
    assert refusal(ours, exact=exact) is not None
    clock.advance(1)
    assert refusal(ours, exact=exact) is None


def test_a_refused_request_costs_nothing(open_limits: Callable[[Rate], RateLimits], clock: FakeClock) -> None:
    ours = open_limits(FEW)
    passed(ours, 3)
    clock.advance(30)
    assert passed(ours, 10) == 0
    clock.advance(31)
    assert passed(ours, 10) == 3


@given(gaps_s=st.lists(st.floats(0, 40), max_size=60), window_s=st.sampled_from([1.0, 7.5, 60.0]))
def test_no_window_wherever_it_begins_has_more_than_the_limit_in_it(gaps_s: list[float], window_s: float) -> None:
    window, now, taken, told_s = Window(Rate(5, window_s)), START, [], [window_s]
    for gap_s in gaps_s:
        now += timedelta(seconds=gap_s)
        try:
            window = window.with_one_more(now)
        except RateLimited as error:
            told_s.append(error.retry_after_s)
            window.with_one_more(now + timedelta(seconds=error.retry_after_s, microseconds=1))
            continue
        taken.append(now)
    for begin in taken:
        assert sum(begin <= each < begin + timedelta(seconds=window_s) for each in taken) <= 5
    assert 0 < min(told_s) <= max(told_s) <= window_s * (1 + 1 / STEPS)
    assert len(window.steps) <= STEPS + 2


def test_a_caller_is_told_where_they_stand(open_limits: Callable[[Rate], RateLimits], clock: FakeClock) -> None:
    ours = open_limits(FEW)
    assert ours.take("ada", exact=True) == Standing(remaining=2, more_in_s=61)
    clock.advance(10)
    assert ours.take("ada", exact=True) == Standing(remaining=1, more_in_s=51)


def test_another_key_has_a_limit_of_its_own(open_limits: Callable[[Rate], RateLimits]) -> None:
    ours = open_limits(FEW)
    passed(ours, 4)
    assert passed(ours, 4, key="bob") == 3


def test_a_smaller_limit_counts_what_was_counted_before_it(open_limits: Callable[[Rate], RateLimits]) -> None:
    passed(open_limits(RATE), 100)
    told = refusal(open_limits(FEW))
    assert told is not None
    assert told.retry_after_s == 61


def test_a_window_of_another_length_begins_anew(open_limits: Callable[[Rate], RateLimits]) -> None:
    passed(open_limits(FEW), 3)
    assert passed(open_limits(Rate(3, 10)), 4) == 3


# --- processes ----------------------------------------------------------------------------------------


def test_two_processes_share_an_exact_limit(open_limits: Callable[[Rate], RateLimits]) -> None:
    ours, theirs = open_limits(RATE), open_limits(RATE)
    with ThreadPoolExecutor(8) as pool:
        both = list(pool.map(lambda n: passed((ours, theirs)[n % 2], 40), range(8)))
    assert sum(both) == 300


def test_reads_of_two_processes_pass_the_limit_by_a_tenth_at_most(open_limits: Callable[[Rate], RateLimits]) -> None:
    ours, theirs = open_limits(RATE), open_limits(RATE)
    both = sum(passed(each, 1, exact=False) for _ in range(300) for each in (ours, theirs))
    assert 300 <= both <= 300 + 300 // UNSETTLED_PART


@pytest.mark.parametrize("exact, forgotten", [(True, 0), (False, 300 // UNSETTLED_PART)])
def test_a_restart_keeps_the_limit(open_limits: Callable[[Rate], RateLimits], exact: bool, forgotten: int) -> None:
    passed(open_limits(RATE), 300, exact=exact)
    assert passed(open_limits(RATE), 300, exact=exact) <= forgotten


def test_reads_are_written_when_a_tenth_of_the_limit_is_not_and_otherwise_only_behind_an_answer(
    documents: Flaky, records: Records, clock: FakeClock
) -> None:
    ours = RateLimits(records, clock, RATE)
    passed(ours, 1, exact=False)  # what others have counted has to be known first
    documents.calls.clear()
    passed(ours, 300 // UNSETTLED_PART - 2, exact=False)
    clock.advance(SETTLE_S)
    passed(ours, 1, exact=False)
    assert not documents.calls
    passed(ours, 1, exact=False)
    assert documents.calls["write"] == 1


def test_behind_an_answer_reads_are_written_every_few_seconds(
    documents: Flaky, records: Records, clock: FakeClock
) -> None:
    ours = RateLimits(records, clock, RATE)
    passed(ours, 1, exact=False)
    documents.calls.clear()
    for _ in range(10):
        ours.settle("ada")
        clock.advance(SETTLE_S / 10)
    assert not documents.calls
    ours.settle("ada")
    ours.settle("ada")
    assert documents.calls["write"] == 1
    assert sum(records.get(LIMITS, "ada")["steps"].values()) == 1


def test_behind_an_answer_it_is_learned_what_others_have_counted(
    open_limits: Callable[[Rate], RateLimits], clock: FakeClock
) -> None:
    ours, theirs = open_limits(FEW), open_limits(FEW)
    for each in (ours, theirs):
        passed(each, 1, exact=False)
    clock.advance(SETTLE_S)
    for each in (theirs, ours):
        each.settle("ada")
    assert passed(ours, 2, exact=False) == 1


def test_what_nobody_counted_is_not_settled(documents: Flaky, records: Records, clock: FakeClock) -> None:
    RateLimits(records, clock, RATE).settle("ada")
    assert not documents.calls


def test_behind_an_answer_a_store_that_is_away_is_not_asked_all_the_time(
    documents: Flaky, records: Records, clock: FakeClock
) -> None:
    ours = RateLimits(records, clock, RATE)
    passed(ours, 1, exact=False)
    clock.advance(SETTLE_S)
    documents.fail("read", 1000)
    documents.calls.clear()
    for _ in range(10):
        ours.settle("ada")
    assert documents.calls["read"] <= 4, "the tries of one question"


def test_an_exact_request_is_one_write(documents: Flaky, records: Records, clock: FakeClock) -> None:
    ours = RateLimits(records, clock, FEW)
    passed(ours, 1)
    documents.calls.clear()
    passed(ours, 5)
    assert (documents.calls["write"], documents.calls["read"]) == (2, 5), "who is refused costs no write"


# --- faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exact", [True, False])
def test_while_the_store_is_away_nobody_is_refused_and_it_is_not_asked_all_the_time(
    documents: Flaky, records: Records, clock: FakeClock, exact: bool
) -> None:
    ours = RateLimits(records, clock, FEW)
    documents.fail("read", 1000)
    assert passed(ours, 100, exact=exact) == 100
    assert documents.calls["read"] <= 4, "the tries of one question"
    documents.heal()
    clock.advance(2)
    assert passed(ours, 4, exact=exact) == 3


def test_the_memory_of_callers_is_bounded(
    open_limits: Callable[[Rate], RateLimits], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TALLIES_MAX", 3)
    ours = open_limits(FEW)
    for n in range(5):
        assert passed(ours, 2, key=f"k{n}", exact=False) == 2
    assert list(ours._tallies) == ["k2", "k3", "k4"]
    assert passed(ours, 3, key="k0", exact=False) < 3, "what was written is found again"


def test_a_record_does_not_grow(records: Records, clock: FakeClock) -> None:
    ours = RateLimits(records, clock, RATE)
    for _ in range(STEPS * 3):
        ours.take("ada", exact=True)
        clock.advance(RATE.step_s)
    assert len(records.get(LIMITS, "ada")["steps"]) <= STEPS + 1


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns at every moment, so that what one can do to another it does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.usefixtures("hasty_threads")
def test_threads_of_one_process_count_together(open_limits: Callable[[Rate], RateLimits], exact: bool) -> None:
    ours, begin = open_limits(Rate(160, 60)), threading.Barrier(16)

    def take(_: int) -> int:
        begin.wait()
        return passed(ours, 20, exact=exact)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(16))) == 160
