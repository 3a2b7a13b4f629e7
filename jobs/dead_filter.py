"""Which dead letters somebody means: by reason, place, owner and time. Filtered here, so that no filter needs an index.

parse_filter(["reason=GPU_OUT_OF_MEMORY", "owner=ada"], since=now - timedelta(hours=24))
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from jobs.errors import InvalidRequest, Reason
from jobs.request import Priority
from jobs.store import Fields, at_path

AGE = re.compile(r"(\d{1,6})([smhd])")
UNITS: Mapping[str, str] = MappingProxyType({"s": "seconds", "m": "minutes", "h": "hours", "d": "days"})
MOMENT = timedelta(microseconds=1)  # the least that two times in a document differ


def _reason(text: str) -> Reason:
    if text not in Reason.__members__:
        raise ValueError(f"{text!r} is none of {', '.join(Reason)}")
    return Reason(text)


def _priority(text: str) -> Priority:
    if text.upper() not in Priority.__members__:
        raise ValueError(f"{text!r} is none of {', '.join(Priority.__members__).lower()}")
    return Priority[text.upper()]


def _text(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    return text


@dataclass(frozen=True, slots=True)
class Key:
    """What a filter may name: where it stands in a document, and what its value may be."""

    path: str
    read: Callable[[str], Any] = _text  #: raises ValueError, in words


# Garbage has only a reason.
KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "reason": Key("error.reason", _reason),
        "stage": Key("error.stage"),
        "route": Key("error.route"),
        "owner": Key("owner_uid"),
        "batch": Key("batch_id"),
        "tag": Key("tags"),
        "priority": Key("priority", _priority),
    }
)


@dataclass(frozen=True, slots=True)
class DeadFilter:
    """All that is named must hold; nothing named means any. Times are those of the death, both ends included."""

    wanted: tuple[tuple[str, Any], ...] = ()  #: key and value
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, fields: Fields, at: datetime | None) -> bool:
        """Whether it means a document with these fields that died then."""
        in_time = at is not None and self._in_time(at)
        if not in_time and (self.since or self.until):
            return False
        return all(_holds(at_path(fields, KEYS[key].path), value) for key, value in self.wanted)

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
        named = [f"{key}={value.name.lower() if key == 'priority' else value}" for key, value in self.wanted]
        return named + [f"{name}={at.isoformat()}" for name, at in times.items() if at]

    def _in_time(self, at: datetime) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


ANY = DeadFilter()


def parse_filter(texts: Iterable[str], *, since: datetime | None = None, until: datetime | None = None) -> DeadFilter:
    """From KEY=VALUE texts. Raises: InvalidRequest, naming the key and what is allowed."""
    if since and until and until < since:
        raise InvalidRequest("until", f"{until.isoformat()} is before {since.isoformat()}, where it begins")
    return DeadFilter(tuple(_pair(text) for text in texts), since, until)


def parse_moment(field: str, text: str, now: datetime) -> datetime:
    """From an ISO time, in UTC unless it says otherwise, or an age like 24h. Raises: InvalidRequest."""
    if found := AGE.fullmatch(text):
        try:
            return now - timedelta(**{UNITS[found[2]]: int(found[1])})
        except OverflowError:
            raise InvalidRequest(field, f"{text} ago there was no time yet") from None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(field, f"{text!r} is neither an age like 30m, 24h or 7d nor an ISO time") from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _pair(text: str) -> tuple[str, Any]:
    key, sign, value = text.partition("=")
    if not sign or key not in KEYS:
        raise InvalidRequest("filter", f"{text!r} is not KEY=VALUE with one of the keys {', '.join(KEYS)}")
    try:
        return key, KEYS[key].read(value)
    except ValueError as error:
        raise InvalidRequest(f"filter.{key}", str(error)) from None


def _holds(said: Any, value: Any) -> bool:
    return value in said if isinstance(said, list | tuple) else bool(said == value)
