"""One line in the log for each request: what was asked, by whom, what came of it, how long it took."""

import logging
import time

from flask import Response, g, request

from jobs.keys import Caller
from web import request_id

log = logging.getLogger(__name__)

PATH_CHARS_MAX = 200  # a line is for reading
QUIET = ("/health/",)  # asked every few seconds by the platform


def begin() -> None:
    g.begun = time.monotonic()


def by(caller: Caller) -> None:
    """Who it turned out to be."""
    g.caller = caller


def note(response: Response) -> Response:
    """Of a stream, the time to its first byte."""
    level = logging.DEBUG if request.path.startswith(QUIET) else logging.INFO
    took_ms = (time.monotonic() - g.get("begun", time.monotonic())) * 1000
    path = ascii(request.path)[1:-1][:PATH_CHARS_MAX]  # a line break in a path shall not begin a line of its own
    log.log(
        level,
        "%s %s %d in %.1f ms (request %s, %s)",
        request.method,
        path,
        response.status_code,
        took_ms,
        request_id.current(),
        _who(g.get("caller")),
    )
    return response


def _who(caller: Caller | None) -> str:
    if caller is None or not caller.owner:
        return "nobody"
    return f"{caller.owner}, key {caller.key_id}" if caller.key_id else caller.owner
