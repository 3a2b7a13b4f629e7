"""How often, how long and how patiently we ask again."""

from collections.abc import Callable
from datetime import timedelta
from statistics import mean
from typing import NoReturn

import pytest

from jobs.errors import BackendDown, LeaseLost, Outrun
from jobs.retry import RETRY_BASE_S, RETRY_MAX_S, asking_again, asking_until, backoff, racing


class Asked:
    """Raises `error` so many times, then answers; remembers the sleeps in between."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.left = error, times
        self.tries = 0
        self.slept: list[float] = []

    def __call__(self) -> str:
        self.tries += 1
        if self.left == 0:
            return "answer"
        self.left -= 1
        raise self.error


def test_an_outage_is_asked_again_up_to_four_times() -> None:
    asked = Asked(BackendDown("down"), 3)
    assert asking_again(asked.slept.append)(asked) == "answer"
    assert (asked.tries, len(asked.slept)) == (4, 3)


def test_the_fifth_time_the_outage_comes_out_as_it_is() -> None:
    asked = Asked(BackendDown("down"), 9)
    with pytest.raises(BackendDown) as caught:
        asking_again(asked.slept.append)(asked)
    assert caught.value is asked.error
    assert asked.tries == 4


def test_asking_until_goes_on_until_it_is_over() -> None:
    asked = Asked(BackendDown("down"), 30)
    assert asking_until(lambda: False, asked.slept.append)(asked) == "answer"
    assert asked.tries == 31


def test_what_is_over_already_is_asked_as_often_as_anything_else() -> None:
    asked = Asked(BackendDown("down"), 3)
    assert asking_until(lambda: True, asked.slept.append)(asked) == "answer"
    asked = Asked(BackendDown("down"), 4)
    with pytest.raises(BackendDown):
        asking_until(lambda: True, asked.slept.append)(asked)


def test_a_lost_race_is_raced_again_up_to_forty_times() -> None:
    asked = Asked(Outrun("late"), 39)
    assert racing(asked.slept.append)(asked) == "answer"
    assert asked.tries == 40
    hopeless = Asked(Outrun("late"), 99)
    with pytest.raises(Outrun):
        racing(hopeless.slept.append)(hopeless)
    assert hopeless.tries == 40


@pytest.mark.parametrize("policy", [asking_again, racing])
@pytest.mark.parametrize("error", [LeaseLost("x"), ValueError("x"), KeyError("x")], ids=repr)
def test_what_asking_again_does_not_mend_is_not_asked_again(
    policy: Callable[..., Callable[..., object]], error: Exception
) -> None:
    asked = Asked(error, 1)
    with pytest.raises(type(error)):
        policy(asked.slept.append)(asked)
    assert asked.tries == 1


def test_an_outage_is_not_raced_and_a_race_is_not_an_outage() -> None:
    for policy, error in [(racing, BackendDown("down")), (asking_again, Outrun("late"))]:
        asked = Asked(error, 1)
        with pytest.raises(BackendDown):
            policy(asked.slept.append)(asked)
        assert asked.tries == 1


def test_sleeps_are_jittered_and_bounded() -> None:
    slept: list[float] = []

    def never() -> NoReturn:
        raise BackendDown("down")

    for _ in range(50):
        with pytest.raises(BackendDown):
            asking_again(slept.append)(never)
    assert all(0 <= seconds <= 3 for seconds in slept)
    assert len({round(seconds, 6) for seconds in slept}) > 100


@pytest.mark.parametrize("attempt", range(1, 15))
def test_backoff_doubles_to_its_bound_with_half_of_it_jitter(attempt: int) -> None:
    full = min(RETRY_BASE_S * 2 ** (attempt - 1), RETRY_MAX_S)
    waits = [backoff(attempt).total_seconds() for _ in range(200)]
    assert all(full / 2 <= wait <= full for wait in waits)
    assert mean(waits) == pytest.approx(full * 3 / 4, rel=0.1)


def test_no_backoff_is_longer_than_the_queue_can_wait() -> None:
    assert backoff(100) <= timedelta(seconds=600)
