"""A line has Cloud Logging's fields, and says whose it is: docs/logs.md."""

import logging
import re
import threading
from datetime import datetime
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from jobs.job import new_job_id
from jobs.log_form import log_form
from jobs.logs import Form, begin, bound, in_context
from jobs.settings import Settings
from tests.log_lines import PROJECT, Log

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"
GOOGLE = "logging.googleapis.com/"


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_line_says_when_how_bad_what_and_who(log: Log) -> None:
    log.logger.warning("%s is left to sweep", "it")
    line = log.line()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["time"])
    assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert (line["severity"], line["message"], line["logger"]) == ("WARNING", "it is left to sweep", "of.this.test")
    assert line["worker"] == "w/1"
    assert "stack_trace" not in line


@pytest.mark.parametrize(
    "level,severity",
    [(5, "DEFAULT"), (10, "DEBUG"), (25, "INFO"), (30, "WARNING"), (40, "ERROR"), (60, "CRITICAL")],
)
def test_a_severity_is_one_of_google_s(log: Log, level: int, severity: str) -> None:
    log.logger.setLevel(1)
    log.logger.log(level, "x")
    assert log.line()["severity"] == severity


def test_what_is_bound_is_on_every_line_inside_whoever_logs(log: Log) -> None:
    with log.instead_of("somebody.s.library"), bound(job_id="j_1", attempt=2, message_id=None):
        logging.getLogger("somebody.s.library").info("theirs")
        with bound(attempt=3, stage="shape"):
            log.logger.info("inside")
        log.logger.info("ours")
    log.logger.info("outside")
    theirs, inside, ours, outside = log.lines()
    assert (theirs["logger"], theirs["job_id"], theirs["attempt"]) == ("somebody.s.library", "j_1", 2)
    assert (inside["attempt"], inside["stage"]) == (3, "shape")
    assert (ours["job_id"], ours["attempt"]) == ("j_1", 2)
    assert ours[f"{GOOGLE}labels"] == {"job_id": "j_1", "attempt": "2", "worker": "w/1"}
    assert {"stage", "message_id"}.isdisjoint(ours)
    assert {"job_id", "attempt"}.isdisjoint(outside)


def test_a_thread_started_for_a_job_logs_for_it_and_another_does_not(log: Log) -> None:
    """The line is formatted later, by a thread that knows nothing of it."""
    with bound(job_id="j_1"):
        theirs = threading.Thread(target=in_context(lambda: log.logger.info("for it")))
        other = threading.Thread(target=lambda: log.logger.info("for nobody"))
    for thread in (theirs, other):
        thread.start()
        thread.join()
    assert [line.get("job_id") for line in log.lines()] == ["j_1", None]


