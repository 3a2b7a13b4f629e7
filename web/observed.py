"""Each request as a span and a number. Probes, and whoever collects the numbers, are neither."""

import time
from contextlib import ExitStack

from flask import Response, g, request
from opentelemetry.trace import SpanKind, Status, StatusCode

from jobs.errors import LumenError, Reason
from jobs.metrics import LIMITED, REQUESTS
from jobs.traces import HEADER, span

QUIET = ("/health/", "/metrics")
TOO_MUCH = {Reason.RATE_LIMITED, Reason.QUOTA_EXCEEDED, Reason.OVERLOADED}
ELSEWHERE = "(none)"  #: the route of an address that is none of ours; the address itself would be a label without end
#: The rest is one label too (OpenTelemetry's word for it): a caller can think of methods without end.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
OTHER = "_OTHER"
SERVER_ERROR = 500


def begin() -> None:
    """What is done for the request is part of the caller's trace, or of one that begins here."""
    g.seen_since, g.seen = time.monotonic(), ExitStack()
    if not request.path.startswith(QUIET):
        name, trace = f"{_method()} {_route()}", request.headers.get(HEADER, "")
        g.span = g.seen.enter_context(span(name, trace=trace, kind=SpanKind.SERVER))


def note(response: Response) -> Response:
    """To the first byte of the answer: a stream goes on for as long as somebody reads it."""
    if (here := g.pop("span", None)) is not None:
        here.set_attribute("http.response.status_code", response.status_code)
        if response.status_code >= SERVER_ERROR:
            here.set_status(Status(StatusCode.ERROR))
        labels = {"http.request.method": _method(), "http.route": _route()}
        REQUESTS.record(
            time.monotonic() - g.seen_since, **labels, **{"http.response.status_code": response.status_code}
        )
    end()
    return response


def end(_error: BaseException | None = None) -> None:
    """Also where no answer came of it."""
    if (seen := g.pop("seen", None)) is not None:
        seen.close()


def refused(error: LumenError) -> None:
    """Count whoever asked too much."""
    if error.reason in TOO_MUCH:
        LIMITED.add(reason=error.reason.value)


def _method() -> str:
    return request.method if request.method in METHODS else OTHER


def _route() -> str:
    return request.url_rule.rule if request.url_rule else ELSEWHERE
