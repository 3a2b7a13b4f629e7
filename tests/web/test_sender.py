"""The web process tells a receiver on this machine, with what anybody may verify."""

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Standard
from standardwebhooks import WebhookVerificationError

from jobs.addresses import Reply
from jobs.deliveries import Deliveries
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.settings import Settings
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.webhooks import Webhooks
from jobs.wiring import wire
from tests.builders import a_job
from tests.fakes import FakeClock, Flaky
from tests.receiver import Receiver, a_receiver
from tests.waiting import until
from tests.web.asking import PEOPLE, Door, a_door
from web.callers import OnePerson
from web.house import House
from web.sender import Sender, deliveries_of

EVERY_S = 0.01


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


@pytest.fixture
def own(tmp_path: Path) -> Door:
    """The door of `lumen dev`: of one person, who may have programs on the same machine told."""
    return a_door(tmp_path / "house", callers=OnePerson("ada"), public_url="https://lumen.example")


def deliveries_at(door: Door) -> Deliveries:
    return deliveries_of(House(door.platform, OnePerson("ada")))


def test_an_end_is_told_to_a_receiver_that_can_verify_it(own: Door, receiver: Receiver) -> None:
    secret = own.post("/v1/webhooks", {"url": receiver.url}).get_json()["secret"]
    job = own.submitted("cat")
    sender = Sender(deliveries_at(own), EVERY_S)
    thread = sender.start()
    own.post(f"/v1/jobs/{job['id']}/cancel")
    until(lambda: receiver.received, "the receiver was told")
    sender.stop()
    thread.join()
    (got,) = receiver.received
    told = Standard(secret).verify(got.body, got.headers)
    assert told["type"] == "job.canceled"
    assert told["data"] == {
        "id": job["id"],
        "status": "canceled",
        "links": {"self": f"https://lumen.example/v1/jobs/{job['id']}"},
    }
    for body, headers in (
        (got.body.replace(b"canceled", b"failed"), got.headers),
        (got.body, got.headers | {"webhook-id": "msg_other"}),
        (got.body, got.headers | {"webhook-timestamp": str(int(got.headers["webhook-timestamp"]) - 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Standard(secret).verify(body, headers)


def test_a_redirect_inwards_is_a_failure_that_the_owner_sees(own: Door, receiver: Receiver) -> None:
    webhook = own.post("/v1/webhooks", {"url": receiver.url}).get_json()
    receiver.answers = [302]
    job = own.submitted("cat")
    own.post(f"/v1/jobs/{job['id']}/cancel")
    assert deliveries_at(own).run()["failed"] == 1
    assert receiver.paths() == ["/hook"]
    shown = own.get(f"/v1/webhooks/{webhook['id']}").get_json()
    assert (shown["failures"], shown["last_error"]) == (1, "It answered 302.")


def test_what_was_taken_once_is_looked_at_again_before_it_is_called(
    own: Door, receiver: Receiver, tmp_path: Path
) -> None:
    """Added under `lumen dev`; a production door over the same store does not call this machine."""
    own.post("/v1/webhooks", {"url": receiver.url})
    job = own.submitted("cat")
    own.post(f"/v1/jobs/{job['id']}/cancel")
    production = deliveries_of(House(wire(Settings(data=tmp_path / "house")), PEOPLE))
    assert production.run()["failed"] == 1
    assert receiver.received == []
    (shown,) = own.get("/v1/webhooks").get_json()["webhooks"]
    assert shown["last_error"].startswith("The URL must begin with https://")


def test_a_run_that_fails_is_followed_by_another(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    documents = Flaky(SqliteDocumentStore(tmp_path / "lumen.db", clock))
    store, records = JobStore(documents, clock), Records(documents, clock)
    told: list[str] = []

    def post(_url: str, _headers: Mapping[str, str], body: bytes) -> Reply:
        told.append(json.loads(body)["data"]["id"])
        return Reply(204)

    webhooks = Webhooks(records, lambda _url: None)
    webhooks.add("ada", "https://hooks.example/")
    store.create(a_job())
    store.update("a", lambda job, now: job.request_cancel(now=now))
    documents.fail("read", 4)  # as often as it is asked for in one go
    sender = Sender(Deliveries(store, webhooks, post), EVERY_S)
    thread = sender.start()
    until(lambda: told, "the run after the failed one sent it")
    sender.stop()
    thread.join()
    assert told == ["a"]
    assert "the next run tries again" in caplog.text


def test_a_sender_that_was_stopped_looks_for_nothing(own: Door) -> None:
    sender = Sender(deliveries_at(own), EVERY_S, threading.Event())
    sender.stop()
    sender.run()
    assert not own.platform.settings.data.exists(), "not even a database was opened"
