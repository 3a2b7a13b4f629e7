"""The client over HTTP and the app itself, over a real connection where that makes a difference."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobs.bucket import files_of
from jobs.errors import REASONS, StillRunning
from jobs.fields import Artifact, Report
from jobs.http_client import AsyncClient, Client
from jobs.http_client.errors import (
    REFUSALS,
    AlreadyDone,
    BadAnswer,
    InvalidInput,
    KeyConflict,
    NotDone,
    NothingThere,
    TimedOut,
    Unreachable,
)
from jobs.http_client.job import JobCanceled, JobFailed
from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.status import JobStatus
from tests.builders import SOME_METRICS, an_output, claim, fail, lease_of
from tests.fakes import FakeClock
from tests.pictures import file, photo
from tests.waiting import until
from tests.web.asking import ADA, Door, a_door
from tests.web.serving import answering, served
from web.api import ENDPOINTS
from web.callers import OnePerson
from web.openapi import refusals

GLB = b"glTF, or nearly so"
KEY = ADA.removeprefix("Bearer ")


def photo_png() -> bytes:
    return file(photo(), "PNG")


@pytest.fixture
def client(door: Door) -> Iterator[Client]:
    """In this process, without a connection."""
    with Client("http://lumen.test", KEY, transport=httpx.WSGITransport(door.app)) as client:
        yield client


@pytest.fixture
def address(door: Door) -> Iterator[str]:
    with served(door.app) as address:
        yield address


def work(door: Door, job_id: str) -> Job:
    """What a worker does, from claim to finish, with one file as the result."""
    store, bucket = door.platform.store, door.platform.bucket
    job = claim(store, job_id)
    blob = bucket.put(f"{files_of(job.id)}{job.claims}/object.glb", GLB)
    file = Artifact(uri=blob.uri, bytes=blob.bytes, sha256=blob.sha256, content_type=blob.content_type)
    output = an_output().model_copy(update={"files": {"object.glb": file}})
    return store.update(job_id, lambda it, now: it.finish(lease_of(it), output, SOME_METRICS, Report(), now=now))


def waiting(door: Door) -> Iterator[str]:
    """The ids of jobs that are queued."""
    return (job.id for job in door.platform.client(owner="ada").find(JobQuery(JobStatus.QUEUED)))


# --- jobs -----------------------------------------------------------------------------------------------


def test_a_job_comes_back_as_it_was_asked_for(client: Client) -> None:
    job = client.submit("flying bird", seed=7, tags=["birds"])
    assert (job.status, job.tags, job.queue_position) == ("queued", ("birds",), 0)
    assert job.model_extra is not None
    assert job.model_extra["input"]["seed"] == 7
    assert client.get(job.id) == job


def test_a_key_leads_to_the_same_job_and_to_no_other_request(client: Client) -> None:
    assert client.submit("cat", key="k").id == client.submit("cat", key="k").id
    with pytest.raises(KeyConflict):
        client.submit("dog", key="k")


def test_a_list_goes_on_to_its_end(client: Client) -> None:
    made = {client.submit("cat", seed=seed, tags=["pets"]).id for seed in range(5)}
    client.submit("dog")
    assert {job.id for job in client.list(tag="pets", page_size=2)} == made


def test_a_filter_that_does_not_exist_is_refused(client: Client) -> None:
    with pytest.raises(InvalidInput, match="colour"):
        list(client.list(colour="red"))


def test_a_picture_becomes_a_job(client: Client, tmp_path: Path) -> None:
    picture = tmp_path / "bird.png"
    picture.write_bytes(photo_png())
    job = client.submit(image=client.upload(picture))
    assert job.model_extra is not None
    assert job.model_extra["input"]["image"] == client.upload(photo_png())


def test_a_job_is_canceled_tried_again_and_deleted(client: Client, door: Door) -> None:
    job = client.submit("cat")
    with pytest.raises(NotDone):
        client.retry(job.id)
    assert client.cancel(job.id).status == "canceled"
    assert client.retry(job.id, reason="changed my mind").status == "queued"
    work(door, job.id)
    assert client.retry(job.id, seed=3).id == client.retry(job.id, seed=3).id != job.id
    with pytest.raises(AlreadyDone):
        client.cancel(job.id)
    client.delete(job.id)
    with pytest.raises(NothingThere):
        client.get(job.id)


# --- waiting --------------------------------------------------------------------------------------------


def test_a_wait_ends_with_the_job_or_says_why_there_is_no_result(client: Client, door: Door) -> None:
    done, failed, canceled = (client.submit(words).id for words in ("cat", "dog", "bird"))
    work(door, done)
    fail(door.platform.store, failed, lease_of(claim(door.platform.store, failed)))
    client.cancel(canceled)
    assert client.wait(done).output is not None
    with pytest.raises(JobFailed, match="GENERATION_FAILED: It broke") as caught:
        client.wait(failed)
    assert caught.value.job.error is not None
    assert caught.value.job.error.retryable
    with pytest.raises(JobCanceled):
        client.wait(canceled)


@pytest.mark.parametrize("cancel", [False, True])
def test_a_wait_that_is_over_leaves_the_job_alone_unless_told_otherwise(address: str, cancel: bool) -> None:
    with Client(address, KEY) as client:
        job = client.submit("cat")
        with pytest.raises(StillRunning):
            client.wait(job.id, timeout_s=0.05, cancel_on_timeout=cancel)
        assert client.get(job.id).status == ("canceled" if cancel else "queued")


def test_every_change_is_seen_once_and_in_order(address: str, door: Door) -> None:
    with Client(address, KEY) as client:
        job = client.submit("cat")
        seen = []
        for change in client.watch(job.id, timeout_s=8):
            seen.append(change.status)
            if change.status == "queued":
                work(door, job.id)
    assert (seen[0], seen[-1]) == ("queued", "succeeded")
    assert len(seen) == len(set(seen))


def test_where_all_streams_are_taken_a_job_is_polled(tmp_path: Path) -> None:
    door = a_door(tmp_path, callers=OnePerson("ada"), event_streams_max=1)
    with served(door.app) as address, Client(address) as first, Client(address, clock=FakeClock()) as second:
        other = first.watch(first.submit("dog").id)
        assert next(other).status == "queued"
        job = second.submit("cat")
        changes = second.watch(job.id)
        assert next(changes).status == "queued"
        work(door, job.id)
        assert [change.status for change in changes] == ["succeeded"]
        other.close()


def test_a_stream_that_breaks_is_resumed_behind_what_was_seen(client: Client, door: Door) -> None:
    """The first stream ends in the middle of the second event; the second is asked for what comes behind the first."""
    job = client.submit("cat")
    queued = door.get(f"/v1/jobs/{job.id}").get_data(as_text=True)
    work(door, job.id)
    done = door.get(f"/v1/jobs/{job.id}").get_data(as_text=True)
    asked: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("Last-Event-ID"))
        if not request.url.path.endswith("/events"):
            return httpx.Response(200, text=queued, headers={"Content-Type": "application/json"})
        text = (
            f"event: job\nid: 1\ndata: {queued}\n\nevent: jo"
            if len(asked) == 1
            else f"event: job\nid: 2\ndata: {done}\n\n"
        )
        return httpx.Response(200, text=text, headers={"Content-Type": "text/event-stream"})

    with Client("http://lumen.test", transport=httpx.MockTransport(answer), clock=FakeClock()) as other:
        assert [change.status for change in other.watch(job.id)] == ["queued", "succeeded"]
    assert asked == [None, None, "1"], "the stream, a look, the stream again"


# --- files ----------------------------------------------------------------------------------------------


def test_a_file_is_downloaded_and_checked(client: Client, door: Door, tmp_path: Path) -> None:
    job = work(door, client.submit("cat").id)
    assert client.download(job.id, "object.glb", tmp_path / "cat.glb").read_bytes() == GLB
    with pytest.raises(NothingThere):
        client.download(job.id, "object.exe", tmp_path / "cat.exe")
    name = f"{files_of(job.id)}{job.claims}/object.glb"
    door.platform.bucket.delete(name)
    door.platform.bucket.put(name, b"something else")
    with pytest.raises(BadAnswer, match="damaged"):
        client.download(job.id, "object.glb", tmp_path / "again.glb")
    assert [path.name for path in tmp_path.glob("*.*")] == ["cat.glb"]


# --- connections that go wrong ----------------------------------------------------------------------------


def cut_off(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")


def not_http(caller: socket.socket) -> None:
    caller.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")


def silent(caller: socket.socket) -> None:
    caller.recv(1)  # until the client has had enough


def drip(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    caller.recv(1)


@pytest.mark.parametrize(
    "answer, error", [(cut_off, Unreachable), (not_http, Unreachable), (silent, TimedOut), (drip, TimedOut)]
)
def test_a_connection_that_goes_wrong_is_told_apart(answer: Any, error: type[Exception]) -> None:
    with (
        answering(answer) as address,
        Client(address, timeout=httpx.Timeout(0.05), clock=FakeClock()) as client,
        pytest.raises(error),
    ):
        client.get("j_a")


def test_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}", clock=FakeClock()) as client, pytest.raises(Unreachable):
        client.get("j_a")


# --- the twin ---------------------------------------------------------------------------------------------


def test_the_client_for_asyncio_does_the_same(address: str, door: Door, tmp_path: Path) -> None:
    async def life() -> list[str]:
        async with AsyncClient(address, KEY) as client:
            picture = await client.upload(photo_png())
            made = [each.job async for each in client.submit_many(["cat", "dog"], batch="pets")]
            job = await client.submit(image=picture, tags=["mine"])
            assert [each.id async for each in client.list(tag="mine")] == [(await client.get(job.id)).id]
            seen = []
            async for change in client.watch(job.id, timeout_s=8):
                seen.append(change.status)
                if change.status == "queued":
                    await asyncio.to_thread(work, door, job.id)
            assert (await client.wait(job.id)).id == job.id
            assert (await client.download(job.id, "object.glb", tmp_path / "a.glb")).read_bytes() == GLB
            again = await client.retry(job.id, seed=3)
            assert (await client.cancel(again.id)).status == "canceled"
            with pytest.raises(JobCanceled):
                await client.wait(again.id)
            with pytest.raises(StillRunning):
                await client.wait(made[0].id if made[0] else "", timeout_s=0.05, cancel_on_timeout=True)
            await client.delete(again.id)
            with pytest.raises(NothingThere):
                await client.get(again.id)
            return seen

    assert asyncio.run(life())[-1] == "succeeded"


def test_the_twins_have_the_same_methods() -> None:
    def said(kind: type) -> dict[str, str | None]:
        return {name: each.__doc__ for name, each in vars(kind).items() if not name.startswith("_")}

    assert said(Client) == said(AsyncClient)


# --- nothing is left out ------------------------------------------------------------------------------------


def test_every_reason_that_an_address_may_refuse_with_has_a_class_of_its_own() -> None:
    reasons = {reason for endpoint in ENDPOINTS for each in refusals(endpoint).values() for reason in each}
    servers_own = {reason for reason in reasons if REASONS[reason].http >= 500 and reason != "OVERLOADED"}
    assert {reason.value for reason in reasons - servers_own} == set(REFUSALS)


def test_the_example_in_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    door = a_door(tmp_path / "house", callers=OnePerson("ada"))
    monkeypatch.chdir(tmp_path)
    with served(door.app) as address, ThreadPoolExecutor() as worker:
        made = worker.submit(lambda: work(door, until(lambda: next(waiting(door), None), "no job was submitted")))
        exec(compile(example.replace("http://127.0.0.1:8080", address), "client.md", "exec"), {})
        made.result()
    assert (tmp_path / "bird.glb").read_bytes() == GLB


def test_the_page_about_the_client_names_every_error() -> None:
    page = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
    assert [kind.__name__ for kind in REFUSALS.values() if f"`{kind.__name__}`" not in page] == []
