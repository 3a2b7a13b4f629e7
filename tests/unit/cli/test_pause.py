"""`lumen pause` and `resume`: said, done, and on record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.pause import pause_command, resume_command
from jobs.audit import Entry
from jobs.pause import is_paused
from jobs.wiring import Platform
from tests.builders import a_job, claim

Shell = Callable[..., Any]
REASON = ("--reason", "new weights")


@pytest.fixture
def lumen(tmp_path: Path) -> Shell:
    """Run one of the two commands."""
    commands = {"pause": pause_command, "resume": resume_command}
    env = {"LUMEN_DATA": str(tmp_path / "data"), "LUMEN_OWNER": "ops"}

    def lumen(name: str, *args: str, code: int = 0) -> Result:
        done = CliRunner().invoke(commands[name], args, obj=Context(env))
        assert done.exit_code == code, done.output
        return done

    return lumen


def newest(platform: Platform) -> Entry:
    return next(platform.audit("").latest(limit=1))


def test_a_pause_holds_until_somebody_says_go_on(lumen: Shell, platform: Platform) -> None:
    platform.store.create(a_job("waits"))
    platform.store.create(a_job("runs"))
    claim(platform.store, "runs")
    assert "goes on to its end: 1." in lumen("pause", *REASON).stderr
    assert is_paused(platform.records)
    assert "1 queued" in lumen("resume").stderr
    assert not is_paused(platform.records)


def test_what_is_said_on_stdout_is_the_record(lumen: Shell) -> None:
    said = json.loads(lumen("pause", *REASON, "--json").stdout)
    assert (said["paused"], said["reason"]) == (True, "new weights")
    assert said["by"].startswith("ops (")
    assert json.loads(lumen("resume", "--json").stdout)["paused"] is False
    assert lumen("resume").stdout == ""


def test_both_are_on_record(lumen: Shell, platform: Platform) -> None:
    lumen("pause", *REASON)
    entry = newest(platform)
    assert (entry.action, entry.why, entry.counts) == ("claims.pause", "new weights", {"running": 0})
    assert entry.done_at is not None
    lumen("resume", "--reason", "they are there")
    assert (newest(platform).action, newest(platform).why) == ("claims.resume", "they are there")


def test_a_pause_wants_a_reason(lumen: Shell, platform: Platform) -> None:
    assert "--reason" in lumen("pause", code=2).output
    assert not is_paused(platform.records)
