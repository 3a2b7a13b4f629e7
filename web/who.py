"""Under whose name a request goes on record, and what it gives as its reason."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from jobs.audit import Audit
from web.endpoint import Asked

WHY_CHARS_MAX = 500  # a sentence or two

Why = Annotated[str, Field(max_length=WHY_CHARS_MAX, description="Why, for the record.")]
GivenWhy = Annotated[Why, Field(min_length=1)]


class Reasoned(BaseModel):
    """A body or a query that says why."""

    model_config = ConfigDict(frozen=True)

    reason: GivenWhy


def who(asked: Asked[Any, Any]) -> str:
    """The owner, and which of their keys it was."""
    caller = asked.caller
    return f"{caller.owner} (key {caller.key_id})" if caller.key_id else caller.owner


def audit_of(asked: Asked[Any, Any]) -> Audit:
    """Where this request leaves its entry."""
    return asked.house.platform.audit(who(asked))
