"""Hands spans and numbers to whoever wants them: a collector (OTLP), a scraper (Prometheus' text)."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobs.errors import SettingsInvalid

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace import SpanProcessor

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"  #: OpenTelemetry's own variable; its others work as they always do
TIMEOUT = "OTEL_EXPORTER_OTLP_TIMEOUT"
PATIENCE_S = 1.0  # with a collector; a command, and a worker that is told to end, waits for it twice
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_services: list[str] = []  # what this process calls itself; OpenTelemetry's providers are the process's too
GOOGLE = "telemetry.googleapis.com"  # takes OTLP from whoever shows a token of Google's


def begin(service: str, env: Mapping[str, str], *, instance: str = "", scraped: bool = True) -> None:
    """From now on measure, and send spans and numbers to the collector that the environment names, if any.

    After the process's last fork. Who asks first decides; asked again, it changes nothing. `scraped`: somebody may ask
    for `as_text()`.

    Raises: SettingsInvalid when a collector is named and the library that speaks to it is not installed, or how long to
    wait for it is no number; BackendDown when it is Google's and we are nobody to Google.
    """
    if _services:
        return
    _services.append(service)
    readers: list[MetricReader] = []
    if scraped:
        from opentelemetry.exporter.prometheus import PrometheusMetricReader

        readers.append(PrometheusMetricReader(scope_info_enabled=False))
    processors: list[SpanProcessor] = []
    if env.get(ENDPOINT):
        processor, reader = _collector(env[ENDPOINT], _patience_s(env))
        processors.append(processor)
        readers.append(reader)
    provide(service, instance=instance, processors=processors, readers=readers)


def provide(
    service: str, *, instance: str = "", processors: Sequence["SpanProcessor"], readers: Sequence["MetricReader"]
) -> None:
    """Spans to these, numbers to those. Without any processor no span is made."""
    from opentelemetry.metrics import set_meter_provider
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import set_tracer_provider

    named = {"service.name": service, "service.version": version("lumen")}
    resource = Resource.create(named | ({"service.instance.id": instance} if instance else {}))
    if readers:
        set_meter_provider(MeterProvider(readers, resource))
    if processors:
        tracers = TracerProvider(resource=resource)
        for processor in processors:
            tracers.add_span_processor(processor)
        set_tracer_provider(tracers)


def serve(host: str, port: int) -> None:
    """`as_text()` over HTTP from now on, for a process that serves nothing else. Raises: OSError."""
    from prometheus_client import start_http_server

    start_http_server(port, host)


def as_text() -> bytes:
    """What was measured so far in this process, as Prometheus reads it. Gauges are asked now."""
    from prometheus_client import generate_latest

    return generate_latest()


def _patience_s(env: Mapping[str, str]) -> float:
    """Raises: SettingsInvalid."""
    said = env.get(TIMEOUT) or PATIENCE_S
    try:
        return float(said)
    except ValueError:
        raise SettingsInvalid(f"{TIMEOUT}: {said!r} is no number of seconds") from None


def _collector(endpoint: str, patience_s: float) -> tuple["SpanProcessor", "MetricReader"]:
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ModuleNotFoundError as error:
        need = f"{error.name} is not installed; pip install --no-deps -r requirements-gcp.txt"
        raise SettingsInvalid(f"{ENDPOINT} is set, but {need}") from None
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    session = None
    if urlsplit(endpoint).hostname == GOOGLE:
        from jobs.gcp import session as session_of_google

        session = session_of_google()
    return (
        BatchSpanProcessor(OTLPSpanExporter(session=session, timeout=patience_s)),
        PeriodicExportingMetricReader(OTLPMetricExporter(session=session, timeout=patience_s)),
    )
