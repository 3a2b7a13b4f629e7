"""The rests between children that end badly."""

import pytest

from models.rest import LONGEST_S, Rest, pause_s


@pytest.mark.parametrize("bad_ends, full_s", [(2, 1), (3, 2), (4, 4), (6, 16), (7, 30), (8, 30), (10_000, 30)])
def test_a_pause_doubles_up_to_half_a_minute_and_half_of_it_is_chance(bad_ends: int, full_s: float) -> None:
    pauses = [pause_s(bad_ends) for _ in range(200)]
    assert min(pauses) >= full_s / 2
    assert max(pauses) <= full_s <= LONGEST_S
    assert max(pauses) - min(pauses) > full_s / 4


def test_the_first_bad_end_is_followed_by_no_pause() -> None:
    rest = Rest()
    assert rest.ended_badly() == 0 == rest.left_s()
    assert rest.ended_badly() >= 0.5
    assert 0 < rest.left_s() <= 1
    rest.finished()
    assert rest.ended_badly() == 0 == rest.left_s()


def test_rests_grow() -> None:
    rest = Rest()
    assert [rest.ended_badly() for _ in range(8)][-1] >= LONGEST_S / 2
