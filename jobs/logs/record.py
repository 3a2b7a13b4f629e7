"""A record as it goes into the queue: with all that only the thread that made it knows, in plain bounded values."""

import copy
import logging
import traceback
from collections.abc import Mapping
from itertools import islice

from jobs.logs.bounds import FIELDS_MAX, MESSAGE_CHARS_MAX, STACK_CHARS_MAX, Room, clean, clean_ends
from jobs.logs.context import current
from jobs.logs.scrub import SCRUBBED, is_secret
from jobs.logs.trace import current_trace

OF_LOGGING = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def captured(record: logging.LogRecord) -> logging.LogRecord:
    """A copy whose `msg` is the message, `stack` the traceback and `fields` all the rest.

    Nothing in it changes any more, nothing keeps a frame alive, and nothing in it is secret.
    Raises what formatting the message raises.
    """
    mine = copy.copy(record)
    mine.args = _arguments(record.args)  # type: ignore[assignment]  # what getMessage takes
    mine.msg = clean(mine.getMessage(), MESSAGE_CHARS_MAX)
    mine.args = mine.exc_info = mine.stack_info = None
    mine.exc_text = mine.stack = _stack(record)  # twice: structlog's formatter drops the one, logging's wants it
    mine.fields = _fields(record)
    return mine


def _arguments(args: object) -> object:
    room = Room()
    if isinstance(args, Mapping):
        return {name: SCRUBBED if is_secret(name, value) else room.argument(value) for name, value in args.items()}
    return tuple(map(room.argument, args)) if isinstance(args, tuple) else args


def _stack(record: logging.LogRecord) -> str | None:
    info = record.exc_info
    text = "".join(traceback.format_exception(*info)) if info and info[0] else record.exc_text or record.stack_info
    return clean_ends(text, STACK_CHARS_MAX) if text else None


def _fields(record: logging.LogRecord) -> dict[str, object]:
    context, room = dict(current()), Room()
    trace = current_trace(context.pop("traceparent", None))
    more = {name: value for name, value in vars(record).items() if name not in OF_LOGGING and value is not None}
    named = islice((context | more).items(), FIELDS_MAX)
    return {name: room.field(name, value) for name, value in named} | ({"trace": trace} if trace else {})
