"""A batch of real processes: killed in the middle, gone on with, and in nobody's way."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from jobs.batch import JOBS_MAX, id_for
from jobs.job_document import readable
from jobs.job_store import JobQuery
from jobs.status import JobStatus
from tests.house import PATIENCE_S, House, Running
from tests.waiting import until

MEMORY = Path("/dev/shm")  # a SIGKILL takes nothing from a disk, so a test of it needs none
ROWS, KILLED_AT = 1_000, 370
NAME = "big"


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[House]:
    """A house whose files are in memory, where there is such a place: a thousand jobs are synced to disk otherwise."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as folder:
        house = House(Path(folder))
        yield house
        house.close()


def rows(house: House, count: int) -> str:
    path = house.folder / "birds.txt"
    path.write_text("".join(f"bird {n}\n" for n in range(count)))
    return str(path)


def command(house: House, count: int, *more: str) -> tuple[str, ...]:
    options = ("--name", NAME, "--quality", "draft", "--manifest", str(manifest(house)))
    return ("batch", "submit", rows(house, count), *options, *more)


def manifest(house: House) -> Path:
    return house.folder / "big.manifest.jsonl"


def noted(house: House) -> list[str]:
    """The ids that stand in the manifest's whole lines, in its order."""
    lines = manifest(house).read_text().splitlines(keepends=True)[1:]
    return [json.loads(line)["job_id"] for line in lines if line.endswith("\n")]


def made(house: House) -> int:
    """How many documents there are of its jobs."""
    wanted = JobQuery(owner_uid="local", batch_id=id_for("local", NAME))
    return house.platform.store.count(wanted, limit=JOBS_MAX) if (house.data / "lumen.db").exists() else 0


def cut_off(house: House, running: Running, number: signal.Signals, at: int, of: int) -> int:
    """End it once so many documents are there; its exit code."""
    until(lambda: made(house) >= at, f"{at} jobs are made", within_s=PATIENCE_S)
    running.send(number)
    code = running.ended()
    assert at <= made(house) < of, running.said()
    return code


def test_a_batch_of_1000_killed_at_37_percent_and_gone_on_with_has_exactly_1000_jobs(quick: House) -> None:
    cut_off(quick, quick.start(*command(quick, ROWS)), signal.SIGKILL, KILLED_AT, ROWS)
    there, before = made(quick), noted(quick)
    assert 0 <= there - len(before) <= 1, "a line behind each job, at once"
    os.truncate(manifest(quick), manifest(quick).stat().st_size - 20)  # a power cut might tear its last line, too

    said = quick.json(*command(quick, ROWS))
    assert (said["rows"], said["there"] + said["made"], said["made"]) == (ROWS, ROWS, ROWS - there)
    assert (made(quick), said["batch"]["total"]) == (ROWS, ROWS)
    ids = noted(quick)
    assert (len(ids), len(set(ids))) == (ROWS, ROWS)
    assert ids[: len(before) - 1] == before[:-1]
    jobs = readable(quick.platform.store.find(JobQuery(), limit=ROWS + 1))
    assert sorted(job.id for job in jobs) == sorted(ids)
    manifest(quick).unlink()
    assert quick.json(*command(quick, ROWS))["made"] == 0
    assert made(quick) == ROWS


def test_ctrl_c_loses_nothing_and_says_how_to_go_on(quick: House) -> None:
    running = quick.start(*command(quick, 100, "--rps", "20"))
    assert cut_off(quick, running, signal.SIGINT, 5, 100) == 130
    assert "the same command goes on from here" in running.said()
    assert "Traceback" not in running.said()
    there = made(quick)
    said = quick.json(*command(quick, 100))
    assert (said["there"], said["made"], made(quick)) == (there, 100 - there, 100)


def test_two_at_once_do_not_share_a_manifest(quick: House) -> None:
    first = quick.start(*command(quick, 40, "--rps", "1"))
    until(lambda: made(quick) >= 2, "the first has begun", within_s=PATIENCE_S)
    assert "in use" in quick.lumen(*command(quick, 40), code=2).stderr
    other = quick.folder / "other.jsonl"
    quick.lumen(*command(quick, 40)[:-1], str(other))
    until(lambda: len(noted(quick)) >= 5, "the first goes on, with jobs that are there", within_s=PATIENCE_S)
    first.send(signal.SIGINT)
    assert (first.ended(), made(quick)) == (130, 40)


def test_a_batch_is_made_downloaded_and_in_nobodys_way(quick: House) -> None:
    many = 8
    wanted = command(quick, many)
    quick.lumen(*wanted)
    quick.puller()
    until(lambda: quick.client.find(JobQuery(JobStatus.SUCCEEDED)), "one is made", within_s=PATIENCE_S)
    mine = quick.submit("teapot", quality="draft")
    done = quick.becomes(mine.id, JobStatus.SUCCEEDED)
    assert done.started_at is not None
    out = quick.folder / "out"
    said = quick.lumen(*wanted, "--download", str(out))
    assert f"big is over: {many} succeeded of {many} jobs" in said.stderr
    assert len(list(out.glob("bird-*--*/object.glb"))) == many

    batch = [job for job in quick.client.find(JobQuery(), limit=100) if job.batch_id]
    between = [job for job in batch if job.started_at and done.created_at < job.started_at < done.started_at]
    assert len(between) <= 1, "one may have been chosen already; behind it went whoever waits at a terminal"
