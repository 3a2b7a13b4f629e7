"""`lumen stats`: what is known about the queue and the newest jobs, on one screen of 80 columns."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.bars import bar, seconds_text, span_text
from cli.context import Context
from cli.stats import stats_command
from jobs.drain import Drains
from jobs.errors import InvalidRequest, Reason
from jobs.fields import Failure, Metrics, Report
from jobs.pause import Pauses
from jobs.settings import Settings
from jobs.wiring import Platform, wire
from tests.builders import a_job, an_output, claim, lease_of

Shell = Callable[..., str]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """What the command works on, held by somebody else."""
    return wire(Settings(data=tmp_path / "data"))


@pytest.fixture
def stats(tmp_path: Path) -> Shell:
    def stats(*args: str, code: int = 0) -> str:
        context = Context({"LUMEN_DATA": str(tmp_path / "data")})
        done = CliRunner().invoke(stats_command, args, obj=context, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.output

    return stats


def succeeds(platform: Platform, job_id: str, run_s: float) -> None:
    platform.store.create(a_job(job_id, now=platform.store.now()))
    lease = lease_of(claim(platform.store, job_id))
    metrics = Metrics(wait_seconds=2, run_seconds=run_s, stage_seconds={"plan": 0.01, "shape": run_s / 2})
    platform.store.update(job_id, lambda job, now: job.finish(lease, an_output(), metrics, Report(), now=now))


def fails(platform: Platform, job_id: str, reason: Reason, route: str | None) -> None:
    platform.store.create(a_job(job_id, now=platform.store.now()))
    lease = lease_of(claim(platform.store, job_id))
    platform.store.update(
        job_id, lambda job, now: job.fail(lease, Failure.of(reason, "It broke.", at=now, route=route), now=now)
    )


def line_with(text: str, said: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if said in line)


def test_an_empty_house_says_that_there_is_nothing(stats: Shell) -> None:
    assert stats() == "Queue    0 waiting; 0 running\n\nJobs     none made in the last 24 h\n"


def test_the_screen_tells_what_is_known(stats: Shell, platform: Platform) -> None:
    for n, run_s in enumerate((10, 20, 30, 40)):
        succeeds(platform, f"s{n}", run_s)
    fails(platform, "f0", Reason.MESH_INVALID, "partcrafter")
    fails(platform, "f1", Reason.MESH_INVALID, None)
    platform.store.create(a_job("q", now=platform.store.now()))
    platform.store.create(a_job("r", now=platform.store.now()))
    claim(platform.store, "r", holder="host/1-abc", lease_s=600)
    text = stats()
    assert "1 waiting" in text
    assert "about 1 min 2 s" in text, "half of one that runs, and its own median run of 25 s, on one worker"
    assert line_with(text, "host/1-abc")[:2] == ["host/1-abc", "r"]
    assert "Jobs     8 made in the last 24 h\n" in text
    assert [line_with(text, status)[1] for status in ("succeeded", "failed", "canceled")] == ["4", "2", "0"]
    assert line_with(text, "Errors") == ["Errors", "(none)", "partcrafter", "all"]
    assert line_with(text, "MESH_INVALID") == ["MESH_INVALID", "1", "1", "2"]
    assert line_with(text, "in the queue")[3:] == ["2.00", "2.00", "2.00", "4"]
    assert line_with(text, "  run  ")[1:] == ["20.0", "40.0", "40.0", "4"]
    assert line_with(text, "shape")[1:5] == ["10.0", "20.0", "20.0", "4"]
    assert max(map(len, text.splitlines())) <= 80


def test_it_says_of_how_many_jobs_it_tells(stats: Shell, platform: Platform) -> None:
    for n in range(3):
        succeeds(platform, f"s{n}", 1)
    assert "the newest 2 made in the last 24 h; there are more" in stats("--limit", "2")
    assert "3 made" in stats("--limit", "3")
    with pytest.raises(InvalidRequest, match="neither an age"):
        stats("--since", "soon")


def test_whoever_holds_the_queue_is_named(stats: Shell, platform: Platform) -> None:
    platform.store.create(a_job("r", now=platform.store.now()))
    claim(platform.store, "r", holder="host/1-abc")
    Pauses(platform.records).begin(by="eve", reason="new weights\x1b[2J")
    Drains(platform.records).begin("host", by="bob", reason="a new disk")
    text = stats()
    assert "by eve: new weights\N{REPLACEMENT CHARACTER}[2J" in text
    assert "1 at work: a new disk" in line_with_text(text, "host is drained")
    assert "submitted now" not in text, "nothing is promised during a pause"


def line_with_text(text: str, said: str) -> str:
    return next(line for line in text.splitlines() if said in line)


def test_where_there_are_too_many_routes_each_pair_has_a_line(stats: Shell, platform: Platform) -> None:
    for n in range(6):
        fails(platform, f"f{n}", Reason.MESH_INVALID, f"a-long-route-{n}")
    text = stats()
    assert line_with(text, "a-long-route-5") == ["MESH_INVALID", "a-long-route-5", "1"]
    assert max(map(len, text.splitlines())) <= 80


def test_json_has_all_of_it(stats: Shell, platform: Platform) -> None:
    succeeds(platform, "s", 10)
    platform.store.create(a_job("r", now=platform.store.now()))
    claim(platform.store, "r", holder="host/1-abc")
    Drains(platform.records).begin("host", by="bob", reason="a new disk")
    said: Any = json.loads(stats("--json"))
    assert (said["queue"]["running"], said["queue"]["pause"]["paused"]) == (1, False)
    assert [mark["worker"] for mark in said["queue"]["drained"]] == ["host"]
    assert [each["worker"] for each in said["at_work"]] == ["host/1-abc"]
    assert (said["jobs"]["of"], said["jobs"]["run_seconds"]["p50"]) == (2, 10)


@pytest.mark.parametrize(
    "value, of, shown",
    [(0, 9, ""), (9, 9, "████"), (99, 9, "████"), (1, 1000, "▏"), (1, 2, "██"), (3, 8, "█▌"), (1, 0, "")],
)
def test_a_bar_shows_whatever_is_not_nothing(value: float, of: float, shown: str) -> None:
    assert bar(value, of, 4) == shown


@pytest.mark.parametrize(
    "seconds, said",
    [
        (0.2, "less than a second"),
        (4, "4 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (86_400, "24 h"),
        (273_600, "3 d 4 h"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert span_text(seconds) == said


@pytest.mark.parametrize("seconds, said", [(0.044, "0.04"), (12.34, "12.3"), (480.4, "480")])
def test_seconds_have_as_many_digits_as_tell_something(seconds: float, said: str) -> None:
    assert seconds_text(seconds) == said
