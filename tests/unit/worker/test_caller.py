"""Who may push: a token of Google's that is made out to us lets in, everything else stays out."""

import base64
import logging
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus

import pytest

from jobs.errors import BackendDown, SettingsInvalid
from jobs.settings import Settings
from jobs.tokens import (
    AGAIN_S,
    AGAIN_WITHOUT_KEYS_S,
    FRESH_MAX_S,
    FRESH_S,
    TOKEN_CHARS_MAX,
    PublicKeys,
    Refused,
    TokenCheck,
)
from tests.fakes import FakeClock
from tests.ports import free_port
from tests.push_tokens import (
    ACCOUNT,
    AUDIENCE,
    ISSUER,
    KeyServer,
    certificate,
    ec_key,
    good_claims,
    public_pem,
    rsa_key,
    settings_for,
    signed_with_a_secret,
    token,
    unsigned,
)
from worker.caller import anybody, caller_check

GCP = {"LUMEN_BACKEND": "gcp", "LUMEN_PROJECT": "p", "LUMEN_BUCKET": "b"}


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
def check(server: KeyServer, clock: FakeClock) -> TokenCheck:
    return TokenCheck(PublicKeys(server.url, clock), audience=AUDIENCE, account=ACCOUNT)


def bearer(a_token: str) -> str:
    return f"Bearer {a_token}"


def refusal(check: TokenCheck, authorization: str | None) -> tuple[int, str]:
    """The status and the reason with which a caller is sent away."""
    with pytest.raises(Refused) as caught:
        check(authorization)
    assert len(caught.value.why) < 300
    assert "\n" not in caught.value.why
    return caught.value.status, caught.value.why


# --- who is let in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer ", " Bearer"])
def test_pubsubs_token_is_let_in_however_the_scheme_is_spelt(check: TokenCheck, scheme: str) -> None:
    check(f"{scheme} {token()}")


@pytest.mark.parametrize("issuer", ["accounts.google.com", "https://accounts.google.com"])
def test_google_has_two_names(check: TokenCheck, issuer: str) -> None:
    check(bearer(token(iss=issuer)))


def test_a_clock_that_is_a_little_off_is_forgiven(check: TokenCheck) -> None:
    now = int(time.time())
    check(bearer(token(exp=now - 10)))
    check(bearer(token(iat=now + 10)))


def test_a_key_may_be_on_an_elliptic_curve(clock: FakeClock) -> None:
    with KeyServer(first=ec_key()) as server:
        TokenCheck(PublicKeys(server.url, clock), audience=AUDIENCE, account=ACCOUNT)(bearer(token(ec_key())))


def test_a_key_server_may_have_public_keys_instead_of_certificates(check: TokenCheck, server: KeyServer) -> None:
    server.answer.body = server.answer.body.replace(
        certificate(rsa_key()).replace("\n", "\\n").encode(), public_pem(rsa_key()).replace("\n", "\\n").encode()
    )
    assert b"PUBLIC KEY" in server.answer.body
    check(bearer(token()))


# --- who is not -------------------------------------------------------------------------------------


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


UNREADABLE = {
    "one part": "garbage",
    "parts of nothing": "..",
    "parts that are no base64": "a.b.c",
    "parts that are no JSON": f"{encoded('x')}.{encoded('y')}.z",
    "parts that are no objects": f"{encoded('[]')}.{encoded('7')}.AAAA",
    "four parts": f"{encoded('{}')}.{encoded('{}')}.AAAA.AAAA",
    "too deep": f"{encoded('[' * 5_000)}.{encoded('{}')}.AAAA",
    "a number too large": f"{encoded('9' * 5_000)}.{encoded('{}')}.AAAA",
    "another script": "ключ.ключ.ключ",
    "no text at all": "\udcff.\udcff.\udcff",
    "two tokens": "a.b.c,Bearer a.b.c",
}


