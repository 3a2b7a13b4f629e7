"""What a process holds, and what there is, as the kernel's files say it."""

import mmap
import os
import resource
from pathlib import Path

import pytest

from models.limits import Limits
from models.memory import MB, installed_bytes, resident_bytes

GIB = 1 << 30


def machine(root: Path, **files: str) -> Path:
    """A /proc and a /sys of 16 GiB. In the names of the files "__" stands for "/", "_" for "."."""
    said = {"proc/meminfo": "MemTotal:       16777216 kB\nMemFree:         100 kB\n"}
    for name, text in (said | files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_memory_that_is_touched_counts_and_a_mapped_file_does_not(tmp_path: Path) -> None:
    before, size = resident_bytes(os.getpid()), 32 << 20
    held = b"x" * size
    assert size <= resident_bytes(os.getpid()) - before < 2 * size
    weights = tmp_path / "weights"
    weights.write_bytes(held)
    with weights.open("rb") as file, mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as mapped:
        between = resident_bytes(os.getpid())
        assert sum(mapped[:: resource.getpagesize()]) > 0
        assert resident_bytes(os.getpid()) - between < size / 2


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert resident_bytes(1 << 30) == 0


def test_a_machine_without_limits_has_what_is_built_in(tmp_path: Path) -> None:
    assert installed_bytes(machine(tmp_path)) == 16 * GIB


LIMITS = [
    ("0::/\n", {"sys/fs/cgroup/memory.max": f"{2 * GIB}\n"}, 2),
    ("0::/\n", {"sys/fs/cgroup/memory.max": "max\n"}, 16),
    ("0::/a/b\n", {"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": f"{3 * GIB}\n"}, 3),
    ("0::/not/here\n", {"sys/fs/cgroup/memory.max": f"{4 * GIB}\n"}, 4),
    ("4:memory:/a\n", {"sys/fs/cgroup/memory/a/memory.limit_in_bytes": f"{5 * GIB}\n"}, 5),
    ("4:cpu,memory:/x\n", {"sys/fs/cgroup/memory/memory.limit_in_bytes": f"{6 * GIB}\n"}, 6),
    ("4:memory:/\n", {"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 16),
    ("4:cpu:/a\n", {"sys/fs/cgroup/memory/a/memory.limit_in_bytes": f"{5 * GIB}\n"}, 16),
    (
        "4:memory:/a\n0::/\n",
        {"sys/fs/cgroup/memory/a/memory.limit_in_bytes": f"{7 * GIB}\n", "sys/fs/cgroup/memory.max": "max\n"},
        7,
    ),
]


@pytest.mark.parametrize("groups, files, gib", LIMITS)
def test_the_smallest_limit_on_the_way_up_counts(
    tmp_path: Path, groups: str, files: dict[str, str], gib: float
) -> None:
    assert installed_bytes(machine(tmp_path, **{"proc/self/cgroup": groups}, **files)) == gib * GIB


def test_here_is_something_to_work_with() -> None:
    assert 0.1 * GIB < installed_bytes() < 1e15


def test_a_limit_that_is_said_counts_and_else_a_share_of_what_there_is() -> None:
    assert Limits.here(memory_mb=1000) == Limits(500, 1000 * MB)
    assert Limits.here(jobs_max=7) == Limits(7, int(0.8 * installed_bytes()))


def test_limits_are_limits() -> None:
    limits = Limits(jobs_max=3, memory_max_bytes=1000 * MB)
    assert limits.overrun(1000 * MB) is None
    assert limits.overrun(1233 * MB + 1) == "used 1 234 MB, 1 000 MB are allowed"
    assert limits.spent(2, 750 * MB) is None
    assert limits.spent(3, 0) == "it has served 3 jobs"
    assert limits.spent(1, 751 * MB) == "after a job it still uses 751 MB, 1 000 MB are allowed"
