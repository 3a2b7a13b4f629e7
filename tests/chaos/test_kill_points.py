"""A process is killed at every call, before it and after it, by a real SIGKILL; others find what it left.

The victim is a fork that opens its own files, for nothing of SQLite may cross a fork. Its fake clock dies with it:
whoever recovers comes an hour later.
"""

import gc
import os
import random
import signal
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chaos.faults import KILLS, Call, Fault
from tests.chaos.long import LONG, SEED
from tests.chaos.scenarios import SCENARIOS, Scenario
from tests.chaos.small_house import SmallHouse, copied
from tests.chaos.trials import Street, listening
from tests.fakes import START, FakeClock

MORTAL = ("a_job_succeeds", "a_failed_job_is_replayed", "equal_requests_meet")
KILLS_PER_SCENARIO = 30  # about 7 s for all of them on one core
ACCEPTED = "accepted"  #: file in the house's folder: ids whose submit was answered, which the victim told somebody
LATER = timedelta(hours=1)
SURVIVED = 1  # exit code of a victim that was not killed


def calls_of(houses: Street, scenario: Scenario) -> list[Call]:
    """The calls of the story alone: everyday life goes on in those who recover."""
    with houses.house(scenario) as house:
        scenario.story(house)
        return house.faults.calls


def kill_points(houses: Street, scenario: Scenario) -> list[Fault]:
    faults = [Fault(call.series, call.n, mode) for call in calls_of(houses, scenario) for mode in KILLS]
    return faults if LONG else random.Random(SEED).sample(faults, KILLS_PER_SCENARIO)


def killed(folder: Path, scenario: Scenario, fault: Fault) -> bool:
    """Whether a process that lives through the story in this folder is killed there."""
    pid = os.fork()
    if pid == 0:
        try:
            live(folder, scenario, fault)
        except BaseException:  # noqa: BLE001 (nothing may come back into pytest)
            traceback.print_exc()
        finally:
            os._exit(SURVIVED)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def live(folder: Path, scenario: Scenario, fault: Fault) -> None:
    signal.alarm(0)
    house = SmallHouse(folder, fault, settings=scenario.settings, accepted=Told(folder / ACCEPTED))
    scenario.story(house)


class Told(list[str]):
    """A list that tells each new item to a file, so that somebody knows it when this process is gone."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def append(self, item: str) -> None:
        super().append(item)
        with self._path.open("a") as file:
            file.write(f"{item}\n")


def told(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


@pytest.fixture
def no_garbage() -> Iterator[None]:
    """A collection in a victim would copy all of pytest's memory, and could close what is not its own."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.timeout(900 if LONG else 60)
@pytest.mark.parametrize("name", MORTAL)
def test_whenever_a_process_is_killed_others_bring_its_jobs_to_their_end(
    houses: Street, name: str, no_garbage: None
) -> None:
    scenario, found = SCENARIOS[name], {}
    for number, fault in enumerate(kill_points(houses, scenario)):
        folder = copied(houses.model, houses.folder / f"{name}-{number}")
        assert killed(folder, scenario, fault), f"nobody was killed: {fault}"
        with listening() as complaints:
            survivor = SmallHouse(
                folder, clock=FakeClock(START + LATER), settings=scenario.settings, accepted=told(folder / ACCEPTED)
            )
            survivor.late_s += LATER.total_seconds()
            survivor.recover()
            if findings := [*complaints.said, *survivor.findings()]:
                found[str(fault)] = findings
    assert not found
