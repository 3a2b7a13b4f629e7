"""One line in the log for each request: what was asked, by whom, what came of it, how long it took."""

import logging
import time

from flask import Response, g, request

from jobs.keys import Caller
from web import request_id

log = logging.getLogger(__name__)

PATH_CHARS_MAX = 200  # a line is for reading
QUIET = ("/health/", "/metrics")  # asked every few seconds by the platform


def begin() -> None:
    g.begun = time.monotonic()


def by(caller: Caller) -> None:
    """Who it turned out to be."""
    g.caller = caller


def note(response: Response) -> Response:
    """Of a stream, the time to its first byte."""
    level = logging.DEBUG if request.path.startswith(QUIET) else logging.INFO
    seconds = time.monotonic() - g.get("begun", time.monotonic())
    caller: Caller | None = g.get("caller")
    log.log(
        level,
        "%s %s %d in %.1f ms (request %s, %s)",
        request.method,
        _path(),
        response.status_code,
        seconds * 1000,
        request_id.current(),
        _who(caller),
        extra=_fields(response, seconds, caller),
    )
    return response


def _fields(response: Response, seconds: float, caller: Caller | None) -> dict[str, object]:
    """Of the address the path alone: a query may hold what is nobody's business. No IP address either."""
    size = response.content_length
    http = {
        "requestMethod": request.method,
        "requestUrl": _path(),
        "status": response.status_code,
        "latency": f"{seconds:.6f}s",
        "protocol": request.environ.get("SERVER_PROTOCOL", ""),
        **({"userAgent": request.headers["User-Agent"]} if "User-Agent" in request.headers else {}),
        **({"responseSize": str(size)} if size else {}),
    }
    return {
        "httpRequest": http,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "seconds": round(seconds, 6),
        "owner": caller.owner if caller else None,
        "key_id": caller.key_id if caller else None,
    }


def _path() -> str:
    return ascii(request.path)[1:-1][:PATH_CHARS_MAX]  # a line break in a path shall not begin a line of its own


def _who(caller: Caller | None) -> str:
    if caller is None or not caller.owner:
        return "nobody"
    return f"{caller.owner}, key {caller.key_id}" if caller.key_id else caller.owner
