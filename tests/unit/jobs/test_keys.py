"""A key is shown once, opens for its secret alone, and ends when it should."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from jobs import keys as keys_module
from jobs.errors import BackendDown, InvalidRequest, RecordMissing, Unauthenticated
from jobs.keys import (
    GOOD_FOR,
    GRACE,
    KEPT_FOR,
    KEYS,
    NO_SUCH_KEY,
    RECENT_MAX,
    RECENT_S,
    TOKEN,
    ApiKey,
    Caller,
    Grant,
    Keys,
    NewKey,
    Scope,
    new_key_id,
)
from jobs.records import Records
from tests.fakes import START, FakeClock, Flaky

ADAS = Grant(owner="ada", scopes=(Scope.SUBMIT, Scope.READ))


@pytest.fixture
def keys(records: Records) -> Keys:
    return Keys(records)


def a_key(keys: Keys, grant: Grant = ADAS, **more: Any) -> NewKey:
    return keys.create(new_key_id(), grant, **more)


def rotated(keys: Keys, old: NewKey, **more: Any) -> NewKey:
    return keys.rotate(old.key.id, new_key_id(), **more)


def refusal(keys: Keys, token: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        keys.caller(token)
    return str(caught.value)


def with_secret(token: str, secret: str) -> str:
    return f"{token.rpartition('_')[0]}_{secret}"


# --- whom a token opens for ---


def test_a_token_opens_for_its_owner_with_its_scopes(keys: Keys) -> None:
    new = a_key(keys)
    assert keys.caller(new.token) == Caller("ada", frozenset({Scope.SUBMIT, Scope.READ}), new.key.id)


def test_the_secret_is_kept_nowhere(keys: Keys, records: Records) -> None:
    new = a_key(keys)
    secret = new.token.rpartition("_")[2]
    kept = json.dumps(dict(records.get(KEYS, new.key.id)), default=str)
    assert secret not in kept + repr(new) + repr(keys) + repr(keys.find())
    assert new.key.seal.hash in kept, "what is looked through is the whole record"


def test_no_two_keys_share_a_salt_a_secret_or_an_id(keys: Keys) -> None:
    made = [a_key(keys, Grant(owner=f"o{n}", scopes=(Scope.READ,))) for n in range(20)]
    assert len({new.key.seal.salt for new in made}) == 20
    assert len({new.key.id for new in made} | {new.token.rpartition("_")[2] for new in made}) == 40


def test_the_same_secret_under_another_id_opens_nothing(keys: Keys) -> None:
    one, other = a_key(keys), a_key(keys)
    swapped = with_secret(one.token, other.token.rpartition("_")[2])
    assert refusal(keys, swapped) == NO_SUCH_KEY


@pytest.mark.parametrize(
    "token",
    [
        "",
        "lk_",
        "lk_a_b",
        "LK_" + "a" * 16 + "_" + "a" * 32,
        "lk_" + "a" * 16 + "_" + "a" * 31,
        "lk_" + "a" * 16 + "_" + "a" * 32 + "\n",
        "lk_" + "a" * 16 + "_" + "A" * 32,
        "lk_" + "../" * 5 + "a_" + "a" * 32,
        "lk_" + "a" * 16 + "_" + "a" * 9_000,
        "\udcff",
        "eyJhbGciOiJSUzI1NiJ9.e30.x",
    ],
    ids=repr,
)
def test_what_is_no_key_is_refused_before_the_store_is_asked(keys: Keys, documents: Flaky, token: str) -> None:
    assert refusal(keys, token) == "A key looks like lk_<id>_<secret>."
    assert documents.calls["read"] == 0


def test_a_store_that_is_down_is_not_the_callers_fault(keys: Keys, documents: Flaky) -> None:
    new = a_key(keys)
    documents.fail("read", 9)
    with pytest.raises(BackendDown):
        keys.caller(new.token)


# --- what a stranger learns ---


def test_a_stranger_is_told_the_same_of_every_key(keys: Keys, clock: FakeClock) -> None:
    good, revoked = a_key(keys), a_key(keys)
    keys.revoke(revoked.key.id)
    expired = a_key(keys, Grant(owner="eve", scopes=(Scope.OPS,)), good_for=timedelta(seconds=1))
    clock.advance(2)
    wrong = [with_secret(new.token, "a" * 32) for new in (good, revoked, expired)]
    assert {refusal(keys, token) for token in [*wrong, f"lk_{'a' * 16}_{'a' * 32}"]} == {NO_SUCH_KEY}


def test_a_strangers_way_is_the_same_whether_the_id_exists_or_not(
    keys: Keys, documents: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same reads, same hashing, same comparison: counted, not timed. Also while the key's owner is using it."""
    new = a_key(keys)
    keys.caller(new.token)
    work: list[tuple[str, int]] = []

    def compared(left: str, right: str) -> bool:
        work.append(("compare", len(left) + len(right)))
        return hmac.compare_digest(left, right)

    def hashed(data: bytes, **more: Any) -> Any:
        work.append(("hash", len(data) + len(more.get("salt", b""))))
        return hashlib.blake2b(data, **more)

    monkeypatch.setattr(keys_module, "hmac", type("Counted", (), {"compare_digest": staticmethod(compared)}))
    monkeypatch.setattr(keys_module, "hashlib", type("Counted", (), {"blake2b": staticmethod(hashed)}))

    def way(token: str) -> tuple[int, list[tuple[str, int]]]:
        work.clear()
        before = documents.calls["read"]
        assert refusal(keys, token) == NO_SUCH_KEY
        return documents.calls["read"] - before, list(work)

    known, unknown = with_secret(new.token, "a" * 32), f"lk_{'a' * 16}_{'a' * 32}"
    assert way(known) == way(unknown) == (1, [("hash", 52), ("hash", 48), ("compare", 128)])
    assert way(known) == way(unknown), "the second time too"


