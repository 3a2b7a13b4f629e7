"""Dead letters removed for good: failed jobs with their files, and garbage. Nothing else, however it is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from jobs.bucket import Bucket
from jobs.client import remove
from jobs.dead_filter import DeadFilter
from jobs.deadletter import LETTERS, Dead, DeadLetters
from jobs.errors import BackendDown, IllegalTransition, JobUnreadable, LumenError
from jobs.job_document import Unreadable
from jobs.letter import Garbage
from jobs.status import JobStatus

PURGE_MAX = 10_000  # of one purge, so that it ends; the next one goes on


@dataclass(frozen=True, slots=True)
class Purged:
    """One dead letter, and why it was left when it was."""

    id: str
    error: LumenError | None = None


@dataclass(frozen=True, slots=True)
class Purge:
    """Cut off anywhere it is simply done again: what is half removed is still named."""

    letters: DeadLetters
    bucket: Bucket

    def plan(self, wanted: DeadFilter) -> list[Dead]:
        """What would go, the last to die first. Nothing is written. Raises: BackendDown."""
        return list(islice((dead for dead in self.letters.scan(wanted) if _refusal(dead) is None), PURGE_MAX))

    def go(self, ids: Sequence[str]) -> Iterator[Purged]:
        """Remove them one after the other; each is looked at right before. Raises: BackendDown."""
        for key in ids:
            try:
                self._remove(key)
            except BackendDown:
                raise
            except LumenError as error:
                yield Purged(key, error)
            else:
                yield Purged(key)

    def look(self, key: str) -> Dead:
        """A dead letter that may go. Raises: NotFound, IllegalTransition, JobUnreadable, BackendDown."""
        dead = self.letters.get(key)
        refusal = _refusal(dead)
        if refusal is not None:
            raise refusal
        return dead

    def _remove(self, key: str) -> None:
        dead = self.look(key)
        if isinstance(dead, Garbage):
            self.letters.records.delete(LETTERS, key)
        else:
            remove(dead, self.letters.store, self.letters.records, self.bucket)


def _refusal(dead: Dead) -> LumenError | None:
    """Why this one is not ours to remove, if it is not."""
    if isinstance(dead, Garbage):
        return None
    if isinstance(dead, Unreadable) and dead.newer:
        return JobUnreadable(dead.why)
    status = dead.document.fields.get("status") if isinstance(dead, Unreadable) else dead.status
    return None if status == JobStatus.FAILED else IllegalTransition(str(status), "purge")
