"""The audit over HTTP: newest first, in pages, chosen by verb and by who."""

from pathlib import Path
from typing import Any

import pytest

from jobs.clock import Clock
from tests.fakes import START, FakeClock
from tests.web.asking import ADA, OPS, Door, a_door
from web.audit_api import PAGE_MAX


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> Door:
    return a_door(tmp_path / "house", clock=clock)


def page(door: Door, query: str = "") -> dict[str, Any]:
    answer = door.get(f"/v1/audit{query}", as_=OPS)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json())


def whys(door: Door, query: str = "") -> list[str]:
    return [entry["why"] for entry in page(door, query)["entries"]]


def many(door: Door, clock: FakeClock, number: int, who: str = "olga") -> None:
    for n in range(number):
        with door.platform.audit(who).entry("dlq.drain", why=f"{who} {n}", ids=()):
            clock.advance(1)


def test_what_ops_did_is_told_whole(door: Door) -> None:
    door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    (entry,) = page(door)["entries"]
    assert entry.pop("id").startswith("a_")
    assert entry == {
        "action": "claims.pause",
        "who": "olga (key k_ops)",
        "why": "new weights",
        "run": None,
        "filter": [],
        "ids": [],
        "of": 0,
        "counts": {"running": 0},
        "begun_at": START.isoformat().replace("+00:00", "Z"),
        "done_at": START.isoformat().replace("+00:00", "Z"),
    }


def test_what_was_cut_off_has_no_end(door: Door) -> None:
    with pytest.raises(ZeroDivisionError), door.platform.audit("olga").entry("dlq.purge", ids=("a", "b")):
        raise ZeroDivisionError
    (entry,) = page(door)["entries"]
    assert (entry["done_at"], entry["of"], entry["ids"], entry["counts"]) == (None, 2, ["a", "b"], {})


def test_a_page_that_just_fits_is_the_last(door: Door, clock: FakeClock) -> None:
    many(door, clock, 3)
    assert whys(door, "?page_size=3") == ["olga 2", "olga 1", "olga 0"]
    assert page(door, "?page_size=3")["next_page_token"] is None


def test_with_one_entry_more_another_page_follows_without_a_gap(door: Door, clock: FakeClock) -> None:
    many(door, clock, 4)
    first = page(door, "?page_size=3")
    assert [entry["why"] for entry in first["entries"]] == ["olga 3", "olga 2", "olga 1"]
    second = page(door, f"?page_size=3&page_token={first['next_page_token']}")
    assert ([entry["why"] for entry in second["entries"]], second["next_page_token"]) == (["olga 0"], None)


def test_the_page_has_a_limit(door: Door) -> None:
    assert door.get(f"/v1/audit?page_size={PAGE_MAX}", as_=OPS).status_code == 200
    assert door.get(f"/v1/audit?page_size={PAGE_MAX + 1}", as_=OPS).status_code == 400


def test_it_is_narrowed_down_by_verb_and_by_who_also_beyond_what_is_read_at_once(door: Door, clock: FakeClock) -> None:
    many(door, clock, 2, "ada (key k_1)")
    door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    many(door, clock, 101, "adam")
    assert whys(door, "?who=ada") == ["ada (key k_1) 1", "ada (key k_1) 0"]
    assert whys(door, "?action=claims.pause") == ["new weights"]
    assert whys(door, "?action=claims.pause&who=ada") == []


@pytest.mark.parametrize("query, field", [("action=dance", "action"), ("page_token=a_nobody", "page_token")])
def test_what_leads_nowhere_is_named(door: Door, query: str, field: str) -> None:
    answer = door.get(f"/v1/audit?{query}", as_=OPS)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, field)


def test_an_owner_does_not_see_it(door: Door) -> None:
    assert door.get("/v1/audit", as_=ADA).status_code == 403