# --- how it ends ---


def test_a_key_is_good_up_to_its_limit_and_not_a_second_longer(keys: Keys, clock: FakeClock) -> None:
    new = a_key(keys)
    assert new.key.expires_at == START + GOOD_FOR
    clock.advance(GOOD_FOR.total_seconds())
    keys.caller(new.token)
    clock.advance(1)
    assert refusal(keys, new.token) == "This key expired on 2026-03-31 at 12:00:00 UTC."


def test_a_key_in_use_expires_in_the_same_second_as_one_that_is_not(keys: Keys, clock: FakeClock) -> None:
    new = a_key(keys, good_for=timedelta(seconds=RECENT_S / 2))
    keys.caller(new.token)
    clock.advance(RECENT_S / 2 + 1)
    assert "expired" in refusal(keys, new.token)


def test_a_revoked_key_opens_nothing_at_once(keys: Keys) -> None:
    new = a_key(keys)
    keys.caller(new.token)
    keys.revoke(new.key.id)
    assert refusal(keys, new.token) == "This key was revoked on 2026-03-01 at 12:00:00 UTC."


def test_another_process_takes_a_revoked_key_for_a_few_seconds_at_most(
    keys: Keys, records: Records, clock: FakeClock
) -> None:
    new, elsewhere = a_key(keys), Keys(records)
    elsewhere.caller(new.token)
    keys.revoke(new.key.id)
    for _ in range(4):  # being used does not keep it alive
        clock.advance(RECENT_S / 5)
        elsewhere.caller(new.token)
    clock.advance(RECENT_S / 5)
    assert "was revoked" in refusal(elsewhere, new.token)


def test_revoked_twice_it_keeps_the_first_time(keys: Keys, clock: FakeClock) -> None:
    new = a_key(keys)
    first = keys.revoke(new.key.id)
    clock.advance(9)
    assert keys.revoke(new.key.id) == first
    assert first.revoked_at == START


def test_a_key_that_is_not_there_cannot_be_revoked_or_rotated(keys: Keys) -> None:
    for act in (keys.revoke, lambda key_id: keys.rotate(key_id, new_key_id())):
        with pytest.raises(RecordMissing):
            act("nobodys")
    assert keys.find() == []


# --- what is remembered ---


def test_a_key_in_use_is_looked_up_every_few_seconds_only(keys: Keys, documents: Flaky, clock: FakeClock) -> None:
    new = a_key(keys)
    before = documents.calls["read"]
    for _ in range(100):
        keys.caller(new.token)
        clock.advance(RECENT_S / 50)
    assert documents.calls["read"] - before == 2


