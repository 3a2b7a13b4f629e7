"""Under whose name a request goes on record."""

from typing import Any

from jobs.audit import Audit
from web.endpoint import Asked


def who(asked: Asked[Any, Any]) -> str:
    """The owner, and which of their keys it was."""
    caller = asked.caller
    return f"{caller.owner} (key {caller.key_id})" if caller.key_id else caller.owner


def audit_of(asked: Asked[Any, Any]) -> Audit:
    """Where this request leaves its entry."""
    return asked.house.platform.audit(who(asked))
