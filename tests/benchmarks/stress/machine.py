"""Where the time goes: the processors' seconds by who used them, and what the API's own log says its answers took."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.benchmarks.stress.polls import Look, Polls
from tests.benchmarks.stress.scene import HOSTS, Scene

TICKS = os.sysconf("SC_CLK_TCK")
ANSWER = re.compile(r"GET /v1/jobs/\S+ (\d{3}) in ([\d.]+) ms")


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of processors."""

    all: float  #: of the whole machine, whoever it was
    groups: Mapping[str, float]  #: by who is known and lives long

    def since(self, before: "Used") -> Iterator[tuple[str, float]]:
        """What was used from then on; the last row is everybody else."""
        groups = {name: seconds - before.groups.get(name, 0) for name, seconds in self.groups.items()}
        yield from groups.items()
        yield "workers, their models, all else", self.all - before.all - sum(groups.values())


def used(here: Scene, polls: Polls) -> Used:
    assert here.web is not None
    groups = {"the API": here.web.family(), **{f"the {which}'s emulator": [here.emulator(which)] for which in HOSTS}}
    groups |= {"the pollers": [process.pid for process in polls.processes], "this program": [os.getpid()]}
    busy = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    idle = busy[3] + busy[4]
    by_group = {name: sum(map(_seconds, pids)) for name, pids in groups.items()}
    return Used((sum(busy[:8]) - idle) / TICKS, by_group)


def answers(here: Scene) -> Iterator[Look]:
    """What the API's log says of looks at jobs, from where its work on them began."""
    assert here.web is not None
    for line in here.web.said().splitlines():
        if found := ANSWER.search(line):
            ms = float(found[2])
            ended = datetime.fromisoformat(json.loads(line)["time"]).timestamp() - here.wall_s
            yield Look(ended - ms / 1000, ms, int(found[1]), conditional=False)


def _seconds(pid: int) -> float:
    """Of a process that lives, in user and in kernel."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
