"""API keys: who a caller is and what they may do. A key is shown once and kept as a salted hash.

lk_<id>_<secret>    the id finds the record; the secret is 160 random bits, which nobody guesses
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints

from jobs.errors import InvalidRequest, RecordMissing, Unauthenticated
from jobs.job_document import plain
from jobs.records import Record, Records
from jobs.request import Frozen

KEYS = "keys"
ID_BYTES = 10  # 80 random bits, 16 characters of base32
SECRET_BYTES = 20  # 160 random bits, 32 characters: no search finds one, so its hash may be fast
SALT_BYTES = 16  # the longest that BLAKE2b takes
TOKEN = re.compile(r"lk_([a-z2-7]{16})_([a-z2-7]{32})")
PREFIX = "lk_"  # tells a key from a JWT, and a scanner for leaked secrets that this is one

GOOD_FOR = timedelta(days=30)
GRACE = timedelta(days=7)  # for an old key beside the new one: time to tell every program that uses it
LIVE_MAX = 2  # of one owner and name: the one in use, and the one that replaces it
KEPT_FOR = timedelta(days=90)  # after its end: so long its holder is told why; the audit knows for ever
FOUND_MAX = 1_000  # keys looked through at once

RECENT_S = 5.0  # a process may take a revoked key that long, if it has just found it good
RECENT_MAX = 1_000  # keys in use at one process; when there are more, all are looked up again

# Owners stand in names of records: no slash, no space, nothing that Firestore keeps for itself (__x__).
OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:+-]{0,127}")
OwnerName = Annotated[str, StringConstraints(pattern=f"^{OWNER.pattern}$")]
NO_SUCH_KEY = "There is no such key."  # also where the id exists: that is nothing for a stranger to know


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


class Seal(Frozen):
    """A secret as it is kept: enough to know it again, not enough to say it.

    BLAKE2b takes a microsecond. A slow hash (scrypt: 40 ms for each request) makes up for secrets that can be guessed,
    and 160 random bits cannot. The salt keeps one table of hashes from serving for every key.
    """

    salt: str
    hash: str

    @classmethod
    def of(cls, secret: str) -> Self:
        salt = secrets.token_bytes(SALT_BYTES)
        return cls(salt=salt.hex(), hash=_hash(secret, salt))

    def opens_for(self, secret: str) -> bool:
        """Takes as long for a wrong secret as for the right one."""
        return hmac.compare_digest(_hash(secret, bytes.fromhex(self.salt)), self.hash)


def _hash(secret: str, salt: bytes) -> str:
    return hashlib.blake2b(secret.encode(), salt=salt, digest_size=32).hexdigest()


NOBODYS = Seal(salt="00" * SALT_BYTES, hash="00" * 32)  # compared with where there is no key, so that it takes as long


class Grant(Frozen):
    """What a key is for."""

    owner: OwnerName
    name: str = Field(default="default", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    scopes: tuple[Scope, ...] = Field(min_length=1)


class ApiKey(Grant):
    """A key as it is kept."""

    id: str
    seal: Seal = Field(repr=False)
    created_at: AwareDatetime
    expires_at: AwareDatetime  #: still good then, not any more afterwards
    revoked_at: AwareDatetime | None = None
    rotated_from: str | None = None

    def ended_at(self, now: datetime) -> datetime | None:
        """When it ended, or None while it is good."""
        if self.revoked_at is not None:
            return self.revoked_at
        return self.expires_at if now > self.expires_at else None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key, and the token that is shown now and never again."""

    key: ApiKey
    token: str = field(repr=False)


def new_key_id() -> str:
    return _random(ID_BYTES)


