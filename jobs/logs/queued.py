"""Logging that waits for nobody: a process must not stand still because its stderr is a pipe that nobody reads.

Such a pipe takes 64 KiB, then every write to it waits. So lines go into a bounded queue, and one thread writes them;
when the queue is full, lines are left out, counted, and the next one that fits says how many.
"""

import atexit
import logging
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from logging.handlers import QueueHandler, QueueListener

from jobs.logs.form import Form
from jobs.logs.record import OF_LOGGING, captured

LINES_MAX = 10_000  # a few MB; an hour of a busy worker
LAST_LINES_S = 1.0  # for what is still queued at the end; of SIGTERM's 10 s
STDERR = 2
BY_THEMSELVES = ("gunicorn.error", "gunicorn.access")  # loggers that bring handlers of their own


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

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return captured(record)

    def enqueue(self, record: logging.LogRecord) -> None:
        if self.left_out:
            record.msg = f"{record.msg} ({self.left_out} lines before this one were left out)"
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.left_out += 1
        else:
            self.left_out = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Its arguments do not fit: that is told in a line like any other, not on a stderr that nobody may read."""
        told = (
            f"a line that cannot be made: {record.msg}" if isinstance(record.msg, str) else "a line that cannot be made"
        )
        known = {name: value for name, value in vars(record).items() if name in OF_LOGGING}
        broken = known | {"msg": told, "args": None, "exc_info": sys.exc_info()}
        self.enqueue(captured(logging.makeLogRecord(broken)))


class Direct(Written):
    """For a process that has no queue: it writes at once, and waits if nobody reads."""

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(captured(record))


def log_without_waiting(level: int | None = None, form: Form = Form()) -> None:  # noqa: B008 (frozen)
    """From now on, log to stderr through a queue. Once per process, after its last fork."""
    lines: queue.Queue[logging.LogRecord] = queue.Queue(LINES_MAX)
    written = Written()
    written.setFormatter(form.formatter())
    root = logging.getLogger()
    root.handlers[:] = [Queued(lines)]
    if level is not None:
        root.setLevel(level)
    for each in map(logging.getLogger, BY_THEMSELVES):
        each.handlers.clear()
        each.propagate = True
    logging.captureWarnings(capture=True)
    sys.excepthook, threading.excepthook = _uncaught, _uncaught_in_thread
    QueueListener(lines, written).start()  # its thread is a daemon: it ends with the process, also while it waits
    atexit.register(_drain, lines)


def write_line(form: Form, logger: str, message: str) -> None:
    """One line at once, before there is a queue."""
    direct = Direct()
    direct.setFormatter(form.formatter())
    direct.emit(logging.LogRecord(logger, logging.INFO, "", 0, message, None, None))


def _uncaught(kind: type[BaseException], error: BaseException, _: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("ended by an error: %s", error, exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "?"
        logging.getLogger(__name__).critical("thread %s was ended by an error", name, exc_info=args.exc_value)


def _drain(lines: "queue.Queue[logging.LogRecord]") -> None:
    """Let the last lines out, unless nobody reads them."""
    until = time.monotonic() + LAST_LINES_S
    while lines.unfinished_tasks and time.monotonic() < until:
        time.sleep(0.01)
