"""An end of a job is told: signed, at least once, again after a failure, and given up in the end."""

import base64
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Standard

from jobs import deliveries as module
from jobs.addresses import Outside, Reply
from jobs.deliveries import (
    DELIVERIES,
    KEPT_FOR,
    OVERLAP,
    SEND_S,
    SERVE_S,
    Deliveries,
    key_of,
)
from jobs.errors import BackendDown, InvalidRequest, NotDue, RecordMissing
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.webhooks import (
    CURSORS,
    JITTER,
    LEASE,
    NEVER,
    OF_ENDS,
    OWNED_MAX,
    RETRY_AFTER_S,
    TRIES_MAX,
    Delivery,
    EventType,
    Webhooks,
    pause_after,
)
from tests.builders import a_job, claim, fail, finish, lease_of
from tests.fakes import START, FakeClock, Flaky

URL = "https://hooks.example/lumen"
WELL = Reply(204)
OVERLAP_S, LEASE_S = OVERLAP.total_seconds(), LEASE.total_seconds()


@dataclass
class Inbox:
    """What was posted, where to and with which headers. `replies` come first, then `otherwise`."""

    messages: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    otherwise: Reply = WELL
    meanwhile: Callable[[], object] = lambda: None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.messages.append((url, headers, body))
        self.meanwhile()
        return self.replies.pop(0) if self.replies else self.otherwise

    def bodies(self) -> list[Any]:
        return [json.loads(body) for *_, body in self.messages]

    def told(self) -> list[str]:
        """The ids of the jobs, in order."""
        return [body["data"]["id"] for body in self.bodies()]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.messages]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def webhooks(records: Records) -> Webhooks:
    return Webhooks(records, Outside(resolve=lambda _host, _port: ["8.8.8.8"]).target)


@pytest.fixture
def deliveries(store: JobStore, webhooks: Webhooks, inbox: Inbox) -> Deliveries:
    return Deliveries(store, webhooks, inbox.post, "https://lumen.example")


def restarted(deliveries: Deliveries) -> Deliveries:
    """As another process has it, or this one after a restart."""
    return Deliveries(deliveries.store, deliveries.webhooks, deliveries.post, deliveries.public_url)


def succeeded(store: JobStore, job_id: str = "a", owner: str = "ada") -> Job:
    store.create(a_job(job_id, owner=owner, now=store.now()))
    return finish(store, job_id, lease_of(claim(store, job_id)))


def failed(store: JobStore, job_id: str = "a") -> Job:
    store.create(a_job(job_id, now=store.now()))
    return fail(store, job_id, lease_of(claim(store, job_id)))


def canceled(store: JobStore, job_id: str = "a", *, ago_s: float = 0) -> Job:
    """`ago_s`: its write lands that long after the time it carries."""
    store.create(a_job(job_id, now=store.now()))
    return store.update(job_id, lambda job, now: job.request_cancel(now=now - timedelta(seconds=ago_s)))


def kept(records: Records) -> list[Delivery]:
    return [Delivery.model_validate(record) for _, record in records.find(DELIVERIES, {}, limit=500)]


# --- registering ------------------------------------------------------------------------------------


def test_a_webhook_is_there_until_it_is_removed(webhooks: Webhooks) -> None:
    first, second = webhooks.add("ada", URL), webhooks.add("ada", f"{URL}/2", [EventType.FAILED])
    assert (first.url, first.events, first.created_at) == (URL, tuple(EventType), START)
    assert webhooks.of("ada") == [first, second]
    assert webhooks.get("ada", second.id).events == (EventType.FAILED,)
    webhooks.remove("ada", first.id)
    assert webhooks.of("ada") == [second]


def test_a_secret_is_what_the_standard_wants_and_never_the_same(webhooks: Webhooks) -> None:
    secrets = {webhooks.add("ada", URL).secret for _ in range(3)}
    assert len(secrets) == 3
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in secrets} == {32}


def test_somebody_elses_webhook_is_as_if_it_were_not_there(webhooks: Webhooks) -> None:
    mine = webhooks.add("ada", URL)
    assert webhooks.of("bob") == []
    for touch in (webhooks.get, webhooks.remove):
        with pytest.raises(RecordMissing):
            touch("bob", mine.id)
    assert webhooks.of("ada") == [mine]


def test_an_owner_has_ten_also_when_twelve_are_asked_for_at_once(webhooks: Webhooks) -> None:
    def add(n: int) -> bool:
        try:
            webhooks.add("ada", f"{URL}/{n}")
        except InvalidRequest:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(12))) == OWNED_MAX
    assert len(webhooks.of("ada")) == OWNED_MAX
    webhooks.add("bob", URL)


