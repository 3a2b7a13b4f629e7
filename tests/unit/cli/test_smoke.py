"""`lumen smoke` over a real store and bucket: what it believes, what it makes of a worker's answers, what it leaves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from cli.doctor import Finding
from cli.smoke import told
from cli.smoke_door import Door, Health, Pushed, envelope
from cli.smoke_proof import Failed, Proof
from jobs.bucket import files_of
from jobs.errors import Reason
from jobs.fields import Artifact, Output, PartInfo, Report
from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import Platform, wire
from models.mesh.export import glb
from models.parts import PartMesh
from tests.builders import SOME_METRICS, a_failure, a_job, claim, lease_of
from tests.fakes import START, FakeClock
from tests.ports import free_port
from worker.envelope import open_envelope, read_hint

REVISION, OURS, OTHER = "new-2", "new-2/1-abc", "old-1/1-abc"
READY = Health(True, {"routes": {"first": "ready"}}, "")


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return wire(Settings(data=tmp_path / "data"), FakeClock())


# --- what a worker would do --------------------------------------------------------------------------------

Deed = Callable[[Platform, Job], None]


def made(name: str = "seat", *, holder: str = OURS, route: str = "first", spoilt: str = "") -> Deed:
    """Claim it, make a triangle of that name, keep it, finish."""

    def deed(platform: Platform, job: Job) -> None:
        job = claim(platform.store, job.id, holder=holder)
        corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
        data = glb((PartMesh(name, corners, np.array([[0, 1, 2]], np.int32)),))
        path = f"{files_of(job.id)}{job.claims}/object.glb"
        blob = platform.bucket.put(path, b"glTF" if spoilt == "no GLB" else data)
        if spoilt == "gone":
            platform.bucket.delete(path)
        if spoilt == "other bytes":
            platform.bucket.put(path, data[:-1] + b"!", replace=True)
        artifact = Artifact(uri=blob.uri, bytes=blob.bytes, sha256=blob.sha256, content_type=blob.content_type)
        part = PartInfo(id=0, name="seat", color="#ff0000", faces=1, vertices=3, points=1)
        files = {} if spoilt == "no files" else {"object.glb": artifact}
        output = Output(files=files, template="chair", route=route, parts=(part,), refusals=("first: no legs",))
        lease = lease_of(job)
        platform.store.update(job.id, lambda job, now: job.finish(lease, output, SOME_METRICS, Report(), now=now))

    return deed


def ended(how: str, holder: str = OURS) -> Deed:
    """Claim it and let the attempt end otherwise."""

    def deed(platform: Platform, job: Job) -> None:
        lease = lease_of(claim(platform.store, job.id, holder=holder))
        failure = a_failure(Reason.MESH_INVALID, now=platform.store.now())
        moves: dict[str, Callable[[Job, Any], Job]] = {
            "retry": lambda job, now: job.retry(lease, failure, not_before=now + timedelta(seconds=60), now=now),
            "fail": lambda job, now: job.fail(lease, failure, now=now),
            "hand_back": lambda job, now: job.hand_back(lease, now=now),
        }
        platform.store.update(job.id, moves[how])

    return deed


def claimed(holder: str) -> Deed:
    return lambda platform, job: claim(platform.store, job.id, holder=holder) and None


def nothing(platform: Platform, job: Job) -> None:
    """The push was put off."""


@dataclass
class Worker:
    """A door whose pushes do one deed after the other, the last of them for ever."""

    platform: Platform
    deeds: list[Deed]
    pushed: list[str] = field(default_factory=list)

    def health(self) -> Health:
        return READY

    def push(self, job: Job) -> Pushed:
        self.pushed.append(job.id)
        deed = self.deeds.pop(0) if len(self.deeds) > 1 else self.deeds[0]
        deed(self.platform, job)
        return Pushed("the last push was answered 503 busy", 10.0) if deed is nothing else Pushed("204", 0.0)


def smoke(platform: Platform, *deeds: Deed, route: str | None = None) -> list[Finding]:
    return list(told(Proof(platform, Worker(platform, list(deeds)), REVISION, route, 60)))  # type: ignore[arg-type]


def jobs(platform: Platform) -> list[Job]:
    return platform.client().find(JobQuery(owner_uid="smoke"))


# --- what it believes ----------------------------------------------------------------------------------------


def test_an_object_that_is_all_there_is_believed(platform: Platform) -> None:
    *steps, last = smoke(platform, made())
    assert last == Finding("ok", "object.glb: 1 parts, seat")
    assert Finding("ok", f"made by {OURS} in 1.0 s, by route first") in steps
    assert Finding("warn", "not by first: no legs") in steps
    (job,) = jobs(platform)
    assert job.expires_at == START + timedelta(days=1)
    assert platform.queue.pull(0) is None, "nobody else is woken for it"


@pytest.mark.parametrize(
    "spoilt, said",
    [
        ("gone", "object.glb is not in the bucket"),
        ("other bytes", "object.glb is not what the document says"),
        ("no GLB", "object.glb cannot be read: not a GLB of ours"),
        ("no files", "object.glb cannot be read: not a GLB of ours"),
    ],
)
def test_a_file_that_is_not_what_the_document_says_is_a_failure(platform: Platform, spoilt: str, said: str) -> None:
    last = smoke(platform, made(spoilt=spoilt))[-1]
    assert last.level == "fail"
    assert last.what.startswith(said)


def test_parts_of_other_names_are_a_failure(platform: Platform) -> None:
    last = smoke(platform, made("part_0"))[-1]
    assert last == Finding("fail", "object.glb has the parts ['part_0'], the document says ['seat']")


def test_a_fallback_is_no_proof_of_the_route_that_was_asked_for(platform: Platform) -> None:
    last = smoke(platform, made(route="second"), route="first")[-1]
    assert (last.level, last.what) == ("fail", "made by route second, not by first: first: no legs")
    assert smoke(platform, made(route="second"))[-1].level == "ok"


# --- whose work counts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [made(holder=OTHER), claimed(OTHER), ended("hand_back"), ended("retry", OTHER)])
def test_a_job_that_proves_nothing_is_followed_by_another(platform: Platform, lost: Deed) -> None:
    steps = smoke(platform, lost, made())
    assert [step.level for step in steps] == ["ok", "ok", "ok", "warn", "ok", "ok", "warn", "ok", "ok"]
    (left,) = [job for job in jobs(platform) if job.id in steps[3].what]
    assert left.done or left.cancel_requested, "nobody works on it for nothing"


def test_other_workers_may_be_faster_five_times(platform: Platform) -> None:
    last = smoke(platform, made(holder=OTHER))[-1]
    assert last.what == f"in 5 tries it made no job: nothing is known of {REVISION}"
    assert len(jobs(platform)) == 5


def test_a_push_that_is_put_off_comes_again(platform: Platform) -> None:
    assert smoke(platform, nothing, nothing, made())[-1].level == "ok"
    assert platform.clock.monotonic() == 20


@pytest.mark.parametrize(
    "deed, said",
    [
        (nothing, "after 60 s nobody has claimed {id} (the last push was answered 503 busy)"),
        (claimed(OURS), "after 60 s {id} was claimed and not made"),
    ],
)
def test_patience_ends(platform: Platform, deed: Deed, said: str) -> None:
    last = smoke(platform, deed)[-1]
    (job,) = jobs(platform)
    assert last.what == said.format(id=job.id)
    assert job.cancel_requested


# --- what it leaves ---------------------------------------------------------------------------------------------


def test_an_attempt_that_went_wrong_is_a_failure_and_nobody_tries_again(platform: Platform) -> None:
    last = smoke(platform, ended("retry"))[-1]
    assert last.what == f"{OURS} did not make it (retry): MESH_INVALID: It broke."
    assert [job.status for job in jobs(platform)] == [JobStatus.CANCELED]


def test_a_job_that_failed_leaves_its_traceback_here_and_no_dead_letter(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    def deed(platform: Platform, job: Job) -> None:
        ended("fail")(platform, job)
        platform.records.create(f"jobs/{job.id}/private", "debug", {"traceback": "Traceback: here", "detail": "more"})

    assert smoke(platform, deed)[-1].what == f"{OURS} did not make it (fail): MESH_INVALID: It broke."
    assert capsys.readouterr().err == "Traceback: here\nmore\n"
    assert jobs(platform) == []
    assert platform.letters.find(limit=10) == []


def test_an_interrupted_call_leaves_no_open_job(platform: Platform) -> None:
    def deed(platform: Platform, job: Job) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        smoke(platform, deed)
    assert [job.status for job in jobs(platform)] == [JobStatus.CANCELED]


# --- the door ---------------------------------------------------------------------------------------------------


@dataclass
class Front:
    """Answers whatever it is asked, and remembers who asked."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def front() -> Iterator[Front]:
    front = Front(204, {})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            front.asked.append((self.command, self.path, self.headers.get("Authorization")))
            self.send_response(front.status)
            for name, value in front.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(front.body)))
            self.end_headers()
            self.wfile.write(front.body)

        do_POST = do_GET  # noqa: N815 (its name in the library)

        def log_message(self, *args: Any) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        front.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        yield front
        server.shutdown()
        thread.join()


