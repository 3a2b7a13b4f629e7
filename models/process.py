"""The child process as its parent has it: started, spoken to, and ended for certain."""

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
from collections.abc import Callable
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

from models.craft import Craft
from models.errors import ChildDied, ChildStuck
from models.faults import spoils
from models.guard import Guard
from models.last_words import LastWords
from models.memory import resident_bytes
from models.stage import Deadline
from models.wire import WORKING, Answer, Failed, Halted, Load, Loaded, Made, Order, Ready, Stop

LOOK_EVERY_S = 0.05  # how late a deadline, a cancel or a death may be noticed
GRACE_S = 2.0  # a step of SDXL or PartCrafter takes under a second; a child that needs longer is stuck
REAP_S = 10.0  # a killed process that is still there is held by its driver
PIPE_S = 2  # whole seconds; in the middle of a message nobody sees a cancel, so it is no longer than the grace

# Weights are fetched by hand, never at run time: a library that asks the network for a file is to fail, not to wait.
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
# Its stderr is kept for when it ends badly: no bars in it.
QUIET = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "TRANSFORMERS_VERBOSITY": "error"}


class Child:
    """One child process, what it starts, and the pipe to it."""

    def __init__(self, factory: str, craft: Craft, on_load: Callable[[Load], None] = lambda _: None) -> None:
        """`on_load` is told how the loading of each stage went.

        Raises: OSError, or RuntimeError for a thread, when there is no room for it; then nothing of it is left.
        """
        with ExitStack() as undo:
            self.tmp = Path(tempfile.mkdtemp(prefix="lumen-child-"))
            undo.callback(self.tmp.rmdir)
            self._words = LastWords()
            with self._words.inlet as stderr:
                self._guard = Guard()
                undo.callback(self._guard.end, REAP_S)
                ours, theirs = _sockets()
                undo.callback(ours.close)
                with theirs:
                    self.process = self._start(theirs.fileno(), stderr, factory, craft.as_json())
            undo.pop_all()
        self._connection = Connection(ours.detach())
        self._reading = threading.Lock()
        self._ending = threading.Lock()
        self._ended = False
        self.loaded: Ready | None = None
        self.loads: dict[str, Load] = {}  #: by stage, as far as it has said
        self._on_load = on_load
        self.busy = True  #: loading, or with a stage
        self.jobs = 0  #: that it has served

    def _start(self, fd: int, stderr: IO[bytes], factory: str, craft: str) -> subprocess.Popen[bytes]:
        house = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [house, os.environ.get("PYTHONPATH", "")]))
        return subprocess.Popen(
            [sys.executable, "-m", "models.child", str(fd), factory, craft, str(os.getpid())],
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, **OFFLINE, **QUIET, "PYTHONPATH": path, "TMPDIR": str(self.tmp)},
            process_group=self._guard.group,  # not ours: Ctrl-C is for us, and one kill gets all it started
        )

    def tail(self) -> str:
        """The end of what it said."""
        return self._words.tail()

    def resident_bytes(self) -> int:
        return resident_bytes(self.process.pid)

    def send(self, order: Order) -> None:
        """Raises: ChildDied."""
        with self._reading:
            self.busy = True  # from here on its answers are for whoever ordered
        try:
            self._connection.send(order)
        except OSError as error:
            raise self.death(error) from None

    def next(self, wait_s: float) -> Answer | None:
        """The child's next word within `wait_s`, or None. Raises: ChildDied.

        The end of the pipe tells of its death, unless a process that it forked has the other end too.
        """
        exited = self.exited()  # asked first: what it said before is in the pipe by now
        with self._reading:
            answer = self._read(wait_s)
        if answer is None and exited:
            raise self.death()
        self.busy = self.busy and (answer is None or isinstance(answer, WORKING))
        return answer

    def hear(self) -> None:
        """Take in what it has said of its own accord. Whether it is still there, others ask."""
        with self._reading:
            try:
                while not self.busy and self._read(0) is not None:
                    pass
            except (ChildDied, ChildStuck):
                return

    def _read(self, wait_s: float) -> Answer | None:
        """Raises: ChildDied."""
        try:
            answer: Answer | None = self._connection.recv() if self._connection.poll(max(wait_s, 0)) else None
        except (EOFError, OSError) as error:
            raise self.death(error) from None
        match answer:
            case Ready(loads):
                self._note(*loads)
            case Loaded(load):
                self._note(load)
        return answer

    def _note(self, *loads: Load) -> None:
        for load in loads:
            self.loads[load.stage] = load
            self._on_load(load)

    def obeys(self) -> bool:
        """Ask it to end its stage; whether it did within the grace, and can be given another."""
        grace = Deadline.after(GRACE_S)
        try:
            self.send(Stop())
            while not grace.passed():
                match self.next(grace.left_s()):
                    case Halted() | Made():
                        return True
                    case Failed() as failed:
                        return not spoils(failed)
        except (ChildDied, ChildStuck):
            return False
        return False

    def death(self, error: Exception | None = None) -> ChildDied:
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
        while not self.exited() and not moment.passed():
            time.sleep(LOOK_EVERY_S / 10)

    def exited(self) -> bool:
        """Whether it is over with it; it may not be reaped yet."""
        with suppress(ChildProcessError):  # another thread has ended it, and reaped it
            return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
        return True

    def end(self) -> None:
        """Kill it and everything it started, and wait until it is gone. Raises: ChildStuck.

        Our end of its pipe is closed when nobody holds this object any more: another thread may be
        reading from it, and its number could be that of somebody else's file by then.
        """
        with self._ending:
            if self._ended:
                return
            self._guard.kill()
            try:
                self.process.wait(REAP_S)
                self._guard.reap(REAP_S)
            except subprocess.TimeoutExpired:
                raise ChildStuck(f"process {self.process.pid} outlives SIGKILL", detail=self.tail()) from None
            self._ended = True
            self._words.wait()
            shutil.rmtree(self.tmp, ignore_errors=True)


def _sockets() -> tuple[socket.socket, socket.socket]:
    """Two ends of a pipe; ours waits for a standing reader or writer no longer than it should."""
    ours, theirs = socket.socketpair()
    for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
        ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", PIPE_S, 0))
    return ours, theirs
