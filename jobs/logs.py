"""Logging that waits for nobody: a process must not stand still because its stderr is a pipe that nobody reads.

Such a pipe takes 64 KiB, then every write to it waits. So lines go into a bounded queue, and one thread writes them;
when the queue is full, lines are left out, counted, and the next one that fits says how many.
"""

import atexit
import logging
import os
import queue
import time
from contextlib import suppress
from logging.handlers import QueueHandler, QueueListener

LINES_MAX = 10_000  # a few MB; an hour of a busy worker
LAST_LINES_S = 1.0  # for what is still queued at the end; of SIGTERM's 10 s
STDERR = 2
FORMAT = "%(levelname)s %(name)s: %(message)s"


class Written(logging.Handler):
    """Writes lines to stderr, without any lock: a write that waits for ever would hold it at the end of the process.

    Python's own stderr has one, and so has a handler. There is only one thread that comes here.
    """

    def createLock(self) -> None:  # noqa: N802 (logging's name)
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        left = f"{self.format(record)}\n".encode(errors="backslashreplace")
        with suppress(OSError):  # a full disk, a reader that is gone: there is nobody to tell, and more lines to come
            while left:
                left = left[os.write(STDERR, left) :]


class Queued(QueueHandler):
    """Takes a line if there is room for it."""

    queue: "queue.SimpleQueue[logging.LogRecord] | queue.Queue[logging.LogRecord]"
    left_out = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        if self.left_out:
            record.msg = f"{record.msg} ({self.left_out} lines before this one were left out)"
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.left_out += 1
        else:
            self.left_out = 0


def log_without_waiting(level: int | None = None) -> None:
    """From now on, log to stderr through a queue. Once per process, after its last fork."""
    lines: queue.Queue[logging.LogRecord] = queue.Queue(LINES_MAX)
    written = Written()
    written.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [Queued(lines)]
    if level is not None:
        root.setLevel(level)
    QueueListener(lines, written).start()  # its thread is a daemon: it ends with the process, also while it waits
    atexit.register(_drain, lines)


def _drain(lines: "queue.Queue[logging.LogRecord]") -> None:
    """Let the last lines out, unless nobody reads them."""
    until = time.monotonic() + LAST_LINES_S
    while lines.unfinished_tasks and time.monotonic() < until:
        time.sleep(0.01)
