"""Stages that behave badly, each in a way of its own.

`Host(Craft(routes=("echo", "spins")), factory=STAGES)` gives a child that has these two. The child imports this page,
so it is light.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models import errors
from models.craft import Craft
from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params

STAGES = "tests.support_stages:all_stages"
EACH_A_ROUTE = "tests.support_stages:each_a_route"
LATE_S = 0.5  # how long `late` takes to load
LOADABLE = "SUPPORT_STAGES_LOADABLE"  # environment: the file that has to be there for `picky` to load
FOREVER_S = 3600
BIG_BYTES = 20 << 20
LEAKED: list[bytes] = []

Act = Callable[[Files, Params, OnStep], dict[str, bytes]]


def echo(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    step(1, 1, "said")
    return {**given, "params.json": json.dumps(dict(params)).encode()}


def pid(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    return {"pid": str(os.getpid()).encode()}


def tmp(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Leaves a file behind where libraries leave theirs."""
    path = Path(tempfile.mkdtemp()) / "left behind"
    path.write_bytes(b"x")
    return {"path": str(path).encode()}


def steps(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    total = int(params["total"] or 0)
    for done in range(total):
        step(done + 1, total, f"{done + 1} of {total}")
    return {}


def walks(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Never ends, and steps all the time."""
    while True:
        step(0, 1, "walking")
        time.sleep(0.001)


def spins(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Never ends, and never steps after the first."""
    step(0, 1, "spinning")
    while True:
        pass


def hangs(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """In C, with the interpreter's lock in its hand: no thread of this process runs any more."""
    step(0, 1, "hanging")
    ctypes.PyDLL(None).sleep(FOREVER_S)
    return {}


def deaf(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Ends at a step like any other, but not at SIGTERM."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    step(0, 1, "deaf")
    while True:
        time.sleep(0.001)


def swallows(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """What many libraries do around a callback."""
    while True:
        try:
            step(0, 1, "mm")
        except Exception:  # noqa: BLE001 (that is the point)
            continue
        time.sleep(0.001)


def swallows_all(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """What no library should do around a callback."""
    while True:
        try:
            step(0, 1, "mm")
        except BaseException:  # noqa: BLE001 (that is the point)
            continue
        time.sleep(0.001)


def segfaults(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    os.write(2, b"the last words\n")
    ctypes.string_at(0)
    return {}


def aborts(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    os.abort()


def killed(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """As the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(FOREVER_S)
    return {}


def exits(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    sys.exit(3)


def raises(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """The error that `params` names."""
    name, said = str(params["kind"]), str(params["said"])
    if name == "NoUsableMesh":
        raise errors.NoUsableMesh((said,))
    raise getattr(errors, name, ValueError)(said)


def unsendable(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    return {"x": lambda: b""}  # type: ignore[dict-item]


def floods(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Megabytes to stdout and stderr, in lines and without, from Python and past it."""
    line = "x" * 99
    for number in range(20_000):
        sys.stdout.write(f"{line}\n")
        sys.stderr.write(f"{number} {line}\n")
    for fd in (1, 2):
        os.write(fd, b"without end " * 100_000)
    os.write(2, b"\nthe last words\n")
    return {"done": b"yes"}


def rants(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """One line of many megabytes, then death."""
    for _ in range(8):
        os.write(2, b"y" * (1 << 20))
    os.abort()


def big(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    return {"big": bytes(BIG_BYTES)}


def hoards(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """So much memory that the kernel needs a while to take it back."""
    memory = bytearray(512 << 20)
    memory[:: os.sysconf("SC_PAGE_SIZE")] = b"x" * len(range(0, len(memory), os.sysconf("SC_PAGE_SIZE")))
    step(0, 1, "hoarding")
    while True:
        time.sleep(0.001)


def swells(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """More and more memory, a quarter of a gigabyte in the end, and steps all the time."""
    memory = []
    while True:
        if len(memory) < 64:
            memory.append(b"x" * (4 << 20))
        step(0, 1, "swelling")


def swells_in_silence(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """A quarter of a gigabyte, then a call into C with the interpreter's lock in its hand."""
    memory = b"x" * (256 << 20)
    ctypes.PyDLL(None).sleep(FOREVER_S)
    return {"x": memory}


def leaks(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """As many megabytes as `params` says are not given back."""
    LEAKED.append(b"x" * (int(params["mb"] or 0) * 1_000_000))
    return {}


def wants_too_much(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    return {"x": bytes(1 << 60)}


def faults_when_stopped(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Steps until it is told to end, and breaks then."""
    try:
        walks(given, params, step)
    except BaseException as halt:
        raise RuntimeError("CUDA error: unspecified launch failure") from halt
    return {}


def lets_go(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Says no more, and lives on with so much memory that the kernel needs a while to take it back."""
    memory = b"x" * (512 << 20)
    socket.socket(fileno=int(sys.argv[1])).shutdown(socket.SHUT_WR)
    time.sleep(FOREVER_S)
    return {"x": memory}


def lets_go_when_stopped(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """The same, but at the moment that it is asked to end."""
    memory = b"x" * (512 << 20)
    try:
        walks(given, params, step)
    except BaseException:  # noqa: BLE001 (that is the point)
        socket.socket(fileno=int(sys.argv[1])).shutdown(socket.SHUT_WR)
        time.sleep(FOREVER_S)
    return {"x": memory}


def dies_forked(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Dies, and leaves a process with a copy of its pipe."""
    if os.fork():
        os.abort()
    time.sleep(FOREVER_S)
    return {}


def has_child(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Leaves a process behind in its group."""
    return {"pid": str(subprocess.Popen(["sleep", str(FOREVER_S)]).pid).encode()}


def has_daemon(given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
    """Leaves a process behind in a group of its own, with our stderr in its hand."""
    process = subprocess.Popen(["sleep", str(FOREVER_S)], start_new_session=True)
    return {"pid": str(process.pid).encode()}


@dataclass(frozen=True, slots=True)
class Acting:
    """A stage that does one of the acts above."""

    name: str
    act: Act
    policy: Policy = Policy()
    cost_s: float = 1.0
    version: int = 1
    reads: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()
    wants: tuple[str, ...] = ()  #: what of the brief it depends on

    @property
    def label(self) -> str:
        return self.name.capitalize()

    def params(self, brief: Brief) -> Params:
        return {name: getattr(brief, name) for name in self.wants}

    def load(self) -> None:
        if self.name == "picky" and not Path(os.environ[LOADABLE]).exists():
            raise FileNotFoundError("weights are missing")
        if self.name == "late":
            time.sleep(LATE_S)
        if self.name == "slow_to_load":
            ctypes.CDLL(None).sleep(FOREVER_S)
        if self.name == "dies_loading":
            os.kill(os.getpid(), signal.SIGSEGV)

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        return self.act(given, params, step)


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        echo, pid, tmp, steps, walks, spins, hangs, deaf, swallows, swallows_all, segfaults, aborts, killed,
        exits, raises, unsendable, floods, rants, big, hoards, swells, swells_in_silence, leaks, wants_too_much,
        faults_when_stopped, lets_go, lets_go_when_stopped, dies_forked, has_child, has_daemon,
    )
}  # fmt: skip


def acting(name: str, *, budget_s: float = 60.0) -> Acting:
    return Acting(name, ACTS.get(name, echo), Policy(budget_s=budget_s))


def all_stages(craft: Craft) -> dict[str, tuple[Acting, ...]]:
    """One route, of the stages that the craft's routes are called after."""
    return {"acting": tuple(acting(name) for name in craft.routes)}


def each_a_route(craft: Craft) -> dict[str, tuple[Acting, ...]]:
    """A route for each stage that the craft's routes are called after."""
    return {name: (acting(name),) for name in craft.routes}
