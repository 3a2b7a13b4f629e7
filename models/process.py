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
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from models.errors import ChildDied, ChildStuck
from models.stage import Deadline
from models.wire import Answer, Failed, Halted, Made, Order, Ready, Stop

LOOK_EVERY_S = 0.05  # how late a deadline, a cancel or a death may be noticed
GRACE_S = 2.0  # a step of SDXL or PartCrafter takes under a second; a child that needs longer is stuck
REAP_S = 10.0  # a killed process that is still there is held by its driver
PIPE_S = 10  # whole seconds; a child that stands still for that long in the middle of a message is stuck
LAST_WORDS_S = 1.0  # what a dead child said is in the pipe already; only a process that left its group holds it open
STDERR_LINES_KEPT = 50
STDERR_LINE_CHARS_MAX = 2_000  # the tail goes into a document: 1 MiB at most on Firestore


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

    def obeys(self) -> bool:
        """Ask it to end its stage; whether it did within the grace."""
        grace = Deadline.after(GRACE_S)
        try:
            self.send(Stop())
            while not grace.passed():
                if isinstance(self.next(grace.left_s()), Halted | Made | Failed):
                    return True
        except ChildDied:
            return False
        return False

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
        with suppress(ChildProcessError):  # another thread has ended it, and reaped it
            while not os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                if moment.passed():
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
