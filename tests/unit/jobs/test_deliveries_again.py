"""A delivery that failed: again on schedule, by one sender at a time, and given up in the end."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Standard

from jobs import deliveries as module
from jobs.addresses import Reply
from jobs.deliveries import (
    DELIVERIES,
    KEPT_FOR,
    SEND_S,
    SERVE_S,
    Deliveries,
)
from jobs.delivery import JITTER, NEVER, RETRY_AFTER_S, TRIES_MAX, Delivery, pause_after
from jobs.errors import NotDue, RecordMissing
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.webhooks import OWNED_MAX, EventType, Webhooks
from tests.fakes import START, FakeClock
from tests.inbox import LEASE_S, OVERLAP_S, URL, Inbox, canceled, kept, restarted, succeeded

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
