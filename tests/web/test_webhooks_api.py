"""Webhooks over HTTP: one's own, shown without their secrets."""

import pytest

from jobs.webhooks import OWNED_MAX, EventType
from tests.web.asking import ADA, BOB, OPS, Door

PATH = "/v1/webhooks"
URL = "https://8.8.8.8/hook"  # an address, so that no name is looked up


def added(door: Door, url: str = URL, *, as_: str = ADA) -> dict[str, object]:
    answer = door.post(PATH, {"url": url}, as_=as_)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json())


def test_a_new_webhook_shows_its_secret_this_once(door: Door) -> None:
    answer = door.post(PATH, {"url": URL, "events": ["job.failed"]})
    assert answer.status_code == 201
    made = answer.get_json()
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["events"], made["failures"], made["last_error"]) == (URL, ["job.failed"], 0, "")
    assert made["disabled_at"] is None
    shown = door.get(answer.headers["Location"])
    assert shown.get_json() == {name: value for name, value in made.items() if name != "secret"}
    assert door.get(PATH).get_json() == {"webhooks": [shown.get_json()]}


def test_without_a_word_all_ends_are_told(door: Door) -> None:
    assert added(door)["events"] == list(EventType)


def test_a_removed_webhook_is_gone(door: Door) -> None:
    at = f"{PATH}/{added(door)['id']}"
    assert door.ask("DELETE", at).status_code == 204
    assert door.get(at).status_code == 404
    assert door.ask("DELETE", at).status_code == 404
    assert door.get(PATH).get_json() == {"webhooks": []}


@pytest.mark.parametrize("stranger", [BOB, OPS])
def test_somebody_elses_webhook_is_as_if_it_were_not_there(door: Door, stranger: str) -> None:
    at = f"{PATH}/{added(door)['id']}"
    assert door.get(PATH, as_=stranger).get_json() == {"webhooks": []}
    assert door.get(at, as_=stranger).status_code == 404
    assert door.ask("DELETE", at, as_=stranger).status_code == 404
    assert door.get(at).status_code == 200


def test_who_may_only_read_has_no_webhooks(door: Door) -> None:
    for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/x"), ("DELETE", f"{PATH}/x")):
        body = {"json": {"url": URL}} if method == "POST" else {}
        answer = door.ask(method, path, as_="Bearer reader", **body)
        assert (answer.status_code, answer.get_json()["reason"]) == (403, "FORBIDDEN")
    assert door.get(PATH, as_=None).status_code == 401


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/hook",
        "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token",
        "https://169.254.169.254/",
        "https://127.0.0.1/",
        "http://127.0.0.1:9000/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://10.0.0.1/",
        "https://0.0.0.0/",
        "https://ada:pw@8.8.8.8/",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_inwards_is_refused_and_the_field_named(door: Door, url: str) -> None:
    answer = door.post(PATH, {"url": url})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.get_json()["errors"]] == ["url"]
    assert door.get(PATH).get_json() == {"webhooks": []}


@pytest.mark.parametrize("events", [[], ["job.started"], ["webhook.test"], ["job.failed"] * 5, "job.failed"])
def test_events_are_ends_of_jobs(door: Door, events: object) -> None:
    answer = door.post(PATH, {"url": URL, "events": events})
    assert (answer.status_code, answer.get_json()["reason"]) == (400, "INVALID_INPUT")


def test_an_owner_has_ten_at_most(door: Door) -> None:
    for n in range(OWNED_MAX):
        added(door, f"{URL}/{n}")
    answer = door.post(PATH, {"url": URL})
    assert answer.status_code == 400
    assert "10 webhooks already" in answer.get_json()["detail"]
    added(door, as_=BOB)
