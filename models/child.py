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
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection

from models.craft import Craft
from models.errors import CraftError
from models.faults import failed
from models.loads import Loads
from models.self_test import self_test
from models.vram import free_bytes, measured
from models.wire import Begun, Failed, Halted, Loaded, Made, Ready, Run, Step, Stop

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

    def next(self, wait_s: float) -> Run | None:
        """The next order, or None when there was none for so long."""
        try:
            return self._orders.get(timeout=min(wait_s, threading.TIMEOUT_MAX))
        except queue.Empty:
            return None

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


def main(fd: int, factory: str, craft: Craft, parent: int) -> None:
    """Load the stages that `factory` ("module:function") gives for `craft`, by route; then run what is ordered."""
    die_with(parent)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    connection = Connection(fd)
    module, _, function = factory.partition(":")
    loads = Loads(getattr(import_module(module), function)(craft), craft.load)
    answer = begin(loads, craft)
    connection.send(answer)
    if isinstance(answer, Failed):
        return
    inbox = Inbox(connection)
    while True:
        order = inbox.next(loads.rest_s())
        connection.send(Loaded(loads.next()) if order is None else obey(order, loads, connection, inbox.stop_asked))


def begin(loads: Loads, craft: Craft) -> Ready | Failed:
    """What this machine is fit for."""
    try:
        self_test(craft, loads.stages)
    except CraftError as error:
        return failed(error)
    free = free_bytes()
    answer = loads.begin()
    return replace(answer, free_bytes=free) if isinstance(answer, Ready) else answer


def obey(order: Run, loads: Loads, connection: Connection, stop_asked: threading.Event) -> Made | Failed | Halted:
    """Run one stage to its answer."""

    def step(done: int, total: int, message: str = "") -> None:
        if stop_asked.is_set():
            raise Halt
        connection.send(Step(done, total, message))

    try:
        stage = loads.need(order.stage)
        connection.send(Begun())
        with measured() as vram:
            files = stage.run(order.given, order.params, step)
        return Made(files, vram)
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
    main(int(sys.argv[1]), sys.argv[2], Craft.from_json(sys.argv[3]), int(sys.argv[4]))
