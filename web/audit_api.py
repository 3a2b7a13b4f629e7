"""Over HTTP, who did what to many jobs at once, to a key, or to the pause."""

from datetime import datetime
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field

from jobs.audit import Action, Entry
from jobs.keys import Scope
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.paging import from_a_page

PAGE_MAX = 100
TOKEN_CHARS_MAX = 64  # an id of an entry has 18
WHO_CHARS_MAX = 128  # an owner


class AuditListing(BaseModel):
    """Which entries, and how many at a time, newest first."""

    model_config = ConfigDict(frozen=True)

    action: Action | None = Field(default=None, description="Only what was done by this verb.")
    who: str | None = Field(
        default=None, min_length=1, max_length=WHO_CHARS_MAX, description="Only what this owner did, by any key."
    )
    page_size: int = Field(default=20, ge=1, le=PAGE_MAX)
    page_token: str | None = Field(default=None, max_length=TOKEN_CHARS_MAX)

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is one of those: behind the owner's name may stand a key or a machine, in brackets."""
        by_them = self.who is None or entry.who == self.who or entry.who.startswith(f"{self.who} (")
        return by_them and self.action in {None, entry.action}


class AuditEntry(BaseModel):
    """What was done, by whom, to how many, and why."""

    model_config = ConfigDict(frozen=True)

    id: str
    action: str = Field(description="dlq.replay, claims.pause and the like; a later version may know others.")
    who: str
    why: str
    run: str | None = Field(description="The run of replays it belongs to.")
    filter: tuple[str, ...] = Field(description="By which words they were chosen.")
    ids: tuple[str, ...] = Field(description="The first hundred of them.")
    of: int = Field(description="How many there were to do.")
    counts: dict[str, int] = Field(description="What it came to.")
    begun_at: datetime
    done_at: datetime | None = Field(description="Null while it is being done, and for ever when it was cut off.")


class AuditPage(BaseModel):
    """Entries, newest first."""

    entries: list[AuditEntry]
    next_page_token: str | None = Field(default=None, description="For the page behind this one; null at the end.")


def list_audit(asked: Asked[AuditListing, Nothing]) -> Answer:
    """Replays, removals, pauses and what was done to keys, the newest first."""
    wanted, audit = asked.query, asked.house.platform.audit("")
    with from_a_page():
        found = list(islice(audit.scan(wanted.takes, after=wanted.page_token), wanted.page_size + 1))
    page = found[: wanted.page_size]
    more = page[-1].id if len(found) > wanted.page_size else None
    return Answer(AuditPage(entries=[AuditEntry(**dict(entry)) for entry in page], next_page_token=more))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/audit",
        list_audit,
        "List who did what",
        scope=Scope.OPS,
        query=AuditListing,
        answers={200: AuditPage},
    ),
)
