"""A pause: no worker takes another job until somebody says go on. What runs goes on.

One record, which every worker reads before it claims. It is not kept in memory, so a pause holds from the next claim
on, everywhere; that read costs less than the questions with which a worker then looks for a job.

A record that cannot be read means neither "paused" nor "not paused": BackendDown comes out. Whoever claims would have
to ask the same store next, so nothing could be claimed anyway, and the wake-up is put off as in any other outage.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from jobs.errors import RecordMissing
from jobs.records import Record, Records
from jobs.request import Frozen

CONTROL, CLAIMS = "control", "claims"  #: the collection and the key of the record


class Pause(Frozen):
    """Whether claims are paused, and what was said when that was last decided."""

    paused: bool = False
    by: str = ""
    reason: str = ""
    paused_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pause as it is on record. Every method may raise BackendDown."""

    records: Records

    def get(self) -> Pause:
        """Nobody has ever paused: then it is not paused either."""
        try:
            return Pause.model_validate(self.records.get(CONTROL, CLAIMS))
        except RecordMissing:
            return Pause()

    def begin(self, *, by: str, reason: str) -> Pause:
        """No more claims. A pause that goes on already keeps the time at which it began."""

        def change(record: Record | None, now: datetime) -> Record:
            since = record.get("paused_at") if record else None
            return {"paused": True, "by": by, "reason": reason, "paused_at": since or now}

        return Pause.model_validate(self.records.update(CONTROL, CLAIMS, change))

    def end(self, *, by: str, reason: str) -> Pause:
        """Go on. Wake-ups come back by themselves, and sweep sends others for jobs that have waited for a minute."""
        record = {"paused": False, "by": by, "reason": reason, "paused_at": None}
        return Pause.model_validate(self.records.update(CONTROL, CLAIMS, lambda _old, _now: record))


def is_paused(records: Records) -> bool:
    """Whether nobody may claim. Only the one field counts: what else was written there by hand stops no worker.

    Raises: BackendDown.
    """
    try:
        return records.get(CONTROL, CLAIMS).get("paused") is True
    except RecordMissing:
        return False
