"""The process that holds the models. Started by `models/process.py` as `python -m models.child ...`.

One thread listens, one works. The worker thread is the process's main one, because that is where
libraries expect to run. Whatever libraries print goes to stderr, which the parent reads.
"""

import ctypes
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection

from models.faults import failed, load_failed
from models.stage import Stage
from models.wire import Failed, Halted, Made, Ready, Run, Step, Stop

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Halt(BaseException):
    """Raised inside a stage when it was asked to stop; not an Exception, so that no library swallows it."""


class Inbox:
    """Orders, as they arrive. When the parent is gone, so are we."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._orders: queue.SimpleQueue[Run] = queue.SimpleQueue()
        self.stop_asked = threading.Event()
        threading.Thread(target=self._listen, name="inbox", daemon=True).start()

    def next(self) -> Run:
        return self._orders.get()

    def _listen(self) -> None:
        while True:
            try:
                order = self._connection.recv()
            except (EOFError, OSError):
                os._exit(0)  # the parent closed the pipe or died: nobody is left to work for
            if isinstance(order, Stop):
                self.stop_asked.set()
            else:
                self.stop_asked.clear()
                self._orders.put(order)


def main(fd: int, factory: str, routes: tuple[str, ...], parent: int) -> None:
    """Load the stages that `factory` ("module:function") gives for `routes`, then run what is ordered."""
    die_with(parent)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    connection = Connection(fd)
    module, _, function = factory.partition(":")
    stages = {stage.name: stage for stage in getattr(import_module(module), function)(routes)}
    answer = load(stages)
    connection.send(answer)
    if isinstance(answer, Failed):
        return
    inbox = Inbox(connection)
    while True:
        connection.send(obey(inbox.next(), stages, connection, inbox.stop_asked))


def load(stages: Mapping[str, Stage]) -> Ready | Failed:
    """Load every stage, or say which one could not be."""
    seconds = {}
    for name, stage in stages.items():
        begun = time.monotonic()
        try:
            stage.load()
        except Exception as error:  # noqa: BLE001 (whatever it is, the parent decides)
            return load_failed(name, error)
        seconds[name] = time.monotonic() - begun
    return Ready(seconds)


def obey(
    order: Run, stages: Mapping[str, Stage], connection: Connection, stop_asked: threading.Event
) -> Made | Failed | Halted:
    """Run one stage to its answer."""

    def step(done: int, total: int, message: str = "") -> None:
        if stop_asked.is_set():
            raise Halt
        connection.send(Step(done, total, message))

    try:
        return Made(stages[order.stage].run(order.given, order.params, step))
    except Halt:
        return Halted()
    except Exception as error:  # noqa: BLE001 (whatever it is, the parent decides)
        return failed(error)


def die_with(parent: int) -> None:
    """Ask the kernel to kill us when the parent dies, however that happens.

    The parent's death between its fork and this line is seen by the second look.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], tuple(sys.argv[3].split(",")), int(sys.argv[4]))
