"""The parent's side of the child process that holds the models.

A CUDA call, a marching-cubes call or a bare `except` cannot be interrupted from inside its process.
So models live in a child that can be killed: the only real timeout, and the only complete release
of memory. The parent never imports what the child does.
"""

import logging
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path

from models import errors
from models.errors import ChildDied, ChildStuck, CraftError, LoadFailed, StageFailed, StageTimeout
from models.stage import Deadline, Files, OnStep, Params, Stage
from models.wire import Answer, Failed, Halted, Made, Order, Ready, Run, Step, Stop

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.05  # how late a deadline, a cancel or a death may be noticed
GRACE_S = 2.0  # a step of SDXL or PartCrafter takes under a second; a child that needs longer is stuck
REAP_S = 10.0  # a killed process that is still there is held by its driver
PIPE_S = 10  # whole seconds; a child that stands still for that long in the middle of a message is stuck
LAST_WORDS_S = 1.0  # what a dead child said is in the pipe already; only a process that left its group holds it open
LOAD_S = 240.0  # Cloud Run's longest startup probe; large models load in minutes
STDERR_LINES_KEPT = 50
STDERR_LINE_CHARS_MAX = 2_000  # the tail goes into a document: 1 MiB at most on Firestore
STAGES = "models.routes:all_stages"

Interrupted = Callable[[], Exception | None]


class HostState(StrEnum):
    """Words of readiness. The comment says what leads out."""

    STARTING = "starting"  #: the child loads its models; it will say when it is ready
    READY = "ready"  #: waiting for a stage, or running one
    FAILED = "failed"  #: the models could not be loaded; the next use tries again
    STUCK = "stuck"  #: the child cannot be killed; only the platform can help, or the kernel lets go of it after all


class Child:
    """One child process and the pipe to it."""

    def __init__(self, factory: str, routes: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair()
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", PIPE_S, 0))
        self.tmp = Path(tempfile.mkdtemp(prefix="lumen-child-"))
        with theirs:
            self.process = self._start(theirs.fileno(), factory, ",".join(routes))
        self._connection = Connection(ours.detach())
        self._tail: deque[str] = deque(maxlen=STDERR_LINES_KEPT)
        self._ending = threading.Lock()
        self._reader = threading.Thread(target=self._read_stderr, name="child-stderr", daemon=True)
        self._reader.start()
        self.loaded: Ready | None = None

    def _start(self, fd: int, factory: str, routes: str) -> subprocess.Popen[str]:
        house = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [house, os.environ.get("PYTHONPATH", "")]))
        return subprocess.Popen(
            [sys.executable, "-m", "models.child", str(fd), factory, routes, str(os.getpid())],
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.tmp)},
            start_new_session=True,  # its own group: Ctrl-C is ours, and one kill gets all it started
        )

    def _read_stderr(self) -> None:
        """Never let the child wait for a reader, and keep the end of what it said."""
        assert self.process.stderr is not None  # asked for in _start
        with self.process.stderr as pipe:
            while line := pipe.readline(STDERR_LINE_CHARS_MAX):
                self._tail.append(line)

    def tail(self) -> str:
        return "".join(self._tail)

    def send(self, order: Order) -> None:
        """Raises: ChildDied."""
        try:
            self._connection.send(order)
        except OSError as error:
            raise self.death(error) from None

    def next(self, wait_s: float) -> Answer | None:
        """The child's next word within `wait_s`, or None. Raises: ChildDied."""
        try:
            answer: Answer | None = self._connection.recv() if self._connection.poll(max(wait_s, 0)) else None
        except (EOFError, OSError) as error:
            raise self.death(error) from None
        return answer

    def death(self, error: Exception) -> ChildDied:
        """What it died of. A closed pipe says that its end is near; one that stands still, that it needs an end."""
        if isinstance(error, BlockingIOError):
            self.end()
            return ChildDied("the model process stood still in the middle of a message", detail=self.tail())
        self._let_end()
        self.end()
        code = self.process.returncode
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ChildDied(f"the model process died of {cause}", detail=self.tail())

    def _let_end(self) -> None:
        """Give it a moment to end by itself, or it would be said to have died of our SIGKILL.

        It is not reaped here: until then its number, and that of its group, is nobody else's.
        """
        moment = Deadline.after(GRACE_S)
        while self.process.returncode is None and not moment.passed():
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                return
            time.sleep(LOOK_EVERY_S / 10)

    def end(self) -> None:
        """Kill it and everything it started, and wait until it is gone. Raises: ChildStuck."""
        with self._ending:
            if self.process.returncode is not None:
                return
            os.killpg(self.process.pid, signal.SIGKILL)
            try:
                self.process.wait(REAP_S)
            except subprocess.TimeoutExpired:
                raise ChildStuck(f"process {self.process.pid} outlives SIGKILL", detail=self.tail()) from None
            self._connection.close()
            self._reader.join(LAST_WORDS_S)
            shutil.rmtree(self.tmp, ignore_errors=True)


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
        if child.loaded is not None and _obeys(child):
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


def _obeys(child: Child) -> bool:
    """Whether the child ends its stage within the grace."""
    grace = Deadline.after(GRACE_S)
    try:
        child.send(Stop())
        while not grace.passed():
            if isinstance(child.next(grace.left_s()), Halted | Made | Failed):
                return True
    except ChildDied:
        return False
    return False


def _as_error(failed: Failed) -> CraftError:
    """The error the stage raised, as itself if it is one of ours."""
    kind = getattr(errors, failed.kind, None)
    if isinstance(kind, type) and issubclass(kind, CraftError) and kind is not errors.NoUsableMesh:
        error: CraftError = kind(failed.message, detail=failed.detail)
        return error
    return StageFailed(f"{failed.kind}: {failed.message}", detail=failed.detail)
