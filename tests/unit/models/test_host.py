"""The host and its child: real processes that hang, crash and flood, and a host that is ready afterwards."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from models import errors, process
from models.craft import Craft
from models.errors import ChildDied, ChildStuck, CraftError, LoadFailed, StageFailed, StageTimeout
from models.host import Host, HostState
from models.stage import Deadline
from tests.hosting import Enough, Interrupter, do, interrupt, patience, pid_of
from tests.support_stages import BIG_BYTES, LOADABLE, STAGES
from tests.waiting import PATIENCE_S, children_of, gone, status_of, until

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("little_grace")


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
    assert os.getpgid(pid) != os.getpgid(0)


def test_the_parent_imports_nothing_that_only_stages_need() -> None:
    script = (
        "import sys; from models.craft import Craft; from models.host import Host; from models.stage import Deadline\n"
        "host = Host(Craft(routes=('procedural',))); host.wait_ready(Deadline.after(60)); host.close()\n"
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


def test_a_child_that_dies_while_nobody_looks_is_replaced_by_whoever_looks_after_it(craft: Host) -> None:
    before = pid_of(craft)
    os.kill(before, signal.SIGKILL)
    until(lambda: gone(before), "the child dies")
    until(lambda: craft.look_after() or (craft._child and pid_of(craft) != before), "there is another one")
    assert do(craft, "echo")


def test_a_child_that_lives_or_works_is_left_alone_by_whoever_looks_after_it(craft: Host) -> None:
    before, enough = pid_of(craft), Interrupter()

    def look(done: int, total: int, message: str) -> None:
        craft.look_after()
        enough.on_step(done, total, message)

    with pytest.raises(Enough):
        do(craft, "walks", on_step=look, interrupted=enough)
    craft.look_after()
    assert pid_of(craft) == before


def test_a_child_that_dies_is_noticed_although_a_process_it_forked_holds_its_pipe(craft: Host) -> None:
    """As worker processes of a data loader do: the end of the pipe would come when they end, or never."""
    with pytest.raises(ChildDied, match="SIGABRT"):
        do(craft, "dies_forked")
    assert do(craft, "echo")


def test_a_watcher_that_wants_to_leave_the_program_leaves_no_stage_behind(craft: Host) -> None:
    """Ctrl-C in the middle of a stage: nobody waits for a grace then."""
    before = pid_of(craft)

    def leave(done: int, total: int, message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do(craft, "walks", on_step=leave)
    assert gone(before)
    assert do(craft, "echo")


def test_a_question_that_cannot_be_answered_leaves_no_stage_behind(craft: Host) -> None:
    """Whether it shall go on, for one: else the next stage would be given the answer of this one."""
    enough = Interrupter()

    def ask() -> None:
        if enough.stepped.is_set():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do(craft, "walks", on_step=enough.on_step, interrupted=ask)
    assert json.loads(do(craft, "echo", params={"n": 1})["params.json"]) == {"n": 1}


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
    craft = Host(Craft(routes=("echo", "picky")), factory=STAGES)
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
    craft = Host(Craft(routes=("dies_loading",)), factory=STAGES)
    try:
        with pytest.raises(ChildDied, match="SIGSEGV"):
            craft.wait_ready(patience())
    finally:
        craft.close()


@pytest.mark.parametrize("factory", ["tests.nowhere:all_stages", "tests.support_stages:nothing"])
def test_a_factory_that_is_not_there_is_said_in_the_detail(factory: str) -> None:
    craft = Host(Craft(routes=("echo",)), factory=factory)
    try:
        with pytest.raises(ChildDied, match="exit code 1") as caught:
            craft.wait_ready(patience())
        assert factory.split(":", maxsplit=1)[0] in caught.value.detail
    finally:
        craft.close()


def test_loading_can_be_interrupted_and_ends_at_its_deadline() -> None:
    craft = Host(Craft(routes=("slow_to_load",)), factory=STAGES)
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


def test_a_child_that_let_go_of_its_pipe_and_cannot_be_killed_makes_the_host_stuck_too(
    craft: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver may hold a process that has closed its files already."""
    with monkeypatch.context() as patch:
        patch.setattr(process, "REAP_S", 0)
        with pytest.raises(ChildStuck):
            do(craft, "lets_go")
    assert craft.state is HostState.STUCK
    assert do(craft, "echo")


def test_a_child_that_lets_go_of_its_pipe_when_it_is_asked_to_stop_makes_it_stuck_as_well(
    craft: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = Interrupter()
    with monkeypatch.context() as patch:
        patch.setattr(process, "REAP_S", 0)
        with pytest.raises(ChildStuck):
            do(craft, "lets_go_when_stopped", on_step=enough.on_step, interrupted=enough)
    assert craft.state is HostState.STUCK
    assert do(craft, "echo")


def test_whoever_wants_a_stage_to_end_is_heard_although_the_child_stands_still_in_a_message(craft: Host) -> None:
    """It takes more than the pipe holds, so nobody looks while it is sent: the end of that is not its death."""
    pid = pid_of(craft)
    os.kill(pid, signal.SIGSTOP)
    until(lambda: status_of(pid) == "T", "the child stands still")
    with pytest.raises(Enough):
        do(craft, "echo", {"noise": bytes(BIG_BYTES)}, interrupted=lambda: Enough("enough"))
    assert gone(pid)
    assert do(craft, "echo")
