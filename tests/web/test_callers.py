"""Who is asking: keys and ID tokens at a production door, and other people's jobs."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Never

import pytest

from jobs.errors import BackendDown, SettingsInvalid
from jobs.keys import GOOD_FOR, RECENT_S, Caller, Grant, Keys, Scope, new_key_id
from jobs.records import Records
from jobs.settings import Settings
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.tokens import PublicKeys
from jobs.wiring import wire
from tests.fakes import FakeClock
from tests.push_tokens import KeyServer, ec_key, rsa_key, signed_with_a_secret, token, unsigned
from tests.web.asking import Door, a_door
from web.callers import FIREBASE_ISSUER, FIREBASE_KEYS_URL, FirebaseUsers, WithKey, callers_of

OWN = (Scope.SUBMIT, Scope.READ)
PROJECT = "lumen-1"
Told = Callable[..., str]


@pytest.fixture
def clock() -> FakeClock:
    """Started now: Google's library looks at the machine's clock."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def keys(tmp_path: Path, clock: FakeClock) -> Keys:
    """What `lumen keys` works on, over the same file as the door."""
    return Keys(Records(SqliteDocumentStore(tmp_path / "house" / "lumen.db", clock), clock))


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
def users(server: KeyServer, clock: FakeClock) -> FirebaseUsers:
    return FirebaseUsers(PublicKeys(server.url, clock), PROJECT, clock)


@pytest.fixture
def door(tmp_path: Path, keys: Keys, users: FirebaseUsers, clock: FakeClock) -> Door:
    """A production door. It has keys of its own over the same file, as another process would."""
    return a_door(tmp_path / "house", clock=clock, callers=WithKey(Keys(keys.records), users))


def key_of(keys: Keys, owner: str, *scopes: Scope, **more: Any) -> str:
    return keys.create(new_key_id(), Grant(owner=owner, scopes=scopes or OWN), **more).token


def bearer(a_token: str) -> str:
    return f"Bearer {a_token}"


def id_token(key: Any = None, **claims: Any) -> str:
    """As Firebase signs it for somebody who signed in an hour ago."""
    now = int(time.time())
    theirs = {
        "iss": FIREBASE_ISSUER + PROJECT,
        "aud": PROJECT,
        "sub": "uid1",
        "user_id": "uid1",
        "auth_time": now - 3600,
    }
    return token(key, **(theirs | {"email": None, "email_verified": None, "azp": None} | claims))


def refusal(door: Door, authorization: str | None) -> str:
    """What somebody is told who is not let in."""
    answer = door.get("/v1/jobs", as_=authorization)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="lumen"'
    said = answer.get_json()
    assert said["reason"] == "UNAUTHENTICATED"
    return str(said["detail"])


# --- keys ---


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER {}", " Bearer   {}  "])
@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_key_opens_however_its_header_is_spelt(door: Door, keys: Keys, form: str, name: str) -> None:
    headers = {name: form.format(key_of(keys, "ada"))}
    assert door.http.get("/v1/jobs", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic bGtfYTpi", "lk_{key}", "Token {key}", "Bearer {key}, Bearer {key}"],
)
def test_without_a_key_nobody_is_let_in(door: Door, keys: Keys, authorization: str | None) -> None:
    said = authorization and authorization.replace("lk_{key}", "{key}").format(key=key_of(keys, "ada"))
    assert refusal(door, said).startswith(("Send your key as `Authorization: Bearer lk_...`", "A key looks like"))


def test_a_wrong_an_unknown_and_a_malformed_key_are_refused(door: Door, keys: Keys) -> None:
    good = key_of(keys, "ada")
    assert refusal(door, bearer(good[:-1] + ("a" if good[-1] != "a" else "b"))) == "There is no such key."
    assert refusal(door, bearer(f"lk_{'a' * 16}_{'a' * 32}")) == "There is no such key."
    assert refusal(door, bearer("lk_x")) == "A key looks like lk_<id>_<secret>."
    assert refusal(door, bearer(good.upper())) != refusal(door, bearer(good.replace("lk_", "lk_ ")))


def test_a_key_of_another_house_is_refused(door: Door, tmp_path: Path, clock: FakeClock) -> None:
    other = Keys(Records(SqliteDocumentStore(tmp_path / "other.db", clock), clock))
    assert refusal(door, bearer(key_of(other, "ada"))) == "There is no such key."


