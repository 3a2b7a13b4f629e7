"""The host and its child: real processes that hang, crash and flood, and a host that is ready afterwards."""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from models import errors, process
from models.errors import ChildDied, ChildStuck, CraftError, LoadFailed, StageFailed, StageTimeout
from models.host import Host, HostState
from models.stage import Deadline, Files, Params
from models.wire import Run
from tests.support_stages import ACTS, BIG_BYTES, LOADABLE, STAGES, acting
from tests.waiting import PATIENCE_S, alive, children_of, gone, kill, open_files, status_of, until

ROOT = Path(__file__).parents[3]
ALL = tuple(ACTS)


class Enough(Exception):
    """What a test interrupts a stage with."""


@pytest.fixture(autouse=True)
def _little_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_S", 0.3)
    monkeypatch.setattr(process, "PIPE_S", 1)


@pytest.fixture
def craft() -> Iterator[Host]:
    """A warm host of every bad stage."""
    craft = Host(ALL, factory=STAGES)
    craft.wait_ready(patience())
    yield craft
    craft.close()


def patience() -> Deadline:
    return Deadline.after(PATIENCE_S)


def pid_of(craft: Host) -> int:
    assert craft._child is not None
    return craft._child.process.pid


def do(
    craft: Host,
    name: str,
    given: Files | None = None,
    params: Params | None = None,
    *,
    budget_s: float = PATIENCE_S,
    interrupted: Callable[[], Exception | None] = lambda: None,
    on_step: Callable[[int, int, str], None] = lambda done, total, message: None,
    deadline: Deadline | None = None,
) -> dict[str, bytes]:
    stage = acting(name, budget_s=budget_s)
    deadline = deadline or patience()
    return craft.run(stage, given or {}, params or {}, deadline=deadline, on_step=on_step, interrupted=interrupted)


class Interrupter:
    """Wants the stage to end once it has stepped: then it runs for certain. `of`: at which step."""

    def __init__(self, of: int | None = None) -> None:
        self._of = of
        self.steps = 0
        self.stepped = threading.Event()

    def on_step(self, done: int, total: int, message: str) -> None:
        self.steps += 1
        if self._of in {None, done}:
            self.stepped.set()

    def __call__(self) -> Exception | None:
        return Enough("enough") if self.stepped.is_set() else None


def interrupt(craft: Host, name: str) -> int:
    """How many steps of the stage were heard of."""
    enough = Interrupter()
    with pytest.raises(Enough):
        do(craft, name, on_step=enough.on_step, interrupted=enough)
    return enough.steps


# --- a stage that does as it should ---------------------------------------------------------------


def test_files_and_params_go_in_and_files_come_out(craft: Host) -> None:
    made = do(craft, "echo", {"a.json": b"{}", "b": b"\0\xff"}, {"seed": 7, "verb": None})
    assert made.pop("params.json") == json.dumps({"seed": 7, "verb": None}).encode()
    assert made == {"a.json": b"{}", "b": b"\0\xff"}


def test_every_step_arrives_in_its_order(craft: Host) -> None:
    seen: list[tuple[int, int, str]] = []
    do(craft, "steps", params={"total": 500}, on_step=lambda *step: seen.append(step))
    assert seen == [(n, 500, f"{n} of 500") for n in range(1, 501)]


def test_a_result_of_twenty_megabytes_arrives_whole(craft: Host) -> None:
    assert do(craft, "big")["big"] == bytes(BIG_BYTES)


def test_twenty_megabytes_of_input_arrive_whole(craft: Host) -> None:
    noise = os.urandom(1 << 20) * 20
    assert do(craft, "echo", {"noise": noise})["noise"] == noise


def test_the_child_stays_warm_from_stage_to_stage(craft: Host) -> None:
    assert {do(craft, "pid")["pid"] for _ in range(3)} == {str(pid_of(craft)).encode()}


def test_the_child_is_another_process_in_a_group_of_its_own(craft: Host) -> None:
    pid = pid_of(craft)
    assert pid in children_of(os.getpid())
    assert os.getpgid(pid) == pid != os.getpgid(0)


