"""Who is asking: an API key, a Firebase ID token, or, on loopback in development, the one person at the machine."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from flask import Request, request

from jobs.clock import Clock
from jobs.errors import Forbidden, Unauthenticated
from jobs.keys import OWNER, PREFIX, Caller, Keys, Scope
from jobs.tokens import SKEW_S, PublicKeys, Refused, bearer, claims_of, demand, require_libraries
from jobs.wiring import Platform
from web import afterwards

# https://firebase.google.com/docs/auth/admin/verify-id-tokens, "Verify ID tokens using a third-party JWT library".
FIREBASE_KEYS_URL = "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"
FIREBASE_ISSUER = "https://securetoken.google.com/"
FIREBASE_ALGORITHMS = ("RS256",)
SIGNED_IN = frozenset({Scope.SUBMIT, Scope.READ})

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
SAFE = ("GET", "HEAD")  # they change nothing, and a page of another site cannot read what they answer


class Callers(Protocol):
    """Tells who a request is from."""

    def __call__(self, authorization: str | None) -> Caller:
        """From the Authorization header. Raises: Unauthenticated, Forbidden, BackendDown."""


def callers_of(platform: Platform) -> "WithKey":
    """Whom a production door knows: who has a key, and who signed in where LUMEN_FIREBASE_PROJECT is set.

    Raises: SettingsInvalid where that cannot be checked.
    """
    keys, project = Keys(platform.records), platform.settings.firebase_project
    if not project:
        return WithKey(keys)
    require_libraries()
    return WithKey(keys, FirebaseUsers(PublicKeys(FIREBASE_KEYS_URL, platform.clock), project, platform.clock))


@dataclass(frozen=True, slots=True)
class FirebaseUsers:
    """People who signed in to one project with Firebase. A user is the owner of their jobs by their uid."""

    keys: PublicKeys
    project: str
    clock: Clock

    def caller(self, token: str) -> Caller:
        """Raises: Refused, BackendDown."""
        claims = claims_of(token, self.keys, FIREBASE_ALGORITHMS)
        uid, signed_in_at = claims.get("sub"), claims.get("auth_time")
        by_now_s = self.clock.now().timestamp() + SKEW_S
        demand(
            claims,
            {
                "iss": claims.get("iss") == FIREBASE_ISSUER + self.project,
                "aud": claims.get("aud") == self.project,
                "sub": isinstance(uid, str) and OWNER.fullmatch(uid) is not None,
                "auth_time": isinstance(signed_in_at, int) and signed_in_at <= by_now_s,
            },
        )
        ops = {Scope.OPS} if claims.get("ops") is True else frozenset()
        return Caller(str(uid), SIGNED_IN | ops)


@dataclass(frozen=True, slots=True)
class WithKey:
    """A production door: no key, no answer. An ID token is a key too, where a project's users are known."""

    keys: Keys
    users: FirebaseUsers | None = None

    def __call__(self, authorization: str | None) -> Caller:
        try:
            token = bearer(authorization)
            if self.users is None or token.startswith(PREFIX):
                afterwards.leave(partial(self.keys.look_again, token))
                return self.keys.caller(token)
            return self.users.caller(token)
        except Refused as refused:
            raise Unauthenticated(f"Send your key as `Authorization: Bearer lk_...` ({refused.why}).") from None


@dataclass(frozen=True, slots=True)
class OnePerson:
    """`lumen dev` on loopback: whoever asks is the owner of this terminal, and may do all.

    But for pages of other sites in a browser on this machine, which can ask here too: nobody has to say who they are,
    so it matters from where they ask.
    """

    owner: str
    origins: Collection[str] = ()  #: of other pages that may: LUMEN_CORS_ORIGINS

    def __call__(self, authorization: str | None) -> Caller:  # noqa: ARG002 (nobody has to say who they are)
        self.refuse_other_sites(request)
        return Caller(owner=self.owner, scopes=frozenset(Scope))

    def refuse_other_sites(self, http: Request) -> None:
        """Raises: Forbidden."""
        if not LOOPBACK.fullmatch(http.host):  # a name of theirs that now leads to 127.0.0.1 (DNS rebinding)
            raise Forbidden("This server is for its own machine: ask 127.0.0.1 or localhost.")
        if http.method not in SAFE and self._is_of_another_site(http):
            raise Forbidden("A page of another site may not do this.")

    def _is_of_another_site(self, http: Request) -> bool:
        """Browsers say so in one of two headers, which no page can set; other programs send neither."""
        origin = http.headers.get("Origin")
        if origin is not None:
            return origin not in {f"{http.scheme}://{http.host}", *self.origins}
        return http.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
