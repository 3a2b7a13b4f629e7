"""How often a job's document is written: four times at most and once a second, and why each time."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs.settings import Settings
from tests.chaos.small_house import fast_folder
from tests.costs import (
    BEATS,
    CALM,
    JOB_WRITES,
    STEPPING,
    Costly,
    canceled_while_running,
    cost,
    taking_its_time,
)

ENDS = 4  # create, claim, and an end or a cancel flag and an end; or an end and its letter


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = fast_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("story", JOB_WRITES, ids=lambda story: story.__name__)
def test_each_life_of_a_job_has_its_number_of_writes(story: Callable[[Costly], None], folder: Path) -> None:
    assert cost(story, Settings.model_validate({"data": folder, **CALM}))["job writes"] == len(JOB_WRITES[story])


def test_one_attempt_is_written_four_times_at_most() -> None:
    for story, writes in JOB_WRITES.items():
        assert len(writes) <= 4 or writes.count("claim") > 1, story.__name__


@pytest.mark.parametrize("story", [taking_its_time, canceled_while_running], ids=lambda story: story.__name__)
def test_however_many_steps_it_takes_it_is_written_once_a_second(
    story: Callable[[Costly], float], folder: Path
) -> None:
    house = Costly(Settings.model_validate({"data": folder, **STEPPING}))
    seconds = story(house)
    assert house.meter.counts["job writes"] <= ENDS + seconds
    assert story is canceled_while_running or house.meter.counts["job writes"] >= BEATS
