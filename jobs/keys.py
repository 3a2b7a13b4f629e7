"""API keys: who a caller is and what they may do. A key is shown once and kept as a salted hash."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.errors import Unauthenticated
from jobs.records import Records


class Scope(StrEnum):
    """What a key allows."""

    SUBMIT = "submit"  #: make, cancel, try again and delete one's own jobs
    READ = "read"  #: look at one's own jobs and files
    OPS = "ops"  #: everybody's jobs, dead letters, pause and resume


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking."""

    owner: str
    scopes: frozenset[Scope]
    key_id: str | None = None  #: of the key they came with


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys there are."""

    records: Records

    def caller(self, token: str) -> Caller:
        """Raises: Unauthenticated, BackendDown."""
        raise Unauthenticated(f"There is no key {token[:6]}...")
