"""Bodies of requests: bounded in bytes and in seconds, and JSON that means one thing."""

import json
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Never

from flask import Request, Response, g, request

from jobs.errors import InvalidRequest, PayloadTooLarge

PIECE_BYTES = 1 << 16
JSON_S = 20.0  # 1 MiB at half a megabit a second: a phone at the edge of its network
PICTURE_S = 160.0  # 20 MB at a megabit a second
NAME_CHARS_MAX = 64  # of a name that is quoted: none of ours is longer


class Body:
    """What a caller sends, read once, no further and no longer than it may go.

    No server we run under has a limit in seconds: each waits for the next byte as long as it takes, and gunicorn's
    reader waits for a thousand before it gives back one. So at the end of the time the connection's receiving side is
    closed under the reader, which ends any wait at once.
    """

    def __init__(self, http: Request, bytes_max: int, seconds: float) -> None:
        self._http = http
        self._bytes_max = bytes_max
        self._seconds = seconds
        self._bytes = 0
        self._over = threading.Event()

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """At most `size` bytes, and none only at the end. Raises: PayloadTooLarge, InvalidRequest."""
        try:
            piece = self._http.stream.read(size)
        except Exception as error:  # noqa: BLE001 (each server has errors of its own for a body that is cut or malformed)
            raise self._unread(f"{type(error).__name__} {error}") from None
        self._bytes += len(piece)
        if self._over.is_set() or (not piece and self._bytes < (self._http.content_length or 0)):
            raise self._unread("it ends before its end")
        if self._bytes > self._bytes_max:
            raise too_large(self._bytes_max)
        return piece

    def all(self) -> bytes:
        """Raises: PayloadTooLarge, InvalidRequest."""
        return b"".join(iter(self.read, b""))

    def end(self, connection: socket.socket) -> None:
        """The time is up."""
        self._over.set()
        _shut(connection, socket.SHUT_RD)

    def _unread(self, why: str) -> InvalidRequest:
        leave_unread()
        late = f"it took longer than {self._seconds:g} s"
        return InvalidRequest("", f"the body was not read: {late if self._over.is_set() else why}")


@contextmanager
def body_of(http: Request, *, bytes_max: int, seconds: float) -> Iterator[Body]:
    """The body, to be read in the block. Raises: PayloadTooLarge, at once when it says so itself; InvalidRequest."""
    if (http.content_length or 0) > bytes_max:
        raise too_large(bytes_max)
    body = Body(http, bytes_max, seconds)
    connection = connection_of(http)
    if connection is None:
        yield body
        return
    end = threading.Timer(seconds, body.end, [connection])
    end.daemon = True
    end.start()
    try:
        yield body
    finally:
        end.cancel()


def too_large(bytes_max: int) -> PayloadTooLarge:
    leave_unread()
    return PayloadTooLarge(f"The body has more than {bytes_max} bytes.")


# --- a body that was not read to its end --------------------------------------------------------------


def leave_unread() -> None:
    """Nothing more is read of this request: its connection ends with the answer."""
    g.unread = True


def hang_up(response: Response) -> Response:
    """After an unread body no other request can follow: what would be taken for one is the rest of the body."""
    connection = connection_of(request) if g.get("unread") else None
    if connection is not None:
        response.call_on_close(partial(_shut, connection, socket.SHUT_RDWR))
    return response


def connection_of(http: Request) -> socket.socket | None:
    """The caller's connection, by the names that gunicorn and werkzeug have for it; None in a test without one."""
    found = http.environ.get("gunicorn.socket") or http.environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None


def _shut(connection: socket.socket, how: int) -> None:
    with suppress(OSError):  # the caller was faster
        connection.shutdown(how)


# --- JSON ---------------------------------------------------------------------------------------------


def json_in(raw: bytes) -> Any:
    """What the text says, if it says one thing: each name once, no NaN, no number beyond all bounds, plain UTF-8.

    Raises: InvalidRequest.
    """
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise InvalidRequest("", "the body is nested too deeply") from None
    except ValueError as error:
        raise InvalidRequest("", f"the body is not JSON: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of a name that is there twice may read two things."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:NAME_CHARS_MAX]!r} is in it twice")
        found[name] = value
    return found


def _no_number(text: str) -> Never:
    raise ValueError(f"{text} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:NAME_CHARS_MAX]} is beyond all bounds")
    return number
