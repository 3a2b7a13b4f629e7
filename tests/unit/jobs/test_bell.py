"""Who waits is woken at once by who rings, in whichever process; and nobody hangs where there is no bell."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobs.bell import Bell
from jobs.queue import wake_up
from jobs.queues import sqlite
from jobs.queues.sqlite import SqliteJobQueue

LONG_S = 30.0  # only a failing test waits that long
RINGS = "import sys; from pathlib import Path; from jobs.bell import Bell; Bell(Path(sys.argv[1])).ring()"


def waited(bell: Bell, seconds: float = LONG_S) -> float:
    begun = time.monotonic()
    bell.wait(seconds)
    return time.monotonic() - begun


def test_a_ring_of_another_process_wakes_who_waits(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    with ThreadPoolExecutor(1) as pool:
        woken = pool.submit(waited, Bell(path))
        subprocess.run([sys.executable, "-c", RINGS, str(path)], check=True, timeout=LONG_S)
        assert woken.result() < LONG_S


def test_a_ring_that_nobody_waited_for_is_heard_by_the_next_and_by_nobody_after_that(tmp_path: Path) -> None:
    ours, theirs = Bell(tmp_path / "bell"), Bell(tmp_path / "bell")
    ours.ring()  # made just now, and open at one place only
    assert waited(ours) < LONG_S
    theirs.ring()
    assert waited(ours) < LONG_S
    assert waited(ours, 0.01) >= 0.01


def test_each_ring_wakes_one(tmp_path: Path) -> None:
    bells = [Bell(tmp_path / "bell") for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        woken = [pool.submit(waited, bell) for bell in bells]
        for bell in bells:
            bell.ring()
        assert max(each.result() for each in woken) < LONG_S


def test_a_bell_that_nobody_hears_is_no_trouble(tmp_path: Path) -> None:
    bell = Bell(tmp_path / "bell")
    for _ in range(70_000):  # more than a pipe holds
        bell.ring()
    assert waited(bell) < LONG_S


def test_where_there_can_be_no_bell_a_wait_takes_its_time(tmp_path: Path) -> None:
    bell = Bell(tmp_path / "nowhere" / "bell")
    bell.ring()
    assert waited(bell, 0.01) >= 0.01


def test_it_holds_one_file_however_often_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    bell = Bell(path)
    for _ in range(10):
        bell.ring()
        bell.wait(0)
    assert [each.resolve() for each in Path("/proc/self/fd").iterdir()].count(path) == 1
    assert (tmp_path / "bell").stat().st_mode & 0o077 == 0, "nobody else's business"


def test_a_message_wakes_who_pulls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks that rarely by itself would come late."""
    monkeypatch.setattr(sqlite, "LOOK_EVERY_S", LONG_S)
    begun = time.monotonic()
    ours, theirs = (SqliteJobQueue(tmp_path / "lumen.db", "jobs") for _ in range(2))
    with ThreadPoolExecutor(1) as pool:
        pulled = pool.submit(ours.pull, LONG_S)
        theirs.publish(wake_up("a"))
        delivery = pulled.result()
    assert delivery is not None
    assert delivery.message == wake_up("a")
    assert time.monotonic() - begun < LONG_S
    assert ours.pull(0.01) is None