JOB = a_job("j_a", trace="00-" + "1" * 32 + "-" + "2" * 16 + "-01")


def test_a_push_is_what_a_worker_opens(platform: Platform) -> None:
    message, message_id = open_envelope(envelope(JOB), {})
    hint = read_hint(message)
    assert (hint.job_id, hint.trace, message_id) == (JOB.id, JOB.trace, f"smoke-{JOB.id}")


@pytest.mark.parametrize("token, sent", [("abc", "Bearer abc"), ("", None)])
def test_the_token_goes_with_every_question(front: Front, token: str, sent: str | None) -> None:
    with Door.at(front.url, Settings(smoke_token=token)) as door:
        door.health()
        door.push(JOB)
    assert front.asked == [("GET", "/health/ready", sent), ("POST", "/pubsub/push", sent)]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("ask", [Door.health, lambda door: door.push(JOB)], ids=["health", "push"])
def test_who_is_not_let_in_does_not_wait(front: Front, status: int, ask: Callable[[Door], object]) -> None:
    front.status = status
    with Door.at(front.url, Settings(smoke_token="abc")) as door, pytest.raises(Failed) as failed:
        ask(door)
    assert f"is answered {status}" in str(failed.value)
    assert failed.value.then.startswith("LUMEN_SMOKE_TOKEN: ")
    assert "abc" not in f"{failed.value}{failed.value.then}"


