"""Tokens that Google signs (JWT): who pushes, who may sweep, who signed in with Firebase.

Nothing of Google's is imported before the first token is checked: a laptop has no such packages and checks nothing.
"""

import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import import_module
from typing import Annotated, Any

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from jobs.clock import Clock
from jobs.errors import BackendDown, SettingsInvalid

log = logging.getLogger(__name__)

ISSUERS = ("accounts.google.com", "https://accounts.google.com")
ALGORITHMS = ("RS256", "ES256")  # with a public key only: no "none", and no HS256, whose secret would be public
SKEW_S = 30  # between Google's clock and ours; both are kept within a second, a token lives 3 600 s
TOKEN_CHARS_MAX = 8_192  # Pub/Sub's have about 1 000; gunicorn takes no longer header either
QUOTED_CHARS_MAX = 64  # of what a stranger wrote, in our log

FETCH_S = 5.0  # how long the key server may be silent
FRESH_S, FRESH_MAX_S = 3_600.0, 86_400.0  # how long keys are good: when the server does not say, and at most
AGAIN_S = 60.0  # between two questions, for whatever reason: ids that nobody has must not make us a burden to Google
AGAIN_WITHOUT_KEYS_S = 5.0  # the same while we have no key at all, and can serve nobody

_MAX_AGE = re.compile(r"(?<![\w-])max-age=(\d{1,9})", re.IGNORECASE)
_Pem = Annotated[str, StringConstraints(pattern=r"^-----BEGIN ")]
_PEMS: TypeAdapter[dict[str, str]] = TypeAdapter(Annotated[dict[str, _Pem], Field(min_length=1)])


class Refused(Exception):
    """A token that lets nobody in. Each door says so in its own words, so it is no LumenError."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """Lets in who brings a token of Google's that is made out to us, in the name of one service account.

    Audience and account are compared to the letter. Google's documents say that Pub/Sub ignores the case of an
    audience; we do not, so whoever sends and whoever checks have to be given the same one.
    """

    keys: "PublicKeys"
    audience: str
    account: str

    def __call__(self, authorization: str | None) -> None:
        """Raises: Refused, with 401 for no valid token and 403 for somebody else's; BackendDown without keys."""
        claims = claims_of(bearer(authorization), self.keys)
        demand(
            claims,
            {
                "iss": claims.get("iss") in ISSUERS,
                "aud": claims.get("aud") == self.audience,
                "email": claims.get("email") == self.account,
                "email_verified": claims.get("email_verified") is True,
            },
        )


def demand(claims: Mapping[str, Any], as_it_should_be: Mapping[str, bool]) -> None:
    """Names every claim that is not as it should be. Raises: Refused, with 403."""
    wrong = [f"{name} {_quoted(claims.get(name))}" for name, right in as_it_should_be.items() if not right]
    if wrong:
        raise Refused(HTTPStatus.FORBIDDEN, f"the token is somebody else's: {', '.join(wrong)}")


def require_libraries() -> None:
    """For who will check tokens later, and would rather not start than fail at the first. Raises: SettingsInvalid."""
    try:
        for name in ("google.auth.jwt", "cryptography", "requests"):
            import_module(name)
    except ModuleNotFoundError as error:
        need = f"{error.name} is not installed; pip install --no-deps -r requirements-gcp.txt"
        raise SettingsInvalid(f"Tokens of Google's cannot be checked: {need}") from None


