"""`lumen trace`: a picture that fits its terminal, whatever the job went through."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.axis import Axis, axis_over, step_for, tick_text
from cli.context import Context
from cli.trace import trace_command, trace_id_of
from cli.waterfall import waterfall
from jobs.errors import JobMissing, Reason, SettingsInvalid
from jobs.fields import Report, Stage, StageDone
from jobs.job import Job
from jobs.job_document import to_fields
from jobs.job_store import JOBS
from jobs.settings import Settings
from jobs.spans import spans_of
from jobs.wiring import Platform, wire
from tests.builders import SOME_METRICS, a_failure, a_job, a_request, an_output, claimed, failed, lease_of
from tests.fakes import START

Shell = Callable[..., str]
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACE = f"00-{TRACE_ID}-00f067aa0ba902b7-01"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return wire(Settings(data=tmp_path / "data"))


@pytest.fixture
def trace(tmp_path: Path) -> Shell:
    def trace(*args: str, **env: str) -> str:
        context = Context({"LUMEN_DATA": str(tmp_path / "data"), **env})
        done = CliRunner().invoke(trace_command, args, obj=context, catch_exceptions=False, env={"COLUMNS": "80"})
        assert done.exit_code == 0, done.output
        return done.output

    return trace


def keep(platform: Platform, job: Job) -> None:
    platform.store.documents.create(JOBS, job.id, to_fields(job))


def a_life() -> Job:
    """A second in the queue, an attempt of three that failed, eight to rest, four with two stages."""
    job = claimed(a_job(trace=TRACE), now=at(1), holder="host/1-abc")
    job = job.retry(lease_of(job), a_failure(Reason.GPU_OUT_OF_MEMORY), not_before=at(12), now=at(4))
    job = claimed(job, now=at(12), holder="host/2-abc")
    stages = (
        StageDone(name="plan", started_at=at(12), ended_at=at(12), seconds=0, hit=True),
        StageDone(name="shape", started_at=at(12), ended_at=at(16), seconds=4),
    )
    return job.finish(lease_of(job), an_output(), SOME_METRICS, Report(stages=stages), now=at(16))


def picture(job: Job, width: int = 80, now_s: float = 99) -> dict[str, str]:
    """The lines by their names; of several with one name the last."""
    lines = lines_of(job, width, now_s)[2:]
    return {re.split("[░┄█▆◆]", line)[0].strip(): line for line in lines}


def lines_of(job: Job, width: int, now_s: float) -> list[str]:
    return [click.unstyle(line) for line in waterfall(spans_of(job, at(now_s)), width)]


def test_the_picture_names_waits_attempts_stages_workers_and_what_came_of_it(trace: Shell, platform: Platform) -> None:
    keep(platform, a_life())
    text = trace("a")
    assert text.startswith("a  bird a  succeeded  (standard, seed 0)\nmade 2026-03-01 12:00:00 UTC")
    assert "; took 16.0 s\n" in text
    lines = [line.split() for line in text.splitlines()]
    names = [
        line[0] for line in lines if line and line[-1] != "cut" and line[0] in {"waited", "attempt", "plan", "shape"}
    ]
    assert names == ["waited", "attempt", "waited", "attempt", "plan", "shape", "attempt", "attempt"]
    assert ["attempt", "1", "host/1-abc", "retry", "GPU_OUT_OF_MEMORY", "It", "broke."] in lines
    assert ["attempt", "2", "host/2-abc", "finish"] in lines
    assert next(line for line in lines if line[:1] == ["plan"])[-3:] == ["from", "the", "shelf"]
    assert text.endswith(f"\ntrace {TRACE_ID}\n"), "without a setting there is no link"
    assert max(map(len, text.splitlines())) <= 80


def test_a_setting_makes_a_link_of_the_trace(trace: Shell, platform: Platform) -> None:
    keep(platform, a_life())
    url = "https://traces.example/t/{trace_id}?view=full"
    assert trace("a", LUMEN_TRACE_URL=url).endswith(f"\nhttps://traces.example/t/{TRACE_ID}?view=full\n")
    with pytest.raises(SettingsInvalid, match="LUMEN_TRACE_URL"):
        trace("a", LUMEN_TRACE_URL="https://traces.example/")


def test_json_has_the_spans(trace: Shell, platform: Platform) -> None:
    job = a_life()
    keep(platform, job)
    said: Any = json.loads(trace("a", "--json", LUMEN_TRACE_URL="http://x/{trace_id}"))
    assert (said["job_id"], said["trace_id"], said["url"]) == ("a", TRACE_ID, f"http://x/{TRACE_ID}")
    spans = spans_of(job, at(99))
    assert said["spans"] == [span.model_dump(mode="json") for span in spans]
    assert {"start", "seconds", "name", "parent"} <= set(said["spans"][0])


def test_a_failed_job_says_why_and_a_replay_who(trace: Shell, platform: Platform) -> None:
    job = failed(claimed(a_job(), now=at(1)), now=at(2)).letter_published(now=at(3))
    keep(platform, job)
    text = trace("a")
    assert "GENERATION_FAILED at no stage: It broke." in text
    assert "dead letter sent 2026-03-01 12:00:03 UTC" in text
    again = job.again(attempts=3, by="ops", reason="\x1b[2J", now=at(9))
    keep(platform, again.model_copy(update={"id": "b"}))
    assert "replay 1 2026-03-01 12:00:09 UTC  by ops: \N{REPLACEMENT CHARACTER}[2J" in trace("b")


def test_a_strangers_words_do_nothing_to_the_terminal(trace: Shell, platform: Platform) -> None:
    job = claimed(a_job(request=a_request("cat")), now=at(1), holder="w\a")
    stage = Stage(name="\x1b]0;x", label="x", index=0, total=1, started_at=at(1))
    keep(platform, job.beat(lease_of(job), Report(stage=stage), now=at(2), lease_for=timedelta(seconds=45)))
    text = trace("a")
    assert "w\N{REPLACEMENT CHARACTER}" in text
    assert not {"\a", "\x1b"} & set(text)


def test_there_is_no_picture_of_nobody(trace: Shell) -> None:
    with pytest.raises(JobMissing):
        trace("nobody")


@pytest.mark.parametrize("trace", ["", "x", f"00-{TRACE_ID}", f"00-{TRACE_ID.upper()}-00f067aa0ba902b7-01"])
def test_what_is_no_traceparent_has_no_id(trace: str) -> None:
    assert trace_id_of(trace) == ""


# --- the picture ---


def test_a_bar_stands_under_its_time_and_is_as_long_as_it_took() -> None:
    job = claimed(a_job(), now=at(10))
    job = job.finish(lease_of(job), an_output(), SOME_METRICS, Report(), now=at(20))
    lines = picture(job)
    axis = 80 - 10 - 9 - 16
    assert lines["waited"].count("░") == axis // 2
    assert abs(lines["attempt 1"].count("█") - axis / 2) <= 1
    assert lines["attempt 1"].index("█") == lines["waited"].rindex("░") + 1
    assert lines["waited"].endswith("10.0 s")
    assert lines["attempt 1"].endswith("10.0 s  finished")


def test_a_long_wait_is_cut_short_and_says_so() -> None:
    job = claimed(a_job(), now=at(3600))
    lines = picture(job, now_s=3612)
    assert abs(lines["waited"].count("┄") - lines["attempt 1"].count("█")) <= 1
    assert lines["waited"].endswith("3600 s  cut short")
    assert lines["attempt 1"].endswith("12.0 s  goes on")
    labels, rule = lines_of(job, 80, 3612)[:2]
    assert labels.split() == ["0", "1", "h", "+5", "s"], "the next one would not fit"
    assert rule.index("┼") == lines["attempt 1"].index("█") == labels.index("1 h")


def test_what_waits_still_says_so() -> None:
    assert picture(a_job(), now_s=3)["waited"].endswith("3.00 s  still waits")


LIVES = st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 4000)), min_size=1, max_size=5)


@settings(max_examples=30)
@given(LIVES, st.integers(46, 200), st.floats(0, 1e6))
def test_every_picture_fits_its_terminal_and_shows_every_span(
    lives: list[tuple[float, float]], width: int, rest_s: float
) -> None:
    job, now_s = a_job(attempts_left=9), 0.0
    for waits_s, runs_s in lives:
        job = claimed(job, now=at(now_s + waits_s))
        now_s += waits_s + runs_s
        job = job.retry(lease_of(job), a_failure(), not_before=at(now_s), now=at(now_s))
    spans = spans_of(job, at(now_s + rest_s))
    labels, rule, *lines = lines_of(job, width, now_s + rest_s)
    assert len(lines) == len(spans) - 1
    assert max(map(len, (labels, rule, *lines))) <= width
    assert all(any(block in line for block in "░┄█") for line in lines)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.booleans()), max_size=12), st.integers(12, 100))
def test_an_axis_never_goes_back_and_ends_at_its_end(pieces: list[tuple[float, bool]], cells: int) -> None:
    spans, now = [], 0.0
    for seconds, waits in pieces:
        spans.append((now, now + seconds, waits))
        now += seconds
    axis = axis_over(spans, cells)
    columns = [axis.column(start) for start, _end, _waits in spans]
    assert columns == sorted(columns)
    assert axis.column(now + 1) == cells - 1
    assert len(axis.rule()) == cells
    assert len(axis.labels()) <= cells
    worked = sum(end - start for start, end, waits in spans if not waits)
    drawn = sum(piece.drawn for piece in axis.pieces)
    assert not worked or drawn <= 2 * worked * 1.001, "at least half of the picture is work"


def test_a_time_without_any_length_has_an_axis_too() -> None:
    axis = axis_over([(0.0, 0.0, True)], 20)
    assert isinstance(axis, Axis)
    assert axis.column(0) == 0


@pytest.mark.parametrize(
    "seconds, step",
    [(0.0001, 0.001), (0.2, 0.2), (0.21, 0.5), (3, 5), (10, 10), (11, 15), (61, 120), (90_000, 172_800)],
)
def test_ticks_are_round_numbers(seconds: float, step: float) -> None:
    assert step_for(seconds) == pytest.approx(step)


@pytest.mark.parametrize("seconds, said", [(0.2, "0.2 s"), (45, "45 s"), (90, "1 min 30 s"), (7200, "2 h")])
def test_a_tick_is_said_in_its_unit(seconds: float, said: str) -> None:
    assert tick_text(seconds) == said
    assert tick_text(seconds, more=True) == f"+{said}"
