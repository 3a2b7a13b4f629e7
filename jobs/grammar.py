"""What filters are written in: KEY=VALUE, and moments.

A kind of filter is a table of keys; what a term may be called, and what its value may be, is said once, here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from jobs.errors import InvalidRequest
from jobs.request import Priority
from jobs.store import Fields, at_path

AGE = re.compile(r"(\d{1,6})([smhd])")
UNITS: Mapping[str, str] = MappingProxyType({"s": "seconds", "m": "minutes", "h": "hours", "d": "days"})
Wanted = tuple[tuple[str, Any], ...]  #: keys and values; all must hold


def some_text(text: str) -> str:
    """Raises: ValueError."""
    if not text:
        raise ValueError("is empty")
    return text


def priority(text: str) -> Priority:
    """Raises: ValueError."""
    if text.upper() not in Priority.__members__:
        raise ValueError(f"{text!r} is none of {', '.join(Priority.__members__).lower()}")
    return Priority[text.upper()]


def is_or_has(said: Any, value: Any) -> bool:
    """Equal; of a list, one of its items is."""
    return value in said if isinstance(said, list | tuple) else bool(said == value)


def contains(said: Any, words: Any) -> bool:
    """Whether text has these words in it, large or small."""
    return isinstance(said, str) and str(words).casefold() in said.casefold()


@dataclass(frozen=True, slots=True)
class Key:
    """What a filter may name: where it stands in a document, what its value may be, and when it holds."""

    path: str
    read: Callable[[str], Any] = some_text  #: raises ValueError, in words
    sign: str = "="
    holds: Callable[[Any, Any], bool] = is_or_has


Keys = Mapping[str, Key]


def parse_terms(texts: Iterable[str], keys: Keys) -> Wanted:
    """Raises: InvalidRequest, naming the key and what is allowed."""
    return tuple(_term(text, keys) for text in texts)


def all_hold(wanted: Wanted, fields: Fields, keys: Keys) -> bool:
    """Whether a document with these fields has all that is wanted."""
    return all(keys[key].holds(at_path(fields, keys[key].path), value) for key, value in wanted)


def as_typed(wanted: Wanted, keys: Keys) -> list[str]:
    """The terms as they would be typed."""
    return [
        f"{key}{keys[key].sign}{value.name.lower() if isinstance(value, Priority) else value}" for key, value in wanted
    ]


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


def _term(text: str, keys: Keys) -> tuple[str, Any]:
    for key, means in keys.items():
        if text.startswith(f"{key}{means.sign}"):
            try:
                return key, means.read(text.removeprefix(f"{key}{means.sign}"))
            except ValueError as error:
                raise InvalidRequest(f"filter.{key}", str(error)) from None
    raise InvalidRequest("filter", f"{text!r} is not {_form(keys)}")


def _form(keys: Keys) -> str:
    """What a term looks like."""
    equal = ", ".join(key for key, means in keys.items() if means.sign == "=")
    others = "".join(f", nor {key}{means.sign}WORDS" for key, means in keys.items() if means.sign != "=")
    return f"KEY=VALUE with one of the keys {equal}{others}"
