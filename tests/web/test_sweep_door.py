"""`POST /internal/sweep`: for the account of the scheduler, and nobody else."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from jobs.addresses import Reply
from jobs.keys import Grant, Keys, Scope, new_key_id
from jobs.sweep import Swept
from tests.builders import a_job, claim
from tests.fakes import FakeClock
from tests.push_tokens import ACCOUNT, KeyServer, rsa_key, token
from tests.web.asking import ADA, OPS, PEOPLE, Door, a_door
from web.callers import WithKey
from web.internal_api import SweepAnswer, keys_at

PATH = "/internal/sweep"
URL = "https://lumen.example"


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def door(tmp_path: Path, server: KeyServer, clock: FakeClock) -> Door:
    return a_door(tmp_path, clock=clock, sweep_account=ACCOUNT, public_url=URL, push_keys_url=server.url)


def bearer(**claims: object) -> str:
    """The scheduler's token but for what is said otherwise."""
    return f"Bearer {token(**({'aud': URL} | claims))}"


def test_the_scheduler_may_and_is_told_what_was_done(door: Door, clock: FakeClock) -> None:
    store = door.platform.store
    store.create(a_job("a", now=clock.now()))
    claim(store, "a", lease_s=45)
    clock.advance(46)
    answer = door.post(PATH, as_=bearer())
    assert (answer.status_code, answer.get_json()) == (200, {**asdict(Swept(lapsed=1)), "webhooks": {}})
    assert door.post(PATH, as_=bearer()).get_json() == {**asdict(Swept()), "webhooks": {}}


def test_it_sends_what_webhooks_have_to_be_told(door: Door, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is behind the name, so the delivery is tried again: that it was tried is what the caller is told."""
    monkeypatch.setattr("jobs.addresses.Outside.target", lambda *_: None)
    monkeypatch.setattr("jobs.addresses.Outside.post", lambda *_: Reply(503, "not now"))
    assert door.post("/v1/webhooks", {"url": "https://ada.example/told"}, as_=ADA).status_code == 201
    clock.advance(1)
    job = door.submitted(as_=ADA)
    door.post(f"/v1/jobs/{job['id']}/cancel", as_=ADA)
    told = door.post(PATH, as_=bearer()).get_json()["webhooks"]
    assert (told["noticed"], told["made"]) == (1, 1)


def test_the_answer_has_every_count_of_a_sweep() -> None:
    assert list(SweepAnswer.model_fields) == [*(each.name for each in fields(Swept)), "webhooks"]


def test_its_token_is_checked_with_keys_that_are_fetched_once(door: Door, server: KeyServer) -> None:
    for _ in range(3):
        assert door.post(PATH, as_=bearer()).status_code == 200
    assert server.asked == 1
    assert keys_at(server.url) is keys_at(server.url)


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer x", "Bearer lk_a_b", OPS], ids=["none", "", "", "x", "a key", "ops"]
)
def test_without_a_token_of_googles_nobody_may(door: Door, authorization: str | None) -> None:
    answer = door.post(PATH, as_=authorization)
    assert (answer.status_code, answer.get_json()["reason"]) == (401, "UNAUTHENTICATED")
    assert "WWW-Authenticate" in answer.headers


def test_a_key_of_ops_is_no_schedulers_token(tmp_path: Path, server: KeyServer, door: Door) -> None:
    keys = Keys(door.platform.records)
    made = keys.create(new_key_id(), Grant(owner="olga", scopes=tuple(Scope))).token
    real = a_door(tmp_path, callers=WithKey(keys), sweep_account=ACCOUNT, public_url=URL, push_keys_url=server.url)
    assert real.post(PATH, as_=f"Bearer {made}").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example"},
        {"aud": URL + "/"},
        {"email": "mallory@lumen.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"iss": "https://securetoken.google.com/lumen"},
    ],
    ids=str,
)
def test_somebody_elses_token_is_forbidden_and_is_not_told_why(door: Door, claims: dict[str, object]) -> None:
    answer = door.post(PATH, as_=bearer(**claims))
    assert (answer.status_code, answer.get_json()["reason"]) == (403, "FORBIDDEN")
    assert answer.get_json()["detail"] == "This is for the account of the scheduler."


def test_a_forged_token_is_none(door: Door) -> None:
    forged = token(rsa_key("forger's"), aud=URL)
    assert door.post(PATH, as_=f"Bearer {forged}").status_code == 401


@pytest.mark.parametrize(
    "settings",
    [{}, {"public_url": URL}],
    ids=["neither", "no account"],
)
def test_where_no_account_is_named_nobody_may(tmp_path: Path, server: KeyServer, settings: dict[str, str]) -> None:
    door = a_door(tmp_path, callers=PEOPLE, push_keys_url=server.url, **settings)
    for claims in ({}, {"aud": ""}, {"email": ""}, {"aud": "", "email": ""}):
        assert door.post(PATH, as_=bearer(**claims)).status_code == 403
    assert door.post(PATH, as_=None).status_code == 403
    assert server.asked == 0


def test_while_googles_keys_cannot_be_had_the_scheduler_is_put_off(door: Door, server: KeyServer) -> None:
    server.fail()
    answer = door.post(PATH, as_=bearer())
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_only_posting_sweeps(door: Door) -> None:
    assert door.get(PATH, as_=bearer()).status_code == 405