def test_a_key_of_some_age_that_was_looked_for_again_is_not_waited_for(
    keys: Keys, documents: Flaky, clock: FakeClock
) -> None:
    new = a_key(keys)
    keys.caller(new.token)
    before = documents.calls["read"]
    keys.look_again(new.token)
    assert documents.calls["read"] == before, "it is young"
    clock.advance(RECENT_S / 2)
    keys.look_again(new.token)
    assert documents.calls["read"] == before + 1
    clock.advance(RECENT_S / 2)
    keys.caller(new.token)
    assert documents.calls["read"] == before + 1


@pytest.mark.parametrize("gone", ["revoked", "removed"])
def test_a_key_that_is_over_when_it_is_looked_for_again_opens_nothing_any_more(
    keys: Keys, records: Records, clock: FakeClock, gone: str
) -> None:
    new, elsewhere = a_key(keys), Keys(records)
    elsewhere.caller(new.token)
    clock.advance(RECENT_S / 2)
    if gone == "revoked":
        keys.revoke(new.key.id)
    else:
        records.delete(KEYS, new.key.id)
    elsewhere.look_again(new.token)
    assert refusal(elsewhere, new.token)


@pytest.mark.parametrize("token", ["no key at all", f"lk_{'a' * 16}_{'b' * 32}"])
def test_only_a_key_that_opened_is_looked_for_again(keys: Keys, documents: Flaky, token: str) -> None:
    keys.look_again(token)
    assert documents.calls["read"] == 0


def test_what_is_remembered_is_bounded(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "RECENT_MAX", 3)
    made = [a_key(keys, Grant(owner=f"o{n}", scopes=(Scope.READ,))) for n in range(9)]
    for new in made * 2:
        keys.caller(new.token)
        assert len(keys._recent) <= 3
    assert RECENT_MAX == 1_000


def test_wrong_secrets_are_not_remembered(keys: Keys) -> None:
    new = a_key(keys)
    for n in range(20):
        refusal(keys, with_secret(new.token, "a" * 30 + "abcdefghijklmnopqrst"[n] + "a"))
    assert keys._recent == {}


# --- two at a time ---


def test_two_of_a_name_are_good_at_once_and_a_third_is_refused(keys: Keys) -> None:
    one, two = a_key(keys), a_key(keys)
    with pytest.raises(InvalidRequest, match=f"ada has 2 good keys of this name: revoke one of .*{one.key.id}"):
        a_key(keys)
    assert {keys.caller(new.token).key_id for new in (one, two)} == {key.id for key in keys.find()}


def test_another_name_and_another_owner_have_their_own_two(keys: Keys) -> None:
    for grant in (ADAS, ADAS.model_copy(update={"name": "web"}), ADAS.model_copy(update={"owner": "bob"})):
        a_key(keys, grant)
        a_key(keys, grant)
    assert len(keys.find()) == 6
    assert [key.name for key in keys.find(owner="ada")] == ["default"] * 2 + ["web"] * 2


def test_what_is_over_makes_room(keys: Keys, clock: FakeClock) -> None:
    one, _ = a_key(keys, good_for=timedelta(seconds=1)), a_key(keys)
    clock.advance(2)
    three = a_key(keys)
    keys.revoke(three.key.id)
    a_key(keys)
    assert one.key.id in {key.id for key in keys.find()}, "it is over, and still told of"


def test_of_many_who_make_one_at_the_same_moment_nobody_ends_with_a_third(keys: Keys) -> None:
    a_key(keys)

    def another(_: int) -> int:
        try:
            a_key(keys)
        except InvalidRequest:
            return 0
        return 1

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(another, range(4)))
    assert len(keys.find()) == 1 + made <= 2


def test_what_ended_long_ago_is_forgotten(keys: Keys, clock: FakeClock) -> None:
    old = a_key(keys)
    clock.advance((GOOD_FOR + KEPT_FOR).total_seconds())
    a_key(keys)
    assert len(keys.find()) == 2
    clock.advance(1)
    a_key(keys, ADAS.model_copy(update={"name": "web"}))
    assert old.key.id in {key.id for key in keys.find()}, "another name is not looked at"
    a_key(keys)
    assert old.key.id not in {key.id for key in keys.find()}
    assert refusal(keys, old.token) == NO_SUCH_KEY


