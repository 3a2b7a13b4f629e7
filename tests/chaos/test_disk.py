"""A disk that is full, and a stderr that nobody reads: the worker waits, or goes on, and loses nothing."""

import fcntl
import os
import signal
import subprocess
import termios
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.keys import Grant, Keys, Scope, new_key_id
from jobs.status import JobStatus
from tests.chaos.houses import WANTED, a_house, findings, side_by_side
from tests.house import LUMEN, PATIENCE_S, ROOT, House, Running, envelope, get, push
from tests.needs import needs
from tests.ports import free_port
from tests.waiting import until

DISK = "2m"  # an object at draft quality has some 100 KB
DOCUMENTS = "16m"  # SQLite lets its log of changes grow to 4 MB before it clears it
PIPE_BYTES = 4096  # the smallest there is; a pipe nobody asked for has sixteen times that
LINES, LINE_BYTES = 100, 1_000  # each job says a line or two of JSON; a line goes in as a whole or waits


def may_mount() -> bool:
    """Whether we may have a small disk of our own."""
    probe = "mount -t tmpfs -o size=64k lumen-test /mnt"
    return subprocess.run(["unshare", "-m", "sh", "-c", probe], capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(at: Path, size: str = DISK) -> Iterator[Path]:
    at.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "lumen-test", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room for anything."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


@needs(may_mount(), "a small disk can only be mounted by root")
def test_a_full_disk_holds_a_job_up_and_nothing_is_lost(house: House) -> None:
    with small_disk(house.data / "bucket") as disk:
        worker = house.puller()
        filler = fill(disk)
        job = house.submit(**WANTED)
        until(lambda: "Maker.keep" in worker.said(), "everything is made, and cannot be kept")
        assert house.job(job.id).status is JobStatus.RUNNING
        filler.unlink()
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
        assert [each.event for each in done.attempts] == ["finish"], "it waited, and made nothing twice"
        assert findings(house, [job.id]) == []


@needs(may_mount(), "a small disk can only be mounted by root")
def test_a_worker_that_ends_while_it_keeps_its_files_leaves_the_job_to_the_next(tmp_path: Path) -> None:
    def end(house: House, number: signal.Signals) -> None:
        with small_disk(house.data / "bucket") as disk:
            worker = house.puller()
            filler = fill(disk)
            job = house.submit(**WANTED)
            until(lambda: "Maker.keep" in worker.said(), "it tries to keep the files")
            worker.send(number)
            assert worker.ended() == (0 if number is signal.SIGTERM else -number)
            filler.unlink()
            house.puller()
            done = house.becomes(job.id, JobStatus.SUCCEEDED)
            ended = "hand_back" if number is signal.SIGTERM else "lapse"
            assert [each.event for each in done.attempts] == [ended, "finish"]
            assert findings(house, [job.id]) == []

    side_by_side(tmp_path, (signal.SIGTERM, signal.SIGKILL), end)


@needs(may_mount(), "a small disk can only be mounted by root")
def test_a_full_disk_under_the_documents_holds_everything_up_and_nothing_is_lost(tmp_path: Path) -> None:
    """Nothing can be submitted, nothing finished, no beat arrives; then there is room again."""
    small, temporary = tmp_path / "small", str(tmp_path)  # a worker refuses to start without room for temporary files
    with small_disk(small, DOCUMENTS), a_house(small / "house", TMPDIR=temporary) as house:
        worker = house.puller()
        models = worker.freeze_models()
        job = house.submit(**WANTED)
        house.becomes(job.id, JobStatus.RUNNING)
        filler = fill(house.folder)
        until(lambda: "did not arrive" in worker.said(), "beats do not arrive", within_s=PATIENCE_S)
        assert "disk" in house.lumen("submit", "dog", code=7).stderr
        os.kill(models, signal.SIGCONT)
        filler.unlink()
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
        assert done.attempts[-1].event == "finish"
        assert findings(house, [job.id]) == []


# --- a pipe that nobody reads -----------------------------------------------------------------------


def waiting_in(pipe: int) -> int:
    """Bytes that were written and not read."""
    count = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


@contextmanager
def unread(house: House, *args: str) -> Iterator[tuple[Running, int]]:
    """A process whose stdout and stderr are one small pipe, and the end of it that nobody reads."""
    ours, theirs = os.pipe()
    fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    try:
        process = subprocess.Popen([*LUMEN, "-v", *args], cwd=ROOT, env=house.env(), stdout=theirs, stderr=theirs)
        os.close(theirs)
        running = Running(process, house.folder / "unread.log")
        house.running.append(running)
        yield running, ours
    finally:
        os.close(ours)


def test_a_worker_that_pulls_serves_on_although_nobody_reads_what_it_says(house: House) -> None:
    with unread(house, "worker", "--pull") as (worker, pipe):
        jobs = [house.submit(**WANTED).id for _ in range(LINES)]
        until(lambda: waiting_in(pipe) > PIPE_BYTES - LINE_BYTES, "the pipe is full", within_s=PATIENCE_S)
        for job in jobs:
            house.becomes(job, JobStatus.SUCCEEDED)
        worker.send(signal.SIGTERM)
        assert worker.ended() == 0


def test_a_worker_that_is_pushed_serves_on_although_nobody_reads_what_it_says(house: House) -> None:
    port = free_port()
    with unread(house, "worker", "--port", str(port)) as (worker, pipe):
        worker.port = port
        house.ready(worker)
        for _ in range(LINES):
            assert push(worker, envelope(house.submit(**WANTED).id)) == (204, None)
        assert waiting_in(pipe) > PIPE_BYTES - LINE_BYTES, "the pipe is full"
        assert get(worker, "/health/live")[0] == 200
        worker.send(signal.SIGTERM)
        assert worker.ended() == 0


def test_the_api_serves_on_although_nobody_reads_what_it_says(house: House) -> None:
    port, grant = free_port(), Grant(owner="ada", scopes=(Scope.READ,))
    key = Keys(house.platform.records).create(new_key_id(), grant).token
    with unread(house, "web", "--port", str(port)) as (web, pipe):
        web.port = port
        house.ready(web)
        for _ in range(LINES):
            assert get(web, "/v1/jobs", f"Bearer {key}")[0] == 200
        assert waiting_in(pipe) > PIPE_BYTES - LINE_BYTES, "the pipe is full"
        web.send(signal.SIGTERM)
        assert web.ended() == 0
