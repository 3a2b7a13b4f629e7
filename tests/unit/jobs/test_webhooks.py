"""Whom to tell: registered by its owner, and nobody else's business."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobs.errors import InvalidRequest, RecordMissing
from jobs.webhooks import (
    OWNED_MAX,
    EventType,
    Webhooks,
)
from tests.fakes import START, Flaky
from tests.inbox import URL

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
