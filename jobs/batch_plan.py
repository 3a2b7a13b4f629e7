"""What each request of a batch comes to: a job to make, one that is there, the same as another, or none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jobs.errors import IdempotencyConflict, InvalidRequest, LumenError, PromptRejected
from jobs.job import Job, JobId, job_id_for
from jobs.request import JobInput, JobRequest, Priority


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request whose job is still to be made, and the key that always leads to it."""

    index: int
    request: JobRequest
    key: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A request, and its job. `new`: it was made now."""

    index: int
    job: Job
    new: bool


@dataclass(frozen=True, slots=True)
class Twin:
    """A request that asks for the same as one before it: there is one job for both."""

    index: int
    first: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that gets no job, and why. It keeps no other from getting one."""

    index: int
    custom_id: str | None
    error: LumenError


@dataclass(frozen=True, slots=True)
class Plan:
    """What each request comes to, in their order. Nothing is written yet."""

    batch_id: str
    name: str
    items: tuple[Wanted | Taken | Twin | Refused, ...]
    total: int  #: jobs that the batch will have

    @property
    def missing(self) -> tuple[Wanted, ...]:
        return tuple(each for each in self.items if isinstance(each, Wanted))


def as_wanted(batch_id: str, index: int, request: JobRequest) -> Wanted:
    """A request as the batch would make it: in the batch, and behind what people wait for, unless it says how urgent.

    Its key is named by kind, so that no custom_id passes for an input. Nothing is looked for.

    Raises: InvalidRequest.
    """
    if request.batch_id not in {None, batch_id}:
        raise InvalidRequest("batch_id", "names another batch; leave it out")
    low = {} if "priority" in request.model_fields_set else {"priority": Priority.LOW}
    named = f"id {request.custom_id}" if request.custom_id is not None else f"input {request.input.fingerprint()}"
    return Wanted(index, request.model_copy(update={"batch_id": batch_id, **low}), f"{batch_id} {named}")


class Sorting:
    """What one request after the other comes to."""

    def __init__(
        self, owner: str, batch_id: str, there: Mapping[JobId, Job], may_say: Callable[[JobInput], None]
    ) -> None:
        self._owner = owner
        self._batch_id = batch_id
        self._there = there
        self._may_say = may_say
        self._firsts: dict[str, Wanted] = {}  # by key

    def item(self, index: int, request: JobRequest) -> Wanted | Taken | Twin | Refused:
        try:
            self._may_say(request.input)
            return self._place(as_wanted(self._batch_id, index, request))
        except (InvalidRequest, IdempotencyConflict, PromptRejected) as error:
            return Refused(index, request.custom_id, error)

    def _place(self, wanted: Wanted) -> Wanted | Taken | Twin:
        """Raises: IdempotencyConflict when its custom_id is that of another request."""
        fingerprint = wanted.request.input.fingerprint()
        first = self._firsts.setdefault(wanted.key, wanted)
        if first.request.input.fingerprint() != fingerprint:
            raise IdempotencyConflict(f"The custom_id of request {first.index}, which asks for something else.")
        if first is not wanted:
            return Twin(wanted.index, first.index)
        job = self._there.get(job_id_for(self._owner, wanted.key))
        if job is None:
            return wanted
        if job.request_fingerprint != fingerprint:
            raise IdempotencyConflict(f"The custom_id of {job.id}, which is for something else.")
        return Taken(wanted.index, job, new=False)
