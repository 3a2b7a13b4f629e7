"""`lumen priority`: a job that waits goes sooner or later, in its owner's turn, and that is on record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.priority import priority_command
from jobs.choose import choose
from jobs.errors import IllegalTransition, JobAlreadyDone, JobMissing
from jobs.job import Job
from jobs.request import Priority
from jobs.settings import Settings
from jobs.wiring import Platform, wire
from tests.builders import a_request, claim, finish, lease_of

Shell = Callable[..., Any]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """What the command works on, held by somebody else."""
    return wire(Settings(data=tmp_path / "data"))


@pytest.fixture
def priority(tmp_path: Path) -> Shell:
    def priority(*args: str) -> Result:
        context = Context({"LUMEN_DATA": str(tmp_path / "data"), "LUMEN_OWNER": "ops"})
        done = CliRunner().invoke(priority_command, args, obj=context, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done

    return priority


def submit(platform: Platform, owner: str, prompt: str, level: str = "normal") -> Job:
    return platform.client(owner=owner).submit(a_request(prompt, priority=level))


def order(platform: Platform) -> list[str]:
    return [each.input.words for each in choose(platform.store, now=platform.store.now()) if isinstance(each, Job)]


def test_a_job_that_waits_goes_first_at_once(priority: Shell, platform: Platform) -> None:
    for prompt in ("a", "b"):
        submit(platform, "ada", prompt)
    last = submit(platform, "ada", "c", "low")
    assert order(platform) == ["a", "b", "c"]
    said = priority(last.id, "high")
    assert said.stdout == f"{last.id}  low -> high\n"
    assert said.stderr == "0 ahead of it.\n"
    assert order(platform) == ["c", "a", "b"]
    assert "2 ahead" in priority(last.id, "low").stderr
    assert order(platform) == ["a", "b", "c"]


def test_it_takes_its_owners_turn_there_and_pushes_nobody_aside(priority: Shell, platform: Platform) -> None:
    """However long ago it was made: a turn of another priority is a number of another queue."""
    old = submit(platform, "ada", "old", "low")
    for owner, prompt in (("ada", "a1"), ("ada", "a2"), ("bob", "b1")):
        submit(platform, owner, prompt, "high")
    priority(old.id, "high")
    assert order(platform) == ["a1", "b1", "a2", "old"]


def test_the_same_priority_changes_nothing(priority: Shell, platform: Platform) -> None:
    job = submit(platform, "ada", "a")
    priority(job.id, "normal")
    assert platform.store.get(job.id) == job


def test_it_is_on_record(priority: Shell, platform: Platform) -> None:
    job = submit(platform, "ada", "a")
    said = json.loads(priority(job.id, "high", "--reason", "a demo", "--json").stdout)
    assert (said["id"], said["priority"], said["ahead"]) == (job.id, Priority.HIGH, 0)
    entry = next(platform.audit("").latest(limit=1))
    assert (entry.action, entry.why, entry.ids, entry.counts) == ("jobs.priority", "a demo", (job.id,), {"to high": 1})
    assert entry.done_at is not None


def test_a_job_that_does_not_wait_has_no_place_in_the_queue(priority: Shell, platform: Platform) -> None:
    job = submit(platform, "ada", "a")
    lease = lease_of(claim(platform.store, job.id))
    with pytest.raises(IllegalTransition, match="is running: only a job that waits has a place in the queue"):
        priority(job.id, "high")
    finish(platform.store, job.id, lease)
    with pytest.raises(JobAlreadyDone, match="is succeeded: only a job that waits"):
        priority(job.id, "high")
    with pytest.raises(JobMissing):
        priority("nobody", "high")
    assert list(platform.audit("").latest(limit=1)) == [], "what cannot be done leaves nothing on record"
