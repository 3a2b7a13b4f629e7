"""Everything that runs: emulators, doors in front of them, the API, two workers behind a balancer; and who has what."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from urllib.request import urlopen

from jobs.job import Job
from jobs.keys import Grant, Keys, Scope, new_key_id
from tests.benchmarks.stress import worker
from tests.benchmarks.stress.proxy import Door, doors
from tests.benchmarks.stress.pushes import Pushes, noted
from tests.benchmarks.stress.stages import FIRST, MARKS
from tests.emulators.balancer import balancing
from tests.emulators.google import Google, emulators, new_project
from tests.emulators.jobs import pushed_to
from tests.house import House, Running, get
from tests.ports import free_port
from tests.waiting import children_of, kill, until

OWNERS = ("ada", "bob", "local")  #: `local` is who submits at a terminal
LONG_S = 120.0  # only a run that goes wrong waits that long
WORKERS, WEB_PROCESSES = 2, 2
LEASE_S = 6.0
TIMES = {"LUMEN_LEASE_S": f"{LEASE_S:g}", "LUMEN_BEAT_S": "1.5", "LUMEN_SWEEP_S": "3", "LUMEN_PROGRESS_S": "0.5"}
ROOMY = {"LUMEN_RATE_MAX": "1000000", "LUMEN_JOBS_OPEN_MAX": "100000"}
CHILD_MEMORY = {"LUMEN_CHILD_MEMORY_MB": "560"}  # it has 100 to 200; `hoards` wants 512 more
OPEN_CIRCUIT = f'lumen_breaker_state{{route="{FIRST}"}} 2'
ASK_S = 2.0
HOSTS = {"store": "FIRESTORE_EMULATOR_HOST", "queue": "PUBSUB_EMULATOR_HOST", "bucket": "STORAGE_EMULATOR_HOST"}


@dataclass
class Scene:
    """One run's house, what stands around it, and its clock."""

    house: House
    google: Google
    doors: Mapping[str, Door]  #: between the processes and each backend; the API asks the store without
    pushes: Pushes
    chance: Random
    nice: int = 0  #: of the workers, who have processors of their own elsewhere
    over: bool = False  #: nobody starts anything any more
    tokens: dict[str, str] = field(default_factory=dict)  #: owner -> API key
    workers: list[Running] = field(default_factory=list)
    web: Running | None = None
    outages: list[tuple[float, float]] = field(default_factory=list)  #: when nobody could ask the store
    begun: float = field(default_factory=time.monotonic)
    wall_s: float = field(default_factory=lambda: time.time() - time.monotonic())  #: of the day, at monotonic 0

    @property
    def marks(self) -> Path:
        return self.house.folder / "marks"

    @property
    def web_port(self) -> int:
        assert self.web is not None
        assert self.web.port is not None
        return self.web.port

    def at(self) -> str:
        """The time of the run, for a table."""
        return f"{time.monotonic() - self.begun:.0f} s"

    def say(self, what: str) -> None:
        print(f"[{self.at():>6}] {what}", flush=True)

    def end(self) -> None:
        self.over = True

    # --- processes ------------------------------------------------------------------------------------

    def start_web(self) -> None:
        port = free_port()
        away = {name: self._through(which) for which, name in HOSTS.items() if which != "store"}
        how = ("--port", str(port), "--workers", str(WEB_PROCESSES))
        self.web = self.house.start("web", *how, **ROOMY, **away)
        self.web.port = port
        until(lambda: get(self._web(), "/health/ready")[0] == 200, "the API is ready", within_s=LONG_S)

    def start_worker(self, port: int) -> Running:
        """Ready to serve, in front of every backend a door."""
        assert not self.over, "the run is over"
        away = {name: self._through(which) for which, name in HOSTS.items()}
        env = {**away, **CHILD_MEMORY, MARKS: str(self.marks)}
        started = self.house.run(["nice", "-n", str(self.nice), *worker.command(port)], "worker", **env)
        started.port = port
        until(lambda: get(started, "/health/ready")[0] == 200, "the worker is ready", within_s=LONG_S)
        self.workers.append(started)
        return started

    def replace(self, gone: Running) -> None:
        """Another instance where one was, as a platform would."""
        self.workers.remove(gone)
        gone.ended()
        assert gone.port is not None
        self.start_worker(gone.port)

    def worker_of(self, job: Job) -> Running:
        """Who has it: a holder's name has its pid."""
        assert job.lease is not None, f"{job.id} is {job.status}"
        pid = int(job.lease.holder.rpartition("/")[2].partition("-")[0])
        return next(each for each in self.workers if pid in each.family())

    def circuit_is_open(self) -> bool:
        """Whether some worker passes the first route over now; it is asked where a scraper asks."""
        return any(OPEN_CIRCUIT in _metrics(each) for each in self.workers)

    def emulator(self, which: str) -> int:
        """Its pid."""
        port = str(urlsplit(_url(self.google.hosts[HOSTS[which]])).port)
        return next(pid for pid in children_of(os.getpid()) if port in _command(pid))

    def _web(self) -> Running:
        assert self.web is not None
        return self.web

    def _through(self, which: str) -> str:
        """The address of the door, as Google's libraries want it."""
        scheme = "http://" if which == "bucket" else ""
        return f"{scheme}127.0.0.1:{self.doors[which].port}"


@contextmanager
def scene(folder: Path, seed: int, *, nice: int = 0) -> Iterator[Scene]:
    with ExitStack() as stack:
        hosts = stack.enter_context(emulators())
        os.environ.update(hosts)  # this process asks without a door
        google = Google(hosts, new_project())
        ports = {which: int(urlsplit(_url(hosts[name])).port or 0) for which, name in HOSTS.items()}
        shut = dict(zip(ports, stack.enter_context(doors(*ports.values())), strict=True))
        pushes = stack.enter_context(noted())
        instances = [free_port() for _ in range(WORKERS)]
        front = stack.enter_context(balancing(*instances))
        house = House(folder, more={**google.env, **TIMES})
        stack.callback(house.close)
        stack.callback(_thaw_all, house)
        here = Scene(house, google, shut, pushes, Random(seed), nice)
        stack.callback(here.end)
        here.marks.mkdir()
        pushed_to(house, front.port)
        keys = Keys(house.platform.records)
        for owner in OWNERS:
            grant = Grant(owner=owner, scopes=(Scope.SUBMIT, Scope.READ))
            here.tokens[owner] = keys.create(new_key_id(), grant).token
        here.start_web()
        for port in instances:
            here.start_worker(port)
        here.begun = time.monotonic()
        yield here


def _thaw_all(house: House) -> None:
    """What stands still does not end by itself."""
    for pid in [*children_of(os.getpid()), *(pid for each in house.running for pid in each.family())]:
        send(pid, signal.SIGCONT)


def send(pid: int, number: signal.Signals) -> None:
    """Whether it is there or not."""
    if number is signal.SIGKILL:
        kill(pid)
        return
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _metrics(running: Running) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{running.port}/metrics", timeout=ASK_S) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""  # it is frozen, or on its way out or in


def _url(host: str) -> str:
    return host if "://" in host else f"http://{host}"


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
