"""What the API tells of dead letters: a row each in the list, and all that is known of one."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from jobs.dead_row import DeadRow, Means
from jobs.deadletter import Dead
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.letter import Garbage
from jobs.records import Record


class DeadPage(BaseModel):
    """Dead letters, the last to die first."""

    dead_letters: list[DeadRow]
    next_page_token: str | None = Field(default=None, description="For the page behind this one; null at the end.")


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


def _json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Times, and whatever else JSON has no form for, as text."""
    return dict(json.loads(json.dumps(dict(fields), default=str)))
