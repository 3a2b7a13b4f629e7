"""A client that looks at jobs, as web apps do: one connection, a steady pace, each second look with the ETag it has.

Run by `polls.py` as a process of its own, so that nobody's work but the server's is in the times. Each look is a line
of its file: when it was sent (monotonic seconds), what it took (ms), the answer's status, whether an ETag went with it.
"""

import http.client
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

ASK_S = 30.0
NEWS_EVERY_S = 0.5  # how often the list of jobs is read
OPEN_SHARE = 0.7  # of the looks go to jobs that are not over, as far as we know


@dataclass(frozen=True, slots=True)
class Order:
    """What it is told on its command line."""

    port: int
    tokens: dict[str, str]
    accepted: str  #: file: a line for each job, id and owner
    out: str
    count: int
    per_s: float
    seed: int
    project: str = ""  #: ask its Firestore for the document instead, and nobody else

    def argument(self) -> str:
        return json.dumps(asdict(self))


@dataclass
class Jobs:
    """Those there are so far."""

    file: Path
    chance: Random
    owners: dict[str, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    _read_at: float = 0.0

    def next(self) -> str:
        while time.monotonic() - self._read_at > NEWS_EVERY_S or not self.owners:
            self._read()
        some = self.open if self.open and self.chance.random() < OPEN_SHARE else list(self.owners)
        return self.chance.choice(some)

    def over(self, job_id: str) -> None:
        with suppress(ValueError):
            self.open.remove(job_id)

    def _read(self) -> None:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        for job_id, owner in map(str.split, lines[len(self.owners) :]):
            self.owners[job_id] = owner
            self.open.append(job_id)
        self._read_at = time.monotonic()
        if not self.owners:
            time.sleep(NEWS_EVERY_S / 10)


@dataclass
class Api:
    """The API, over a connection that stays."""

    order: Order
    jobs: Jobs
    etags: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    line: http.client.HTTPConnection | None = None

    def __call__(self, job_id: str) -> tuple[int, bool]:
        self.asked += 1
        etag = self.etags.get(job_id) if self.asked % 2 else None
        head = {"Authorization": f"Bearer {self.order.tokens[self.jobs.owners[job_id]]}"}
        try:
            status, new_etag, body = self._get(f"/v1/jobs/{job_id}", head | ({"If-None-Match": etag} if etag else {}))
        except (OSError, http.client.HTTPException):
            self.line = None
            return 0, etag is not None
        if new_etag:
            self.etags[job_id] = new_etag
        if b'"done":true' in body:
            self.jobs.over(job_id)
        return status, etag is not None

    def _get(self, path: str, head: dict[str, str]) -> tuple[int, str | None, bytes]:
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.order.port, timeout=ASK_S)
        self.line.request("GET", path, headers=head)
        answer = self.line.getresponse()
        return answer.status, answer.headers["ETag"], answer.read()


def bare(project: str) -> Callable[[str], tuple[int, bool]]:
    """The document alone, by Google's own library."""
    from google.cloud.firestore import Client

    client = Client(project=project)

    def ask(job_id: str) -> tuple[int, bool]:
        there = client.collection("jobs").document(job_id).get(retry=None, timeout=ASK_S)
        return 200 if there.exists else 404, False

    return ask


def main(order: Order) -> None:
    jobs = Jobs(Path(order.accepted), Random(order.seed))
    jobs.next()
    ask = bare(order.project) if order.project else Api(order, jobs)
    begun = time.monotonic()
    with Path(order.out).open("w", buffering=1) as out:
        for number in range(order.count):
            time.sleep(max(begun + number / order.per_s - time.monotonic(), 0))  # the pace, which is the point
            job_id, sent = jobs.next(), time.monotonic()
            status, conditional = ask(job_id)
            out.write(f"{sent:.6f} {(time.monotonic() - sent) * 1000:.3f} {status} {int(conditional)}\n")


if __name__ == "__main__":
    main(Order(**json.loads(sys.argv[1])))
