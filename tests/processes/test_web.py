"""The API beside a worker, over real connections: from words to files, by somebody with a key."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.http_client import Client
from jobs.http_client.errors import Forbidden, KeyConflict, NothingThere, Unauthenticated
from models.mesh.load import parts_of
from tests.house import PATIENCE_S, House, Running, get
from tests.ports import free_port
from tests.receiver import a_receiver
from tests.waiting import until

pytestmark = pytest.mark.processes


@pytest.fixture
def web(house: House) -> Running:
    """`lumen web`, and a worker that knows nothing of it."""
    house.puller()
    port = free_port()
    running = house.start("web", "--port", str(port))
    running.port = port
    house.ready(running)
    return running


def key_of(house: House, owner: str, *scopes: str) -> str:
    wanted = [part for scope in scopes for part in ("--scope", scope)]
    return house.lumen("keys", "create", "--owner", owner, *wanted).stdout.strip()


@pytest.fixture
def ada(house: House, web: Running) -> Iterator[Client]:
    with Client(f"http://127.0.0.1:{web.port}", key_of(house, "ada", "submit", "read")) as client:
        yield client


def test_somebody_with_a_key_gets_what_they_asked_for(house: House, web: Running, ada: Client, tmp_path: Path) -> None:
    job = ada.submit("flying bird", key="bird-1", quality="draft")
    assert ada.submit("flying bird", key="bird-1", quality="draft").id == job.id, "asked twice, made once"
    with pytest.raises(KeyConflict):
        ada.submit("cat", key="bird-1", quality="draft")

    seen = [change.status for change in ada.watch(job.id)]
    assert seen[-1] == "succeeded"
    ada.download(job.id, "object.glb", tmp_path / "bird.glb")
    output = ada.get(job.id).succeeded().output
    assert output is not None
    names = [part.name for part in parts_of((tmp_path / "bird.glb").read_bytes())]
    assert names == [part.name for part in output.parts]
    ada.download(job.id, "object.stl", tmp_path / "bird.stl")
    assert (tmp_path / "bird.stl").stat().st_size > 80

    with Client(f"http://127.0.0.1:{web.port}", key_of(house, "bob", "submit", "read")) as bob:
        with pytest.raises(NothingThere):
            bob.get(job.id)
        assert list(bob.list()) == []


def test_a_key_opens_what_it_is_for_and_nothing_once_it_is_revoked(house: House, web: Running) -> None:
    token = key_of(house, "ada", "read")
    with Client(f"http://127.0.0.1:{web.port}", token) as reader:
        assert list(reader.list()) == []
        with pytest.raises(Forbidden):
            reader.submit("cat")
        house.lumen("keys", "revoke", token.split("_")[1])
        until(lambda: get(web, "/v1/jobs", f"Bearer {token}")[0] == 401, "the key is forgotten")
        with pytest.raises(Unauthenticated):
            list(reader.list())


def test_whoever_has_a_webhook_is_told_of_the_end(house: House) -> None:
    """`lumen dev` may tell programs on its own machine; that the signature verifies is held elsewhere."""
    dev = house.dev()
    with a_receiver() as receiver, Client(f"http://127.0.0.1:{dev.port}", "") as client:
        house.lumen("webhooks", "add", receiver.url)
        job = client.submit("cat", quality="draft")
        until(lambda: receiver.received, "it is told", within_s=PATIENCE_S)
        (told,) = receiver.received
        assert json.loads(told.body)["data"] == {
            "id": job.id,
            "status": "succeeded",
            "links": {"self": f"/v1/jobs/{job.id}"},
        }
        assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= {name.lower() for name in told.headers}
