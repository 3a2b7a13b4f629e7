"""A line as Cloud Logging reads it: one JSON object, its special fields filled (docs/logs.md has the table).

https://docs.cloud.google.com/logging/docs/structured-logging, and /error-reporting/docs/formatting-error-messages.
"""

import json
import logging
import re
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from jobs.logs.bounds import cut
from jobs.logs.form import Form

LINE_BYTES_MAX = 64 << 10  # Cloud Logging takes 256 KiB
GOOGLE = "logging.googleapis.com/"
REPORTED = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"
LABELS = ("job_id", "attempt", "request_id", "worker")
ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)
JOB_ID = re.compile(r"\bj_[a-z2-7]{24}\b")  # jobs/job.py
# JSON lets these stand as they are, but some readers break lines at them, and terminals obey them.
UNSAFE = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
DELETE = "\x7f"  # the only one of them that is ASCII
LONE = re.compile(r"[\ud800-\udfff]")  # half a character: no UTF-8 has it


def cloud_formatter(form: Form) -> logging.Formatter:
    steps: list[Processor] = [told, traced(form), job_named, labeled, reported(form), in_one_line]
    return ProcessorFormatter(processors=steps, use_get_message=False)


def told(_: object, __: str, event: EventDict) -> EventDict:
    """When, how bad, what, who says so, and everything that was bound or given along."""
    record = event["_record"]
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "severity": severity(record.levelno),
        "message": event["event"],
        "logger": record.name,
        **getattr(record, "fields", {}),
    }
    if stack := getattr(record, "stack", None):
        line["stack_trace"] = stack
    line["_record"] = record
    return line


def severity(level: int) -> str:
    """The name of the level at or below: Cloud Logging has no others."""
    names = {50: "CRITICAL", 40: "ERROR", 30: "WARNING", 20: "INFO", 10: "DEBUG"}
    return next((name for least, name in names.items() if level >= least), "DEFAULT")


def traced(form: Form) -> Processor:
    def step(_: object, __: str, line: EventDict) -> EventDict:
        if form.worker:
            line.setdefault("worker", form.worker)
        trace = line.pop("trace", None)
        if trace is None:
            return line
        line["trace"] = trace.trace_id
        if form.project:
            line[f"{GOOGLE}trace"] = f"projects/{form.project}/traces/{trace.trace_id}"
        line[f"{GOOGLE}spanId"], line[f"{GOOGLE}trace_sampled"] = trace.span_id, trace.sampled
        return line

    return step


def job_named(_: object, __: str, line: EventDict) -> EventDict:
    """A line that nobody works on a job for, but that speaks of one alone, is that job's: sweep's, say."""
    named = set() if "job_id" in line else set(JOB_ID.findall(line["message"]))
    if len(named) == 1:
        line["job_id"] = named.pop()
    return line


def labeled(_: object, __: str, line: EventDict) -> EventDict:
    if labels := {name: str(line[name]) for name in LABELS if name in line}:
        line[f"{GOOGLE}labels"] = labels
    return line


def reported(form: Form) -> Processor:
    """So that Error Reporting finds it: a traceback is one by itself, an error without one has to be called one."""
    service = {"service": form.service, **({"version": form.version} if form.version else {})}

    def step(_: object, __: str, line: EventDict) -> EventDict:
        record = line.pop("_record")
        if "stack_trace" in line:
            line["serviceContext"] = service
        elif record.levelno >= logging.ERROR:
            place = {"filePath": record.pathname, "lineNumber": record.lineno, "functionName": record.funcName or ""}
            line.update({"@type": REPORTED, "serviceContext": service, "context": {"reportLocation": place}})
        return line

    return step


def in_one_line(_: object, __: str, line: EventDict) -> str:
    """Within the limit: as long as it is too long, the longest of its fields becomes half of what it was."""
    said = {name: _json(value) for name, value in line.items()}
    while sum(len(name) + len(text.encode()) + 8 for name, text in said.items()) > LINE_BYTES_MAX:
        longest = max(said, key=lambda name: len(said[name]))
        said[longest] = _json(_halved(line, longest))
    return "{" + ", ".join(f"{_json(name)}: {text}" for name, text in said.items()) + "}"


def _halved(line: MutableMapping[str, Any], name: str) -> object:
    value = line[name]
    text = value if isinstance(value, str) else _json(value)
    line[name] = cut(text, len(text) // 2)
    return line[name]


def _json(value: object) -> str:
    text = ENCODER.encode(value)
    if text.isascii() and DELETE not in text:  # nearly always, and then there is nothing to look for
        return text
    return UNSAFE.sub(_escaped, LONE.sub("�", text))


def _escaped(found: "re.Match[str]") -> str:
    return f"\\u{ord(found[0]):04x}"
