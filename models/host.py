"""Keeps one child process warm and runs stages in it, one at a time.

A CUDA call, a marching-cubes call or a bare `except` cannot be interrupted from inside its process.
So models live in a child that can be killed: the only real timeout, and the only complete release
of memory. The parent never imports what the child does.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum

from models.craft import Craft
from models.errors import ChildDied, ChildStuck, MemoryExhausted, StageTimeout
from models.faults import SPOILING, raised
from models.limits import Limits, in_mb
from models.memory import MB
from models.process import GRACE_S, LOOK_EVERY_S, Child
from models.rest import Rest
from models.stage import Deadline, Files, OnStep, Params, Stage
from models.wire import WORKING, Answer, Begun, Failed, Load, Made, Ready, Run, Step

log = logging.getLogger(__name__)

LOAD_S = 240.0  # Cloud Run's longest startup probe; large models load in minutes
STAGES = "models.routes:stages_by_route"
VRAM_SLACK_BYTES = 512 * MB  # what a driver and a display take and give back by themselves

Interrupted = Callable[[], Exception | None]


class HostState(StrEnum):
    """Words of readiness. The comment says what leads out."""

    STARTING = "starting"  #: the child loads its models, and will say when it is ready; or, says `why`, rests before
    READY = "ready"  #: waiting for a stage, or running one
    FAILED = "failed"  #: the models could not be loaded; the next use tries again
    STUCK = "stuck"  #: the child cannot be killed; only the platform can help, or the kernel lets go of it after all


class Host:
    """Keeps one child warm, and runs stages in it, one at a time."""

    def __init__(
        self,
        craft: Craft,
        factory: str = STAGES,
        limits: Limits | None = None,
        on_load: Callable[[Load], None] = lambda _: None,
    ) -> None:
        """`factory` is where the child finds its stages: "module:function" of the craft; stages by route.

        `on_load` is told how the loading of each stage went, in every child.
        """
        self._craft = craft
        self._factory = factory
        self._limits = limits or Limits.here()
        self._on_load = on_load
        self.started = 0  #: children, since this host began
        self.vram_peaks: dict[str, int] = {}  #: bytes, by stage, the last time it ran; 0 where there is no GPU
        self._rest = Rest()
        self._child: Child | None = None
        self._changing = threading.RLock()
        self._closed = threading.Event()
        self._free_bytes: int | None = None  #: of the GPU, when the first child had not loaded anything yet
        self.state = HostState.STARTING
        self.why = ""
        # The kernel's parent-death signal follows the thread that forked, not the process: fork from one that stays.
        self._forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")
        self._forker.submit(int)  # it stays from now on: an order it had no thread for would be carried out later

    def start(self) -> None:
        """Have a child loading, without waiting for it, unless it is time to rest.

        Raises: ChildStuck while the one before is still there.
        """
        with self._changing:
            if self.state is HostState.STUCK:
                self._drop()
            if self._child is None and not self._closed.is_set() and not self._rest.left_s():
                self.state = HostState.STARTING
                try:
                    self._child = self._forker.submit(Child, self._factory, self._craft, self._on_load).result()
                    self.started += 1
                except (OSError, RuntimeError) as error:  # no room for a process, a file or a thread
                    self._ended_badly(f"no model process can be started: {error}")

    def wait_ready(self, deadline: Deadline, interrupted: Interrupted = lambda: None) -> dict[str, float]:
        """Wait until a route can be used; the seconds that each of its stages took to load.

        Raises: LoadFailed, ChildDied, MemoryExhausted, StageTimeout, or what `interrupted` returns.
        """
        self.start()
        self._rest_out(deadline, interrupted)
        self.start()
        with self._attended(interrupted) as child:
            while child.loaded is None:
                match self._listen(child, "load", deadline, interrupted):
                    case Ready() as ready:
                        child.loaded = ready
                    case Failed() as failed:
                        self._drop()
                        self._ended_badly(failed.message)
                        self.state = HostState.FAILED
                        raise raised(failed)
        self.state, self.why = HostState.READY, self._leak(child.loaded)
        return {load.stage: load.seconds for load in child.loaded.loads if not load.why}

    def run(
        self,
        stage: Stage,
        given: Files,
        params: Params,
        *,
        deadline: Deadline,
        on_step: OnStep,
        interrupted: Interrupted,
    ) -> Made:
        """Run one stage in the child. Its budget begins when what has to be loaded for it is.

        Raises: whatever the stage raised, StageTimeout, ChildDied, or what `interrupted` returns.
        After any of them the host is ready for the next stage.
        """
        self.wait_ready(deadline.or_after(LOAD_S), interrupted)
        until = deadline.or_after(LOAD_S)
        with self._attended(interrupted) as child:
            child.send(Run(stage.name, given, params))
            while True:
                match self._listen(child, stage.name, until, interrupted):
                    case Begun():
                        until = deadline.or_after(stage.policy.budget_s)
                    case Step(done, total, message):
                        on_step(done, total, message)
                    case Made() as made:
                        self._rest.finished()
                        self.vram_peaks[stage.name] = made.vram.peak if made.vram else 0
                        return made
                    case Failed() as failed:
                        raise raised(failed)

    def job_over(self) -> None:
        """Tell it that a job is over: a child that has served its time, or has grown too large, is replaced."""
        with self._changing:
            child = self._child
            if child is None or child.loaded is None:
                return
            child.jobs += 1
            if why := self._limits.spent(child.jobs, child.resident_bytes()):
                log.info("the model process is replaced: %s", why)
                self.why = why
                try:
                    self._replace()
                except ChildStuck as error:  # the job is made all the same; the next one is told
                    log.critical("%s", error)

    def look_after(self) -> None:
        """Have a warm child again where one died while nobody used it, or where a rest is over.

        Without it the next job would find that out, and wait for the models. Raises: ChildStuck.
        """
        with self._changing:
            child = self._child
            if child is not None:
                child.hear()
            if child is not None and not child.busy and child.exited():
                self._ended_badly(str(child.death()))
                self._drop()
            self.start()

    def loads(self) -> Mapping[str, Load]:
        """How the loading of each stage went, as far as the child has said."""
        child = self._child
        if child is None:
            return {}
        child.hear()
        return dict(child.loads)

    def resident_bytes(self) -> int:
        """Memory that the child holds; 0 without one."""
        child = self._child
        return child.resident_bytes() if child is not None else 0

    def close(self) -> None:
        """End the child, also in the middle of a stage that another thread waits for."""
        with self._changing:
            self._closed.set()
            self._drop()
        self._forker.shutdown()

    def _leak(self, ready: Ready) -> str:
        """What to say when a fresh child finds less of the GPU free than the first one did.

        A child that was killed gives everything back. So somebody else is there, or the driver keeps what is nobody's:
        the next job may run out of memory for a reason that no log of ours would show.
        """
        if ready.free_bytes is None:
            return ""
        if self._free_bytes is None:
            self._free_bytes = ready.free_bytes
        lost = self._free_bytes - ready.free_bytes
        if lost <= VRAM_SLACK_BYTES:
            return ""
        log.warning("the GPU has %s less free than when the first model process began", in_mb(lost))
        return f"the GPU has {in_mb(lost)} less free than when the first model process began"

    def _rest_out(self, deadline: Deadline, interrupted: Interrupted) -> None:
        """Wait until another child may be started. Raises: StageTimeout, or what `interrupted` returns."""
        while (
            self._child is None and (left_s := self._rest.left_s()) and not self._closed.wait(min(LOOK_EVERY_S, left_s))
        ):
            if error := _reason_to_stop("load", deadline, interrupted):
                raise error

    def _listen(self, child: Child, what: str, deadline: Deadline, interrupted: Interrupted) -> Answer | None:
        """The next answer, or None for now.

        Raises: ChildDied, MemoryExhausted, StageTimeout, or what `interrupted` returns.
        """
        answer = child.next(min(LOOK_EVERY_S, deadline.left_s()))
        if answer is not None and not isinstance(answer, WORKING):
            return answer
        if overrun := self._limits.overrun(child.resident_bytes()):
            raise MemoryExhausted(f"{what} {overrun}", detail=child.tail())
        if error := _reason_to_stop(what, deadline, interrupted):
            raise error
        return answer

    @contextmanager
    def _attended(self, interrupted: Interrupted) -> Iterator[Child]:
        """The child to talk to. Whatever ends the talk, the next one finds a child that does nothing else.

        A child that breaks while somebody wants it to end has only been faster.
        """
        child = self._child
        if child is None:
            raise ChildDied(self.why or "there is no model process")
        try:
            yield child
        except SPOILING as error:
            self._ended_badly(str(error))
            self._replace()
            if (problem := interrupted()) is not None:
                raise problem from error
            raise
        except Exception:
            if child.busy:
                self._stop(child)
            raise
        except BaseException:  # somebody wants to leave, and does not wait for a grace
            self._drop()
            raise

    def _stop(self, child: Child) -> None:
        """Ask first, because a warm child is worth keeping; then kill."""
        if child.loaded is not None and child.obeys():
            return
        log.warning("the model process did not end its stage well within %g s: killing it", GRACE_S)
        self._replace()

    def _replace(self) -> None:
        self._drop()
        self.start()

    def _ended_badly(self, why: str) -> None:
        """Count it, and say so. Ends that come too often are followed by a rest."""
        if self._closed.is_set():
            return
        rest_s = self._rest.ended_badly()
        self.why = f"{why}; the next one is started after {rest_s:.1f} s" if rest_s else why
        log.warning("the model process ended badly: %s", self.why)

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


def _reason_to_stop(what: str, deadline: Deadline, interrupted: Interrupted) -> Exception | None:
    return interrupted() or (StageTimeout(f"{what} took longer than it may") if deadline.passed() else None)
