"""So many a second: by a schedule, so that nothing adds up."""

import pytest

from jobs.pace import Pace
from tests.fakes import FakeClock


def entered(clock: FakeClock, took_s: list[float], rps: float = 2) -> list[float]:
    """When each block was entered, the blocks taking so long."""
    pace, at = Pace(clock, rps), []
    for seconds in took_s:
        with pace:
            at.append(clock.monotonic())
            clock.advance(seconds)
    return at


def test_what_the_blocks_take_does_not_slow_the_pace(clock: FakeClock) -> None:
    assert entered(clock, [0.3, 0.1, 0.49, 0]) == [0, 0.5, 1.0, 1.5]


def test_a_block_that_was_late_is_caught_up_with(clock: FakeClock) -> None:
    assert entered(clock, [1.2, 0, 0, 0]) == pytest.approx([0, 1.2, 1.2, 1.5])


def test_behind_an_outage_there_is_no_burst(clock: FakeClock) -> None:
    at = entered(clock, [60, 0, 0, 0, 0, 0])
    assert at == pytest.approx([0, 60, 60, 60, 60.5, 61])