def test_two_threads_at_once_do_not_take_each_other_s_fields(log: Log) -> None:
    both = threading.Barrier(2)

    def work(name: str) -> None:
        with bound(job_id=name):
            both.wait()
            log.logger.info(name)
            both.wait()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("j_1", "j_2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(line["job_id"] == line["message"] for line in log.lines())


def test_a_thread_that_is_used_again_begins_anew(log: Log) -> None:
    begin(request_id="q_1", traceparent=TRACEPARENT)
    begin(request_id="q_2", traceparent=None)
    log.logger.info("x")
    begin()
    log.logger.info("y")
    second, nobody = log.lines()
    assert second["request_id"] == "q_2"
    assert {"trace", f"{GOOGLE}trace"}.isdisjoint(second)
    assert "request_id" not in nobody


# --- the trace ------------------------------------------------------------------------------------------


def test_the_trace_of_the_work_is_the_line_s(log: Log) -> None:
    with bound(traceparent=TRACEPARENT):
        log.logger.info("x")
    line = log.line()
    assert line["trace"] == TRACE
    assert line[f"{GOOGLE}trace"] == f"projects/{PROJECT}/traces/{TRACE}"
    assert (line[f"{GOOGLE}spanId"], line[f"{GOOGLE}trace_sampled"]) == (SPAN, True)
    assert "traceparent" not in line


@pytest.mark.parametrize("given", ["", "garbage", f"00-{'0' * 32}-{SPAN}-01", 7])
def test_what_is_no_trace_gives_none(log: Log, given: object) -> None:
    with bound(traceparent=given):
        log.logger.info("x")
    assert not [name for name in log.line() if "trace" in name]


def test_without_a_project_there_is_the_trace_alone() -> None:
    log = Log(Form(json=True))
    with bound(traceparent=TRACEPARENT[:-2] + "00"):
        log.logger.info("x")
    line = log.line()
    assert (line["trace"], line[f"{GOOGLE}trace_sampled"]) == (TRACE, False)
    assert f"{GOOGLE}trace" not in line


def test_a_span_of_that_trace_says_more_exactly_where(log: Log) -> None:
    tracer = TracerProvider().get_tracer("test")
    parent = trace.NonRecordingSpan(trace.SpanContext(int(TRACE, 16), int(SPAN, 16), True, trace.TraceFlags(1)))
    with (
        bound(traceparent=TRACEPARENT),
        tracer.start_as_current_span("stage", trace.set_span_in_context(parent)) as span,
    ):
        log.logger.info("x")
    line = log.line()
    assert line["trace"] == TRACE
    assert line[f"{GOOGLE}spanId"] == f"{span.get_span_context().span_id:016x}" != SPAN


def test_a_span_of_another_trace_is_not_the_work_s_and_alone_it_is(log: Log) -> None:
    """A wake-up for one job may have another done."""
    with TracerProvider().get_tracer("test").start_as_current_span("serve") as span:
        with bound(traceparent=TRACEPARENT):
            log.logger.info("x")
        log.logger.info("y")
    assert [line["trace"] for line in log.lines()] == [TRACE, f"{span.get_span_context().trace_id:032x}"]


# --- errors ---------------------------------------------------------------------------------------------


def boom() -> None:
    raise KeyError("a bug")


def test_a_traceback_is_one_for_error_reporting_also_in_a_warning(log: Log) -> None:
    try:
        boom()
    except KeyError:
        log.logger.warning("left to the next run", exc_info=True)
    line = log.line()
    assert line["message"] == "left to the next run"
    assert line["stack_trace"].startswith("Traceback (most recent call last):\n  File ")
    assert line["stack_trace"].endswith("KeyError: 'a bug'\n")
    assert line["serviceContext"] == {"service": "lumen-web", "version": "lumen-web-7"}
    assert "@type" not in line


def test_an_error_without_a_traceback_is_reported_with_its_place(log: Log) -> None:
    log.logger.error("the child cannot be killed")
    line = log.line()
    assert line["@type"].endswith("ReportedErrorEvent")
    assert line["serviceContext"]["service"] == "lumen-web"
    place = line["context"]["reportLocation"]
    assert Path(place["filePath"]).name == Path(__file__).name
    assert place["functionName"] == "test_an_error_without_a_traceback_is_reported_with_its_place"
    assert place["lineNumber"] > 0


def test_what_is_no_error_is_not_reported(log: Log) -> None:
    log.logger.warning("the next run tries again")
    assert {"@type", "serviceContext", "context"}.isdisjoint(log.line())


def test_arguments_that_do_not_fit_are_told_in_a_line(log: Log, capfd: pytest.CaptureFixture[str]) -> None:
    log.logger.info("%d of %d", 1)  # noqa: PLE1206 (that is the bug)
    line = log.line()
    assert line["message"] == "a line that cannot be made: %d of %d"
    assert "not enough arguments" in line["stack_trace"]
    assert capfd.readouterr().err == ""


def test_an_object_that_cannot_be_shown_costs_no_more_than_its_line(log: Log) -> None:
    class Broken:
        def __str__(self) -> str:
            raise ValueError("no")

    log.logger.info("about", extra={"it": Broken()})
    log.logger.info("%s", Broken())
    log.logger.info("next")
    assert [line["message"] for line in log.lines()][1:] == ["a line that cannot be made: %s", "next"]


# --- a job by its name ----------------------------------------------------------------------------------


def test_a_line_about_one_job_is_that_job_s(log: Log) -> None:
    """Sweep, the sender and the client work on many, and name the one they speak of."""
    one, two = new_job_id(), new_job_id()
    log.logger.info("sweep leaves %s alone", one)
    log.logger.info("%s or %s", one, two)
    with bound(job_id="j_bound"):
        log.logger.info("%s is another", one)
    assert [line.get("job_id") for line in log.lines()] == [one, None, "j_bound"]


def test_text_is_for_people() -> None:
    log = Log(Form())
    with bound(job_id="j_1"):
        log.logger.warning("made: %s\nERROR forged", "\x1b[2Jx")
    assert log.texts() == ["WARNING of.this.test: made: \\x1b[2Jx\n    ERROR forged"]


@pytest.mark.parametrize(
    "logs,terminal,for_people,is_json",
    [
        ("auto", False, False, True),
        ("auto", True, False, False),
        ("auto", False, True, False),  # `lumen dev`
        ("json", True, True, True),
        ("text", False, False, False),
    ],
)
def test_where_a_terminal_is_people_read(
    logs: str, terminal: bool, for_people: bool, is_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    form = log_form(Settings.from_env({"LUMEN_LOGS": logs}), {"K_SERVICE": "lumen-web"}, for_people=for_people)
    assert (form.json, form.service) == (is_json, "lumen-web")
