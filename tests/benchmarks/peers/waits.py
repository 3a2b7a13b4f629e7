"""How often a job waits for the disk, from its enqueue to its recorded end, as strace counts it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.peers.orders import Orders
from tests.benchmarks.peers.speed import drained, place
from tests.benchmarks.peers.systems import System
from tests.waiting import until

JOBS = 60
TRACING = ("strace", "-f", "-A", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o")
CALL = re.compile(r"\bf(?:data)?sync\(")


def countable() -> bool:
    """Whether there is a strace here, and it may trace."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
    )


def waits(system: System) -> float:
    """Calls of fsync and fdatasync for each of `JOBS` jobs, by client, worker and Redis server together."""
    with place(system, Orders(""), lasting=True) as (here, redis):
        trace = Path(here.orders.folder) / "trace"
        party = replace(here, under=(*TRACING, str(trace)))
        with _traced(redis, trace) if redis else nullcontext():
            party.ask("enqueue", range(JOBS))
            worker = party.start()
            try:
                drained(party, worker, JOBS)
            finally:
                worker.kill()
            return len(CALL.findall(trace.read_text())) / JOBS


@contextmanager
def _traced(pid: int, trace: Path) -> Iterator[None]:
    with subprocess.Popen([*TRACING, str(trace), "-p", str(pid)]) as tracer:
        try:
            until(lambda: "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text(), "strace is attached")
            yield
        finally:
            tracer.terminate()
