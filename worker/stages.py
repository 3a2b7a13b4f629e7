"""What an attempt's stages say in spans and numbers."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from opentelemetry.trace import Span, Status, StatusCode

from jobs.metrics import SHELF_LOOKUPS, STAGE_RUN
from jobs.traces import span
from models.stage import Stage, Watcher


@dataclass(slots=True)
class StagesSeen:
    """Passes on what the pipeline tells.

    A stage's span is open while the stage is worked on: what is done then, the shelf's calls too, hangs in it. One that
    did not finish is closed when the next begins, or with the attempt.
    """

    watcher: Watcher
    _open: ExitStack = field(default_factory=ExitStack)
    _stage: Stage | None = None
    _span: Span | None = None
    _begun_s: float = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._unfinished(type(error).__name__ if error else "left")

    def started(self, stage: Stage, index: int, total: int, overall: int) -> None:
        self._unfinished("another was tried")
        self._stage, self._begun_s = stage, time.monotonic()
        self._span = self._open.enter_context(span(stage.name, stage=stage.name))
        self.watcher.started(stage, index, total, overall)

    def stepped(self, within: int, overall: int, message: str) -> None:
        self.watcher.stepped(within, overall, message)

    def finished(self, stage: Stage, *, key: str, seconds: float, hit: bool) -> None:
        self.watcher.finished(stage, key=key, seconds=seconds, hit=hit)
        SHELF_LOOKUPS.add(stage=stage.name, hit=hit)
        self._over("shelf" if hit else "made")

    def interrupted(self) -> Exception | None:
        return self.watcher.interrupted()

    def _unfinished(self, why: str) -> None:
        if self._span is not None:
            self._span.set_status(Status(StatusCode.ERROR, why))
            self._over("failed")

    def _over(self, outcome: str) -> None:
        if self._stage is not None and self._span is not None:
            self._span.set_attribute("lumen.outcome", outcome)
            STAGE_RUN.record(time.monotonic() - self._begun_s, stage=self._stage.name, outcome=outcome)
        self._open.close()
        self._stage = self._span = None
