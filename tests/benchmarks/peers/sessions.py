"""A side's processes: started in a session of their own, and killed with everybody in it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.peers.orders import Orders
from tests.footprint import Footprint
from tests.waiting import gone, status_of, until

ROOT = Path(__file__).parents[3]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
LATE_S = 300.0  # only a broken side takes that long


@dataclass(frozen=True, slots=True)
class Party:
    """One system in one place: how to have it do something."""

    module: str  #: its one of sides/
    orders: Orders
    under: tuple[str, ...] = ()  #: a program that runs its processes, such as strace

    def ask(self, role: str, jobs: range = range(0)) -> Any:
        """Have it play a role to the end; what it says."""
        with self._log(role).open("ab") as log:
            done = subprocess.run(
                self._command(role, jobs), cwd=ROOT, env=self._env(), stdout=subprocess.PIPE, stderr=log,
                timeout=LATE_S, check=False,
            )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{self.module} {role}: exit code {done.returncode}\n{self._log(role).read_text()}")
        return json.loads(done.stdout) if done.stdout else None

    def start(self) -> "Session":
        """Its worker."""
        with self._log("work").open("ab") as log:
            process = subprocess.Popen(
                self._command("work", range(0)), cwd=ROOT, env=self._env(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        return Session(process)

    def said(self) -> str:
        return self._log("work").read_text(errors="replace")

    def _command(self, role: str, jobs: range) -> list[str]:
        python = sys.executable if self.module.startswith("lumen") else str(PEERS)
        program = [*self.under, python, "-m", "tests.benchmarks.peers.side", self.module, role]
        return [*program, str(jobs.start), str(len(jobs))] if jobs else program

    def _env(self) -> Mapping[str, str]:
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("LUMEN_", "PYTHON"))}
        return theirs | self.orders.environment()

    def _log(self, role: str) -> Path:
        return Path(self.orders.folder) / f"{role}.log"


@dataclass(frozen=True, slots=True)
class Session:
    """A worker, and whatever it started: RQ's forks leave its process group, but nobody leaves the session."""

    process: "subprocess.Popen[bytes]"

    def pids(self) -> list[int]:
        return [pid for pid in _all_pids() if _session_of(pid) == self.process.pid and not gone(pid)]

    def kill(self) -> int:
        """SIGKILL for everybody; the moment at which nobody lived any more, in nanoseconds."""
        while pids := self.pids():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self.process.poll() is None and pids == [self.process.pid]:
                self.process.wait()
        self.process.wait()
        return time.monotonic_ns()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def footprint(self) -> dict[str, float]:
        """RSS and PSS of all its processes, in bytes."""
        each = [Footprint.of(pid) for pid in self.pids()]
        return {"rss": sum(one.rss_bytes for one in each), "pss": sum(one.pss_bytes for one in each)}

    def rests(self) -> None:
        """Wait until all of it sleeps."""
        until(lambda: all(status_of(pid) in {"S", "I", ""} for pid in self.pids()), "the worker rests")


def _all_pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return 0
