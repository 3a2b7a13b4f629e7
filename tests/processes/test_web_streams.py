"""Event streams under gunicorn, over real connections: when events arrive, and when a closed stream is free again."""

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

import pytest

from cli.web import gunicorn
from jobs.fields import Report
from jobs.job import Job
from jobs.request import parse_request
from tests.builders import LEASE_FOR, claim, finish, lease_of
from tests.house import PATIENCE_S, ROOT, House, Running
from tests.ports import free_port
from tests.waiting import until
from tests.web.asking import ADA
from tests.web_house import HEARTBEAT_S

SEEN_WITHIN_S = 1.0  # "progress within a second"; a look is a tenth of that
STREAMS = 48


@pytest.fixture
def serve(house: House) -> Callable[..., Running]:
    """Start the web's door under gunicorn, as `lumen web` does."""

    def start(**env: str) -> Running:
        port, log = free_port(), house.folder / "web.log"
        command = gunicorn("tests.web_house:build()", bind=f"127.0.0.1:{port}", streams_max=STREAMS)
        with log.open("wb") as file:
            process = subprocess.Popen(command, cwd=ROOT, env=house.env(**env), stdout=file, stderr=file)
        web = Running(process, log, port)
        house.running.append(web)
        until(lambda: status_of(web, "/openapi.json") == 200, "the web's door is open", within_s=PATIENCE_S)
        return web

    return start


def connected(web: Running, path: str) -> http.client.HTTPResponse:
    """An answer whose body has not been read; its connection is closed with it."""
    assert web.port is not None
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Authorization": ADA, "Connection": "close"})
    return connection.getresponse()


def status_of(web: Running, path: str) -> int:
    try:
        with closing(connected(web, path)) as answer:
            return answer.status
    except ConnectionError:
        return 0


def submitted(web: Running, words: str) -> int:
    assert web.port is not None
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE_S)) as connection:
        body, head = json.dumps({"input": {"prompt": words}}), {"Content-Type": "application/json"}
        connection.request("POST", "/v1/jobs", body, headers={"Authorization": ADA, **head})
        return connection.getresponse().status


@dataclass
class Listener:
    """Reads a stream in a thread, and notes when each event arrives."""

    answer: http.client.HTTPResponse
    heard: list[tuple[float, dict[str, object]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        for line in self.answer:
            if line.startswith(b"data: "):
                self.heard.append((time.monotonic(), json.loads(line.removeprefix(b"data: "))))
        self.ended.set()


@contextmanager
def listening(web: Running, job: Job) -> Iterator[Listener]:
    with closing(connected(web, f"/v1/jobs/{job.id}/events")) as answer:
        assert answer.status == 200
        listener = Listener(answer)
        thread = threading.Thread(target=listener.listen)
        thread.start()
        yield listener
        thread.join(PATIENCE_S)


def adas(house: House, words: str = "cat") -> Job:
    return house.platform.client(owner="ada").submit(parse_request({"input": {"prompt": words}}))


def test_an_event_arrives_within_a_second_of_its_write(house: House, serve: Callable[..., Running]) -> None:
    web, store, job = serve(), house.platform.store, adas(house)
    written: list[float] = []

    def progressed(progress: int) -> None:
        store.update(
            job.id,
            lambda job, now: job.beat(lease_of(job), Report(progress=progress), now=now, lease_for=LEASE_FOR),
        )

    with listening(web, job) as listener:
        until(lambda: len(listener.heard) == 1, "the job as it is")
        for write in (lambda: claim(store, job.id), lambda: progressed(30), lambda: progressed(60)):
            write()
            written.append(time.monotonic())
            until(lambda: len(listener.heard) == len(written) + 1, "the event arrives before the next write")
        finish(store, job.id, lease_of(store.get(job.id)))
        until(listener.ended.is_set, "the stream ends with the job")
    arrived = [at for at, _ in listener.heard][1:]
    assert all(at - wrote < SEEN_WITHIN_S for wrote, at in zip(written, arrived, strict=False))
    assert [event["status"] for _, event in listener.heard][-2:] == ["succeeded", "succeeded"]


def test_a_closed_stream_is_free_again_within_a_heartbeat(house: House, serve: Callable[..., Running]) -> None:
    web = serve(LUMEN_EVENT_STREAMS_MAX="1", LUMEN_RATE_MAX="1000000")  # it is asked again and again
    job = adas(house)
    events = f"/v1/jobs/{job.id}/events"
    with closing(connected(web, events)) as answer:
        assert answer.readline().startswith(b"retry: ")
        assert status_of(web, events) == 503
    closed = time.monotonic()
    until(lambda: status_of(web, events) == 200, "the seat is free")
    assert time.monotonic() - closed < HEARTBEAT_S + SEEN_WITHIN_S


def test_idle_streams_keep_nobody_from_a_thread(house: House, serve: Callable[..., Running]) -> None:
    web, job = serve(), adas(house)
    events = f"/v1/jobs/{job.id}/events"
    with ExitStack() as streams:
        for _ in range(STREAMS):
            answer = streams.enter_context(closing(connected(web, events)))
            assert answer.status == 200
        with closing(connected(web, events)) as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        begun = time.monotonic()
        assert status_of(web, f"/v1/jobs/{job.id}") == 200, "who is refused polls"
        assert status_of(web, f"/v1/jobs/{job.id}?wait=30") == 200, "and does not wait, for that would take a thread"
        assert submitted(web, "dog") == 202, "and submits go through"
        assert time.monotonic() - begun < SEEN_WITHIN_S


def test_at_sigterm_streams_end_and_so_does_the_process(house: House, serve: Callable[..., Running]) -> None:
    web, job = serve(), adas(house)
    with listening(web, job) as listener:
        until(lambda: len(listener.heard) == 1, "the job as it is")
        begun = time.monotonic()
        web.send(signal.SIGTERM)
        assert web.ended() == 0
    assert listener.ended.is_set()
    assert time.monotonic() - begun < 4, "gunicorn's own patience is 8 s"


def test_the_web_process_starts_without_numpy() -> None:
    """It comes with the first mesh that somebody wants in another format."""
    code = "import sys, web.main; print({'numpy', 'trimesh', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
