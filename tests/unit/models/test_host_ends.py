"""What is left of a child: nothing, however it ended, and however its parent did."""

import fcntl
import gc
import os
import pty
import resource
import signal
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models import last_words
from models.craft import Craft
from models.errors import ChildDied, CraftError
from models.guard import Guard
from models.host import Host, HostState
from models.wire import Run
from tests.hosting import Interrupter, do, pid_of
from tests.support_stages import ACTS, STAGES
from tests.waiting import PATIENCE_S, alive, children_of, gone, kill, open_files, until

ROOT = Path(__file__).parents[3]
ALL = tuple(ACTS)

pytestmark = pytest.mark.usefixtures("little_grace")


def guard_of(craft: Host) -> int:
    assert craft._child is not None
    return craft._child._guard.group


def zombies_of(pid: int) -> list[str]:
    lines = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    return [line for line in lines if line.rpartition(")")[2].split()[:2] == ["Z", str(pid)]]


def files_of(pid: int) -> set[str]:
    return {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}


# --- close, and deaths of the child ---------------------------------------------------------------


def test_nothing_is_left_after_close() -> None:
    gc.collect()
    files, threads = open_files(), threading.active_count()
    craft = Host(Craft(routes=ALL), factory=STAGES)
    do(craft, "floods")
    with pytest.raises(ChildDied):
        do(craft, "segfaults")
    left = Path(do(craft, "tmp")["path"].decode())
    assert left.exists()
    pid = pid_of(craft)
    craft.close()
    assert gone(pid)
    assert children_of(os.getpid()) == []
    assert zombies_of(os.getpid()) == []
    assert not any(folder.name.startswith("lumen-child-") for folder in left.parents if folder.exists())
    gc.collect()
    assert (open_files(), threading.active_count()) == (files, threads)


def test_the_child_writes_its_temporary_files_where_its_host_removes_them(craft: Host) -> None:
    left = Path(do(craft, "tmp")["path"].decode())
    folder = next(parent for parent in left.parents if parent.name.startswith("lumen-child-"))
    assert folder.parent == Path(tempfile.gettempdir())
    os.kill(pid_of(craft), signal.SIGKILL)
    with pytest.raises(ChildDied):
        do(craft, "echo")
    assert not folder.exists()


def test_close_may_be_called_twice_and_before_anything_was_started() -> None:
    craft = Host(Craft(routes=ALL), factory=STAGES)
    craft.close()
    craft.close()


@pytest.mark.parametrize("name", ["walks", "hangs"])
def test_close_ends_a_stage_that_another_thread_waits_for(name: str) -> None:
    """As when a program is told to end while it works: nothing may be started behind its back."""
    craft, enough, heard = Host(Craft(routes=(name,)), factory=STAGES), Interrupter(), []

    def work() -> None:
        try:
            do(craft, name, on_step=enough.on_step)
        except CraftError as error:
            heard.append(error)

    working = threading.Thread(target=work)
    working.start()
    assert enough.stepped.wait(PATIENCE_S)
    craft.close()
    until(lambda: not working.is_alive(), "the thread goes on")
    assert [type(error) for error in heard] == [ChildDied]
    assert craft.why == "", "that end was no accident"
    craft.start()
    assert children_of(os.getpid()) == []


def test_the_number_of_a_dead_childs_pipe_is_nobody_elses_while_a_thread_may_read_from_it(craft: Host) -> None:
    child = craft._child
    assert child is not None
    do(craft, "echo")
    craft.close()
    assert not child._connection.closed


