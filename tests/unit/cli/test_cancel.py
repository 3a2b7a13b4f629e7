"""`lumen cancel`: by id, or by filter after a look at what is meant; on record where a reason is given."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.change import cancel_command
from cli.context import Context
from jobs.audit import Entry
from jobs.job import Job
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import Platform, wire
from tests.builders import a_request, claim

Shell = Callable[..., Any]
WHY = ("--reason", "a typo")


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """What the command works on, held by somebody else."""
    return wire(Settings(data=tmp_path / "data"))


@pytest.fixture
def jobs(platform: Platform) -> list[Job]:
    """The first runs, two wait."""
    jobs = [platform.client(owner="ada").submit(a_request(f"chair {n}")) for n in range(3)]
    claim(platform.store, jobs[0].id)
    return jobs


@pytest.fixture
def cancel(tmp_path: Path) -> Shell:
    def cancel(*args: str, code: int = 0, stdin: str = "") -> Result:
        context = Context({"LUMEN_DATA": str(tmp_path / "data"), "LUMEN_OWNER": "ops"})
        done = CliRunner().invoke(cancel_command, args, obj=context, input=stdin, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done

    return cancel


def entries(platform: Platform) -> list[Entry]:
    return list(platform.audit("").latest(limit=9))


def test_by_id_nobody_is_asked_and_nothing_is_on_record_without_a_reason(
    cancel: Shell, platform: Platform, jobs: list[Job]
) -> None:
    said = cancel(jobs[0].id, jobs[1].id).stdout
    assert said == f"{jobs[0].id}  canceling\n{jobs[1].id}  canceled\n"
    assert entries(platform) == []
    cancel(jobs[2].id, *WHY)
    assert [(each.action, each.ids, each.counts) for each in entries(platform)] == [
        ("jobs.cancel", (jobs[2].id,), {"canceled": 1})
    ]


def test_a_dry_run_lists_what_would_be_asked_and_writes_nothing(
    cancel: Shell, platform: Platform, jobs: list[Job]
) -> None:
    said = cancel("--filter", "prompt:chair", "--dry-run")
    assert [line.split()[0] for line in said.stdout.splitlines()[1:]] == [jobs[2].id, jobs[1].id, jobs[0].id]
    assert "Would ask for the end of 3 jobs (2 queued, 1 running). Nothing was done." in said.stderr
    assert cancel(jobs[1].id, "--dry-run").stdout.splitlines()[1].startswith(jobs[1].id)
    assert {platform.store.get(job.id).status for job in jobs[1:]} == {JobStatus.QUEUED}
    assert entries(platform) == []


def test_by_filter_what_is_meant_is_canceled_counted_and_on_record(
    cancel: Shell, platform: Platform, jobs: list[Job]
) -> None:
    said = cancel("--filter", "owner=ada prompt:chair", *WHY, "--yes")
    assert said.stdout == f"{jobs[2].id}  canceled\n{jobs[1].id}  canceled\n{jobs[0].id}  asked\n"
    assert said.stderr == "Of 3: 2 canceled, 1 run and end within seconds.\n"
    (entry,) = entries(platform)
    assert (entry.action, entry.why, entry.of) == ("jobs.cancel", "a typo", 3)
    assert (entry.filter, entry.counts) == (("owner=ada", "prompt:chair"), {"canceled": 2, "asked": 1})
    assert "No open job is meant" in cancel("--filter", "owner=ada", *WHY, "--yes").stderr


def test_json_says_what_became_of_each(cancel: Shell, jobs: list[Job]) -> None:
    said = [json.loads(line) for line in cancel("--filter", "owner=ada", *WHY, "--yes", "--json").stdout.splitlines()]
    assert said[-1] == {"id": jobs[0].id, "outcome": "asked"}
    assert [each["outcome"] for each in said] == ["canceled", "canceled", "asked"]


@pytest.mark.parametrize(
    "args, said",
    [
        ((), "name jobs by ID, or choose them by --filter"),
        (("a", "--filter", "owner=ada"), "name jobs by ID, or choose them by --filter"),
        (("--filter", "owner=ada", "--yes"), "say why: --reason"),
        (("--filter", "owner=ada", *WHY), "nobody can be asked here: --yes does it"),
    ],
)
def test_what_is_half_said_is_refused(
    cancel: Shell, platform: Platform, jobs: list[Job], args: tuple[str, ...], said: str
) -> None:
    assert said in cancel(*args, code=2).output
    assert entries(platform) == []