def _random(count: int) -> str:
    return base64.b32encode(secrets.token_bytes(count)).decode().lower()


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys there are. Every method may raise BackendDown."""

    records: Records
    _recent: dict[bytes, tuple[float, ApiKey]] = field(default_factory=dict, init=False, repr=False)
    #: when found, by a hash of the whole token: a wrong secret always goes to the store, whether its id exists or not

    def caller(self, token: str) -> Caller:
        """Who holds this token. A revoked key is refused at once, or after RECENT_S where it was just in use.

        Raises: Unauthenticated. Only who has the secret is told that it expired or was revoked.
        """
        parts = TOKEN.fullmatch(token)
        if parts is None:
            raise Unauthenticated(f"A key looks like {PREFIX}<id>_<secret>.")
        key = self._known(token, *parts.groups())
        ended_at = key.ended_at(self.records.clock.now())
        if ended_at is not None:
            how = "was revoked" if key.revoked_at else "expired"
            raise Unauthenticated(f"This key {how} on {ended_at:%Y-%m-%d at %H:%M:%S} UTC.")
        return Caller(key.owner, frozenset(key.scopes), key.id)

    def create(
        self, key_id: str, grant: Grant, *, good_for: timedelta = GOOD_FOR, rotated_from: str | None = None
    ) -> NewKey:
        """A new key under a new id. Raises: InvalidRequest when it would be the third of its owner and name."""
        secret = _random(SECRET_BYTES)
        said = grant.model_dump(include=set(Grant.model_fields))
        said |= {"seal": Seal.of(secret).model_dump(), "rotated_from": rotated_from, "revoked_at": None}

        def made(_old: Record | None, now: datetime) -> Record:
            record: Record = plain(said | {"created_at": now, "expires_at": now + good_for})
            return record

        key = _key(key_id, self.records.update(KEYS, key_id, made))
        self._be_no_third(key)
        return NewKey(key, f"{PREFIX}{key_id}_{secret}")

    def rotate(self, key_id: str, new_id: str, *, good_for: timedelta = GOOD_FOR, grace: timedelta = GRACE) -> NewKey:
        """A key for the same, beside the old one, which stays good for `grace` and never longer than it was.

        The new one comes first: a crash between the two leaves nobody without a key.

        Raises: RecordMissing; InvalidRequest for a key that is over, and as `create`.
        """
        old = self.get(key_id)
        if old.ended_at(self.records.clock.now()):
            raise InvalidRequest("id", f"{key_id} is over: make a new key instead")
        new = self.create(new_id, old, good_for=good_for, rotated_from=key_id)
        self._change(key_id, lambda key, now: {"expires_at": min(key.expires_at, now + grace)})
        return new

    def revoke(self, key_id: str) -> ApiKey:
        """It opens nothing any more. Revoked twice, it keeps the first time. Raises: RecordMissing."""
        key = self._change(key_id, lambda key, now: {"revoked_at": key.revoked_at or now})
        self._recent.clear()
        return key

    def get(self, key_id: str) -> ApiKey:
        """Raises: RecordMissing."""
        return _key(key_id, self.records.get(KEYS, key_id))

    def find(self, *, owner: str | None = None, name: str | None = None) -> list[ApiKey]:
        """Those of an owner, or all, also such as are over: the oldest of each name first."""
        where = {each: value for each, value in (("owner", owner), ("name", name)) if value is not None}
        found = [_key(key_id, record) for key_id, record in self.records.find(KEYS, where, limit=FOUND_MAX)]
        return sorted(found, key=lambda key: (key.owner, key.name, key.created_at))

    def look_again(self, token: str) -> None:
        """Find a key of some age anew, so that whoever comes next with it need not wait. Raises: BackendDown."""
        parts, known = TOKEN.fullmatch(token), self._recent.get(_mark(token))
        if parts is None or known is None or self.records.clock.monotonic() - known[0] < RECENT_S / 2:
            return
        try:
            self._found(token, *parts.groups())
        except Unauthenticated:
            self._recent.pop(_mark(token), None)

    def _known(self, token: str, key_id: str, secret: str) -> ApiKey:
        """From memory where it was found less than RECENT_S ago, otherwise from the store. Raises: Unauthenticated."""
        now_s = self.records.clock.monotonic()
        found_s, key = self._recent.get(_mark(token), (now_s, None))
        if key is None or now_s - found_s >= RECENT_S:
            key = self._found(token, key_id, secret)
        return key

    def _found(self, token: str, key_id: str, secret: str) -> ApiKey:
        """From the store, and remembered. Raises: Unauthenticated."""
        now_s, key = self.records.clock.monotonic(), self._opened(key_id, secret)
        if len(self._recent) >= RECENT_MAX:
            self._recent.clear()
        self._recent[_mark(token)] = now_s, key
        return key

    def _opened(self, key_id: str, secret: str) -> ApiKey:
        """The key that a secret opens, good or over. Raises: Unauthenticated."""
        try:
            key = self.get(key_id)
        except RecordMissing:
            key = None
        opened = (key.seal if key else NOBODYS).opens_for(secret)
        if key is None or not opened:
            raise Unauthenticated(NO_SUCH_KEY)
        return key

    def _be_no_third(self, new: ApiKey) -> None:
        """Made first and counted afterwards: of two people who make one at the same moment, none ends with a third.

        What ended long ago is forgotten on the way.
        """
        good = []
        for key in self.find(owner=new.owner, name=new.name):
            ended_at = key.ended_at(new.created_at)
            if ended_at is None:
                good.append(key.id)
            elif ended_at + KEPT_FOR < new.created_at:
                self.records.delete(KEYS, key.id)
        if len(good) > LIVE_MAX:
            self.records.delete(KEYS, new.id)
            others = ", ".join(key_id for key_id in good if key_id != new.id)
            raise InvalidRequest("name", f"{new.owner} has {LIVE_MAX} good keys of this name: revoke one of {others}")

    def _change(self, key_id: str, change: Callable[[ApiKey, datetime], Record]) -> ApiKey:
        def changed(record: Record | None, now: datetime) -> Record:
            if record is None:
                raise RecordMissing(KEYS, key_id)
            return {**record, **change(_key(key_id, record), now)}

        return _key(key_id, self.records.update(KEYS, key_id, changed))


def _mark(token: str) -> bytes:
    return hashlib.blake2b(token.encode()).digest()


def _key(key_id: str, record: Record) -> ApiKey:
    return ApiKey.model_validate({**record, "id": key_id})