@pytest.mark.parametrize(
    "status, fate, said, rest_s",
    [
        (204, "finish", "the last push was answered 204 finish", 0.0),
        (429, "busy", "the last push was answered 429 busy", 10.0),
        (503, "not ready", "the last push was answered 503 not ready", 10.0),
        (500, "", "the last push was answered 500", 10.0),
    ],
)
def test_an_answer_says_when_to_push_again(front: Front, status: int, fate: str, said: str, rest_s: float) -> None:
    front.status, front.headers = status, {"Lumen-Fate": fate} if fate else {}
    with Door.at(front.url, Settings()) as door:
        assert door.push(JOB) == Pushed(said, rest_s)


@pytest.mark.parametrize(
    "status, fate, said", [(204, "reject", f"it knows no job {JOB.id}"), (404, "", "there is no worker")]
)
def test_a_push_that_cannot_ever_be_taken_is_a_failure(front: Front, status: int, fate: str, said: str) -> None:
    front.status, front.headers = status, {"Lumen-Fate": fate} if fate else {}
    with Door.at(front.url, Settings()) as door, pytest.raises(Failed, match=said):
        door.push(JOB)


@pytest.mark.parametrize(
    "status, body, why",
    [
        (503, b'{"models": "starting", "why": "", "store": "ok"}', "models starting"),
        (503, b'{"models": "broken", "why": "no memory", "store": "gone"}', "models broken, no memory, store: gone"),
        (503, b"<html>", "it answers 503"),
        (503, b"[]", "it answers 503"),
        (404, b"", "it answers 404"),
    ],
)
def test_what_is_not_ready_says_why(front: Front, status: int, body: bytes, why: str) -> None:
    front.status, front.body = status, body
    with Door.at(front.url, Settings()) as door:
        health = door.health()
    assert (health.ready, health.why) == (False, why)


def test_nobody_is_an_answer_too() -> None:
    with Door.at(f"http://127.0.0.1:{free_port()}", Settings()) as door:
        assert door.health().why.startswith("nobody answers")
        pushed = door.push(JOB)
    assert pushed.said.startswith("the push got no answer")
    assert pushed.rest_s == 10.0