def bearer(authorization: str | None) -> str:
    """The token in an Authorization header. Raises: Refused."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    token = token.strip()
    if not scheme:
        raise Refused(HTTPStatus.UNAUTHORIZED, "no token")
    if scheme.lower() != "bearer" or not token:
        raise Refused(HTTPStatus.UNAUTHORIZED, "no bearer token")
    if len(token) > TOKEN_CHARS_MAX:
        raise Refused(HTTPStatus.UNAUTHORIZED, f"the token has more than {TOKEN_CHARS_MAX} characters")
    return token


def claims_of(token: str, keys: "PublicKeys", algorithms: Sequence[str] = ALGORITHMS) -> Mapping[str, Any]:
    """What a token says, once its signature and its times are found right. Raises: Refused, BackendDown."""
    kid = _kid(token, algorithms)
    pem = keys.pem(kid)
    if pem is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, f"no key has the id {_quoted(kid)}")
    return _verified(token, pem)


def _kid(token: str, algorithms: Sequence[str]) -> str:
    """The id of the key that a token says it is signed with. Nothing in it is proven yet."""
    from google.auth import jwt

    try:
        header = jwt.decode_header(token)
    except (ValueError, RecursionError):  # not its own words: they repeat the token
        raise Refused(HTTPStatus.UNAUTHORIZED, "the token cannot be read") from None
    if header.get("alg") not in algorithms:
        raise Refused(HTTPStatus.UNAUTHORIZED, f"the token is signed by {_quoted(header.get('alg'))}")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Refused(HTTPStatus.UNAUTHORIZED, "the token does not say with which key it is signed")
    return kid


def _verified(token: str, pem: str) -> Mapping[str, Any]:
    from google.auth import jwt

    try:
        claims: Mapping[str, Any] = jwt.decode(token, certs=pem, clock_skew_in_seconds=SKEW_S)
    except (ValueError, TypeError) as error:  # TypeError: times that are no numbers, a key for another algorithm
        raise Refused(HTTPStatus.UNAUTHORIZED, f"the token is not valid: {error}") from None
    return claims


@dataclass(slots=True)
class PublicKeys:
    """Public keys by their ids, as the key server has them: a JSON object of PEMs, Google's older form.

    Asked for when first needed, when they are too old, and for an id that we do not know. Keys that are too old
    stay in use while the key server does not answer: a token that is checked with them is checked.
    """

    url: str
    clock: Clock
    patience_s: float = FETCH_S
    _pems: Mapping[str, str] = field(default_factory=dict, init=False)
    _fresh_until: float = field(default=0.0, init=False)
    _ask_from: float | None = field(default=None, init=False)  #: not before; None: never asked
    _trouble: str = field(default="", init=False)  #: why the last question had no answer
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def pem(self, kid: str) -> str | None:
        """The key with this id, or None if there is none. Raises: BackendDown when that cannot be known."""
        with self._lock:
            if self._must_ask(kid):
                self._ask()
            if kid not in self._pems and self._trouble:
                raise BackendDown(self._trouble)
            return self._pems.get(kid)

    def _must_ask(self, kid: str) -> bool:
        now = self.clock.monotonic()
        if self._ask_from is not None and now < self._ask_from:
            return False
        return kid not in self._pems or now >= self._fresh_until

    def _ask(self) -> None:
        try:
            self._pems, good_for_s = _fetch(self.url, self.patience_s)
        except BackendDown as error:
            self._trouble = str(error)
            log.warning("%s; %s", error, "the keys we have stay in use" if self._pems else "there is no key to use")
        else:
            self._trouble = ""
            self._fresh_until = self.clock.monotonic() + good_for_s
        self._ask_from = self.clock.monotonic() + (AGAIN_S if self._pems else AGAIN_WITHOUT_KEYS_S)


def _fetch(url: str, patience_s: float) -> tuple[dict[str, str], float]:
    """The keys at an address, and for how many seconds they are good. Raises: BackendDown."""
    import requests

    try:
        answer = requests.get(url, timeout=patience_s)
        answer.raise_for_status()
        return _PEMS.validate_json(answer.content), _good_for_s(answer.headers.get("Cache-Control", ""))
    except requests.RequestException as error:
        raise BackendDown(f"The keys that sign tokens cannot be had: {error}") from error
    except ValidationError:
        raise BackendDown(f"The keys that sign tokens cannot be had: {url} has no JSON object of PEMs.") from None


def _good_for_s(cache_control: str) -> float:
    said = _MAX_AGE.search(cache_control)
    return min(float(said[1]), FRESH_MAX_S) if said else FRESH_S


def _quoted(value: object) -> str:
    """A stranger's text for our log: on one line, and not much of it."""
    return repr(value)[:QUOTED_CHARS_MAX]