def test_a_webhook_inwards_or_for_nothing_is_refused(webhooks: Webhooks) -> None:
    with pytest.raises(InvalidRequest, match="events"):
        webhooks.add("ada", URL, [])
    for url in ("http://hooks.example/", "https://hooks.example:22/", "nonsense"):
        with pytest.raises(InvalidRequest, match="url"):
            webhooks.add("ada", url)
    assert webhooks.of("ada") == []


def test_a_webhook_whose_answer_was_lost_is_there_once(webhooks: Webhooks, documents: Flaky) -> None:
    webhooks.add("ada", URL)
    documents.lose_answer("write")
    made = webhooks.add("ada", f"{URL}/2")
    assert [each.url for each in webhooks.of("ada")] == [URL, f"{URL}/2"]
    assert made == webhooks.of("ada")[1]


# --- what is told -----------------------------------------------------------------------------------


def test_the_end_of_a_job_is_told_once(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore
) -> None:
    webhook = webhooks.add("ada", URL)
    job = succeeded(store)
    assert deliveries.run() == Counter(noticed=1, made=1, sent=1)
    assert deliveries.run() == Counter()
    ((url, headers, body),) = inbox.messages
    assert url == URL
    assert json.loads(body) == {
        "type": "job.succeeded",
        "timestamp": START.isoformat(),
        "data": {"id": "a", "status": "succeeded", "links": {"self": "https://lumen.example/v1/jobs/a"}},
    }
    assert job.completed_at is not None
    assert headers["webhook-id"] == key_of("a", job.completed_at, webhook.id)
    assert headers["webhook-timestamp"] == str(int(START.timestamp()))
    signed = Standard(webhook.secret).sign(headers["webhook-id"], START, body.decode())
    assert headers["webhook-signature"] == signed


def test_each_kind_of_end_has_its_type_and_a_failure_its_reason(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore
) -> None:
    webhooks.add("ada", URL)
    for end, job_id in ((succeeded, "s"), (failed, "f"), (canceled, "c")):
        end(store, job_id)
    deliveries.run()
    told = {body["data"]["id"]: (body["type"], body["data"].get("reason")) for body in inbox.bodies()}
    assert told == {
        "s": ("job.succeeded", None),
        "f": ("job.failed", "GENERATION_FAILED"),
        "c": ("job.canceled", None),
    }


