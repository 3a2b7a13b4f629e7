"""The values a job document is made of. Field names are a contract: web apps read them in Firestore."""

from datetime import datetime
from typing import Any, Self

from pydantic import AwareDatetime, Field

from jobs.errors import REASONS, Reason
from jobs.request import Frozen


class Lease(Frozen):
    """The right to work on a job.

    `token` counts every claim ever made and never goes back, so a worker that slept through
    its own lease cannot pass for the worker that came after it.
    """

    holder: str
    token: int = Field(ge=1)
    expires_at: AwareDatetime

    def expired(self, now: datetime) -> bool:
        return self.expires_at <= now


class Stage(Frozen):
    """What is being done right now. `progress` counts within the stage, 0 to 100."""

    name: str
    label: str
    index: int = Field(ge=0)
    total: int = Field(ge=1)
    progress: int = Field(default=0, ge=0, le=100)
    message: str = ""
    started_at: AwareDatetime


class StageDone(Frozen):
    """One finished stage of this attempt. `hit`: it was found on the shelf, not made."""

    name: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    seconds: float = Field(ge=0)
    hit: bool = False


class Checkpoint(Frozen):
    """Where a finished stage's output lies on the shelf; the next attempt starts after it."""

    key: str
    seconds: float = Field(ge=0)
    hit: bool = False


class Attempt(Frozen):
    """One attempt, from its claim to whatever ended it. Open while `ended_at` is None."""

    n: int = Field(ge=1)
    worker: str
    token: int = Field(ge=1)
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    event: str | None = None
    reason: Reason | None = None
    message: str = ""


class Failure(Frozen):
    """Why something ended badly, in words a client may read; tracebacks are kept elsewhere."""

    reason: Reason
    message: str
    retryable: bool
    stage: str | None = None
    route: str | None = None
    attempt: int = 0
    refusals: tuple[str, ...] = ()
    at: AwareDatetime

    @classmethod
    def of(cls, reason: Reason, message: str, *, at: datetime, **where: Any) -> Self:
        """Whether trying again may help is the reason's to say. `where`: stage, route, attempt, refusals."""
        retryable = REASONS[reason].retryable
        return cls.model_validate({"reason": reason, "message": message, "retryable": retryable, "at": at, **where})


class Artifact(Frozen):
    """One file of the result."""

    uri: str
    bytes: int = Field(ge=0)
    sha256: str
    content_type: str


class PartInfo(Frozen):
    """One named part of the object; `id` is its row in the palette and its value in the point cloud."""

    id: int = Field(ge=0)
    name: str
    color: str
    faces: int = Field(ge=0)
    vertices: int = Field(ge=0)
    points: int = Field(ge=0)


class Bounds(Frozen):
    """The corners of the object's box. Two fields: a document has no lists of lists."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]


class Output(Frozen):
    """The result: files by name, and what is in them."""

    files: dict[str, Artifact]
    template: str
    route: str
    parts: tuple[PartInfo, ...]
    refusals: tuple[str, ...] = ()  #: why the routes before this one did not do it
    remedies: tuple[str, ...] = ()  #: faults that were overcome, and at what price
    models: tuple[str, ...] = ()  #: the weights it was made with: id@revision
    licences: tuple[str, ...] = ()  #: theirs; whoever hands the object on has to keep to them
    bounds: Bounds | None = None
    watertight: bool = False


class Metrics(Frozen):
    """Seconds, measured by the worker's monotonic clock (`wait_seconds`: by the store's)."""

    wait_seconds: float = Field(ge=0)
    run_seconds: float = Field(ge=0)
    stage_seconds: dict[str, float] = {}


class DeadLetter(Frozen):
    """The outbox entry of a failed job: pending until `published_at` is set."""

    published_at: AwareDatetime | None = None


class Replay(Frozen):
    """The last time ops tried it again."""

    count: int = Field(ge=1)
    by: str
    reason: str
    at: AwareDatetime
    run: str | None = None  #: the run over many that it was tried in


class LastWrite(Frozen):
    """Who wrote last, and which of its writes it was: a lost answer is recognised by it."""

    holder: str
    n: int = Field(ge=0)


class Report(Frozen):
    """What a beat carries besides the lease: the newest progress, and stages finished since the claim."""

    progress: int = Field(default=0, ge=0, le=100)
    stage: Stage | None = None
    stages: tuple[StageDone, ...] = ()
    checkpoints: dict[str, Checkpoint] = {}
    eta_at: AwareDatetime | None = None

    def fields(self) -> dict[str, Any]:
        return dict(self)