def test_the_parent_imports_nothing_that_only_stages_need() -> None:
    script = (
        "import sys; from models.host import Host; from models.stage import Deadline\n"
        "host = Host(('procedural',)); host.wait_ready(Deadline.after(60)); host.close()\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'skimage', 'PIL', 'torch'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- stages that are told to end ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["walks", "swallows"])
def test_a_stage_that_steps_ends_at_its_next_step_and_the_child_stays(craft: Host, name: str) -> None:
    before = pid_of(craft)
    assert interrupt(craft, name) == 1, "a stage that steps all the time is listened to, and interrupted all the same"
    assert pid_of(craft) == before
    assert do(craft, "pid")["pid"] == str(before).encode()
    assert craft.state is HostState.READY


@pytest.mark.parametrize("name", ["spins", "hangs", "deaf", "swallows_all"])
def test_a_stage_that_does_not_end_when_asked_is_killed(craft: Host, name: str) -> None:
    before = pid_of(craft)
    interrupt(craft, name)
    assert gone(before)
    assert do(craft, "pid")["pid"] == str(pid_of(craft)).encode()
    assert craft.state is HostState.READY


def test_what_a_killed_stage_was_interrupted_with_is_raised_and_not_its_death(craft: Host) -> None:
    enough = Interrupter()
    with pytest.raises(Enough, match="enough"):
        do(craft, "hangs", on_step=enough.on_step, interrupted=enough)


@pytest.mark.parametrize("name", ["walks", "hangs"])
def test_a_stage_over_its_budget_is_a_timeout_that_names_it(craft: Host, name: str) -> None:
    with pytest.raises(StageTimeout, match=name):
        do(craft, name, budget_s=0.1)
    assert do(craft, "echo")


def test_the_attempts_deadline_ends_a_stage_within_its_budget(craft: Host) -> None:
    with pytest.raises(StageTimeout):
        do(craft, "walks", budget_s=PATIENCE_S, deadline=Deadline.after(0.1))


def test_a_stop_that_comes_too_late_does_not_end_the_next_stage(craft: Host) -> None:
    """The stage was done while it was asked to stop: the order to stop is still in the pipe."""
    for _ in range(20):
        last = Interrupter(of=3)
        with suppress(Enough):
            do(craft, "steps", params={"total": 3}, on_step=last.on_step, interrupted=last)
        assert do(craft, "steps", params={"total": 50}) == {}


def test_a_watcher_that_raises_leaves_no_stage_behind(craft: Host) -> None:
    """Else the next stage would be given the answer of this one."""

    def fall_over(done: int, total: int, message: str) -> None:
        raise ZeroDivisionError(message)

    with pytest.raises(ZeroDivisionError):
        do(craft, "walks", on_step=fall_over)
    assert json.loads(do(craft, "echo", params={"n": 1})["params.json"]) == {"n": 1}


def test_a_frozen_child_is_killed_although_it_reads_nothing(craft: Host) -> None:
    """The order is larger than the pipe: whoever only writes it would wait for ever."""
    before = pid_of(craft)
    os.kill(before, signal.SIGSTOP)
    until(lambda: status_of(before) == "T", "the child stops")
    with pytest.raises(CraftError):
        do(craft, "echo", {"noise": bytes(BIG_BYTES)}, budget_s=0.1)
    assert gone(before)
    assert do(craft, "echo")


# --- stages that fail -----------------------------------------------------------------------------


CRAFT_ERRORS = sorted(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, CraftError) and kind not in (errors.NoUsableMesh, CraftError)
)


@pytest.mark.parametrize("name", CRAFT_ERRORS)
def test_an_error_of_ours_is_raised_as_itself(craft: Host, name: str) -> None:
    with pytest.raises(getattr(errors, name), match=r"^no good$") as caught:
        do(craft, "raises", params={"kind": name, "said": "no good"})
    assert type(caught.value).__name__ == name
    assert "in raises" in caught.value.detail
    assert "Traceback" in caught.value.detail


