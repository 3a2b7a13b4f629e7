"""An end of a job is told: once for each of its owner's webhooks, whoever looks and however often."""

import json
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Standard

from jobs import deliveries as module
from jobs.deliveries import (
    Deliveries,
    key_of,
)
from jobs.errors import BackendDown
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.webhooks import (
    CURSORS,
    OF_ENDS,
    EventType,
    Webhooks,
)
from tests.builders import claim, finish, lease_of
from tests.fakes import START, FakeClock, Flaky
from tests.inbox import OVERLAP_S, URL, Inbox, canceled, failed, restarted, succeeded

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
    assert not deliveries._noticed


def test_who_never_catches_up_remembers_no_more_for_it(
    deliveries: Deliveries, store: JobStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NOTICED_MAX", 3)
    deliveries.webhooks.add("ada", URL)
    for n in range(20):
        clock.advance(OVERLAP_S / 2 + 1)
        canceled(store, f"j{n}")
    for _ in range(6):
        assert deliveries.run()["noticed"] == 3
        assert len(deliveries._noticed) <= 3
    assert deliveries.run()["noticed"] == 2


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
