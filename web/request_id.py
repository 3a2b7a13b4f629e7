"""One id for each request: taken from the caller or made, returned, logged, and kept in the job."""

import re
import secrets

from flask import g, request

HEADER = "X-Request-ID"
GOOD = re.compile(r"[A-Za-z0-9_.:-]{1,128}")  # what can stand in a log line and in a header
TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def begin() -> None:
    """Before anything else is done with a request."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if GOOD.fullmatch(given) else f"q_{secrets.token_hex(10)}"


def current() -> str:
    """That of the request being answered."""
    return str(g.get("request_id", ""))


def traceparent(header: str | None) -> str | None:
    """The caller's trace, if it is one as W3C Trace Context has it; a stranger's text does not go into a message."""
    return header if header and TRACE.fullmatch(header) else None
