"""Versions of jobs that this process saw last: who changes one of them need not read it first.

What is known may be old by now. That costs a write in vain and never a wrong one, for every write is of that very
version, or is none.
"""

from dataclasses import dataclass, field

from jobs.job import Job
from jobs.store import Document

KNOWN_MAX = 16  # the few at the head of the queue, and the one that is worked on


@dataclass(frozen=True, slots=True)
class Version:
    """A job, and the very document that it was read from or written to."""

    document: Document
    job: Job


@dataclass(frozen=True, slots=True)
class Known:
    """A few of them, by id; the first to come are the first to go. Threads may share it."""

    _versions: dict[str, Version] = field(default_factory=dict)

    def keep(self, version: Version) -> None:
        self._versions[version.document.key] = version
        while len(self._versions) > KNOWN_MAX:
            self._versions.pop(next(iter(self._versions)), None)

    def take(self, job_id: str) -> Version | None:
        """What is known of it, to be tried once: whoever writes it keeps what it has become."""
        return self._versions.pop(job_id, None)