@contextmanager
def no_more_files(left: int) -> Iterator[None]:
    """Room for so many more, as when a process has opened too many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    top = os.open(os.devnull, os.O_RDONLY)
    os.close(top)  # the lowest number that is free
    resource.setrlimit(resource.RLIMIT_NOFILE, (top + left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("left", range(12))
def test_a_child_that_cannot_be_started_is_an_error_with_a_name_and_leaves_nothing(left: int, tmp_path: Path) -> None:
    craft = Host(Craft(routes=("echo",)), factory=STAGES)
    try:
        gc.collect()
        files, threads = open_files(), threading.active_count()
        tempfile.tempdir = str(tmp_path)
        with no_more_files(left):
            craft.start()
        if craft._child is None:
            assert "no model process can be started: [Errno" in craft.why
            assert children_of(os.getpid()) == []
            assert zombies_of(os.getpid()) == []
            until(lambda: threading.active_count() <= threads + 1, "only the forker stays")
            assert list(tmp_path.iterdir()) == []
            gc.collect()
            assert open_files() == files
        assert do(craft, "echo")
    finally:
        tempfile.tempdir = None
        craft.close()


def test_no_child_is_started_late_because_there_was_no_room_for_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    craft = Host(Craft(routes=("echo",)), factory=STAGES)

    def no_room(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    gc.collect()
    files = open_files()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_room)
        craft.start()
    assert "can't start new thread" in craft.why
    gc.collect()
    assert open_files() == files
    assert do(craft, "echo")
    craft.close()
    assert children_of(os.getpid()) == []


def test_a_stage_that_finds_no_room_for_a_child_is_told_why(tmp_path: Path) -> None:
    craft = Host(Craft(routes=("echo",)), factory=STAGES)
    try:
        with no_more_files(3), pytest.raises(ChildDied, match="Too many open files"):
            do(craft, "echo")
        assert do(craft, "echo")
        assert (craft.state, craft.why) == (HostState.READY, "")
    finally:
        craft.close()


def test_an_error_stays_itself_when_no_other_child_can_be_started(craft: Host) -> None:
    """The child's end frees what another one needs, so that one is kept from starting by the folder."""
    tempfile.tempdir = "/nowhere"
    try:
        with pytest.raises(ChildDied, match="SIGSEGV"):
            do(craft, "segfaults")
        assert "no model process can be started" in craft.why
    finally:
        tempfile.tempdir = None
    assert do(craft, "echo")


def test_what_the_child_started_dies_with_it(craft: Host) -> None:
    grandchild = int(do(craft, "has_child")["pid"])
    assert alive(grandchild)
    os.kill(pid_of(craft), signal.SIGKILL)
    with pytest.raises(ChildDied):
        do(craft, "echo")
    try:
        until(lambda: gone(grandchild), "the grandchild dies")
    finally:
        kill(grandchild)


def test_a_process_that_left_the_childs_group_does_not_hold_up_the_end(
    craft: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_words, "WAIT_S", 0.1)
    daemon = int(do(craft, "has_daemon")["pid"])
    try:
        closing = threading.Thread(target=craft.close, daemon=True)
        closing.start()
        until(lambda: not closing.is_alive(), "the host closes")
    finally:
        kill(daemon)
    assert children_of(os.getpid()) == []


# --- deaths of the parent -------------------------------------------------------------------------


PARENT = f"""
import sys, threading, time
from models.craft import Craft
from models.host import Host
from models.stage import Deadline
from models.wire import Made, Run, Step
host = Host(Craft(routes=("echo", "hangs", "has_child")), factory="{STAGES}")

def start():
    host.wait_ready(Deadline.after(60))

threading.Thread(target=start).start()  # the child must outlive the thread that asked for it
while host.state != "ready":
    pass

def answer_to(stage, kind):
    host._child.send(Run(stage, {{}}, {{}}))
    while not isinstance(answer := host._child.next(60), kind):
        pass
    return answer

grandchild = int(answer_to("has_child", Made).files["pid"])

def tell():
    print(host._child.process.pid, grandchild, host._child._guard.group, flush=True)
"""

WAITS = """
tell()
sys.stdin.readline()
"""

HANGS = """
tell()
print(answer_to("hangs", Step).message, flush=True)
sys.stdin.readline()
"""

