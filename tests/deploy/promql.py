"""Queries read as PromQL reads them: which metrics with which labels, which numbers decide.

Names of ours keep their dots in Cloud Monitoring, so they stand in quotes: `{"lumen.queue.oldest_age"}`. How Google's
stand there: https://cloud.google.com/monitoring/promql/promql-mapping. Labels and values are those of Google's lists of
metrics (gcp_c to gcp_z), read on 2026-11-27.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import promql_parser as promql

from jobs.metrics import METRICS, Histogram

# Every series has these: Prometheus' own, and those of the resource that OTLP is kept under.
EVERYWHERE = frozenset({"job", "instance", "location", "cluster", "namespace", "project_id", "monitored_resource"})
COMPARISONS = {">", "<", ">=", "<=", "==", "!="}

REVISION = frozenset({"service_name", "revision_name", "configuration_name"})
CONTAINER = REVISION | {"worker_pool_name", "container_name"}
SUBSCRIPTION = frozenset({"subscription_id"})
GOOGLES: Mapping[str, frozenset[str]] = {
    "run_googleapis_com:request_count": REVISION | {"response_code", "response_code_class"},
    "run_googleapis_com:container_instance_count": CONTAINER | {"state"},
    "run_googleapis_com:container_billable_instance_time": CONTAINER,
    "run_googleapis_com:container_gpu_utilizations_bucket": CONTAINER | {"le"},
    "run_googleapis_com:container_gpu_memory_utilizations_bucket": CONTAINER | {"le"},
    "run_googleapis_com:container_memory_utilizations_bucket": CONTAINER | {"le"},
    "run_googleapis_com:container_startup_latencies_bucket": CONTAINER | {"le"},
    "pubsub_googleapis_com:subscription_push_request_count": SUBSCRIPTION | {"response_class", "response_code"},
    "pubsub_googleapis_com:subscription_num_undelivered_messages": SUBSCRIPTION,
    "pubsub_googleapis_com:subscription_oldest_unacked_message_age": SUBSCRIPTION,
}
PUSH_CLASSES = "ack deadline_exceeded internal invalid remote_server_4xx remote_server_5xx unreachable".split()


def _ours() -> Iterator[tuple[str, frozenset[str]]]:
    for metric in METRICS:
        labels = frozenset(metric.labels)
        if isinstance(metric, Histogram):
            yield f"{metric.name}_bucket", labels | {"le"}
            yield f"{metric.name}_sum", labels
            yield f"{metric.name}_count", labels
        else:
            yield metric.name, labels


OURS: Mapping[str, frozenset[str]] = dict(_ours())


@dataclass(frozen=True)
class Read:
    """What one query asks for."""

    series: tuple[tuple[str, Mapping[str, str]], ...]  #: each metric, with the labels it is narrowed by
    grouped: frozenset[str]  #: labels that sums and joins keep
    bounds: frozenset[float]  #: numbers that something is compared with
    spans_s: frozenset[float]  #: of ranges and offsets


def read(query: str) -> Read:
    """Raises: ValueError for what is no PromQL."""
    series: list[tuple[str, Mapping[str, str]]] = []
    grouped: set[str] = set()
    bounds: set[float] = set()
    spans_s: set[float] = set()

    def look(found: promql.Expr) -> bool:
        if isinstance(found, promql.MatrixSelector):
            spans_s.add(found.range.total_seconds())
            found = found.vector_selector
        if isinstance(found, promql.VectorSelector):
            labels = {each.name: each.value for each in found.matchers.matchers}
            series.append((found.name or labels.pop("__name__"), labels))
            if found.offset:
                spans_s.add(found.offset.total_seconds())
        elif isinstance(found, promql.AggregateExpr) and found.modifier:
            grouped.update(found.modifier.labels)
        elif isinstance(found, promql.BinaryExpr):
            if found.modifier and found.modifier.matching:
                grouped.update(found.modifier.matching.labels)
            if str(found.op) in COMPARISONS and isinstance(found.rhs, promql.NumberLiteral):
                bounds.add(found.rhs.val)
        return True

    promql.walk(promql.parse(query), look)
    return Read(tuple(series), frozenset(grouped), frozenset(bounds), frozenset(spans_s))


def strangers(query: str) -> list[str]:
    """Metrics that nobody tells, labels that they do not have, values that a label never takes."""
    known = {**OURS, **GOOGLES}
    asked = read(query)
    wrong = [name for name, _ in asked.series if name not in known]
    labels = frozenset().union(*(known.get(name, frozenset()) for name, _ in asked.series)) | EVERYWHERE
    wrong += [label for label in asked.grouped if label not in labels]
    for name, narrowed in asked.series:
        wrong += [f"{name}: {label}" for label in narrowed if label not in known.get(name, labels) | EVERYWHERE]
        if (said := narrowed.get("response_class")) is not None and said not in PUSH_CLASSES:
            wrong.append(f"{name}: response_class {said}")
    return wrong


def of_prometheus_2(text: str) -> str:
    """The same query or series for a Prometheus that has no names with dots (Debian's)."""
    named = re.sub(r'\{(\s*)"([\w.]+)"', r'{\1__name__="\2"', text)
    return re.sub(r'"([\w.]+)"(?==~|!=|!~|=)', lambda label: label[1].replace(".", "_"), named)
