"""Bodies: bounded in bytes and in seconds, and JSON that means one thing."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

import pytest
from flask import Flask, request
from gunicorn.http.body import Body as GunicornBody
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.unreader import SocketUnreader
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder

from jobs.errors import InvalidRequest, PayloadTooLarge
from tests.web.asking import ADA, Door
from web.app import BODY_BYTES_MAX
from web.bodies import Body, body_of, connection_of

MANY = 100_000
CAT = b'{"input": {"prompt": "cat"}}'
NOT_JSON = {
    "nothing": b"",
    "half of it": CAT[:-1],
    "more than one": CAT + CAT,
    "lists in lists in lists": b"[" * MANY + b"]" * MANY,
    "maps in maps in maps": b'{"input":' * MANY,
    "a name that is there twice": b'{"input": {"prompt": "cat", "prompt": "dog"}}',
    "a number that is none": b'{"input": {"prompt": "cat", "seed": NaN}}',
    "a number without end": b'{"input": {"prompt": "cat", "seed": -Infinity}}',
    "a number beyond all bounds": b'{"input": {"prompt": "cat", "seed": 1e999}}',
    "a number of many digits": b'{"input": {"prompt": "cat", "seed": ' + b"9" * MANY + b"}}",
    "bytes that are no UTF-8": b'{"input": {"prompt": "\xff"}}',
    "UTF-16": CAT.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + CAT,
    "half a character": b'{"input": {"prompt": "\\ud83d"}}',
    "half a character as a name": b'{"\\ud83d": 1}',
    "a control character": b'{"input": {"prompt": "a\x00b"}}',
    "a control character, written": b'{"input": {"prompt": "a\\u0000b"}}',
    "a list": b"[]",
    "null": b"null",
}


def send(door: Door, body: bytes | IO[bytes], **more: Any) -> Any:
    given = {"data": body} if isinstance(body, bytes) else {"input_stream": body}
    return door.ask("POST", "/v1/jobs", content_type="application/json", **given, **more)


# --- JSON ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_not_json_or_means_two_things_is_refused_in_a_sentence(door: Door, raw: bytes) -> None:
    answer = send(door, raw)
    assert (answer.status_code, answer.get_json()["reason"]) == (400, "INVALID_INPUT")
    assert len(answer.data) < 2_000, "it does not come back"


def test_a_charset_does_not_change_what_is_read(door: Door) -> None:
    raw = '{"input": {"prompt": "größe 鳥"}}'.encode()
    for content_type in ("application/json", "application/json; charset=utf-8", "Application/JSON"):
        answer = door.ask("POST", "/v1/jobs", data=raw, content_type=content_type)
        assert answer.get_json()["input"]["prompt"] == "größe 鳥"


# --- bytes --------------------------------------------------------------------------------------------


class NotToBeRead(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("it was read")


def test_a_gigabyte_that_says_so_is_refused_without_reading(door: Door) -> None:
    answer = send(door, NotToBeRead(), environ_overrides={"CONTENT_LENGTH": "1000000000"})
    assert (answer.status_code, answer.get_json()["reason"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("over", [0, 1])
def test_the_limit_passes_and_one_byte_more_does_not(door: Door, over: int) -> None:
    raw = CAT + b" " * (BODY_BYTES_MAX - len(CAT) + over)
    assert send(door, raw).status_code == (413 if over else 202)


def test_a_body_that_does_not_say_how_long_it_is_is_read_to_the_limit(door: Door) -> None:
    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            self.given += size
            return b" " * size

    endless = Endless()
    answer = send(door, endless, environ_overrides={"wsgi.input_terminated": True})
    assert answer.status_code == 413
    assert endless.given < 2 * BODY_BYTES_MAX


# --- seconds ------------------------------------------------------------------------------------------


@contextmanager
def gunicorn_reads(app: Flask, *, length: int | None) -> Iterator[socket.socket]:
    """A request as gunicorn would hand it over, its body yet to come from the other end of the line."""
    ours, theirs = socket.socketpair()
    unreader = SocketUnreader(ours)
    reader = ChunkedReader(None, unreader) if length is None else LengthReader(unreader, length)
    environ = EnvironBuilder("/", method="POST").get_environ()
    environ |= {"wsgi.input": GunicornBody(reader), "gunicorn.socket": ours, "wsgi.input_terminated": True}
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    with ours, theirs, app.request_context(environ):
        yield theirs


@contextmanager
def trickling(line: socket.socket, piece: bytes) -> Iterator[None]:
    """Somebody who sends a little, and a little more, for as long as the block lasts."""
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.005):
            line.sendall(piece)

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("length, piece", [(10_000, b" "), (None, b"1\r\n \r\n")], ids=["said", "chunked"])
def test_a_byte_at_a_time_ends_with_the_time(door: Door, length: int | None, piece: bytes) -> None:
    took = pytest.raises(InvalidRequest, match=r"it took longer than 0.1 s")
    with (
        gunicorn_reads(door.app, length=length) as line,
        trickling(line, piece),
        body_of(request, bytes_max=BODY_BYTES_MAX, seconds=0.1) as body,
        took,
    ):
        body.all()


def test_nothing_at_all_ends_with_the_time_too(door: Door) -> None:
    took = pytest.raises(InvalidRequest, match=r"it took longer than 0.05 s")
    with gunicorn_reads(door.app, length=10), body_of(request, bytes_max=20, seconds=0.05) as body, took:
        body.all()


@pytest.mark.parametrize(
    "length, sent", [(10, b"123"), (None, b"5\r\n123"), (None, b"zz\r\n")], ids=["cut", "cut chunk", "no chunk"]
)
def test_a_body_that_is_cut_or_malformed_is_its_senders_fault(door: Door, length: int | None, sent: bytes) -> None:
    with gunicorn_reads(door.app, length=length) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        with body_of(request, bytes_max=20, seconds=5) as body, pytest.raises(InvalidRequest, match="was not read"):
            body.all()


@pytest.mark.parametrize("length, sent", [(5, b"12345"), (None, b"3\r\n123\r\n2\r\n45\r\n0\r\n\r\n")])
def test_a_body_in_time_is_read_and_its_line_stays_open(door: Door, length: int | None, sent: bytes) -> None:
    with gunicorn_reads(door.app, length=length) as line:
        line.sendall(sent)
        with body_of(request, bytes_max=5, seconds=5) as body:
            assert body.all() == b"12345"
        line.sendall(b"next")
        connection = connection_of(request)
        assert connection is not None
        assert connection.recv(4) == b"next"


def test_what_comes_in_pieces_is_bounded_as_a_whole(door: Door) -> None:
    with gunicorn_reads(door.app, length=None) as line:
        line.sendall(b"3\r\n123\r\n" * 2 + b"0\r\n\r\n")
        body = Body(request, bytes_max=5, seconds=5)
        assert body.read(3) == b"123"
        with pytest.raises(PayloadTooLarge):
            body.read(3)


# --- the connection -----------------------------------------------------------------------------------


@pytest.fixture
def port(door: Door) -> Iterator[int]:
    """The app behind a real socket."""
    server = make_server("127.0.0.1", 0, door.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


def head(length: int) -> bytes:
    lines = ("POST /v1/jobs HTTP/1.1", "Host: x", f"Authorization: {ADA}", "Content-Type: application/json")
    return "\r\n".join((*lines, f"Content-Length: {length}", "", "")).encode()


def answer_on(line: socket.socket) -> tuple[int, dict[str, Any]]:
    """All that comes until the other side hangs up."""
    said = b"".join(iter(lambda: line.recv(65_536), b""))
    top, _, body = said.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)


def test_who_says_too_much_is_answered_at_once_and_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(head(1_000_000_000) + b"{")
        status, said = answer_on(line)
    assert (status, said["reason"]) == (413, "PAYLOAD_TOO_LARGE")


def test_who_is_slow_is_answered_when_the_time_is_over(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.bodies.JSON_S", 0.1)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(head(1000) + b"{")
        status, said = answer_on(line)
    assert (status, said["reason"]) == (400, "INVALID_INPUT")
    assert "took longer than 0.1 s" in said["detail"]
