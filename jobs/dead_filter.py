"""Which dead letters somebody means: by reason, place, owner and time. Filtered here, so that no filter needs an index.

parse_filter(["reason=GPU_OUT_OF_MEMORY", "owner=ada"], since=now - timedelta(hours=24))
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from jobs.errors import InvalidRequest, Reason
from jobs.grammar import Key, Wanted, all_hold, as_typed, parse_terms, priority
from jobs.store import Fields

MOMENT = timedelta(microseconds=1)  # the least that two times in a document differ


def _reason(text: str) -> Reason:
    if text not in Reason.__members__:
        raise ValueError(f"{text!r} is none of {', '.join(Reason)}")
    return Reason(text)


# Garbage has only a reason.
KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "reason": Key("error.reason", _reason),
        "stage": Key("error.stage"),
        "route": Key("error.route"),
        "owner": Key("owner_uid"),
        "batch": Key("batch_id"),
        "tag": Key("tags"),
        "priority": Key("priority", priority),
    }
)


@dataclass(frozen=True, slots=True)
class DeadFilter:
    """All that is named must hold; nothing named means any. Times are those of the death, both ends included."""

    wanted: Wanted = ()  #: key and value
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, fields: Fields, at: datetime | None) -> bool:
        """Whether it means a document with these fields that died then."""
        in_time = at is not None and self._in_time(at)
        if not in_time and (self.since or self.until):
            return False
        return all_hold(self.wanted, fields, KEYS)

    def ends_before(self, at: datetime | None) -> bool:
        """Whether who reads the last to die first may stop there."""
        return self.since is not None and at is not None and at < self.since

    @property
    def begins_behind(self) -> tuple[datetime, str] | None:
        """A place in front of everything wanted, for who reads the last to die first."""
        return (self.until + MOMENT, "0") if self.until else None

    def words(self) -> list[str]:
        """As it would be typed, for records and for people."""
        times = {"since": self.since, "until": self.until}
        return as_typed(self.wanted, KEYS) + [f"{name}={at.isoformat()}" for name, at in times.items() if at]

    def _in_time(self, at: datetime) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


ANY = DeadFilter()


def parse_filter(texts: Iterable[str], *, since: datetime | None = None, until: datetime | None = None) -> DeadFilter:
    """From KEY=VALUE texts. Raises: InvalidRequest, naming the key and what is allowed."""
    if since and until and until < since:
        raise InvalidRequest("until", f"{until.isoformat()} is before {since.isoformat()}, where it begins")
    return DeadFilter(parse_terms(texts, KEYS), since, until)
