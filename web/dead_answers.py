"""What the API tells of dead letters: a row each in the list, and all that is known of one."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, Field

from jobs.deadletter import Dead, died_at, id_of
from jobs.errors import REASONS, Reason, runbook_link
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.letter import Garbage
from jobs.records import Record

Kind = Literal["job", "garbage", "unreadable"]
WHAT_CHARS = 80  # of a message's original, in a row


class DeadRow(BaseModel):
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
    def of(cls, dead: Dead) -> "DeadRow":
        return cls.model_validate({"id": id_of(dead), "died_at": died_at(dead), **NOTHING, **_about(dead)})


NOTHING: Mapping[str, None] = MappingProxyType(
    dict.fromkeys(("reason", "message", "stage", "route", "attempt", "attempts_left"))
)


class DeadPage(BaseModel):
    """Dead letters, the last to die first."""

    dead_letters: list[DeadRow]
    next_page_token: str | None = Field(default=None, description="For the page behind this one; null at the end.")


class Means(BaseModel):
    """What a reason means to whoever meets it."""

    sentence: str
    retryable: bool = Field(description="Whether trying again can help.")
    runbook: str

    @classmethod
    def of(cls, word: str | None) -> "Means | None":
        """A later version's reason has no meaning here."""
        reason = Reason.__members__.get(word or "")
        if reason is None:
            return None
        meaning = REASONS[reason]
        return cls(sentence=meaning.sentence, retryable=meaning.retryable, runbook=runbook_link(reason))


class DeadAnswer(DeadRow):
    """All that is known of a dead letter. One of `job`, `garbage` and `document` is there."""

    means: Means | None
    job: Job | None = None
    garbage: Garbage | None = Field(default=None, description="With its payload, the first 64 KiB, in base64.")
    document: dict[str, Any] | None = Field(default=None, description="As it lies there, where no job can be read.")
    debug: dict[str, Any] | None = Field(description="The traceback of the last attempt, where there was one.")

    @classmethod
    def of_all(cls, dead: Dead, debug: Record | None) -> "DeadAnswer":
        row = DeadRow.of(dead)
        known: dict[str, Any] = {"means": Means.of(row.reason), "debug": debug and _json(debug)}
        if isinstance(dead, Unreadable):
            known["document"] = _json(dead.document.fields)
        else:
            known["job" if isinstance(dead, Job) else "garbage"] = dead
        return cls.model_construct(**dict(row), **known)


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
    return {
        "kind": "job",
        "letter_at": letter_at,
        "what": job.input.prompt or f"image {job.input.image}",
        **said,
        **tries,
    }


def _of_garbage(garbage: Garbage) -> dict[str, Any]:
    """Its letter was out before its record was."""
    begins = " ".join(garbage.data[: 4 * WHAT_CHARS].decode(errors="replace").split())[:WHAT_CHARS]
    said = {"reason": garbage.reason.value, "message": garbage.message}
    return {"kind": "garbage", "letter_at": garbage.filed_at, "what": begins, **said}


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


def _json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Times, and whatever else JSON has no form for, as text."""
    return dict(json.loads(json.dumps(dict(fields), default=str)))