def test_a_key_is_taken_up_to_its_last_second(door: Door, keys: Keys, clock: FakeClock) -> None:
    mine = bearer(key_of(keys, "ada"))
    clock.advance(GOOD_FOR.total_seconds())
    assert door.get("/v1/jobs", as_=mine).status_code == 200
    clock.advance(1)
    assert refusal(door, mine).startswith("This key expired on ")


def test_a_revoked_key_is_refused_and_a_rotated_one_opens_beside_the_new_one(
    door: Door, keys: Keys, clock: FakeClock
) -> None:
    old = keys.create(new_key_id(), Grant(owner="ada", scopes=OWN))
    new = keys.rotate(old.key.id, new_key_id())
    assert [door.get("/v1/jobs", as_=bearer(each.token)).status_code for each in (old, new)] == [200, 200]
    keys.revoke(old.key.id)
    clock.advance(5)  # the door had just seen it
    assert refusal(door, bearer(old.token)).startswith("This key was revoked on ")
    assert door.get("/v1/jobs", as_=bearer(new.token)).status_code == 200


def test_a_key_in_use_is_looked_for_again_when_its_answer_is_out(door: Door, keys: Keys, clock: FakeClock) -> None:
    key = keys.create(new_key_id(), Grant(owner="ada", scopes=OWN))
    assert door.get("/v1/jobs", as_=bearer(key.token)).status_code == 200
    clock.advance(RECENT_S / 2)
    keys.revoke(key.key.id)
    last = door.get("/v1/jobs", as_=bearer(key.token), buffered=False)
    assert last.status_code == 200, "nobody waits for the store where a key was just in use"
    last.close()
    assert refusal(door, bearer(key.token)).startswith("This key was revoked on ")


