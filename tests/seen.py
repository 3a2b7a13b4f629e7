"""Spans and numbers of this test process, kept in memory. OpenTelemetry has one provider for each."""

from collections.abc import Iterable
from functools import cache

from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from jobs.telemetry import provide

Tree = dict[str, "Tree"]


@cache
def _memory() -> tuple[InMemorySpanExporter, InMemoryMetricReader]:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    provide("tests", processors=[SimpleSpanProcessor(spans)], readers=[reader])
    return spans, reader


def begin() -> None:
    """From now on: what was seen before is forgotten."""
    _memory()[0].clear()
    numbers()


def spans() -> list[ReadableSpan]:
    """Those that are over, the first to end first."""
    return list(_memory()[0].get_finished_spans())


def numbers() -> dict[str, dict[tuple[tuple[str, object], ...], float]]:
    """By name and labels: a counter's or a gauge's value, how often a histogram was told something."""
    data = _memory()[1].get_metrics_data()
    found: dict[str, dict[tuple[tuple[str, object], ...], float]] = {}
    for resource in data.resource_metrics if data else ():
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                points = found.setdefault(metric.name, {})
                for point in metric.data.data_points:
                    value = point.count if hasattr(point, "count") else point.value
                    points[tuple(sorted((point.attributes or {}).items()))] = value
    return found


def children_of(parent: ReadableSpan | None, among: Iterable[ReadableSpan]) -> list[ReadableSpan]:
    """Spans right under one, in the order in which they began; under None: those without a parent."""
    wanted = None if parent is None else parent.context.span_id
    found = [span for span in among if (span.parent.span_id if span.parent else None) == wanted]
    return sorted(found, key=lambda span: span.start_time or 0)
