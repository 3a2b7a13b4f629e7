"""Traces: what was done for one job, from the client to the last file, as spans of one tree.

A span costs next to nothing until `jobs/telemetry.py` has been asked to hand spans to somebody. The trace travels as a
W3C traceparent: in the document, in message attributes, in HTTP headers.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    get_current_span,
    get_tracer,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACER = get_tracer("lumen")
HEADER = "traceparent"
_W3C = TraceContextTextMapPropagator()


@contextmanager
def span(name: str, *, trace: str = "", kind: SpanKind = SpanKind.INTERNAL, **attributes: str | int) -> Iterator[Span]:
    """What is done inside is part of the tree of `trace`, a traceparent; without one, of whatever goes on here.

    It hangs under what goes on here if that belongs to the same trace, else under `trace` itself, and what goes on
    here is linked. An error that comes out is noted.
    """
    remote = _remote(trace)
    there, here = remote.get_span_context(), get_current_span().get_span_context()
    apart = there.is_valid and there.trace_id != here.trace_id
    with TRACER.start_as_current_span(
        name,
        context=set_span_in_context(remote) if apart else None,
        kind=kind,
        links=[Link(here)] if apart and here.is_valid else None,
        attributes={f"lumen.{key}": value for key, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as started:
        try:
            yield started
        except Exception as error:
            failed(started, error)
            raise


def failed(span: Span, error: Exception) -> None:
    """Note in a span what came out of it."""
    span.record_exception(error)
    span.set_status(Status(StatusCode.ERROR, type(error).__name__))


def traceparent(span: Span | None = None) -> str:
    """Of a span, or of what goes on here; "" outside of any trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, None if span is None else set_span_in_context(span))
    return carrier.get(HEADER, "")


def onward() -> dict[str, str]:
    """The header or attribute by which whoever is asked goes on in this trace; none outside of any."""
    here = traceparent()
    return {HEADER: here} if here else {}


def context_of(trace: str) -> SpanContext:
    """Of a traceparent; not a valid one when that is none."""
    return _remote(trace).get_span_context()


def _remote(trace: str) -> Span:
    if not trace:
        return INVALID_SPAN
    return get_current_span(_W3C.extract({HEADER: trace}, Context()))
