"""Waiting for what will be true soon, and looking at processes. Tests do not sleep: they wait for a condition."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

PATIENCE_S = 8.0  # only a failing test waits that long; a machine with other work may need a good part of it
LOOK_EVERY_S = 0.005
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, *, within_s: float = PATIENCE_S) -> T:
    """The first truthy value of `condition`. `what` is what the reader of a failure is told did not happen."""
    end = time.monotonic() + within_s
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {within_s:g} s in vain: {what}"
        time.sleep(LOOK_EVERY_S)
    return value


def status_of(pid: int) -> str:
    """The kernel's letter for what a process does (T: stopped), "" when there is none. A zombie is none."""
    letter = _stat(pid)[0]
    return "" if letter in "ZX" else letter


def _stat(pid: int) -> list[str]:
    """The fields behind the name: state, parent, group, ..."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["X", "0"]


def alive(pid: int) -> bool:
    return status_of(pid) != ""


def gone(pid: int) -> bool:
    return not alive(pid)


def kill(pid: int) -> None:
    """For the end of a test: whether it was there or not."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The pids of its children that live."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [each for each in pids if alive(each) and _stat(each)[1] == str(pid)]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
