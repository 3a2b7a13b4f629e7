"""One id for each request: taken from the caller or made, returned, logged, and kept in the job."""

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.wsgi import ClosingIterator

from jobs import logs

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
GOOD = re.compile(r"[A-Za-z0-9_.:-]{1,128}")  # what can stand in a log line and in a header
TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def begin() -> None:
    """Before anything else is done with a request."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if GOOD.fullmatch(given) else f"q_{secrets.token_hex(10)}"
    logs.begin(request_id=g.request_id, traceparent=traceparent(request.headers.get("traceparent")))


def current() -> str:
    """That of the request being answered."""
    return str(g.get("request_id", ""))


def traceparent(header: str | None) -> str | None:
    """The caller's trace, if it is one as W3C Trace Context has it; a stranger's text does not go into a message."""
    return header if header and TRACE.fullmatch(header) else None


class Logged:
    """Until the last byte of an answer is out, its thread logs for that request, and then for nobody."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        logs.begin()
        return ClosingIterator(self.app(environ, start_response), logs.begin)
