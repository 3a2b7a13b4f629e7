"""By which words of a request dead letters are chosen."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from jobs.dead_filter import DeadFilter, parse_filter
from jobs.grammar import parse_moment
from jobs.job_store import JobStore

FILTERS_MAX = 16  # twice as many as there are keys
FILTER_CHARS_MAX = 256  # a key and an owner, a tag or a batch
MOMENT_CHARS_MAX = 40  # an ISO time with microseconds and a zone has 32

FilterWord = Annotated[str, Field(max_length=FILTER_CHARS_MAX)]
Moment = Annotated[str, Field(max_length=MOMENT_CHARS_MAX, examples=["24h", "2026-11-21T16:33:48Z"])]


class Which(BaseModel):
    """Which dead letters. Nothing said means all."""

    model_config = ConfigDict(frozen=True)

    filter: tuple[FilterWord, ...] = Field(
        default=(),
        max_length=FILTERS_MAX,
        description="KEY=VALUE: reason, stage, route, owner, batch, tag or priority. Several must all hold.",
        examples=[["reason=GPU_OUT_OF_MEMORY"]],
    )
    since: Moment | None = Field(default=None, description="Died then or later: an age, or an ISO time.")
    until: Moment | None = Field(default=None, description="Died then or before.")

    def wanted(self, store: JobStore) -> DeadFilter:
        """As the core has it; ages count from the store's time. Raises: InvalidRequest, BackendDown."""
        if not (self.since or self.until):
            return parse_filter(self.filter)
        now = store.now()
        return parse_filter(
            self.filter,
            since=parse_moment("since", self.since, now) if self.since else None,
            until=parse_moment("until", self.until, now) if self.until else None,
        )
