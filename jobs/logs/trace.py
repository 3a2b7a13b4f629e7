"""Which trace a line belongs to: OpenTelemetry's current span tells, unless the work came with another trace.

A wake-up comes with the trace of one job, and may have another done: its line belongs to the job's.
"""

import re
import sys
from typing import NamedTuple

TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")  # W3C Trace Context
SAMPLED = 1  # the lowest bit of its flags


class Trace(NamedTuple):
    trace_id: str
    span_id: str
    sampled: bool


def current_trace(traceparent: object) -> Trace | None:
    span, given = _of_span(), _of_header(traceparent)
    return span if span and (given is None or span.trace_id == given.trace_id) else given


def _of_span() -> Trace | None:
    api = sys.modules.get("opentelemetry.trace")  # not imported for this: without it there is no span
    if api is None or not (span := api.get_current_span().get_span_context()).is_valid:
        return None
    return Trace(f"{span.trace_id:032x}", f"{span.span_id:016x}", bool(span.trace_flags & SAMPLED))


def _of_header(traceparent: object) -> Trace | None:
    found = TRACEPARENT.fullmatch(traceparent) if isinstance(traceparent, str) else None
    return Trace(found[1], found[2], bool(int(found[3], 16) & SAMPLED)) if found else None
