"""Tokens of Google's for whoever asks: what the push check's own tests (tests/unit/worker/test_caller.py) leave out."""

import sys
import threading
from collections.abc import Iterator

import pytest

from jobs.errors import BackendDown, SettingsInvalid
from jobs.tokens import PublicKeys, Refused, bearer, claims_of, demand, require_libraries
from tests.fakes import FakeClock
from tests.push_tokens import AUDIENCE, KeyServer, certificate, ec_key, rsa_key, token


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
def keys(server: KeyServer, clock: FakeClock) -> PublicKeys:
    return PublicKeys(server.url, clock)


def test_a_token_says_what_was_signed(keys: PublicKeys) -> None:
    claims = claims_of(token(sub="ada", ops=True), keys)
    assert (claims["sub"], claims["ops"], claims["aud"]) == ("ada", True, AUDIENCE)


def test_keys_come_as_certificates(keys: PublicKeys) -> None:
    assert certificate(rsa_key()).startswith("-----BEGIN CERTIFICATE")
    assert keys.pem("first") == certificate(rsa_key())


def test_who_asks_may_take_fewer_algorithms(clock: FakeClock) -> None:
    with KeyServer(first=ec_key()) as server:
        curved = PublicKeys(server.url, clock)
        assert claims_of(token(ec_key()), curved)
        with pytest.raises(Refused, match="the token is signed by 'ES256'") as caught:
            claims_of(token(ec_key()), curved, ("RS256",))
    assert caught.value.status == 401


def test_what_is_wrong_is_named_and_what_is_right_is_not() -> None:
    demand({"aud": "us"}, {"aud": True})
    with pytest.raises(Refused) as caught:
        demand({"aud": "us", "sub": "x" * 999}, {"aud": True, "sub": False, "iss": False})
    assert (caught.value.status, caught.value.why) == (
        403,
        f"the token is somebody else's: sub '{'x' * 63}, iss None",
    )


def test_the_header_gives_up_its_token_whatever_surrounds_it() -> None:
    assert {bearer(text) for text in ("Bearer t", "bearer t", "  BEARER   t  ", "bEaReR t ")} == {"t"}


def test_three_doors_with_keys_of_one_server_do_not_mix_them_up(server: KeyServer, clock: FakeClock) -> None:
    """Keys are kept by address: a key of Google's opens nothing that only Firebase's may."""
    with KeyServer(first=rsa_key("firebase's")) as other:
        keys = PublicKeys(other.url, clock)
        assert claims_of(token(rsa_key("firebase's")), keys)
        with pytest.raises(Refused, match="signature"):
            claims_of(token(), keys)


def test_while_one_thread_fetches_the_others_wait_for_what_it_gets(server: KeyServer, keys: PublicKeys) -> None:
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(keys.pem("first"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (set(found), server.asked) == ({certificate(rsa_key())}, 1)


def test_without_any_keys_nobody_is_refused_by_mistake(server: KeyServer, keys: PublicKeys) -> None:
    server.fail()
    with pytest.raises(BackendDown, match="The keys that sign tokens cannot be had"):
        claims_of(token(), keys)


def test_who_will_check_tokens_does_not_start_without_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    require_libraries()
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(SettingsInvalid, match=r"cryptography is not installed; pip install .*requirements-gcp"):
        require_libraries()
