"""What a signal to end sets off: asked for in a handler, done beside it."""

import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from tests.waiting import PATIENCE_S
from worker.main import on_terminate


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Those of the test's own process are put back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.timeout(10)  # what it guards against waits for ever
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_its_thread_has_the_lock_is_heeded(number: signal.Signals) -> None:
    """As one does that comes in the middle of `Event.set`, because of the signal before."""
    lock, stopped = threading.Lock(), threading.Event()

    def stop() -> None:
        with lock:
            stopped.set()

    on_terminate(stop)
    with lock:
        signal.raise_signal(number)
    assert stopped.wait(PATIENCE_S)


def test_what_was_to_happen_before_still_happens_each_time_and_the_end_is_asked_for_once() -> None:
    heard: list[int] = []
    asked: list[None] = []
    stopped = threading.Event()

    def before(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    def stop() -> None:
        asked.append(None)
        stopped.set()

    signal.signal(signal.SIGTERM, before)
    on_terminate(stop)
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    assert stopped.wait(PATIENCE_S)
    assert heard == [signal.SIGTERM, signal.SIGTERM]
    assert len(asked) == 1


def test_ctrl_c_is_no_exception_in_the_middle_of_a_job() -> None:
    stopped = threading.Event()
    on_terminate(stopped.set)
    signal.raise_signal(signal.SIGINT)  # Python's own handler would raise KeyboardInterrupt here
    assert stopped.wait(PATIENCE_S)