@pytest.mark.parametrize("garbage", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_token_is_refused_and_not_repeated(check: TokenCheck, server: KeyServer, garbage: str) -> None:
    assert refusal(check, bearer(garbage)) == (401, "the token cannot be read")
    assert server.asked == 0


@pytest.mark.parametrize(
    "authorization, why",
    [
        (None, "no token"),
        ("", "no token"),
        (" ", "no token"),
        ("Bearer", "no bearer token"),
        ("Bearer ", "no bearer token"),
        ("Basic dXNlcjpwYXNz", "no bearer token"),
        ("Bearer" + "x" * 50, "no bearer token"),
        ("Bearer " + "x" * (TOKEN_CHARS_MAX + 1), f"the token has more than {TOKEN_CHARS_MAX} characters"),
    ],
)
def test_without_a_bearer_token_nobody_is_let_in(
    check: TokenCheck, server: KeyServer, authorization: str | None, why: str
) -> None:
    assert refusal(check, authorization) == (401, why)
    assert server.asked == 0


def test_a_token_without_its_scheme_is_none(check: TokenCheck) -> None:
    assert refusal(check, token()) == (401, "no bearer token")


def test_a_token_nobody_signed_is_refused_without_a_question_to_google(check: TokenCheck, server: KeyServer) -> None:
    for alg in ("none", "None", "", None, 7, ["RS256"], "RS512", "ES384", "x" * 5_000):
        for signature in ("", "AAAA"):
            header = {"alg": alg, "kid": "first", "typ": "JWT"}
            status, why = refusal(check, bearer(f"{unsigned(header, good_claims())}.{signature}"))
            assert (status, why[:22]) == (401, "the token is signed by")
    assert server.asked == 0


@pytest.mark.parametrize("secret", [public_pem, certificate])
def test_our_public_key_is_no_secret_to_sign_with(check: TokenCheck, secret: object) -> None:
    assert callable(secret)
    forged = signed_with_a_secret(secret(rsa_key()).encode())
    assert refusal(check, bearer(forged)) == (401, "the token is signed by 'HS256'")


def test_a_token_signed_by_another_key_under_the_same_id_is_refused(check: TokenCheck) -> None:
    status, why = refusal(check, bearer(token(rsa_key("forger's"))))
    assert status == 401
    assert "signature" in why


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_that_was_changed_on_its_way_is_refused(check: TokenCheck, part: int) -> None:
    mine, other = token(sub="1").split("."), token(sub="2", header={"typ": "jwt"}).split(".")
    mine[part] = other[part]
    assert refusal(check, bearer(".".join(mine)))[0] == 401


def test_a_key_for_another_algorithm_is_no_match(check: TokenCheck, clock: FakeClock) -> None:
    assert refusal(check, bearer(token(ec_key())))[0] == 401
    assert refusal(check, bearer(token(header={"alg": "ES256"})))[0] == 401
    with KeyServer(first=ec_key()) as server:
        curved = TokenCheck(PublicKeys(server.url, clock), audience=AUDIENCE, account=ACCOUNT)
        assert refusal(curved, bearer(token()))[0] == 401


@pytest.mark.parametrize("kid", [None, "", 7, ["first"], {}, True])
def test_a_token_has_to_say_with_which_key_it_is_signed(check: TokenCheck, server: KeyServer, kid: object) -> None:
    assert refusal(check, bearer(token(header={"kid": kid})))[0] == 401
    assert server.asked == 0


def test_of_an_id_that_nobody_has_only_a_little_is_repeated(check: TokenCheck) -> None:
    assert refusal(check, bearer(token(header={"kid": "x\n" + "y" * 4_000}))) == (
        401,
        r"no key has the id 'x\n" + "y" * 60,
    )


@pytest.mark.parametrize("claim", ["iat", "exp"])
@pytest.mark.parametrize("value", [None, "soon", [], {}])
def test_a_token_without_its_times_is_refused(check: TokenCheck, claim: str, value: object) -> None:
    assert refusal(check, bearer(token(**{claim: value})))[0] == 401


def test_a_token_has_its_time(check: TokenCheck) -> None:
    now = int(time.time())
    status, why = refusal(check, bearer(token(iat=now - 7_200, exp=now - 90)))
    assert (status, "expired" in why) == (401, True)
    status, why = refusal(check, bearer(token(iat=now + 90)))
    assert (status, "too early" in why) == (401, True)


SOMEBODY_ELSES = {
    "audience of another service": ("aud", "https://other.example/pubsub/push"),
    "audience in another case": ("aud", AUDIENCE.upper()),
    "audience with a slash": ("aud", AUDIENCE + "/"),
    "audiences": ("aud", [AUDIENCE]),
    "no audience": ("aud", None),
    "another account": ("email", "mallory@lumen.iam.gserviceaccount.com"),
    "an account like ours": ("email", ACCOUNT + ".example.com"),
    "no account": ("email", None),
    "an account that is not proven": ("email_verified", False),
    "an account of which nobody says that it is": ("email_verified", None),
    "an account that is proven in words": ("email_verified", "true"),
    "an account that is proven by a number": ("email_verified", 1),
    "another issuer": ("iss", "https://accounts.example.com"),
    "an issuer like Google": ("iss", ISSUER + ".example.com"),
    "issuers": ("iss", [ISSUER]),
    "no issuer": ("iss", None),
}


@pytest.mark.parametrize("claim, value", SOMEBODY_ELSES.values(), ids=SOMEBODY_ELSES)
def test_somebody_elses_token_is_forbidden_and_the_reason_says_what_is_wrong(
    check: TokenCheck, claim: str, value: object
) -> None:
    assert refusal(check, bearer(token(**{claim: value}))) == (
        403,
        f"the token is somebody else's: {claim} {repr(value)[:64]}",
    )


def test_everything_that_is_wrong_is_said_at_once_and_shortly(check: TokenCheck) -> None:
    status, why = refusal(check, bearer(token(aud="\n" + "a" * 2_000, email="b" * 2_000)))
    assert status == HTTPStatus.FORBIDDEN
    assert why.count("aaa") > 0
    assert "email 'bbb" in why


# --- the keys ---------------------------------------------------------------------------------------


def test_fifty_checks_from_eight_threads_ask_once(check: TokenCheck, server: KeyServer) -> None:
    mine = bearer(token())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(check, [mine] * 50))
    assert server.asked == 1


