"""Which open jobs somebody means: by status, owner, batch, tag, age, priority and the words of the prompt.

parse_job_filter(['status=queued batch=b_1 prompt:"office chair"'], now)
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from jobs.errors import InvalidRequest
from jobs.grammar import Key, Wanted, all_hold, as_typed, contains, parse_moment, parse_terms, priority
from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.status import DONE, JobStatus

OPEN = tuple(status for status in JobStatus if status not in DONE)
SINCE = "since="


def _status(text: str) -> JobStatus:
    if text not in OPEN:
        raise ValueError(f"{text!r} is none of {', '.join(OPEN)}")
    return JobStatus(text)


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "status": Key("status", _status),
        "owner": Key("owner_uid"),
        "batch": Key("batch_id"),
        "tag": Key("tags"),
        "priority": Key("priority", priority),
        "since": Key("created_at"),  # read apart: an age needs to know what time it is
        "prompt": Key("input.prompt", sign=":", holds=contains),
    }
)


@dataclass(frozen=True, slots=True)
class JobFilter:
    """All that is named must hold. `since`: made then or later."""

    wanted: Wanted
    since: datetime | None = None

    def takes(self, job: Job) -> bool:
        """Whether it means this job, which may have been moved on since it was found."""
        in_time = self.since is None or job.created_at >= self.since
        return in_time and job.status in OPEN and all_hold(self.wanted, job.model_dump(), KEYS)

    def queries(self) -> list[JobQuery]:
        """What to ask the store for: one question for each status. The rest is chosen by `takes`."""
        said = dict(self.wanted)
        return [
            JobQuery(
                status=status,
                owner_uid=said.get("owner"),
                batch_id=said.get("batch"),
                tag=said.get("tag"),
                created_since=self.since,
            )
            for status in ([said["status"]] if "status" in said else OPEN)
        ]

    def words(self) -> list[str]:
        """As it would be typed, for records and for people."""
        since = [f"{SINCE}{self.since.isoformat()}"] if self.since else []
        return [shlex.quote(term) if " " in term else term for term in as_typed(self.wanted, KEYS) + since]


def parse_job_filter(texts: Iterable[str], now: datetime) -> JobFilter:
    """From expressions of several terms; quotes hold words together. Raises: InvalidRequest, with what is allowed."""
    terms = [term for text in texts for term in _terms(text)]
    if not terms:
        raise InvalidRequest("filter", f"says nothing: name one of {', '.join(KEYS)}")
    times = [term.removeprefix(SINCE) for term in terms if term.startswith(SINCE)]
    since = max((parse_moment("filter.since", text, now) for text in times), default=None)
    return JobFilter(parse_terms((term for term in terms if not term.startswith(SINCE)), KEYS), since)


def _terms(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InvalidRequest("filter", f"{text!r}: {str(error).lower()}") from None