# It does not wait in a read: one that begins right after the signal came would never hear of it.
IS_TOLD = """
try:
    tell()
    while True:
        time.sleep(0.01)
except KeyboardInterrupt:
    print(answer_to("echo", Step).message, flush=True)
host.close()
"""


@contextmanager
def parent_that(does: str, tmp_path: Path, **more: object) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A program with a host, and the pids of its child, grandchild and guard. It is gone afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT + does],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # nobody is left to remove the child's folder
        stdout=subprocess.PIPE,
        text=True,
        **{"stdin": subprocess.PIPE, **more},  # type: ignore[call-overload]
    ) as parent:
        pids = []
        try:
            pids = [int(pid) for pid in parent.stdout.readline().split()]
            yield parent, pids
        finally:
            parent.kill()
            parent.wait()
            try:
                until(lambda: all(gone(pid) for pid in pids), "all follow the parent")
            finally:
                for pid in pids:
                    kill(pid)


@pytest.mark.parametrize("does", [WAITS, HANGS], ids=["waits", "hangs"])
def test_nothing_that_was_started_outlives_the_parent_however_that_dies(tmp_path: Path, does: str) -> None:
    with parent_that(does, tmp_path) as (parent, pids):
        if does is HANGS:
            assert parent.stdout is not None
            assert parent.stdout.readline() == "hanging\n"
        assert [alive(pid) for pid in pids] == [True] * 3


def test_ctrl_c_is_for_the_parent_alone(tmp_path: Path) -> None:
    """On a real terminal: it tells the group in its foreground."""
    ours, theirs = pty.openpty()

    def take_the_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    try:
        with parent_that(IS_TOLD, tmp_path, stdin=theirs, preexec_fn=take_the_terminal) as (parent, pids):
            os.write(ours, b"\x03")
            assert parent.stdout is not None
            assert parent.stdout.readline() == "said\n", "the child runs what it is given"
            assert parent.wait(PATIENCE_S) == 0
            until(lambda: all(gone(pid) for pid in pids), "the parent ends them")
    finally:
        os.close(ours)
        os.close(theirs)


def test_the_guard_goes_with_the_child(craft: Host) -> None:
    guard = guard_of(craft)
    assert alive(guard)
    os.kill(pid_of(craft), signal.SIGKILL)
    with pytest.raises(ChildDied):
        do(craft, "echo")
    assert gone(guard)
    assert zombies_of(os.getpid()) == []
    assert guard_of(craft) != guard


def test_the_guard_is_deaf_to_what_its_group_is_told(craft: Host) -> None:
    """A library that ends what it started may tell the whole group."""
    assert craft._child is not None
    child, guard = pid_of(craft), craft._child._guard
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        os.kill(guard.group, number)
    os.kill(child, signal.SIGSTOP)  # it cannot notice by itself
    assert guard._process.stdin is not None
    guard._process.stdin.close()  # as the kernel does it when the parent is gone
    until(lambda: gone(child), "the guard takes the child with it")


def test_the_guard_holds_nothing_but_its_pipe_and_only_the_parent_has_the_other_end(craft: Host) -> None:
    assert craft._child is not None
    guard = craft._child._guard
    assert guard._process.stdin is not None
    pipe = str(Path(f"/proc/self/fd/{guard._process.stdin.fileno()}").readlink())
    assert files_of(guard.group) == {pipe, os.devnull}
    assert pipe not in files_of(pid_of(craft))


def test_a_guard_ends_at_once_without_a_child_too() -> None:
    guard = Guard()
    guard.end(PATIENCE_S)
    assert gone(guard.group)
    assert zombies_of(os.getpid()) == []


def test_an_idle_child_ends_when_its_pipe_does(craft: Host) -> None:
    """Where the kernel's signal does not reach: a parent that only lets go."""
    assert craft._child is not None
    pid = pid_of(craft)
    craft._child._connection.close()
    until(lambda: gone(pid), "the child ends by itself")


def test_orders_are_values_that_both_sides_know() -> None:
    assert Run("echo", {"a": b""}, {}) == Run("echo", {"a": b""}, {})
