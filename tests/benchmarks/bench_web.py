"""The API beside a bare Flask route that does the same reads and writes, both under the same gunicorn, in one run.

Latency: one caller on one connection, the two asked in turns. Throughput: THREADS callers who change keys; they run on
the same cores as the servers and take their share of them, from both alike.
"""

import http.client
import io
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image

from cli.web import gunicorn
from jobs.keys import Grant, Keys, Scope, new_key_id
from jobs.settings import Settings
from jobs.wiring import wire
from tests.house import ROOT
from tests.ports import free_port
from tests.waiting import until

ROUNDS, WARM_UP = 300, 50
THREADS, KEYS, SECONDS = 8, 64, 5.0
WORKERS = os.cpu_count() or 1  # processes of each server
ROOMY = {"LUMEN_RATE_MAX": "1000000", "LUMEN_JOBS_OPEN_MAX": "100000", "LUMEN_SHED_AGE_S": "86400"}
Ask = Callable[[], int]  #: one request; its status


class Connection:
    """One caller, who stays on the line."""

    def __init__(self, port: int, token: str = "") -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port)
        self.head = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **head: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        self.http.request(
            method, path, body, {**self.head, **{name.replace("_", "-"): said for name, said in head.items()}}
        )
        answer = self.http.getresponse()
        return answer.status, answer.headers, answer.read()

    def submit(self, path: str, words: str) -> tuple[int, Mapping[str, str], bytes]:
        body = json.dumps({"input": {"prompt": words}}).encode()
        return self.ask("POST", path, body, Content_Type="application/json")


@contextmanager
def served(app: str, env: Mapping[str, str]) -> Iterator[int]:
    """Under gunicorn, as `lumen web` is."""
    port = free_port()
    command = gunicorn(app, bind=f"127.0.0.1:{port}", streams_max=48, workers=WORKERS)
    # Nobody reads their lines; what goes wrong is seen in the answers.
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: answers(port), f"{app} answers", within_s=30)
            yield port
        finally:
            process.terminate()


def answers(port: int) -> bool:
    try:
        return Connection(port).ask("GET", "/health/live")[0] > 0
    except OSError:
        return False


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tokens = keys(folder / "ours")
        (folder / "bare").mkdir()
        ours = stack.enter_context(served("web.main:build()", {**ROOMY, "LUMEN_DATA": str(folder / "ours")}))
        bare = stack.enter_context(served("tests.benchmarks.bare_web:build()", {"BARE_DATA": str(folder / "bare")}))
        latency(Connection(ours, tokens[0]), Connection(bare))
        throughput(ours, bare, tokens)


def keys(folder: Path) -> list[str]:
    made = Keys(wire(Settings(data=folder)).records)
    grants = [Grant(owner=f"owner-{number}", scopes=(Scope.SUBMIT, Scope.READ)) for number in range(KEYS)]
    return [made.create(new_key_id(), grant).token for grant in grants]


def latency(ours: Connection, bare: Connection) -> None:
    print(f"{'':<16}{'ours':>22}{'bare route':>22}{'ratio of p50':>14}     ms, p50 and p99 of {ROUNDS}")
    for name, (mine, theirs) in pairs(ours, bare).items():
        took = in_turns(mine, theirs)
        (p50, p99), (bare50, bare99) = (percentiles(each) for each in took)
        print(f"{name:<16}{p50:>12.2f}{p99:>10.2f}{bare50:>12.2f}{bare99:>10.2f}{p50 / bare50:>14.2f}")


def pairs(ours: Connection, bare: Connection) -> dict[str, tuple[Ask, Ask]]:
    job = json.loads(ours.submit("/v1/jobs", "cat")[2])["id"]
    row = json.loads(bare.submit("/submit", "cat")[2])["id"]
    etag, bare_etag = (
        each["ETag"] for each in (ours.ask("GET", f"/v1/jobs/{job}")[1], bare.ask("GET", f"/job/{row}")[1])
    )
    picture = a_picture()
    numbers = iter(range(10**9))
    return {
        "health": (lambda: ours.ask("GET", "/health/ready")[0], lambda: bare.ask("GET", "/health")[0]),
        "submit": (
            lambda: ours.submit("/v1/jobs", f"cat {next(numbers)} times")[0],
            lambda: bare.submit("/submit", f"cat {next(numbers)} times")[0],
        ),
        "get": (lambda: ours.ask("GET", f"/v1/jobs/{job}")[0], lambda: bare.ask("GET", f"/job/{row}")[0]),
        "get, ETag: 304": (
            lambda: ours.ask("GET", f"/v1/jobs/{job}", If_None_Match=etag)[0],
            lambda: bare.ask("GET", f"/job/{row}", If_None_Match=bare_etag)[0],
        ),
        "upload, 1 MB": (
            lambda: ours.ask("POST", "/v1/uploads", picture(), Content_Type="image/png")[0],
            lambda: bare.ask("POST", "/upload", picture(), Content_Type="image/png")[0],
        ),
    }


def a_picture() -> Callable[[], bytes]:
    """PNGs of about 1 MB, each another one."""
    file = io.BytesIO()
    Image.frombytes("RGB", (590, 590), os.urandom(590 * 590 * 3)).save(file, "PNG", compress_level=1)
    whole = file.getvalue()
    numbers = iter(range(10**9))
    return lambda: whole + str(next(numbers)).encode()  # behind its end; another file to whoever takes a digest


def in_turns(*asks: Ask) -> list[list[float]]:
    took: list[list[float]] = [[] for _ in asks]
    for number in range(WARM_UP + ROUNDS):
        for ask, mine in zip(asks, took, strict=True):
            begun = time.perf_counter()
            status = ask()
            seconds = time.perf_counter() - begun
            assert status < 400, status
            if number >= WARM_UP:
                mine.append(seconds * 1000)
    return took


def percentiles(took: list[float]) -> tuple[float, float]:
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def throughput(ours: int, bare: int, tokens: list[str]) -> None:
    mine = per_second(lambda mine: submitting(Connection(ours), "/v1/jobs", tokens[mine::THREADS]))
    theirs = per_second(lambda _: submitting(Connection(bare), "/submit", [""]))
    what = f"{THREADS} callers, {KEYS} keys, {WORKERS} processes, {os.cpu_count()} cores"
    print(f"submits/s, {what}: {mine:.0f}; bare route {theirs:.0f}; ratio {mine / theirs:.2f}")


def submitting(line: Connection, path: str, tokens: list[str]) -> Callable[[int], int]:
    """Each request with the next of these keys."""

    def submit(number: int) -> int:
        line.head = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"}
        return line.submit(path, f"cat {number} of {id(line)}")[0]

    return submit


def per_second(caller: Callable[[int], Callable[[int], int]]) -> float:
    counts = [0] * THREADS
    until_s = time.monotonic() + SECONDS

    def work(mine: int) -> None:
        submit = caller(mine)
        while time.monotonic() < until_s:
            status = submit(counts[mine])
            assert status == 202, status
            counts[mine] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


if __name__ == "__main__":
    main()
