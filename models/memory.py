"""Memory, as the kernel counts it: what a process holds, and what there is."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MB = 1_000_000  # bytes
# What only the end of the process gives back. Pages of files are not counted where the kernel tells them apart:
# weights are mapped, and it takes those pages back by itself.
HELD = ("RssAnon", "RssShmem")
ALL = "VmRSS"


def resident_bytes(pid: int) -> int:
    """What process `pid` holds, without what it has started; 0 when it is gone, or where there is no /proc."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    kib = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines) if "kB" in value}
    return 1024 * (sum(kib[name] for name in HELD) if HELD[0] in kib else kib.get(ALL, 0))


def installed_bytes(root: Path = Path("/")) -> int:
    """What this container may use, or this machine has: the smallest limit on the way up."""
    return min(_limits(root))


def _limits(root: Path) -> Iterator[int]:
    total_kib = (root / "proc/meminfo").read_text().partition("MemTotal:")[2].split()[0]
    yield int(total_kib) * 1024
    for path in _cgroup_files(root):
        text = path.read_text().strip() if path.is_file() else ""
        if text.isdigit():  # "max" is no limit
            yield int(text)


def _cgroup_files(root: Path) -> Iterator[Path]:
    """Where a limit may stand: at our group and at each one above it. Numbered 0 is version 2, the rest version 1.

    In a container the path may be the machine's, and not be there: its top is the container's own.
    """
    groups, mounted = root / "proc/self/cgroup", root / "sys/fs/cgroup"
    for line in groups.read_text().splitlines() if groups.is_file() else ():
        _, controllers, path = line.split(":", 2)
        group = PurePosixPath(path.lstrip("/"))
        for each in (group, *group.parents):
            if not controllers:
                yield mounted / each / "memory.max"
            elif "memory" in controllers.split(","):
                yield mounted / "memory" / each / "memory.limit_in_bytes"