def test_a_store_that_is_away_behind_an_answer_takes_nothing_from_it(
    door: Door, keys: Keys, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mine = bearer(key_of(keys, "ada"))
    assert door.get("/v1/jobs", as_=mine).status_code == 200
    clock.advance(RECENT_S / 2)
    with monkeypatch.context() as away, caplog.at_level(logging.WARNING):
        away.setattr(Records, "get", refuse)
        answer = door.get("/v1/jobs", as_=mine, buffered=False)
        answer.close()
    assert answer.status_code == 200
    assert "left to the next request: the store is away" in caplog.text
    assert door.get("/v1/jobs", as_=mine).status_code == 200


def refuse(*_: object) -> Never:
    raise BackendDown("the store is away")


def test_a_grace_of_a_day_is_a_day_at_the_door(door: Door, keys: Keys, clock: FakeClock) -> None:
    old = keys.create(new_key_id(), Grant(owner="ada", scopes=OWN))
    keys.rotate(old.key.id, new_key_id(), grace=timedelta(days=1))
    clock.advance(86_400)
    assert door.get("/v1/jobs", as_=bearer(old.token)).status_code == 200
    clock.advance(1)
    assert refusal(door, bearer(old.token)).startswith("This key expired")


def test_two_keys_of_one_owner_see_the_same_jobs_and_another_owners_see_none(door: Door, keys: Keys) -> None:
    ada, adas_other, bob = (bearer(key_of(keys, owner)) for owner in ("ada", "ada", "bob"))
    job = door.submitted(as_=ada)
    assert job["owner_uid"] == "ada"
    path = f"/v1/jobs/{job['id']}"
    assert door.get(path, as_=adas_other).get_json()["id"] == job["id"]
    for method, rest in (("GET", ""), ("POST", "/cancel"), ("DELETE", "")):
        answer = door.ask(method, path + rest, as_=bob)
        assert (answer.status_code, answer.get_json()["reason"]) == (404, "NOT_FOUND")
    assert door.get("/v1/jobs", as_=bob).get_json()["jobs"] == []
    assert door.get(path, as_=bearer(key_of(keys, "olga", *OWN, Scope.OPS))).status_code == 200


def test_a_key_may_do_what_its_scopes_say(door: Door, keys: Keys) -> None:
    reader, submitter = bearer(key_of(keys, "ada", Scope.READ)), bearer(key_of(keys, "bob", Scope.SUBMIT))
    assert door.get("/v1/jobs", as_=reader).status_code == 200
    assert door.post("/v1/jobs", {"input": {"prompt": "cat"}}, as_=reader).status_code == 403
    assert door.submitted(as_=submitter)
    assert door.get("/v1/jobs", as_=submitter).status_code == 403


# --- people who signed in with Firebase ---


def test_a_person_who_signed_in_owns_their_jobs(door: Door) -> None:
    job = door.submitted(as_=bearer(id_token()))
    assert job["owner_uid"] == "uid1"
    assert door.get(f"/v1/jobs/{job['id']}", as_=bearer(id_token(sub="uid2"))).status_code == 404


@pytest.mark.parametrize("ops, more", [(True, {Scope.OPS}), (False, set()), (None, set()), ("true", set()), (1, set())])
def test_ops_is_a_claim_that_is_true_and_nothing_like_it(users: FirebaseUsers, ops: object, more: set[Scope]) -> None:
    assert users.caller(id_token(ops=ops)) == Caller("uid1", frozenset(OWN) | more)


NOT_THEIRS = {
    "another project": {"aud": "lumen-2"},
    "another project's issuer": {"iss": FIREBASE_ISSUER + "lumen-2"},
    "Google itself": {"iss": "https://accounts.google.com"},
    "nobody": {"sub": ""},
    "no uid": {"sub": None},
    "a number": {"sub": 7},
    "a uid that no record can have": {"sub": "a/b"},
    "a uid that is too long": {"sub": "a" * 129},
    "never signed in": {"auth_time": None},
    "signed in later": {"auth_time": int(time.time()) + 600},
    "signed in at some time": {"auth_time": "yesterday"},
    "expired": {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 60},
    "issued later": {"iat": int(time.time()) + 600},
}


@pytest.mark.parametrize("claims", NOT_THEIRS.values(), ids=NOT_THEIRS)
def test_a_token_that_is_not_a_persons_of_this_project_is_refused(door: Door, claims: dict[str, Any]) -> None:
    said = refusal(door, bearer(id_token(**claims)))
    assert next(iter(claims)) in said or "Token" in said


def test_a_token_that_firebase_did_not_sign_is_refused(door: Door, server: KeyServer) -> None:
    claims = {"iss": FIREBASE_ISSUER + PROJECT, "aud": PROJECT, "sub": "uid1"}
    assert "signature" in refusal(door, bearer(id_token(rsa_key("forger's"))))
    assert "signed by 'none'" in refusal(door, bearer(unsigned({"alg": "none", "kid": "first"}, claims) + "."))
    assert "signed by 'HS256'" in refusal(door, bearer(signed_with_a_secret(b"secret")))
    assert "signed by 'ES256'" in refusal(door, bearer(id_token(ec_key())))
    assert "no key has the id" in refusal(door, bearer(id_token(header={"kid": "other"})))


def test_without_firebases_keys_a_person_is_put_off_and_a_key_still_opens(
    door: Door, server: KeyServer, keys: Keys
) -> None:
    server.fail()
    answer = door.get("/v1/jobs", as_=bearer(id_token()))
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "STORAGE_UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    assert door.get("/v1/jobs", as_=bearer(key_of(keys, "ada"))).status_code == 200


def test_a_door_without_a_project_takes_keys_only(tmp_path: Path) -> None:
    platform = wire(Settings(data=tmp_path))
    assert callers_of(platform) == WithKey(Keys(platform.records))
    door = a_door(tmp_path / "house", callers=callers_of(platform))
    assert refusal(door, bearer(id_token())) == "A key looks like lk_<id>_<secret>."


def test_a_door_with_a_project_knows_its_users_by_googles_keys(tmp_path: Path) -> None:
    users = callers_of(wire(Settings(data=tmp_path, firebase_project=PROJECT))).users
    assert users is not None
    assert (users.project, users.keys.url) == (PROJECT, FIREBASE_KEYS_URL)


def test_a_door_that_could_check_no_id_token_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.auth.jwt", None)
    with pytest.raises(SettingsInvalid, match="requirements-gcp"):
        callers_of(wire(Settings(data=tmp_path, firebase_project=PROJECT)))
