"""Keeps one child process warm and runs stages in it, one at a time.

A CUDA call, a marching-cubes call or a bare `except` cannot be interrupted from inside its process.
So models live in a child that can be killed: the only real timeout, and the only complete release
of memory. The parent never imports what the child does.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from models import errors
from models.errors import ChildDied, ChildStuck, CraftError, LoadFailed, StageFailed, StageTimeout
from models.process import GRACE_S, LOOK_EVERY_S, Child
from models.stage import Deadline, Files, OnStep, Params, Stage
from models.wire import Answer, Failed, Made, Order, Ready, Run, Step

log = logging.getLogger(__name__)

LOAD_S = 240.0  # Cloud Run's longest startup probe; large models load in minutes
STAGES = "models.routes:all_stages"

Interrupted = Callable[[], Exception | None]


class HostState(StrEnum):
    """Words of readiness. The comment says what leads out."""

    STARTING = "starting"  #: the child loads its models; it will say when it is ready
    READY = "ready"  #: waiting for a stage, or running one
    FAILED = "failed"  #: the models could not be loaded; the next use tries again
    STUCK = "stuck"  #: the child cannot be killed; only the platform can help, or the kernel lets go of it after all


class Host:
    """Keeps one child warm, and runs stages in it, one at a time."""

    def __init__(self, routes: tuple[str, ...], factory: str = STAGES) -> None:
        """`factory` is where the child finds its stages: "module:function" of the routes' names."""
        self._routes = routes
        self._factory = factory
        self._child: Child | None = None
        self._changing = threading.RLock()
        self._closed = False
        self.state = HostState.STARTING
        self.why = ""
        # The kernel's parent-death signal follows the thread that forked, not the process: fork from one that stays.
        self._forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")

    def start(self) -> None:
        """Have a child loading, without waiting for it. Raises: ChildStuck while the one before is still there."""
        with self._changing:
            if self.state is HostState.STUCK:
                self._drop()
            if self._child is None and not self._closed:
                self.state = HostState.STARTING
                self._child = self._forker.submit(Child, self._factory, self._routes).result()

    def wait_ready(self, deadline: Deadline, interrupted: Interrupted = lambda: None) -> dict[str, float]:
        """Wait until every stage is loaded; the seconds each took.

        Raises: LoadFailed, ChildDied, StageTimeout, or what `interrupted` returns.
        """
        self.start()
        child = self._current()
        while child.loaded is None:
            match self._listen(child, "load", deadline, interrupted):
                case Ready() as ready:
                    child.loaded = ready
                case Failed() as failed:
                    self._drop()
                    self.state, self.why = HostState.FAILED, failed.message
                    raise LoadFailed(failed.message, detail=failed.detail)
        self.state, self.why = HostState.READY, ""
        return child.loaded.load_seconds

    def run(
        self,
        stage: Stage,
        given: Files,
        params: Params,
        *,
        deadline: Deadline,
        on_step: OnStep,
        interrupted: Interrupted,
    ) -> dict[str, bytes]:
        """Run one stage in the child.

        Raises: whatever the stage raised, StageTimeout, ChildDied, or what `interrupted` returns.
        After any of them the host is ready for the next stage.
        """
        self.wait_ready(deadline.or_after(LOAD_S), interrupted)
        child = self._current()
        self._send(child, Run(stage.name, given, params))
        deadline = deadline.or_after(stage.budget_s)
        while True:
            match self._listen(child, stage.name, deadline, interrupted):
                case Step(done, total, message):
                    self._tell(child, on_step, done, total, message)
                case Made(files):
                    return files
                case Failed() as failed:
                    raise _as_error(failed)

    def close(self) -> None:
        """End the child, also in the middle of a stage that another thread waits for."""
        with self._changing:
            self._closed = True
            self._drop()
        self._forker.shutdown()

    def _current(self) -> Child:
        if self._child is None:
            raise ChildDied("there is no model process")
        return self._child

    def _send(self, child: Child, order: Order) -> None:
        try:
            child.send(order)
        except ChildDied:
            self._replace()
            raise

    def _tell(self, child: Child, on_step: OnStep, done: int, total: int, message: str) -> None:
        """Pass a step on. A listener that raises ends the stage: the next one must not be given its answers."""
        try:
            on_step(done, total, message)
        except BaseException:
            self._stop(child)
            raise

    def _listen(self, child: Child, what: str, deadline: Deadline, interrupted: Interrupted) -> Answer | None:
        """The next answer, or None for now; a death, a deadline or an interruption ends the stage."""
        try:
            answer = child.next(min(LOOK_EVERY_S, deadline.left_s()))
        except ChildDied:
            self._replace()
            raise
        if not isinstance(answer, Step | None):
            return answer
        error = interrupted() or (StageTimeout(f"{what} took longer than it may") if deadline.passed() else None)
        if error is not None:
            self._stop(child)
            raise error
        return answer

    def _stop(self, child: Child) -> None:
        """Ask first, because a warm child is worth keeping; then kill."""
        if child.loaded is not None and child.obeys():
            return
        log.warning("the model process did not stop within %g s: killing it", GRACE_S)
        self._replace()

    def _replace(self) -> None:
        self._drop()
        self.start()

    def _drop(self) -> None:
        """Forget the child, dead for certain. Raises: ChildStuck."""
        with self._changing:
            if self._child is None:
                return
            try:
                self._child.end()
            except ChildStuck as error:
                self.state, self.why = HostState.STUCK, str(error)
                raise
            self._child, self.state = None, HostState.STARTING


def _as_error(failed: Failed) -> CraftError:
    """The error the stage raised, as itself if it is one of ours."""
    kind = getattr(errors, failed.kind, None)
    if isinstance(kind, type) and issubclass(kind, CraftError) and kind is not errors.NoUsableMesh:
        error: CraftError = kind(failed.message, detail=failed.detail)
        return error
    return StageFailed(f"{failed.kind}: {failed.message}", detail=failed.detail)