# --- rotation ---


def test_a_rotated_key_has_the_same_rights_and_both_are_good_for_a_while(keys: Keys, clock: FakeClock) -> None:
    old = a_key(keys, ADAS.model_copy(update={"name": "web"}))
    clock.advance(60)
    new = rotated(keys, old)
    assert (new.key.owner, new.key.name, new.key.scopes) == ("ada", "web", ADAS.scopes)
    assert (new.key.rotated_from, new.key.expires_at) == (old.key.id, clock.now() + GOOD_FOR)
    assert keys.caller(old.token).scopes == keys.caller(new.token).scopes
    clock.advance(GRACE.total_seconds())
    keys.caller(old.token)
    clock.advance(1)
    assert "expired" in refusal(keys, old.token)
    keys.caller(new.token)


def test_a_rotated_key_lives_no_longer_than_it_would_have(keys: Keys, clock: FakeClock) -> None:
    old = a_key(keys, good_for=timedelta(days=1))
    rotated(keys, old)
    assert keys.get(old.key.id).expires_at == START + timedelta(days=1)


def test_without_grace_the_old_key_ends_with_this_second(keys: Keys, clock: FakeClock) -> None:
    old = a_key(keys)
    rotated(keys, old, grace=timedelta(0))
    clock.advance(1)
    assert "expired" in refusal(keys, old.token)


def test_what_is_over_is_not_rotated(keys: Keys, clock: FakeClock) -> None:
    revoked, expired = a_key(keys), a_key(keys, good_for=timedelta(seconds=1))
    keys.revoke(revoked.key.id)
    clock.advance(2)
    for old in (revoked, expired):
        with pytest.raises(InvalidRequest, match="is over"):
            rotated(keys, old)


def test_a_rotation_that_would_make_a_third_changes_nothing(keys: Keys) -> None:
    old, _ = a_key(keys), a_key(keys)
    before = keys.find()
    with pytest.raises(InvalidRequest, match="revoke one"):
        rotated(keys, old)
    assert keys.find() == before


def test_a_rotation_cut_off_in_the_middle_leaves_the_old_key_as_it_was(keys: Keys, documents: Flaky) -> None:
    old = a_key(keys)
    documents.fail("write", 9)
    with pytest.raises(BackendDown):
        rotated(keys, old)
    assert keys.caller(old.token)
    assert keys.get(old.key.id) == old.key


def test_an_answer_that_got_lost_is_no_second_key(keys: Keys, documents: Flaky) -> None:
    documents.lose_answer("create")
    new = a_key(keys)
    assert [key.id for key in keys.find()] == [new.key.id]
    keys.caller(new.token)


# --- what a key may be called ---


@pytest.mark.parametrize("owner", ["", "a b", "a/b", "../a", "__a__", ".a", "a\n", "ä", "a" * 129])
def test_an_owner_is_a_name_that_a_record_can_have(owner: str) -> None:
    with pytest.raises(ValidationError):
        Grant(owner=owner, scopes=(Scope.READ,))


@pytest.mark.parametrize("owner", ["a", "ada@example.org", "svc-1.batch:eu", "a" * 128, "28CharactersOfAFirebaseUid12"])
def test_an_owner_may_be_a_person_a_program_or_a_uid(owner: str) -> None:
    assert Grant(owner=owner, scopes=(Scope.READ,)).owner == owner


def test_a_key_that_may_do_nothing_is_none() -> None:
    with pytest.raises(ValidationError):
        Grant(owner="ada", scopes=())


def test_a_field_of_a_later_version_is_left_alone(keys: Keys, records: Records) -> None:
    new = a_key(keys)
    records.update(KEYS, new.key.id, lambda record, now: {**(record or {}), "colour": "red"})
    keys.revoke(new.key.id)
    assert records.get(KEYS, new.key.id)["colour"] == "red"
    assert isinstance(keys.get(new.key.id), ApiKey)


def test_ids_and_secrets_have_the_bits_they_promise(keys: Keys) -> None:
    parts = TOKEN.fullmatch(a_key(keys).token)
    assert parts is not None
    assert [len(part) * 5 for part in parts.groups()] == [80, 160]