def test_only_what_was_asked_for_is_told_and_only_to_its_owner(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhooks.add("bob", f"{URL}/bob")
    canceled(store, "before")
    clock.advance(1)
    webhooks.add("ada", URL, [EventType.CANCELED])
    succeeded(store, "unwanted")
    succeeded(store, "bobs", owner="bob")
    canceled(store, "wanted")
    deliveries.run()
    assert sorted(
        (url, body["data"]["id"]) for (url, *_), body in zip(inbox.messages, inbox.bodies(), strict=True)
    ) == [
        (URL, "wanted"),
        (f"{URL}/bob", "bobs"),
    ]


def test_a_job_that_was_tried_again_ends_again(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    failed(store)
    deliveries.run()
    clock.advance(1)
    store.update("a", lambda job, now: job.again(attempts=3, by="ada", reason="", now=now))
    finish(store, "a", lease_of(claim(store, "a")))
    deliveries.run()
    assert [body["type"] for body in inbox.bodies()] == ["job.failed", "job.succeeded"]
    assert len(set(inbox.ids())) == 2


def test_a_message_is_thin(deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore) -> None:
    webhooks.add("ada", URL)
    succeeded(store, "j" * 64)
    deliveries.run()
    assert len(inbox.messages[0][2]) < 20_000  # the standard's limit


# --- which ends there are ---------------------------------------------------------------------------


def test_while_nobody_has_a_webhook_one_question_is_asked(
    deliveries: Deliveries, store: JobStore, documents: Flaky
) -> None:
    succeeded(store)
    documents.calls.clear()
    assert deliveries.run() == Counter()
    assert documents.calls == {"read": 1}


def test_several_processes_tell_each_end_once(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore
) -> None:
    webhooks.add("ada", URL)
    for n in range(8):
        canceled(store, f"j{n}")
    with ThreadPoolExecutor(4) as pool:
        counts = sum(pool.map(Deliveries.run, [restarted(deliveries) for _ in range(4)]), Counter[str]())
    assert (counts["made"], counts["sent"], counts["left"]) == (8, 8, 0)
    assert sorted(inbox.told()) == [f"j{n}" for n in range(8)]


def test_a_restart_doubles_nothing(deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore) -> None:
    webhooks.add("ada", URL)
    canceled(store)
    deliveries.run()
    assert restarted(deliveries).run() == Counter(noticed=1)
    assert inbox.told() == ["a"]


@pytest.mark.parametrize("late_s, told", [(0, ["a"]), (OVERLAP_S - 1, ["a"]), (OVERLAP_S + 1, [])])
def test_an_end_that_lands_late_is_told_within_the_overlap(
    deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock, late_s: float, told: list[str]
) -> None:
    """What lands later is lost: docs/webhooks.md says so, and why nothing should."""
    deliveries.webhooks.add("ada", URL)
    clock.advance(1000)
    deliveries.run()
    canceled(store, ago_s=late_s)
    deliveries.run()
    assert inbox.told() == told


def test_after_days_without_a_sender_every_end_is_told(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    deliveries.run()
    for n in range(3):
        clock.advance(86_400)
        canceled(store, f"j{n}")
    clock.advance(86_400)
    deliveries.run()
    assert sorted(inbox.told()) == ["j0", "j1", "j2"]


def test_ends_of_more_than_a_page_are_all_noticed_also_at_one_time(
    deliveries: Deliveries, store: JobStore, documents: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 3)
    deliveries.webhooks.add("ada", URL, [EventType.SUCCEEDED])
    for n in range(7):
        canceled(store, f"j{n}")
    documents.create("jobs", "j1x", {"status": "failed", "completed_at": START})  # nobody can read it: the page's last
    assert deliveries.run()["noticed"] == 7


def test_a_run_ends_and_the_next_one_goes_on(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NOTICED_MAX", 3)
    webhooks.add("ada", URL)
    for n in range(7):
        canceled(store, f"j{n}")
    assert [deliveries.run()["noticed"] for _ in range(4)] == [3, 3, 1, 0]
    assert sorted(inbox.told()) == [f"j{n}" for n in range(7)]


def test_a_restart_in_the_middle_of_many_ends_goes_on(
    deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NOTICED_MAX", 3)
    deliveries.webhooks.add("ada", URL)
    for n in range(7):
        clock.advance(OVERLAP_S + 1)
        canceled(store, f"j{n}")
    assert [restarted(deliveries).run()["made"] for _ in range(4)] == [3, 3, 1, 0]
    assert sorted(inbox.told()) == [f"j{n}" for n in range(7)]


def test_another_webhook_does_not_hide_ends_that_nobody_has_noticed(
    deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    deliveries.webhooks.add("ada", URL)
    canceled(store)
    clock.advance(OVERLAP_S + 1)
    deliveries.webhooks.add("ada", f"{URL}/2")
    deliveries.run()
    assert [url for url, *_ in inbox.messages] == [URL]


def test_what_is_noticed_is_remembered_no_longer_than_needed(
    deliveries: Deliveries, webhooks: Webhooks, store: JobStore, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    canceled(store)
    deliveries.run()
    assert len(deliveries._noticed) == 1
    clock.advance(1)
    deliveries.run()
    clock.advance(OVERLAP_S + 1)
    deliveries.run()  # its cursor is of the run before
    deliveries.run()
    assert deliveries._noticed == set()


def test_the_cursor_never_goes_back(deliveries: Deliveries, webhooks: Webhooks, records: Records) -> None:
    webhooks.add("ada", URL)
    later = START + timedelta(days=1)
    records.update(CURSORS, OF_ENDS, lambda _old, _now: {"ended_at": later})
    deliveries.run()
    assert records.get(CURSORS, OF_ENDS)["ended_at"] == later


def test_a_store_that_goes_down_in_between_loses_no_end(
    deliveries: Deliveries,
    webhooks: Webhooks,
    inbox: Inbox,
    store: JobStore,
    documents: Flaky,
    caplog: pytest.LogCaptureFixture,
) -> None:
    webhooks.add("ada", URL)
    canceled(store)
    documents.fail("create", 4)
    with caplog.at_level(logging.WARNING):
        assert deliveries.run() == Counter(left=1)
    assert "noticing ends is left to the next run" in caplog.text
    assert deliveries.run() == Counter(noticed=1, made=1, sent=1)
    documents.fail("read", 4)
    with pytest.raises(BackendDown):
        deliveries.run()


def test_a_delivery_whose_answer_was_lost_is_made_once(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, documents: Flaky
) -> None:
    webhooks.add("ada", URL)
    canceled(store)
    documents.lose_answer("create")
    deliveries.run()
    assert inbox.told() == ["a"]


# --- again, and the end of it -----------------------------------------------------------------------


def test_a_failed_delivery_is_tried_again_on_schedule_and_then_given_up(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, records: Records, clock: FakeClock
) -> None:
    webhook = webhooks.add("ada", URL)
    inbox.otherwise = Reply(500)
    canceled(store)
    for pause_s in RETRY_AFTER_S:
        assert deliveries.run()["failed"] == 1
        clock.advance(pause_s - 1)
        assert deliveries.run()["failed"] == 0, "too early"
        clock.advance(1 + pause_s * JITTER)
    assert deliveries.run()["given up"] == 1
    clock.advance(86_400)
    assert deliveries.run() == Counter()
    assert len(inbox.messages) == TRIES_MAX
    (given_up,) = kept(records)
    assert (given_up.state, given_up.tries, given_up.next_at) == ("given up", TRIES_MAX, NEVER)
    assert given_up.last_error == "It answered 500."
    there = webhooks.get("ada", webhook.id)
    assert (there.failures, there.last_error, there.disabled_at) == (TRIES_MAX, "It answered 500.", None)


def test_a_try_again_is_the_same_message_at_another_time(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhook = webhooks.add("ada", URL)
    inbox.replies = [Reply(503)]
    canceled(store)
    deliveries.run()
    assert webhooks.get("ada", webhook.id).failures == 1
    clock.advance(6)
    assert deliveries.run()["sent"] == 1
    (_, first, body), (_, second, again) = inbox.messages
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) == int(first["webhook-timestamp"]) + 6
    assert first["webhook-signature"] != second["webhook-signature"]
    there = webhooks.get("ada", webhook.id)
    assert (there.failures, there.last_error) == (0, "")


def test_pauses_are_spread() -> None:
    pauses = {pause_after(1) for _ in range(20)}
    assert len(pauses) > 10
    assert timedelta(seconds=5) <= min(pauses) <= max(pauses) <= timedelta(seconds=6)


def test_who_answers_410_hears_no_more(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, records: Records, clock: FakeClock
) -> None:
    webhook = webhooks.add("ada", URL)
    inbox.replies = [Reply(410)]
    canceled(store, "a")
    canceled(store, "b")
    assert deliveries.run()["given up"] == 2
    assert webhooks.get("ada", webhook.id).disabled_at == START
    clock.advance(1)
    canceled(store, "c")
    assert deliveries.run() == Counter(noticed=1)
    assert len(inbox.messages) == 1
    assert {each.state for each in kept(records)} == {"given up"}


def test_who_answered_410_hears_no_more_of_what_waits(
    deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    deliveries.webhooks.add("ada", URL)
    inbox.replies = [Reply(500), Reply(410)]
    canceled(store, "a")
    deliveries.run()
    canceled(store, "b")
    deliveries.run()
    clock.advance(6)
    assert deliveries.run() == {"given up": 1}
    assert inbox.told() == ["a", "b"]


def test_a_removed_webhook_hears_no_more_of_what_waits(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhook = webhooks.add("ada", URL)
    inbox.otherwise = Reply(500)
    canceled(store)
    deliveries.run()
    webhooks.remove("ada", webhook.id)
    clock.advance(6)
    assert deliveries.run()["given up"] == 1
    assert len(inbox.messages) == 1


def test_who_cannot_be_reached_is_asked_once_a_run(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, records: Records
) -> None:
    webhooks.add("ada", URL)
    inbox.otherwise = Reply(error="No answer in 15 s.")
    for n in range(5):
        canceled(store, f"j{n}")
    assert deliveries.run()["failed"] == 5
    assert len(inbox.messages) == 1
    assert {(each.tries, each.last_error) for each in kept(records)} == {(1, "No answer in 15 s.")}


def test_who_answers_badly_is_asked_about_each(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore
) -> None:
    webhooks.add("ada", URL)
    inbox.replies = [Reply(500), Reply(400)]
    for n in range(3):
        canceled(store, f"j{n}")
    assert deliveries.run() == Counter(noticed=3, made=3, failed=2, sent=1)


def test_a_slow_webhook_holds_a_sender_for_a_while_and_gets_the_rest_later(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    for n in range(5):
        canceled(store, f"j{n}")
    inbox.meanwhile = lambda: clock.advance(SERVE_S * 0.6)
    assert [deliveries.run()["sent"] for _ in range(4)] == [2, 2, 1, 0]


def test_a_run_takes_on_no_more_webhooks_when_its_time_is_over(
    deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SENDERS", 1)
    for n in range(OWNED_MAX):
        deliveries.webhooks.add("ada", f"{URL}/{n}")
    canceled(store)
    inbox.meanwhile = lambda: clock.advance(SERVE_S)
    turns = [deliveries.run()["sent"] for _ in range(4)]
    assert turns == [SEND_S / SERVE_S, SEND_S / SERVE_S, 2, 0]


def test_what_is_over_or_not_due_does_not_stand_before_what_is(
    deliveries: Deliveries, inbox: Inbox, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DUE_MAX", 1)
    deliveries.webhooks.add("ada", URL)
    inbox.replies = [Reply(500)]
    for job_id in "abc":
        canceled(store, job_id)
        deliveries.run()
    assert inbox.told() == ["a", "b", "c"]


def test_a_webhook_that_is_down_does_not_keep_others_from_theirs(
    deliveries: Deliveries, webhooks: Webhooks, store: JobStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a run takes is due to one that does not answer; what is new goes first."""
    monkeypatch.setattr(module, "DUE_MAX", 5)
    webhooks.add("ada", f"{URL}/down")
    webhooks.add("bob", URL)
    told: list[str] = []

    def post(url: str, _headers: Mapping[str, str], _body: bytes) -> Reply:
        told.append(url)
        return Reply(error="No answer.") if url.endswith("/down") else Reply(204)

    sender = replace(deliveries, post=post)
    for n in range(8):
        old = Delivery(
            webhook=deliveries.webhooks.of("ada")[0].id,
            owner_uid="ada",
            event=EventType.CANCELED,
            job_id=f"j{n}",
            ended_at=START,
            next_at=START,
            created_at=START,
        )
        sender.records.create(DELIVERIES, f"old-{n}", old.model_dump() | {"event": "job.canceled"})
    clock.advance(1)
    succeeded(store, "new", owner="bob")
    sender.run()
    assert sorted(told) == [URL, f"{URL}/down"]


def test_a_sender_that_dies_in_the_middle_is_followed_by_another(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, records: Records, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    canceled(store)

    def die() -> None:
        raise MemoryError

    inbox.meanwhile = die
    with pytest.raises(MemoryError):
        deliveries.run()
    inbox.meanwhile = lambda: None
    assert restarted(deliveries).run()["sent"] == 0, "it is the first sender's for a lease"
    clock.advance(LEASE_S)
    assert restarted(deliveries).run()["sent"] == 1
    assert [each.tries for each in kept(records)] == [2]
    assert len(set(inbox.ids())) == 1


def test_a_sender_whose_lease_ran_out_settles_nothing(
    deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox, store: JobStore, records: Records, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    canceled(store)
    inbox.replies = [Reply(204), Reply(500)]

    def be_overtaken() -> None:
        inbox.meanwhile = lambda: None
        clock.advance(LEASE_S)
        restarted(deliveries).run()

    inbox.meanwhile = be_overtaken
    deliveries.run()
    assert [(each.state, each.tries, each.next_at) for each in kept(records)] == [("sent", 2, NEVER)]


def test_a_delivery_that_is_held_or_over_is_claimed_by_nobody() -> None:
    delivery = Delivery(
        webhook="wh_1",
        owner_uid="ada",
        event=EventType.FAILED,
        job_id="a",
        ended_at=START,
        next_at=START,
        created_at=START,
    )
    held = delivery.claim(now=START)
    for taken in (held, held.settle(Reply(200), now=START), held.settle(Reply(410), now=START)):
        with pytest.raises(NotDue):
            taken.claim(now=START + timedelta(seconds=LEASE_S - 1))


def test_deliveries_are_forgotten_when_nobody_asks_any_more(
    deliveries: Deliveries, webhooks: Webhooks, store: JobStore, records: Records, clock: FakeClock
) -> None:
    webhooks.add("ada", URL)
    canceled(store)
    deliveries.run()
    clock.advance(KEPT_FOR.total_seconds() - 1)
    deliveries.run()
    assert len(kept(records)) == 1
    clock.advance(2)
    assert deliveries.run() == Counter(forgotten=1)
    assert kept(records) == []


def test_tries_are_over_before_a_delivery_is_forgotten() -> None:
    assert sum(RETRY_AFTER_S) * (1 + JITTER) + OVERLAP_S < KEPT_FOR.total_seconds()


def test_a_test_message_is_signed_and_about_no_job(deliveries: Deliveries, webhooks: Webhooks, inbox: Inbox) -> None:
    webhook = webhooks.add("ada", URL)
    assert deliveries.test("ada", webhook.id).ok
    ((_, headers, body),) = inbox.messages
    assert json.loads(body) == {
        "type": "webhook.test",
        "timestamp": START.isoformat(),
        "data": {"id": webhook.id},
    }
    assert headers["webhook-signature"] == Standard(webhook.secret).sign(headers["webhook-id"], START, body.decode())
    with pytest.raises(RecordMissing):
        deliveries.test("bob", webhook.id)