@pytest.mark.parametrize("name", ["ValueError", "NoUsableMesh"])
def test_any_other_error_is_a_failed_stage_that_names_it(craft: Host, name: str) -> None:
    before = pid_of(craft)
    with pytest.raises(StageFailed, match=f"^{name}: no good$") as caught:
        do(craft, "raises", params={"kind": name, "said": "no good"})
    assert "Traceback" in caught.value.detail
    assert pid_of(craft) == before, "an error is no reason to load the models again"


@pytest.mark.parametrize(
    "name, cause",
    [("segfaults", "SIGSEGV"), ("aborts", "SIGABRT"), ("killed", "SIGKILL"), ("exits", "exit code 3")],
)
def test_a_child_that_dies_is_named_after_what_it_died_of(craft: Host, name: str, cause: str) -> None:
    before = pid_of(craft)
    with pytest.raises(ChildDied, match=cause):
        do(craft, name)
    assert gone(before)
    assert do(craft, "pid")["pid"] == str(pid_of(craft)).encode()
    assert craft.state is HostState.READY


def test_the_end_of_what_a_dead_child_said_is_in_the_detail(craft: Host) -> None:
    with pytest.raises(ChildDied) as caught:
        do(craft, "segfaults")
    assert "the last words" in caught.value.detail


def test_an_answer_that_cannot_be_sent_is_an_error_with_a_reason(craft: Host) -> None:
    with pytest.raises(CraftError) as caught:
        do(craft, "unsendable")
    assert "pickle" in caught.value.detail
    assert do(craft, "echo")


def test_a_child_that_dies_while_nobody_looks_is_found_by_the_next_stage(craft: Host) -> None:
    before = pid_of(craft)
    os.kill(before, signal.SIGKILL)
    until(lambda: gone(before), "the child dies")
    with pytest.raises(ChildDied, match="SIGKILL"):
        do(craft, "echo")
    assert do(craft, "echo")


def test_a_flood_of_output_blocks_nothing(craft: Host) -> None:
    assert do(craft, "floods") == {"done": b"yes"}
    assert craft._child is not None
    until(lambda: "the last words" in craft._child.tail(), "the last line is read")


def test_what_is_kept_of_a_line_without_end_is_bounded(craft: Host) -> None:
    with pytest.raises(ChildDied, match="SIGABRT") as caught:
        do(craft, "rants")
    assert "yyy" in caught.value.detail
    assert len(caught.value.detail) < 300_000, "it goes into a document"


# --- models that cannot be loaded -----------------------------------------------------------------


def test_a_failed_load_names_the_stage_and_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "weights"
    monkeypatch.setenv(LOADABLE, str(weights))
    craft = Host(("echo", "picky"), factory=STAGES)
    try:
        with pytest.raises(LoadFailed, match="picky: weights are missing") as caught:
            craft.wait_ready(patience())
        assert "Traceback" in caught.value.detail
        assert (craft.state, craft.why) == (HostState.FAILED, "picky: weights are missing")
        assert children_of(os.getpid()) == []

        with pytest.raises(LoadFailed):
            do(craft, "echo")

        weights.touch()
        assert set(craft.wait_ready(patience())) == {"echo", "picky"}
        assert (craft.state, craft.why) == (HostState.READY, "")
        assert do(craft, "echo")
    finally:
        craft.close()


def test_a_child_that_dies_while_loading_is_named_after_its_signal() -> None:
    craft = Host(("dies_loading",), factory=STAGES)
    try:
        with pytest.raises(ChildDied, match="SIGSEGV"):
            craft.wait_ready(patience())
    finally:
        craft.close()


@pytest.mark.parametrize("factory", ["tests.nowhere:all_stages", "tests.support_stages:nothing"])
def test_a_factory_that_is_not_there_is_said_in_the_detail(factory: str) -> None:
    craft = Host(("echo",), factory=factory)
    try:
        with pytest.raises(ChildDied, match="exit code 1") as caught:
            craft.wait_ready(patience())
        assert factory.split(":", maxsplit=1)[0] in caught.value.detail
    finally:
        craft.close()


