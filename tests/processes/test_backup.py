"""Export and restore as processes: killed in the middle and done again, and a house that goes on elsewhere."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.backup_file import check
from jobs.clock import SystemClock
from jobs.request import parse_request
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import Platform, wire
from tests.builders import a_job, claim
from tests.fakes import FakeClock
from tests.house import House, Running
from tests.waiting import until

MANY = 150  # a restore makes some hundred a second


@pytest.fixture
def old(tmp_path: Path) -> Platform:
    """A house elsewhere whose clock stands still an hour ago."""
    return wire(Settings(data=tmp_path / "old"), FakeClock(SystemClock().now() - timedelta(hours=1)))


def exported(house: House, old: Platform, file: Path) -> Path:
    house.lumen("export", str(file), LUMEN_DATA=str(old.settings.data))
    return file


def everything(platform: Platform) -> dict[tuple[str, str], Any]:
    return {(each.collection, each.key): each.fields for each in platform.records.documents.walk(limit=9999)}


@contextmanager
def stopped(running: Running) -> Iterator[None]:
    """Stands still meanwhile, and is killed afterwards."""
    running.send(signal.SIGSTOP)
    yield
    os.kill(running.pid, signal.SIGKILL)
    assert running.ended() == -signal.SIGKILL


def test_a_restore_killed_in_the_middle_is_done_again_and_nothing_is_missing_or_double(
    house: House, old: Platform, tmp_path: Path
) -> None:
    for n in range(MANY):
        old.records.create("things", f"{n:03}", {"n": n})
    file = exported(house, old, tmp_path / "file")
    restoring = house.start("restore", str(file))
    until(lambda: house.data.exists() and len(everything(house.platform)) > 9, "some are there")
    with stopped(restoring):
        there = [key for collection, key in everything(house.platform) if collection == "things"]
    assert 0 < len(there) < MANY
    said = house.json("restore", str(file))["documents"]["things"]
    assert said["created"] + said["same"] == MANY
    assert said["same"] >= len(there)
    ours = {place: fields for place, fields in everything(house.platform).items() if place[0] == "things"}
    assert ours == everything(old)


def test_an_export_killed_in_the_middle_leaves_no_file_by_that_name(
    house: House, old: Platform, tmp_path: Path
) -> None:
    for n in range(20):
        old.records.create("things", f"{n:03}", {"text": "x" * 1_000_000})
    file = tmp_path / "out" / "file"
    file.parent.mkdir()
    exporting = house.start("export", str(file), LUMEN_DATA=str(old.settings.data))
    until(lambda: any(path.stat().st_size for path in file.parent.iterdir()), "it writes")
    with stopped(exporting):
        assert not file.exists()
    assert not file.exists()
    with exported(house, old, file).open("rb") as whole:
        check(whole)


def test_a_house_goes_on_elsewhere_with_what_waited_and_what_ran(house: House, old: Platform, tmp_path: Path) -> None:
    for seed, name in enumerate(("waits", "ran")):
        old.store.create(
            a_job(
                name,
                now=old.store.now(),
                request=parse_request({"input": {"prompt": "cat", "quality": "draft", "seed": seed}}),
            )
        )
    claim(old.store, "ran")
    file = exported(house, old, tmp_path / "file")
    house.lumen("restore", str(file))
    house.puller()
    for name in ("waits", "ran"):
        assert house.becomes(name, JobStatus.SUCCEEDED).output
    assert house.job("ran").attempt == 2
