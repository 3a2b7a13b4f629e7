"""`lumen drain`: said, done, listed, undone, and on record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.drain import drain_command
from cli.render import job_text
from jobs.audit import Entry
from jobs.drain import Drains, held_back
from jobs.errors import InvalidRequest, NotFound
from jobs.settings import Settings
from jobs.wiring import Platform, wire
from tests.builders import a_job, claim

Shell = Callable[..., Any]
REASON = ("--reason", "a new disk")


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """What the command works on, held by somebody else."""
    platform = wire(Settings(data=tmp_path / "data"))
    for job_id, holder in (("a", "host/1-abc"), ("b", "host/2-abc"), ("c", "other/1-abc")):
        platform.store.create(a_job(job_id))
        claim(platform.store, job_id, holder=holder)
    return platform


@pytest.fixture
def drain(tmp_path: Path) -> Shell:
    def drain(*args: str, code: int = 0) -> Result:
        context = Context({"LUMEN_DATA": str(tmp_path / "data"), "LUMEN_OWNER": "ops"})
        done = CliRunner().invoke(drain_command, args, obj=context, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done

    return drain


def newest(platform: Platform) -> Entry:
    return next(platform.audit("").latest(limit=1))


def test_one_worker_or_a_whole_machine_is_drained_and_what_runs_there_is_named(
    drain: Shell, platform: Platform
) -> None:
    said = drain("host/1-abc", *REASON).stderr
    assert "Drained host/1-abc.  At work there, each to the end of its job: 1\n  host/1-abc  a\n" in said
    assert "lumen drain host/1-abc --undo" in said
    assert [held_back(platform.records, f"host/{n}-abc") for n in (1, 2)] == [True, False]
    said = drain("host", *REASON).stderr
    assert "Drained every worker of host.  At work there, each to the end of its job: 2\n" in said
    assert held_back(platform.records, "host/2-abc")
    assert not held_back(platform.records, "other/1-abc")


def test_it_is_undone_by_the_name_it_was_given(drain: Shell, platform: Platform) -> None:
    drain("host", *REASON)
    assert drain("host", "--undo").stderr == "Going on: every worker of host.\n"
    assert not held_back(platform.records, "host/1-abc")


def test_who_is_still_drained_by_another_mark_is_told_so(drain: Shell, platform: Platform) -> None:
    for worker in ("host", "host/1-abc"):
        drain(worker, *REASON)
    assert drain("host/1-abc", "--undo").stderr == "Undone. It stays drained by the mark of host.\n"
    assert held_back(platform.records, "host/1-abc")


def test_the_list_says_who_why_and_how_many_are_still_at_work(drain: Shell, platform: Platform) -> None:
    assert drain("--list").output == "Nobody is drained.\n"
    drain("other/1-abc", *REASON)
    drain("host", "--reason", "old\x1b[2J")
    heading, *rows = drain("--list").stdout.splitlines()
    assert heading.split() == ["WORKER", "AT", "WORK", "AGE", "WHO", "WHY"]
    assert [row.split()[:2] for row in rows] == [["host", "2"], ["other/1-abc", "1"]], "the last one first"
    assert rows[0].endswith("old\N{REPLACEMENT CHARACTER}[2J")
    first, second = (json.loads(line) for line in drain("--list", "--json").stdout.splitlines())
    assert (first["worker"], [each["job_id"] for each in first["at_work"]]) == ("host", ["a", "b"])
    assert second["by"].startswith("ops (")


def test_what_is_said_on_stdout_is_the_mark(drain: Shell, platform: Platform) -> None:
    said = json.loads(drain("host", *REASON, "--json").stdout)
    assert (said["worker"], said["reason"], len(said["at_work"])) == ("host", "a new disk", 2)
    assert json.loads(drain("host", "--undo", "--json").stdout)["worker"] == "host"


def test_both_are_on_record(drain: Shell, platform: Platform) -> None:
    drain("host", *REASON)
    entry = newest(platform)
    assert (entry.action, entry.why, entry.ids, entry.counts) == (
        "claims.drain",
        "a new disk",
        ("host",),
        {"running": 2},
    )
    drain("host", "--undo", "--reason", "it is there")
    entry = newest(platform)
    assert (entry.action, entry.why, entry.ids, entry.done_at is not None) == (
        "claims.undrain",
        "it is there",
        ("host",),
        True,
    )


def test_what_cannot_be_done_leaves_nothing_on_record(drain: Shell, platform: Platform) -> None:
    with pytest.raises(NotFound, match="host is not drained"):
        drain("host", "--undo")
    with pytest.raises(InvalidRequest, match="no name"):
        drain("x" * 999, *REASON)
    assert list(platform.audit("").latest(limit=1)) == []


@pytest.mark.parametrize("args", [(), ("host",), ("host", "--list"), ("--list", "--undo"), ("--undo",), REASON])
def test_what_is_half_said_is_refused(drain: Shell, platform: Platform, args: tuple[str, ...]) -> None:
    drain(*args, code=2)
    assert Drains(platform.records).all() == ()


def test_a_running_job_says_on_which_worker_it_is(platform: Platform) -> None:
    """It is the name that `drain` wants."""
    assert "on worker host/1-abc\n" in job_text(platform.store.get("a"), now=platform.store.now())
