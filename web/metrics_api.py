"""What this process measured, for a scraper."""

from flask import Response

from jobs.keys import Scope
from jobs.telemetry import PROMETHEUS, as_text
from web.endpoint import Asked, Endpoint, Nothing


def get_metrics(asked: Asked[Nothing, Nothing]) -> Response:  # noqa: ARG001 (it tells the same to everybody who may ask)
    """Prometheus' text. Gauges are asked now, the store not more than twice a minute."""
    return Response(as_text(), content_type=PROMETHEUS)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/metrics",
        get_metrics,
        "What this process measured",
        scope=Scope.OPS,
        answers={200: "text/plain"},
    ),
)
