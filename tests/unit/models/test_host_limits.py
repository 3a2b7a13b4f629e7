"""What a child may use up, what spoils it, and how soon another one is started."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from models import rest
from models.craft import Craft
from models.errors import ChildDied, GpuExhausted, GpuFault, LoadFailed, MemoryExhausted, StageFailed, StageTimeout
from models.host import Host, HostState
from models.limits import Limits
from models.memory import MB
from models.stage import Deadline
from tests.hosting import Enough, do, interrupt, patience, pid_of
from tests.support_stages import ACTS, LOADABLE, STAGES
from tests.waiting import PATIENCE_S, children_of, gone, until

pytestmark = pytest.mark.usefixtures("little_grace")

MakeHost = Callable[..., Host]
FREED_S = 2.5  # a child over its mark is gone after that long


@pytest.fixture
def host_with() -> Iterator[MakeHost]:
    """A warm host whose children may use so much."""
    hosts = []

    def make(jobs_max: int = 1000, memory_mb: int = 10_000, routes: tuple[str, ...] = tuple(ACTS)) -> Host:
        hosts.append(Host(Craft(routes=routes), factory=STAGES, limits=Limits(jobs_max, memory_mb * MB)))
        hosts[-1].wait_ready(patience())
        return hosts[-1]

    yield make
    for host in hosts:
        host.close()


# --- spoiled ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, kind",
    [
        ("CUDA out of memory. Tried to allocate 20.00 MiB", GpuExhausted),
        ("CUDA error: an illegal memory access was encountered", GpuFault),
        ("[Errno 12] Cannot allocate memory", MemoryExhausted),
    ],
)
def test_a_child_that_was_hit_by_a_fault_of_the_machine_is_not_used_again(
    craft: Host, said: str, kind: type[Exception]
) -> None:
    before = pid_of(craft)
    with pytest.raises(kind, match=r"^ValueError: ") as caught:
        do(craft, "raises", params={"kind": "ValueError", "said": said})
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert gone(before), "before anybody hears of it"
    assert pid_of(craft) in children_of(os.getpid()), "and another one loads"
    assert said in craft.why
    assert do(craft, "echo")


def test_python_without_memory_is_exhausted_too(craft: Host) -> None:
    before = pid_of(craft)
    with pytest.raises(MemoryExhausted, match=r"^MemoryError: ") as caught:
        do(craft, "wants_too_much")
    assert "in wants_too_much" in caught.value.detail
    assert gone(before)


def test_a_child_that_breaks_when_it_is_asked_to_stop_is_not_used_again(craft: Host) -> None:
    before = pid_of(craft)
    interrupt(craft, "faults_when_stopped")
    assert gone(before)
    assert do(craft, "echo")


# --- memory -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["swells", "swells_in_silence"])
def test_a_child_over_its_mark_is_killed_at_once_whatever_it_does(host_with: MakeHost, name: str) -> None:
    """Without a grace: the machine has no memory left to be patient with."""
    craft = host_with(memory_mb=100)
    before, end = pid_of(craft), Deadline.after(FREED_S)
    with pytest.raises(MemoryExhausted, match=rf"^{name} used \d+ MB, 100 MB are allowed$"):
        do(craft, name)
    assert gone(before)
    assert not end.passed()
    assert do(craft, "echo")


def test_models_that_are_too_large_to_be_loaded_are_said_to_be() -> None:
    craft = Host(Craft(routes=("slow_to_load",)), factory=STAGES, limits=Limits(1, 1))
    try:
        with pytest.raises(MemoryExhausted, match=r"^load used "):
            craft.wait_ready(patience())
    finally:
        craft.close()


# --- recycled ---------------------------------------------------------------------------------------


def test_a_child_is_replaced_after_so_many_jobs(host_with: MakeHost, caplog: pytest.LogCaptureFixture) -> None:
    craft = host_with(jobs_max=3)
    first = pid_of(craft)
    with caplog.at_level(logging.INFO, logger="models.host"):
        for _ in range(2):
            do(craft, "echo")
            do(craft, "echo")
            craft.job_over()
            assert pid_of(craft) == first
        craft.job_over()
    assert gone(first)
    assert pid_of(craft) in children_of(os.getpid()), "it loads before anybody asks for it"
    assert (craft.state, craft.why) == (HostState.STARTING, "it has served 3 jobs")
    assert "it has served 3 jobs" in caplog.text
    second = pid_of(craft)
    do(craft, "echo")
    craft.job_over()
    assert pid_of(craft) == second, "each child counts anew"
    assert (craft.state, craft.why) == (HostState.READY, "")


def test_a_child_that_has_grown_too_large_is_replaced_between_two_jobs(host_with: MakeHost) -> None:
    craft = host_with(memory_mb=200)
    first = pid_of(craft)
    do(craft, "leaks", params={"mb": 100})
    craft.job_over()
    assert pid_of(craft) == first, "at three quarters of the maximum, not before"
    do(craft, "leaks", params={"mb": 60})
    craft.job_over()
    assert gone(first)
    assert "200 MB are allowed" in craft.why
    assert do(craft, "echo")


def test_the_end_of_a_job_is_nothing_to_a_child_that_loads_or_is_not_there() -> None:
    craft = Host(Craft(routes=("slow_to_load",)), factory=STAGES, limits=Limits(1, 1))
    try:
        craft.job_over()
        craft.start()
        loading = pid_of(craft)
        craft.job_over()
        assert pid_of(craft) == loading
    finally:
        craft.close()
    craft.job_over()


def test_a_fresh_child_that_dies_before_the_next_job_is_an_error_with_a_name(host_with: MakeHost) -> None:
    craft = host_with(jobs_max=1)
    craft.job_over()
    os.kill(pid_of(craft), signal.SIGKILL)
    with pytest.raises(ChildDied, match="SIGKILL"):
        do(craft, "echo")
    assert do(craft, "echo")


def test_a_child_that_outlives_the_end_of_a_job_does_not_fail_that_job(
    host_with: MakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    craft = host_with(jobs_max=1)
    do(craft, "leaks", params={"mb": 500})
    with monkeypatch.context() as patch:
        patch.setattr("models.process.REAP_S", 0)
        craft.job_over()
        assert craft.state is HostState.STUCK
    assert do(craft, "echo")


# --- rests ------------------------------------------------------------------------------------------


@pytest.fixture
def long_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "FIRST_S", 30.0)


def die(craft: Host) -> None:
    with pytest.raises(ChildDied):
        do(craft, "segfaults")


def test_the_first_restart_is_at_once_and_the_next_after_a_rest(craft: Host, long_rests: None) -> None:
    die(craft)
    assert len(children_of(os.getpid())) == 2, "a child and its guard"
    die(craft)
    assert children_of(os.getpid()) == []
    assert craft.state is HostState.STARTING
    assert "SIGSEGV; the next one is started after" in craft.why


def test_a_finished_stage_makes_the_next_death_the_first_again(craft: Host, long_rests: None) -> None:
    for _ in range(3):
        die(craft)
        assert do(craft, "echo")


def test_a_stage_that_only_failed_says_nothing_of_the_child(craft: Host, long_rests: None) -> None:
    die(craft)
    with pytest.raises(StageFailed):
        do(craft, "raises", params={"kind": "ValueError", "said": "no"})
    die(craft)
    assert children_of(os.getpid()) == []


def test_a_rest_obeys_whoever_does_not_want_to_wait(craft: Host, long_rests: None) -> None:
    die(craft)
    die(craft)
    soon = Deadline.after(2)
    with pytest.raises(Enough):
        do(craft, "echo", interrupted=Enough)
    with pytest.raises(StageTimeout, match="load"):
        do(craft, "echo", deadline=Deadline.after(0.1))
    assert not soon.passed()


def test_a_rest_has_an_end(craft: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "FIRST_S", 0.1)
    die(craft)
    die(craft)
    assert children_of(os.getpid()) == []
    assert do(craft, "echo")


def test_close_ends_a_rest(craft: Host, long_rests: None) -> None:
    die(craft)
    die(craft)
    resting, heard = threading.Event(), []

    def work() -> None:
        try:
            do(craft, "echo", interrupted=resting.set)
        except ChildDied as error:
            heard.append(str(error))

    working = threading.Thread(target=work)
    working.start()
    assert resting.wait(PATIENCE_S)
    craft.close()
    until(lambda: not working.is_alive(), "it does not sleep on")
    assert len(heard) == 1


@pytest.mark.parametrize("said", ["CUDA error: the launch timed out and was terminated"])
def test_faults_again_and_again_are_followed_by_a_rest_too(craft: Host, long_rests: None, said: str) -> None:
    for _ in range(2):
        with pytest.raises(GpuFault):
            do(craft, "raises", params={"kind": "ValueError", "said": said})
    assert children_of(os.getpid()) == []


def test_models_that_cannot_be_loaded_are_not_tried_in_a_tight_loop(
    long_rests: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOADABLE, "/nowhere")
    craft = Host(Craft(routes=("picky",)), factory=STAGES)
    try:
        for _ in range(2):
            with pytest.raises(LoadFailed):
                craft.wait_ready(patience())
        assert craft.state is HostState.FAILED
        assert "weights are missing; the next one is started after" in craft.why
        with pytest.raises(StageTimeout):
            craft.wait_ready(Deadline.after(0.1))
        assert craft.state is HostState.FAILED
    finally:
        craft.close()
