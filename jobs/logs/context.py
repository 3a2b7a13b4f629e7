"""Whose a line is: fields that everything logged from here on carries, in this thread and in those it starts for it."""

import contextvars
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType

# Not structlog.contextvars: that import takes a sixth of a second, and `lumen make` runs jobs too.
_FIELDS: ContextVar[Mapping[str, object]] = ContextVar("lumen_log_fields", default=MappingProxyType({}))


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """What is logged inside carries `fields` beside those from outside. None says nothing."""
    token = _FIELDS.set({**_FIELDS.get(), **_told(fields)})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def begin(**fields: object) -> None:
    """From now on this thread logs for somebody else, with these fields alone: a server uses its threads again."""
    _FIELDS.set(_told(fields))


def current() -> Mapping[str, object]:
    return _FIELDS.get()


def in_context(work: Callable[[], None]) -> Callable[[], None]:
    """For a new thread: `work`, logging as whoever started it."""
    return partial(contextvars.copy_context().run, work)


def _told(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