@pytest.mark.parametrize(
    "said, good_for_s",
    [
        ("public, max-age=7200, must-revalidate", 7_200),
        ("Max-Age=7200", 7_200),
        ("s-maxage=9, x-max-age=9, max-age=7200", 7_200),
        ("max-age=0", AGAIN_S),
        ("max-age=999999999", FRESH_MAX_S),
        ("max-age=soon", FRESH_S),
        ("no-store", FRESH_S),
        (None, FRESH_S),
    ],
)
def test_keys_are_kept_as_long_as_the_server_says_within_reason(
    check: TokenCheck, server: KeyServer, clock: FakeClock, said: str | None, good_for_s: float
) -> None:
    server.answer.cache_control = said
    check(bearer(token()))
    clock.advance(good_for_s - 0.5)
    check(bearer(token()))
    assert server.asked == 1
    clock.advance(0.5)
    check(bearer(token()))
    assert server.asked == 2


def test_a_key_that_is_gone_from_the_server_is_no_key_any_more(
    check: TokenCheck, server: KeyServer, clock: FakeClock
) -> None:
    check(bearer(token()))
    server.has(second=rsa_key("second"))
    clock.advance(3_600)
    assert refusal(check, bearer(token()))[0] == 401


def test_a_new_key_is_asked_for(check: TokenCheck, server: KeyServer, clock: FakeClock) -> None:
    check(bearer(token()))
    server.has(first=rsa_key(), second=rsa_key("second"))
    clock.advance(AGAIN_S)
    check(bearer(token(rsa_key("second"), header={"kid": "second"})))
    check(bearer(token()))
    assert server.asked == 2


def test_ids_that_nobody_has_make_one_question_a_minute(check: TokenCheck, server: KeyServer, clock: FakeClock) -> None:
    for second in range(150):
        assert refusal(check, bearer(token(header={"kid": f"x{second}"})))[0] == 401
        clock.advance(1)
    assert server.asked == 3
    check(bearer(token()))
    assert server.asked == 3


def test_without_keys_it_is_not_the_callers_fault(check: TokenCheck, server: KeyServer, clock: FakeClock) -> None:
    server.fail()
    with pytest.raises(BackendDown, match="500"):
        check(bearer(token()))
    server.recover()
    with pytest.raises(BackendDown, match="500"):
        check(bearer(token()))
    assert server.asked == 1, "not asked again at once"
    clock.advance(AGAIN_WITHOUT_KEYS_S)
    check(bearer(token()))


def test_a_key_server_that_nobody_runs_is_not_the_callers_fault(clock: FakeClock) -> None:
    keys = PublicKeys(f"http://127.0.0.1:{free_port()}/certs", clock)
    with pytest.raises(BackendDown):
        TokenCheck(keys, audience=AUDIENCE, account=ACCOUNT)(bearer(token()))


