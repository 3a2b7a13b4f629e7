"""A house of real processes over a folder: started by pid, looked into, ended by pid."""

import base64
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jobs.client import JobClient
from jobs.job import Job
from jobs.job_document import readable
from jobs.queue import Message, wake_up
from jobs.request import parse_request
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import Platform, wire
from models.shelf import FOLDER
from tests.ports import free_port
from tests.waiting import children_of, gone, kill, status_of, until

ROOT = Path(__file__).parents[1]
LUMEN = [sys.executable, "-m", "cli"]
PATIENCE_S = 40.0  # only a failing test waits that long
QUICK = {"LUMEN_LEASE_S": "2", "LUMEN_BEAT_S": "0.3", "LUMEN_SWEEP_S": "0.3", "LUMEN_PROGRESS_S": "0.02"}
PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass
class Running:
    """One process that serves, and what it says."""

    process: "subprocess.Popen[bytes]"
    log: Path
    port: int | None = None

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit code, once it has one."""
        until(lambda: self.process.poll() is not None, f"process {self.pid} ends", within_s=PATIENCE_S)
        return int(self.process.returncode)

    def models(self) -> int:
        """The pid of its model child."""
        return until(lambda: next(iter(self._models(self.pid)), 0), "there is a model child", within_s=PATIENCE_S)

    def family(self) -> list[int]:
        return [self.pid, *self._offspring(self.pid)]

    def freeze_models(self) -> int:
        """Stop the model child: whatever it is given from now on surely runs, until it is thawed or killed."""
        pid = self.models()
        os.kill(pid, signal.SIGSTOP)
        until(lambda: status_of(pid) == "T", "the child stands still")
        return pid

    def _models(self, pid: int) -> Iterator[int]:
        return (each for each in self._offspring(pid) if b"models.child" in _command(each))

    def _offspring(self, pid: int) -> Iterator[int]:
        for child in children_of(pid):
            yield child
            yield from self._offspring(child)


def locked(database: Path) -> bool:
    """Whether somebody has the write lock of this SQLite file."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            return True
        return False


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@dataclass
class House:
    """Everything of one test: a data folder, an environment, and the processes started in it."""

    folder: Path
    running: list[Running] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "lumen.db"

    @property
    def tmp(self) -> Path:
        """Where its processes put temporary files."""
        path = self.folder / "tmp"
        path.mkdir(exist_ok=True)
        return path

    def env(self, **more: str) -> Mapping[str, str]:
        theirs = {name: value for name, value in os.environ.items() if not name.startswith("LUMEN_")}
        ours = {"LUMEN_DATA": str(self.data), "TMPDIR": str(self.tmp), "PYTHONWARNINGS": "error"}
        return theirs | ours | QUICK | self.more | more

    # --- commands -------------------------------------------------------------------------------

    def lumen(self, *args: str, code: int = 0, **env: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        done = subprocess.run(
            [*LUMEN, *args],
            cwd=ROOT,
            env=self.env(**env),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *args: str, code: int = 0, **env: str) -> Any:
        """What a command with --json has on stdout: one value and nothing else."""
        return json.loads(self.lumen(*args, "--json", code=code, **env).stdout)

    @contextmanager
    def meanwhile(self, *args: str, code: int = 0) -> Iterator[list[str]]:
        """Run a command beside the block; behind it, what the command had on stdout."""
        said: list[str] = []
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(self.lumen, *args, code=code)
            yield said
            said.append(done.result().stdout)

    # --- processes ------------------------------------------------------------------------------

    def start(self, *args: str, **env: str) -> Running:
        return self.run([*LUMEN, "-v", *args], args[0], **env)

    def run(self, command: list[str], name: str, **env: str) -> Running:
        """Start any program in this house; its log is called after `name`."""
        log = self.folder / f"{len(self.running)}-{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.env(**env), stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        running = Running(process, log)
        self.running.append(running)
        return running

    def dev(self, **env: str) -> Running:
        """`lumen dev`, ready to serve."""
        running = self.start("dev", "--port", "0", **env)
        found = until(lambda: PORT.search(running.said()), "dev says its port", within_s=PATIENCE_S)
        running.port = int(found[1])
        self.ready(running)
        return running

    def puller(self, **env: str) -> Running:
        """`lumen worker --pull`, ready to serve."""
        running = self.start("worker", "--pull", **env)
        until(lambda: "ready; loading took" in running.said(), "the models are loaded", within_s=PATIENCE_S)
        return running

    def gunicorn(self, port: int | None = None, **env: str) -> Running:
        """`lumen worker --port`, ready to serve."""
        port = port or free_port()
        running = self.start("worker", "--port", str(port), **env)
        running.port = port
        self.ready(running)
        return running

    def ready(self, running: Running) -> None:
        until(lambda: get(running, "/health/ready")[0] == 200, "the worker is ready", within_s=PATIENCE_S)

    def close(self) -> None:
        """End whatever still runs, frozen or not, and see it gone."""
        pids = [pid for running in self.running for pid in running.family() if running.process.poll() is None]
        for pid in pids:
            kill(pid)
        for running in self.running:
            running.process.wait(PATIENCE_S)
        until(lambda: all(map(gone, pids)), "every process of the test is gone")

    def freeze(self, running: Running) -> None:
        """Stop a process that has not got the write lock of the SQLite file: nobody could write until it is thawed."""

        def stands_still_with_empty_hands() -> bool:
            running.send(signal.SIGSTOP)
            until(lambda: status_of(running.pid) == "T", "the process stands still")
            if locked(self.database):
                running.send(signal.SIGCONT)
                return False
            return True

        until(stands_still_with_empty_hands, "the process is stopped between two writes")

    # --- what is in the documents -----------------------------------------------------------------

    @cached_property
    def platform(self) -> Platform:
        return wire(Settings.from_env(self.env()))

    @cached_property
    def client(self) -> JobClient:
        return self.platform.client()

    def submit(self, prompt: str, *, key: str | None = None, **wanted: object) -> Job:
        return self.client.submit(parse_request({"input": {"prompt": prompt} | wanted}), key=key)

    def job(self, job_id: str) -> Job:
        return self.client.get(job_id)

    def becomes(self, job_id: str, status: JobStatus) -> Job:
        """The job once it has this status; a job that is over without it is a failure at once."""

        def arrived() -> bool:
            job = self.job(job_id)
            assert job.status is status or not job.done, f"{job_id} is {job.status}: {job.error}"
            return job.status is status

        until(arrived, f"{job_id} is {status}", within_s=PATIENCE_S)
        return self.job(job_id)

    def one_running(self) -> Job:
        """The job that runs, once one does."""

        def first() -> Job | None:
            return next(readable(self.platform.store.running()), None) if self.data.exists() else None

        found = until(first, "a job runs", within_s=PATIENCE_S)
        assert found is not None
        return found

    def shelf(self) -> list[str]:
        return [found.name for found in self.platform.bucket.find(FOLDER)]

    def left_behind(self) -> list[str]:
        return sorted(path.name for path in self.tmp.glob("lumen-*"))

    def letters(self) -> list[Message]:
        """Take the dead letters off their topic."""
        messages = []
        while delivery := self.platform.letters.topic.pull(0):
            messages.append(delivery.message)
        return messages


# --- HTTP ---------------------------------------------------------------------------------------------


def get(running: Running, path: str, authorization: str | None = None) -> tuple[int, Any]:
    """Status and JSON of a GET; status 0 when nobody answers."""
    return _ask(running, "GET", path, None, {"Authorization": authorization} if authorization else {})


def push(running: Running, body: bytes, authorization: str | None = None) -> tuple[int, Any]:
    """As Pub/Sub would."""
    return _ask(running, "POST", "/pubsub/push", body, {"Authorization": authorization} if authorization else {})


def _ask(
    running: Running, method: str, path: str, body: bytes | None, headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, Any]:
    assert running.port is not None
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE_S)) as connection:
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            text = response.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, None
        return response.status, json.loads(text) if text else None


def envelope(job_id: str) -> bytes:
    message = wake_up(job_id)
    data = base64.b64encode(message.data).decode()
    return json.dumps(
        {"message": {"data": data, "attributes": dict(message.attributes), "messageId": "1"}, "subscription": "s"}
    ).encode()
