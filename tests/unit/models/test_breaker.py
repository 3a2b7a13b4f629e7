"""A circuit opens for a route that fails for everybody, and lets a probe through after a while."""

import pytest

from models.breaker import FAILURES_MAX, OPEN_S, Breaker, Circuit
from models.stage import Brief
from tests.fakes import FakeClock

BRIEFS = [Brief(prompt=f"thing {n}") for n in range(2 * FAILURES_MAX)]


@pytest.fixture
def breaker(clock: FakeClock) -> Breaker:
    return Breaker(clock.monotonic)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def opened(breaker: Breaker) -> Breaker:
    for brief in BRIEFS[:FAILURES_MAX]:
        breaker.failed(brief, "SIGSEGV")
    assert breaker.state is Circuit.OPEN
    return breaker


def test_it_opens_with_the_last_of_the_failures_and_not_before(breaker: Breaker) -> None:
    for brief in BRIEFS[: FAILURES_MAX - 1]:
        breaker.failed(brief, "SIGSEGV")
        assert breaker.state is Circuit.CLOSED
    breaker.failed(BRIEFS[-1], "SIGSEGV")
    assert breaker.state is Circuit.OPEN
    assert breaker.why == "SIGSEGV"


def test_one_brief_that_always_fails_says_nothing_about_the_route(breaker: Breaker) -> None:
    for _ in range(10 * FAILURES_MAX):
        breaker.failed(BRIEFS[0], "SIGSEGV")
    assert breaker.state is Circuit.CLOSED


def test_failures_count_only_in_a_row(breaker: Breaker) -> None:
    for brief in BRIEFS:
        breaker.failed(brief, "SIGSEGV")
        breaker.worked()
    assert breaker.state is Circuit.CLOSED


def test_failures_before_it_worked_are_forgotten(breaker: Breaker) -> None:
    for brief in BRIEFS[: FAILURES_MAX - 1]:
        breaker.failed(brief, "SIGSEGV")
    breaker.worked()
    breaker.failed(BRIEFS[-1], "SIGSEGV")
    assert breaker.state is Circuit.CLOSED


def test_it_is_half_open_after_a_while_and_not_before(breaker: Breaker, clock: FakeClock) -> None:
    opened(breaker)
    clock.advance(OPEN_S - 0.1)
    assert breaker.state is Circuit.OPEN
    clock.advance(0.1)
    assert breaker.state is Circuit.HALF_OPEN


def test_a_probe_that_works_closes_it(breaker: Breaker, clock: FakeClock) -> None:
    opened(breaker)
    clock.advance(OPEN_S)
    breaker.worked()
    assert (breaker.state, breaker.why) == (Circuit.CLOSED, "")
    breaker.failed(BRIEFS[0], "SIGSEGV")
    assert breaker.state is Circuit.CLOSED, "it counts from nothing again"


def test_a_probe_that_fails_opens_it_for_as_long_again(breaker: Breaker, clock: FakeClock) -> None:
    opened(breaker)
    clock.advance(OPEN_S)
    breaker.failed(BRIEFS[0], "again")
    assert (breaker.state, breaker.why) == (Circuit.OPEN, "again")
    clock.advance(OPEN_S)
    assert breaker.state is Circuit.HALF_OPEN
