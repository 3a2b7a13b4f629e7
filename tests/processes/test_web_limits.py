"""Limits under gunicorn: shared by processes, kept over a restart; bodies that are too much, or never come."""

import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress

import pytest

from cli.web import gunicorn
from tests.hasty_house import JSON_S
from tests.house import PATIENCE_S, ROOT, House, Running
from tests.ports import free_port
from tests.waiting import until
from tests.web.asking import ADA

RATE_MAX = 12
CAT = {"input": {"prompt": "cat"}}
Serve = Callable[..., Running]


@pytest.fixture
def serve(house: House) -> Serve:
    """Start the web's door under gunicorn, as `lumen web` does."""

    def start(**env: str) -> Running:
        port = free_port()
        log = house.folder / f"web-{port}.log"
        server = gunicorn("tests.hasty_house:build()", bind=f"127.0.0.1:{port}", streams_max=48)
        with log.open("wb") as file:
            process = subprocess.Popen(server, cwd=ROOT, env=house.env(**env), stdout=file, stderr=file)
        web = Running(process, log, port)
        house.running.append(web)
        until(lambda: asked(web, "GET", "/openapi.json") == 200, "the web's door is open", within_s=PATIENCE_S)
        return web

    return start


def asked(web: Running, method: str, path: str, body: object = None) -> int:
    """The status of an answer; 0 while nobody listens."""
    assert web.port is not None
    headers = {"Authorization": ADA, "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE_S)) as connection:
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            return connection.getresponse().status
        except ConnectionError:
            return 0


# --- requests -----------------------------------------------------------------------------------------


def test_two_processes_share_a_limit_and_a_restart_keeps_it(serve: Serve) -> None:
    env = {"LUMEN_RATE_MAX": str(RATE_MAX), "LUMEN_RATE_S": "600"}
    both = [serve(**env), serve(**env)]
    statuses = [asked(both[n % 2], "POST", "/v1/jobs", CAT) for n in range(RATE_MAX + 2)]
    assert statuses == [202] * RATE_MAX + [429, 429]
    for web in both:
        web.send(signal.SIGKILL)
        web.ended()
    assert asked(serve(**env), "POST", "/v1/jobs", CAT) == 429


# --- bodies -------------------------------------------------------------------------------------------


def line_to(web: Running) -> socket.socket:
    assert web.port is not None
    return socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE_S)


def head(framing: str) -> bytes:
    lines = ("POST /v1/jobs HTTP/1.1", "Host: x", f"Authorization: {ADA}", "Content-Type: application/json", framing)
    return "\r\n".join((*lines, "", "")).encode()


def answers_on(line: socket.socket) -> list[int]:
    """The statuses of all answers that come until the other side hangs up."""
    said = b""
    with suppress(ConnectionResetError):
        said = b"".join(iter(lambda: line.recv(65_536), b""))
    return [int(each.split()[0]) for each in said.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture
def web(serve: Serve) -> Running:
    return serve()


def test_a_gigabyte_is_refused_before_it_is_sent_and_its_line_closed(web: Running) -> None:
    with line_to(web) as line:
        line.sendall(head("Content-Length: 1000000000"))
        assert answers_on(line) == [413]


def test_a_gigabyte_in_chunks_is_refused_when_it_is_too_much(web: Running) -> None:
    megabyte = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    with line_to(web) as line:
        line.sendall(head("Transfer-Encoding: chunked"))
        sent = 0
        with suppress(ConnectionError):
            while sent < 1000:
                line.sendall(megabyte)
                sent += 1
    assert sent < 100, "most of it stayed where it was"
    assert asked(web, "GET", "/v1/jobs") == 200


def test_a_body_that_never_comes_frees_its_thread_and_what_comes_late_is_no_request(web: Running) -> None:
    begun = time.monotonic()
    with line_to(web) as line:
        line.sendall(head("Content-Length: 1000") + b"{")
        first = line.recv(65_536)
        assert first.startswith(b"HTTP/1.1 400 ")
        assert JSON_S <= time.monotonic() - begun < JSON_S + 5
        with suppress(ConnectionError):
            line.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answers_on(line) == []
    assert asked(web, "GET", "/v1/jobs") == 200
