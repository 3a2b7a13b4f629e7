"""What the numbers were measured on, and what one durable write costs there."""

import json
import os
import platform
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.peers.sessions import PEERS

PAGE = 4096
WRITES = 300
PACKAGES = ("huey", "rq", "celery", "kombu", "dramatiq", "redis")
ASK_VERSIONS = (
    "import json, sys; from importlib.metadata import version; print(json.dumps({n: version(n) for n in sys.argv[1:]}))"
)


def facts(folder: Path, redis: str) -> dict[str, object]:
    """Raises: CalledProcessError where the peers are not installed."""
    said = subprocess.run([PEERS, "-c", ASK_VERSIONS, *PACKAGES], capture_output=True, text=True, check=True).stdout
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "load before": round(os.getloadavg()[0], 2),
        "file system": filesystem(folder),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "redis server": redis,
        "peers": json.loads(said),
        "write and fsync of 4 KiB, appended, ms": median_ms(folder, lambda at: at * PAGE),
        "write and fsync of 4 KiB, in place, ms": median_ms(folder, lambda at: 0),
    }


def median_ms(folder: Path, place: Callable[[int], int]) -> float:
    page, seconds = os.urandom(PAGE), []
    path = folder / "page"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for at in range(WRITES):
            begun = time.perf_counter()
            os.pwrite(file, page, place(at))
            os.fsync(file)
            seconds.append(time.perf_counter() - begun)
    finally:
        os.close(file)
        path.unlink()
    return round(1000 * statistics.median(seconds), 3)


def filesystem(folder: Path) -> str:
    """The type of the one it lies on. In memory, nothing would wait for a disk, and the benchmark ends."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    around = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    kind = max(around, key=lambda mount: len(mount[0]))[1]
    if kind in {"tmpfs", "ramfs"}:
        raise SystemExit(f"{folder} is in memory, where no write waits for a disk: set TMPDIR")
    return kind


def _cpu() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else platform.machine()