def test_a_key_server_that_says_nothing_is_not_waited_for_long(clock: FakeClock) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        keys = PublicKeys(f"http://127.0.0.1:{silent.getsockname()[1]}/certs", clock, patience_s=0.05)
        with pytest.raises(BackendDown, match="timed out"):
            keys.pem("first")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"keys": []}', b'{"error": "later"}', b'{"first": 7}', b"\xff"],
    ids=repr,
)
def test_an_answer_without_keys_is_none_and_what_we_have_stays(
    check: TokenCheck, server: KeyServer, clock: FakeClock, body: bytes
) -> None:
    good, server.answer.body = server.answer.body, body
    with pytest.raises(BackendDown, match="no JSON object of PEMs"):
        check(bearer(token()))
    server.answer.body = good
    clock.advance(AGAIN_WITHOUT_KEYS_S)
    check(bearer(token()))
    server.answer.body = body
    clock.advance(3_600)
    check(bearer(token()))
    assert server.asked == 3


def test_old_keys_stay_in_use_while_the_server_is_down_and_a_warning_says_so(
    check: TokenCheck, server: KeyServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    check(bearer(token()))
    server.fail()
    clock.advance(3_600)
    for _ in range(120):
        check(bearer(token()))
        clock.advance(1)
    assert server.asked == 1 + 2
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert "the keys we have stay in use" in caplog.text


def test_with_old_keys_only_a_token_of_a_new_one_cannot_be_told(
    check: TokenCheck, server: KeyServer, clock: FakeClock
) -> None:
    """It may well be Google's: so it shall come again, and is not refused."""
    check(bearer(token()))
    server.fail()
    clock.advance(AGAIN_S)
    for _ in range(50):
        with pytest.raises(BackendDown):
            check(bearer(token(rsa_key("second"), header={"kid": "second"})))
        clock.advance(1)
    assert server.asked == 2
    assert refusal(check, bearer(token(aud="other")))[0] == 403, "what can be told is told"
    server.recover()
    clock.advance(AGAIN_S)
    assert refusal(check, bearer(token(rsa_key("second"), header={"kid": "second"})))[0] == 401


# --- where it is off --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ours, emulator",
    [({}, ""), ({}, "localhost:1"), (GCP, "localhost:1")],
    ids=["one machine", "one machine, an emulator beside it", "Google's emulator"],
)
def test_without_google_everybody_may_push_and_the_log_says_so_once(
    ours: dict[str, str], emulator: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker.caller")
    check = caller_check(Settings.from_env(ours), {"PUBSUB_EMULATOR_HOST": emulator})
    assert check is anybody
    for authorization in (None, "Basic x", bearer(token(aud="other"))):
        check(authorization)
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "pushes are not checked" in caplog.text


@pytest.mark.parametrize("emulator", [{}, {"PUBSUB_EMULATOR_HOST": ""}, {"FIRESTORE_EMULATOR_HOST": "localhost:1"}])
def test_before_google_itself_a_push_is_checked_as_the_settings_say(
    server: KeyServer, emulator: dict[str, str]
) -> None:
    check = caller_check(Settings.from_env(GCP | settings_for(server.url)), emulator)
    check(bearer(token()))
    assert server.asked == 1
    for authorization in (None, bearer(token(aud="other")), bearer(token(email="other"))):
        with pytest.raises(Refused):
            check(authorization)


def test_an_audience_of_its_own_goes_before_the_address(server: KeyServer) -> None:
    ours = GCP | settings_for(server.url) | {"LUMEN_PUSH_AUDIENCE": "lumen"}
    check = caller_check(Settings.from_env(ours), {})
    check(bearer(token(aud="lumen")))
    with pytest.raises(Refused):
        check(bearer(token()))


@pytest.mark.parametrize(
    "given, missing",
    [
        ({}, "LUMEN_PUSH_ACCOUNT and LUMEN_PUSH_URL"),
        ({"LUMEN_PUSH_ACCOUNT": ACCOUNT}, "LUMEN_PUSH_URL"),
        ({"LUMEN_PUSH_URL": AUDIENCE}, "LUMEN_PUSH_ACCOUNT"),
        ({"LUMEN_PUSH_AUDIENCE": AUDIENCE}, "LUMEN_PUSH_ACCOUNT"),
    ],
)
def test_a_worker_that_cannot_tell_who_may_push_does_not_start(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^{missing}:"):
        caller_check(Settings.from_env(GCP | given), {})
