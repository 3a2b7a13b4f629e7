"""Waits are those of queueing theory where it has a formula, and what is left is arithmetic."""

from itertools import islice, pairwise
from math import factorial, log
from random import Random
from statistics import fmean, pstdev

import pytest

from jobs import capacity
from jobs.capacity import GPUS_MAX, Load, Waits, arrivals, enough, expect, spread, summed_up, waits

MINUTE_S = 60.0


def erlang_c(gpus: int, work: float) -> float:
    """The chance that a job has to wait: M/M/c, A. K. Erlang 1917; `work` is rate times seconds."""
    full = work**gpus / factorial(gpus) * gpus / (gpus - work)
    return full / (sum(work**k / factorial(k) for k in range(gpus)) + full)


def simulated(load: Load, gpus: int) -> Waits:
    found = expect(load, gpus).wait_seconds
    assert found is not None
    return found


# --- the simulation ---


def test_the_one_who_waited_longest_goes_to_the_worker_that_is_free_first() -> None:
    assert list(waits([0, 1, 2, 3, 30], [10, 4, 1, 1, 1], 2)) == [0, 0, 3, 3, 0]


@pytest.mark.parametrize("gpus, busy", [(1, 0.5), (3, 0.6), (3, 0.8), (8, 0.8)])
def test_jobs_of_every_length_wait_as_erlang_says(gpus: int, busy: float) -> None:
    """Exponential times: twenty thousand of them stand for all. The formula for p95 holds where 5 % wait at all."""
    chance = Random(3)
    run_s = [chance.expovariate(1 / MINUTE_S) for _ in range(20_000)]
    waited = simulated(Load(rate=busy * gpus / fmean(run_s), run_s=run_s), gpus)
    late = erlang_c(gpus, busy * gpus)
    free_per_s = gpus * (1 - busy) / fmean(run_s)
    assert waited.mean == pytest.approx(late / free_per_s, rel=0.08)
    assert waited.p95 == pytest.approx(log(late / 0.05) / free_per_s, rel=0.08)


@pytest.mark.parametrize("deviation", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("busy", [0.5, 0.8])
def test_one_gpu_waits_as_pollaczek_and_khinchine_say(deviation: float, busy: float) -> None:
    load = Load(rate=busy / MINUTE_S, run_s=spread(MINUTE_S, deviation))
    mean_s = MINUTE_S * busy / (1 - busy) * (1 + pstdev(load.run_s) ** 2 / MINUTE_S**2) / 2
    assert simulated(load, 1).mean == pytest.approx(mean_s, rel=0.05)


def test_what_passes_between_two_jobs_keeps_the_worker_too() -> None:
    slow, quick = (
        Load(rate=0.04, run_s=(MINUTE_S,), between_s=5),
        Load(rate=0.04, run_s=(MINUTE_S + 5,)),
    )
    assert expect(slow, 3) == expect(quick, 3)
    assert simulated(slow, 3).mean > 1.3 * simulated(Load(rate=0.04, run_s=(MINUTE_S,)), 3).mean


def test_the_same_question_has_the_same_answer() -> None:
    load = Load(rate=0.03, run_s=spread(MINUTE_S, 0.3))
    assert expect(load, 3) == expect(load, 3)


def test_jobs_come_at_random_moments_and_as_often_as_was_said() -> None:
    moments = list(islice(arrivals(4, Random(1)), 40_000))
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert fmean(pauses) == pytest.approx(1 / 4, rel=0.02)
    assert pstdev(pauses) == pytest.approx(1 / 4, rel=0.02), "exponential: mean and deviation are equal"


@pytest.mark.parametrize("deviation", [0.0, 0.3, 1.0])
def test_seconds_are_spread_as_was_said(deviation: float) -> None:
    seconds = spread(MINUTE_S, deviation)
    assert fmean(seconds) == pytest.approx(MINUTE_S, rel=1e-9)
    assert pstdev(seconds) / MINUTE_S == pytest.approx(deviation, rel=0.05)


def test_of_nothing_there_is_no_summary() -> None:
    with pytest.raises(ValueError, match="nobody waited"):
        summed_up([])


# --- how many, and for how much ---


def test_gpus_that_are_full_have_no_waits_but_a_queue_that_grows() -> None:
    load = Load(rate=3 / MINUTE_S, run_s=(MINUTE_S,))
    found = expect(load, 2)
    assert (found.busy, found.wait_seconds) == (1.5, None)
    assert found.left_per_hour == pytest.approx(60)
    assert load.gpus_min == 4
    assert expect(load, 3).left_per_hour == 0, "it does not grow, but for how long one waits depends on the day"
    assert expect(load, 3).wait_seconds is None


def test_the_fewest_that_keep_a_promise_are_the_last_that_are_looked_at() -> None:
    found = list(enough(Load(rate=3 / MINUTE_S, run_s=(MINUTE_S,)), 20))
    assert [each.gpus for each in found] == [4, 5, 6]
    assert [each.wait_seconds is not None and each.wait_seconds.p95 <= 20 for each in found] == [False, False, True]


def test_a_promise_that_no_number_keeps_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "JOBS", 100)
    found = list(enough(Load(rate=1 / MINUTE_S, run_s=(MINUTE_S,)), -1))
    assert len(found) == GPUS_MAX - 1
    assert not found[-1].keeps(-1)


def test_all_gpus_cost_money_busy_or_not() -> None:
    load = Load(rate=120 / 3600, run_s=(MINUTE_S,))
    found = expect(load, 4, gpu_cost_per_hour=1.5)
    assert (found.cost_per_hour, found.cost_per_1000) == (6, pytest.approx(50))
    full = expect(load, 1, gpu_cost_per_hour=1.5)
    assert full.cost_per_1000 == pytest.approx(25), "one does 60 an hour, not 120"
    assert (expect(load, 4).cost_per_hour, expect(load, 4).cost_per_1000) == (None, None)