def test_loading_can_be_interrupted_and_ends_at_its_deadline() -> None:
    craft = Host(("slow_to_load",), factory=STAGES)
    try:
        craft.start()
        before = pid_of(craft)
        assert craft.state is HostState.STARTING
        with pytest.raises(Enough):
            craft.wait_ready(patience(), Enough)
        assert gone(before)
        with pytest.raises(StageTimeout, match="load"):
            craft.wait_ready(Deadline.after(0.1))
    finally:
        craft.close()
    assert children_of(os.getpid()) == []


def test_a_child_that_cannot_be_killed_makes_the_host_stuck_until_it_is_gone(
    craft: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that went on beside it would look alive while the old child holds the GPU."""
    enough, before = Interrupter(), pid_of(craft)
    with monkeypatch.context() as patch:
        patch.setattr(process, "REAP_S", 0)  # the kernel needs longer than that to take half a gigabyte back
        with pytest.raises(ChildStuck, match=str(before)):
            do(craft, "hoards", on_step=enough.on_step, interrupted=enough)
    assert craft.state is HostState.STUCK
    assert str(before) in craft.why
    assert do(craft, "pid")["pid"] != str(before).encode()
    assert gone(before)
    assert craft.state is HostState.READY


# --- what is left -----------------------------------------------------------------------------------


def test_nothing_is_left_after_close() -> None:
    gc.collect()
    files, threads = open_files(), threading.active_count()
    craft = Host(ALL, factory=STAGES)
    do(craft, "floods")
    with pytest.raises(ChildDied):
        do(craft, "segfaults")
    left = Path(do(craft, "tmp")["path"].decode())
    assert left.exists()
    pid = pid_of(craft)
    craft.close()
    assert gone(pid)
    assert children_of(os.getpid()) == []
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
    craft = Host(ALL, factory=STAGES)
    craft.close()
    craft.close()


@pytest.mark.parametrize("name", ["walks", "hangs"])
def test_close_ends_a_stage_that_another_thread_waits_for(name: str) -> None:
    """As when a program is told to end while it works: nothing may be started behind its back."""
    craft, enough, heard = Host((name,), factory=STAGES), Interrupter(), []

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
    craft.start()
    assert children_of(os.getpid()) == []


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
    monkeypatch.setattr(process, "LAST_WORDS_S", 0.1)
    daemon = int(do(craft, "has_daemon")["pid"])
    try:
        closing = threading.Thread(target=craft.close, daemon=True)
        closing.start()
        until(lambda: not closing.is_alive(), "the host closes")
    finally:
        kill(daemon)
    assert children_of(os.getpid()) == []


PARENT = f"""
import sys, threading
from models.host import Host
from models.stage import Deadline
host = Host(("echo", "hangs"), factory="{STAGES}")

def start():
    host.wait_ready(Deadline.after(60))

threading.Thread(target=start).start()  # the child must outlive the thread that asked for it
while host.state != "ready":
    pass
print(host._child.process.pid, flush=True)
sys.stdin.readline()
host._child.send(__import__("models.wire", fromlist=["Run"]).Run("hangs", {{}}, {{}}))
print(host._child.next(60).message, flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("busy", [False, True])
def test_a_child_dies_with_its_parent_however_that_dies(tmp_path: Path, busy: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # nobody is left to remove the child's folder
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdin is not None
        try:
            child = int(parent.stdout.readline())
            assert alive(child)
            if busy:
                parent.stdin.write("\n")
                parent.stdin.flush()
                assert parent.stdout.readline() == "hanging\n"
        finally:
            parent.kill()
    try:
        until(lambda: gone(child), "the child follows its parent")
    finally:
        kill(child)


def test_an_idle_child_ends_when_its_pipe_does(craft: Host) -> None:
    """Where the kernel's signal does not reach: a parent that only lets go."""
    assert craft._child is not None
    pid = pid_of(craft)
    craft._child._connection.close()
    until(lambda: gone(pid), "the child ends by itself")


def test_orders_are_values_that_both_sides_know() -> None:
    assert Run("echo", {"a": b""}, {}) == Run("echo", {"a": b""}, {})
