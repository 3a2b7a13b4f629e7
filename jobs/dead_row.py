"""What there is to say of a dead letter in a line, whatever it is: for terminals and for the API alike."""

import codecs
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import Field

from jobs.deadletter import Dead, died_at, id_of
from jobs.errors import REASONS, Reason, runbook_link
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.letter import Garbage
from jobs.request import Frozen

Kind = Literal["job", "garbage", "unreadable"]
WHAT_CHARS = 80  # of a message's original
WHAT_BYTES = 24  # of one that is no text
NOTHING: Mapping[str, None] = MappingProxyType(
    dict.fromkeys(("reason", "message", "stage", "route", "attempt", "attempts_left"))
)


class DeadRow(Frozen):
    """A dead letter, whatever it is, in a line."""

    id: str
    kind: Kind
    died_at: datetime | None = Field(description="When it came among the dead letters; null when nobody can tell.")
    letter_at: datetime | None = Field(description="When its letter was published; null: sweep has yet to do it.")
    reason: str | None = Field(description="Of the one table; a later version of this program may know others.")
    message: str | None
    stage: str | None
    route: str | None
    attempt: int | None = Field(description="How many were made; only of a job.")
    attempts_left: int | None
    what: str = Field(description="The words of the job, or how the message begins.")

    @classmethod
    def of(cls, dead: Dead) -> Self:
        return cls.model_validate({"id": id_of(dead), "died_at": died_at(dead), **NOTHING, **_about(dead)})


class Means(Frozen):
    """What a reason means to whoever meets it."""

    sentence: str
    retryable: bool = Field(description="Whether trying again can help.")
    runbook: str

    @classmethod
    def of(cls, word: str | None) -> Self | None:
        """A later version's reason has no meaning here."""
        reason = Reason.__members__.get(word or "")
        if reason is None:
            return None
        meaning = REASONS[reason]
        return cls(sentence=meaning.sentence, retryable=meaning.retryable, runbook=runbook_link(reason))


def text_of(data: bytes) -> str | None:
    """What the bytes say, or None when they are no text that can be shown. The end may cut a character."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data).replace("\r\n", "\n").replace("\t", "    ")
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char == "\n" for char in text) else None


def _about(dead: Dead) -> dict[str, Any]:
    match dead:
        case Job():
            return _of_job(dead)
        case Garbage():
            return _of_garbage(dead)
        case Unreadable():
            return _of_unreadable(dead)


def _of_job(job: Job) -> dict[str, Any]:
    said = job.error.model_dump(include={"reason", "message", "stage", "route"}) if job.error else {}
    letter_at = job.dead_letter.published_at if job.dead_letter else None
    tries = {"attempt": job.attempt, "attempts_left": job.attempts_left}
    return {"kind": "job", "letter_at": letter_at, "what": job.input.words, **said, **tries}


def _of_garbage(garbage: Garbage) -> dict[str, Any]:
    """Its letter was out before its record was."""
    text = text_of(garbage.data)
    begins = garbage.data[:WHAT_BYTES].hex(" ") if text is None else " ".join(text.split())[:WHAT_CHARS]
    said = {"reason": garbage.reason.value, "message": garbage.message}
    return {"kind": "garbage", "letter_at": garbage.filed_at, "what": begins or "(empty)", **said}


def _of_unreadable(dead: Unreadable) -> dict[str, Any]:
    """Whoever wrote the document may have written anything: only what is text is passed on as text."""
    error, letter = (_map(dead.document.fields, name) for name in ("error", "dead_letter"))
    said = {name: text for name in ("reason", "stage", "route") if isinstance(text := error.get(name), str)}
    at = letter.get("published_at")
    letter_at = at if isinstance(at, datetime) else None
    return {"kind": "unreadable", "letter_at": letter_at, "what": dead.why, "message": dead.why, **said}


def _map(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}
