"""How jobs come in: through the API, the terminal's batches and two Python clients; what was accepted is listed."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from jobs.errors import BackendDown
from jobs.http_client import Client
from jobs.request import parse_request
from tests.benchmarks.stress.concepts import Words, handling
from tests.benchmarks.stress.scene import Scene
from tests.benchmarks.stress.stages import seed_of
from tests.benchmarks.stress.versions import Versions
from tests.waiting import until

API, BATCH, HTTP_CLIENT, PYTHON = "API", "batch", "HTTP client", "Python client"
ASK_S = 30.0
CIRCUIT_S = 150.0  # it is open for a minute
SUCCEEDED, CANCELED = "succeeded", "canceled"
JOBS_FILE = "accepted.txt"  #: what the pollers read: a line for each job, its id and its owner

Answer = tuple[int, Any]  #: status and JSON


@dataclass(frozen=True, slots=True)
class Accepted:
    """One job that was taken on, and what is to become of it."""

    id: str
    door: str
    owner: str
    words: Words
    expected: str  #: a status; of a failed job with its reason behind it


@dataclass(frozen=True, slots=True)
class Special:
    """A job that has a trouble; its marks bear its seed."""

    id: str
    trouble: str
    seed: int


@dataclass
class Submits:
    """Everybody who submits, and the list. Its methods may be called from many threads."""

    scene: Scene
    versions: Versions
    words: Iterator[Words]  #: inputs nobody has asked for yet
    accepted: dict[str, Accepted] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_words(self) -> Words:
        with self._lock:
            return next(self.words)

    def note(self, job_id: str, door: str, owner: str, words: Words, expected: str = SUCCEEDED) -> str:
        with self._lock:
            if job_id not in self.accepted:
                self.versions.follow(job_id)
            self.accepted[job_id] = Accepted(job_id, door, owner, words, expected)
            with (self.scene.house.folder / JOBS_FILE).open("a") as file:
                file.write(f"{job_id} {owner}\n")
        return job_id

    def expect(self, job_id: str, status: str) -> None:
        """Another end than it was submitted for."""
        with self._lock:
            self.accepted[job_id] = replace(self.accepted[job_id], expected=status)

    # --- one job, by a door ---------------------------------------------------------------------------

    def by_api(self, words: Words, *, owner: str, key: str, expected: str = SUCCEEDED, **how: Any) -> str:
        """With a key, again until the answer is one."""

        def taken() -> Answer | None:
            status, job = self.ask("POST", "/v1/jobs", {"input": words, **how}, owner=owner, key=key)
            assert status in {200, 202, 503}, (status, job)
            return (status, job) if status != 503 else None

        answer = until(taken, "the API takes a job on", within_s=ASK_S)
        assert answer is not None
        return self.note(answer[1]["id"], API, owner, words, expected)

    def by_http_client(self, words: Words, *, owner: str, **how: Any) -> str:
        request = parse_request({"input": words, **how})
        with Client(f"http://127.0.0.1:{self.scene.web_port}", self.scene.tokens[owner]) as client:
            return self.note(client.submit(request).id, HTTP_CLIENT, owner, words)

    def by_python(self, words: Words, *, owner: str, key: str, **how: Any) -> str:
        request, client = parse_request({"input": words, **how}), self.scene.house.platform.client(owner=owner)

        def taken() -> str | None:
            try:
                return client.submit(request, key=key).id
            except BackendDown:
                return None

        job_id = until(taken, "the store takes a job on", within_s=ASK_S)
        assert job_id is not None
        return self.note(job_id, PYTHON, owner, words)

    def by_batch(self, rows: Sequence[Words]) -> None:
        """`lumen batch submit`, from a file."""
        folder = self.scene.house.folder
        (folder / "batch.jsonl").write_text("".join(json.dumps({"input": row}) + "\n" for row in rows))
        manifest = folder / "batch.manifest.jsonl"
        how = ("--name", "stress", "--rps", "10", "--manifest", str(manifest))
        self.scene.house.lumen("batch", "submit", str(folder / "batch.jsonl"), *how)
        lines = [json.loads(line) for line in manifest.read_text().splitlines()[1:]]
        for row, line in zip(rows, lines, strict=True):
            self.note(line["job_id"], BATCH, "local", row)

    # --- jobs that a fault is for ---------------------------------------------------------------------

    def special(self, trouble: str, variant: int, *, expected: str = SUCCEEDED, quality: str = "draft") -> Special:
        """The next concept, with the seed of this trouble; before all others.

        It waits while a worker passes over the route that the trouble is in: three troubles in a row may do that.
        """
        until(lambda: not self.scene.circuit_is_open(), "no circuit is open", within_s=CIRCUIT_S)
        seed = seed_of(trouble, variant)
        words = {**self.next_words(), "seed": seed, "quality": quality}
        job_id = self.by_api(words, owner="ada", key=f"special {seed}", expected=expected, priority="high")
        return Special(job_id, trouble, seed)

    # --- the API --------------------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None, *, owner: str, key: str = ""
    ) -> Answer:
        """One request on a connection of its own."""
        head = {"Authorization": f"Bearer {self.scene.tokens[owner]}"} | ({"Idempotency-Key": key} if key else {})
        is_json = isinstance(body, Mapping)
        data = json.dumps(body).encode() if is_json else body
        if data is not None:
            head["Content-Type"] = "application/json" if is_json else "image/png"
        with closing(http.client.HTTPConnection("127.0.0.1", self.scene.web_port, timeout=ASK_S)) as line:
            line.request(method, path, data, head)  # type: ignore[arg-type]  # bytes or None by now
            answer = line.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None


def feed(submits: Submits, rows: Sequence[Words], chance: Random) -> Iterator[Callable[[], object]]:
    """One after the other, the doors in turns; the first fifth is a batch."""
    batch, single = rows[: len(rows) // 5], rows[len(rows) // 5 :]
    yield lambda: submits.by_batch(batch)
    for number, words in enumerate(single):
        how, owner, key = handling(chance), ("ada", "bob")[number % 2], f"feed {number}"
        match number % 3:
            case 0:
                yield lambda w=words, h=how, o=owner, k=key: submits.by_api(w, owner=o, key=k, **h)  # type: ignore[misc]
            case 1:
                yield lambda w=words, h=how, o=owner: submits.by_http_client(w, owner=o, **h)  # type: ignore[misc]
            case _:
                yield lambda w=words, h=how, o=owner, k=key: submits.by_python(w, owner=o, key=k, **h)  # type: ignore[misc]
