"""What Lumen's worker costs for each job, beside a handler written by hand for the same work, on Google's emulators.

The work: claim, five progress writes, one file of 1 MiB, finish. Both sides take turns in one process, over documents
that the same client has submitted; no queue is in the timed part. The emulators are not Google: there a call takes
longer, so what counts is how many calls there are, and those are printed too.

python -m tests.benchmarks.bench_overhead [ROUNDS]
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from jobs.fields import Artifact, Output
from jobs.job import Job
from jobs.settings import Settings
from jobs.wiring import Platform, resources, wire
from models.report import Made
from models.stage import Watcher
from tests.benchmarks.overhead.by_hand import CONTENT_TYPE, NAME, STEPS, ByHand, How
from tests.benchmarks.overhead.google_calls import Call, watched
from tests.benchmarks.overhead.report import Laps, print_calls, print_seconds
from tests.builders import a_request
from tests.emulators.google import Google, emulators, new_project
from worker.fate import Fate
from worker.runner import JobRunner

ROUNDS = 60
WARM_UP = 20  # Java's first calls are its slowest
FILE = os.urandom(1 << 20)
LUMEN = "Lumen"


class Side(Protocol):
    def serve(self, job_id: str, data: bytes, lap: Callable[[str], None]) -> bool: ...


@dataclass
class Lumen:
    """The product's runner, and a craft that does the work."""

    platform: Platform
    lap: Callable[[str], None] = print

    @cached_property
    def runner(self) -> JobRunner:
        it = self.platform
        return JobRunner(it.store, it.records, it.queue, it.letters, self, "bench/1", it.settings, threading.Event())

    def serve(self, job_id: str, data: bytes, lap: Callable[[str], None]) -> bool:
        self.lap, self.data = lap, data
        fate = self.runner.serve(job_id)
        lap("finish")
        return fate is Fate.FINISH

    def make(self, job: Job, watcher: Watcher) -> Made:
        self.lap("claim")
        for step in range(1, STEPS + 1):
            watcher.stepped(100 * step // STEPS, 100 * step // (STEPS + 1), f"step {step}")
        self.lap("progress")
        corner = (0.0, 0.0, 0.0)
        return Made({NAME: self.data}, "object", "bench", (), (), (), (), (), (corner, corner), False)

    def keep(self, job: Job, made: Made, watcher: Watcher) -> Output:
        kept = self.platform.bucket.put(f"jobs/{job.id}/{job.claims}/{NAME}", made.files[NAME])
        self.lap("upload")
        file = Artifact(uri=kept.uri, bytes=kept.bytes, sha256=kept.sha256, content_type=CONTENT_TYPE)
        return Output(files={NAME: file}, template=made.template, route=made.route, parts=())


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the emulators are ended either way
    with ExitStack() as stack:
        hosts = stack.enter_context(emulators())
        os.environ.update(hosts, GRPC_VERBOSITY="ERROR")
        asked = stack.enter_context(watched())
        platforms = {name: made(Google(hosts, new_project())) for name in (LUMEN, *How)}
        sides = {name: side(name, platform) for name, platform in platforms.items()}
        jobs = {name: submitted(platform, WARM_UP + rounds) for name, platform in platforms.items()}
        laps = in_turns(sides, jobs, asked)
        for name, platform in platforms.items():
            nothing_lost(name, platform, jobs[name])
    measured = {name: found[WARM_UP:] for name, found in laps.items()}
    print_seconds(measured)
    print_calls(measured)


def made(google: Google) -> Platform:
    ours = {name: value for name, value in google.env.items() if name.startswith("LUMEN_")}
    settings = Settings.from_env(ours | {"LUMEN_PROGRESS_S": "0"})  # each progress is written before the work goes on
    for resource in resources(settings):
        resource.mend()
    return wire(settings)


def side(name: str, platform: Platform) -> Side:
    if name == LUMEN:
        return Lumen(platform)
    return ByHand(platform.settings.project, platform.settings.bucket, How(name))


def submitted(platform: Platform, count: int) -> list[str]:
    client = platform.client()
    return [client.submit(a_request("cat", seed=number)).id for number in range(count)]


def in_turns(sides: Mapping[str, Side], jobs: Mapping[str, Sequence[str]], asked: list[Call]) -> dict[str, list[Laps]]:
    """Each side's laps, job by job; who begins changes with each round."""
    found: dict[str, list[Laps]] = {name: [] for name in sides}
    order = list(sides)
    for number in range(len(jobs[LUMEN])):
        for name in order:
            lap = Laps(asked)
            assert sides[name].serve(jobs[name][number], FILE, lap), f"{name}: job {number} was not made"
            found[name].append(lap)
        order.append(order.pop(0))
    return found


def nothing_lost(name: str, platform: Platform, job_ids: Sequence[str]) -> None:
    """Every job was made, at its first attempt, and its file is the one that was given."""
    for job_id in job_ids:
        document: Any = platform.store.documents.read("jobs", job_id).fields
        assert (document["status"], document["claims"], document["progress"]) == ("succeeded", 1, 100), (name, job_id)
        assert platform.bucket.get(f"jobs/{job_id}/1/{NAME}") == FILE, (name, job_id)


if __name__ == "__main__":
    main()
