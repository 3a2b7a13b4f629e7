"""Who is asking: an API key, a Firebase ID token, or, on loopback in development, the one person at the machine."""

from dataclasses import dataclass
from typing import Protocol

from jobs.errors import Unauthenticated
from jobs.keys import Caller, Keys, Scope


class Callers(Protocol):
    """Tells who a request is from."""

    def __call__(self, authorization: str | None) -> Caller:
        """From the Authorization header. Raises: Unauthenticated, BackendDown."""


@dataclass(frozen=True, slots=True)
class OnePerson:
    """`lumen dev` on loopback: whoever asks is the owner of this terminal, and may do all."""

    owner: str

    def __call__(self, authorization: str | None) -> Caller:  # noqa: ARG002 (nobody has to say who they are)
        return Caller(owner=self.owner, scopes=frozenset(Scope))


@dataclass(frozen=True, slots=True)
class WithKey:
    """A production door: no key, no answer."""

    keys: Keys

    def __call__(self, authorization: str | None) -> Caller:
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("Send your key as `Authorization: Bearer lk_...`.")
        return self.keys.caller(token.strip())
