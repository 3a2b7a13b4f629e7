"""What happens in a house, as short stories. Each runs without faults to the end that it names."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jobs.queue import Message, wake_up
from models.errors import BadInput, HandOver, StageFailed
from tests.chaos.light_host import Deed, Moment
from tests.chaos.small_house import ROUND_S, SmallHouse, Vanished
from tests.waiting import until

Story = Callable[[SmallHouse], object]
QUICK_BEATS = MappingProxyType({"lease_s": 45, "beat_s": 0.005, "progress_s": 0})
BEATS = 3  # tries that a stage waits for: one may be the look before the news


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story, and how it ends when nothing goes wrong."""

    story: Story
    ends: tuple[str, ...]  #: statuses of the accepted jobs, in their order
    letters: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.story.__name__

    def play(self, house: SmallHouse) -> None:
        """The story, then a few rounds of everyday life; faults may strike in both."""
        self.story(house)
        house.rest(rounds=2)


def raising(*errors: Exception) -> Deed:
    """Each once, in this order; then nothing any more."""
    left = list(errors)

    def deed(moment: Moment) -> None:
        if left:
            raise left.pop(0)

    return deed


def once(act: Callable[[Moment], object]) -> Deed:
    left = [act]
    return lambda moment: left.pop()(moment) if left else None


def vanish(moment: Moment) -> None:
    raise Vanished


# --- stories ----------------------------------------------------------------------------------------


def a_job_succeeds(house: SmallHouse) -> None:
    house.submit("a")
    house.deliver(house.worker("one"))


def a_failed_job_is_replayed(house: SmallHouse) -> None:
    house.deeds["plan"] = raising(BadInput("these are no words"))
    house.submit("a")
    house.deliver(house.worker("one"))
    house.sweep()
    house.ask(lambda: house.client.replay(house.job(), why="mended"))
    house.deliver(house.worker("two"))


def a_queued_job_is_canceled(house: SmallHouse) -> None:
    house.submit("a")
    house.ask(lambda: house.client.cancel(house.job()))
    house.deliver(house.worker("one"))


def a_running_job_is_canceled(house: SmallHouse) -> None:
    def cancel(moment: Moment) -> None:
        house.ask(lambda: house.client.cancel(house.job()))
        enough = _beats(house) + 2 * BEATS
        until(lambda: moment.interrupted() or _beats(house) > enough, "the worker sees that its job shall end")

    house.deeds["clean"] = once(cancel)
    house.submit("a")
    house.deliver(house.worker("one"))


def progress_is_shown(house: SmallHouse) -> None:
    def wait(moment: Moment) -> None:
        enough = _beats(house) + BEATS
        until(lambda: _beats(house) > enough, "the worker beats")

    house.deeds |= {"shape": wait, "points": wait}
    house.submit("a")
    house.deliver(house.worker("one"))


def a_worker_is_told_to_end(house: SmallHouse) -> None:
    one = house.worker("one", {"clean": lambda moment: one.stop()})
    house.submit("a")
    house.deliver(one)
    house.deliver(one)
    house.clock.advance(2)
    house.deliver(house.worker("two"))


def a_worker_dies(house: SmallHouse) -> None:
    house.submit("a")
    house.deliver(house.worker("one", {"points": vanish}))
    house.clock.advance(ROUND_S)
    house.sweep()
    house.deliver(house.worker("two"))


def every_worker_dies(house: SmallHouse) -> None:
    house.submit("a")
    for name in ("one", "two"):
        house.deliver(house.worker(name, {"shape": vanish}))
        house.clock.advance(ROUND_S)
        house.sweep()
    house.sweep()


def a_worker_dies_with_a_canceled_job(house: SmallHouse) -> None:
    def cancel(moment: Moment) -> None:
        house.ask(lambda: house.client.cancel(house.job()))
        vanish(moment)

    house.submit("a")
    house.deliver(house.worker("one", {"points": cancel}))
    house.clock.advance(ROUND_S)
    house.sweep()


def a_worker_wakes_up_after_all_is_done(house: SmallHouse) -> None:
    def sleep(moment: Moment) -> None:
        house.clock.advance(ROUND_S)
        house.sweep()
        house.deliver(house.worker("two", {}))

    house.submit("a")
    house.deliver(house.worker("one", {"clean": sleep}))


def a_worker_wakes_up_while_another_works(house: SmallHouse) -> None:
    """Two threads, but only one of them moves at any time: the calls have one order."""
    fell_asleep, wakes_up = threading.Event(), threading.Event()

    def sleep(moment: Moment) -> None:
        fell_asleep.set()
        assert wakes_up.wait(30)

    def wake_the_other(moment: Moment) -> None:
        wakes_up.set()
        one.join(30)
        fell_asleep.clear()

    house.submit("a")
    sleeper = house.worker("one", {"clean": sleep})
    one = threading.Thread(target=house.deliver, args=(sleeper,), name="one")
    one.start()
    until(lambda: fell_asleep.is_set() or not one.is_alive(), "the first worker is in the middle of it, or has none")
    house.clock.advance(ROUND_S)
    house.sweep()
    house.deliver(house.worker("two", {"clean": once(wake_the_other)}))
    wakes_up.set()
    one.join(30)


def a_retry_helps(house: SmallHouse) -> None:
    house.deeds["points"] = raising(StageFailed("a bad day"), StageFailed("another"))
    house.submit("a")
    worker = house.worker("one")
    for _ in range(3):
        house.deliver(worker)
        house.clock.advance(10)


def attempts_run_out(house: SmallHouse) -> None:
    house.deeds["points"] = raising(StageFailed("a bad day"), StageFailed("another"))
    house.submit("a")
    for _ in range(2):
        house.deliver(house.worker("one"))
        house.clock.advance(10)


def time_runs_out(house: SmallHouse) -> None:
    house.deeds["points"] = raising(HandOver("the time for one attempt ran out"))
    house.submit("a")
    house.deliver(house.worker("one"))
    house.clock.advance(2)
    house.deliver(house.worker("two"))


def equal_requests_meet(house: SmallHouse) -> None:
    """The second finds the first at work, and its result on the shelf later."""
    house.deeds["shape"] = once(lambda moment: house.deliver(house.worker("two")))
    house.submit("a")
    house.submit("b")
    house.deliver(house.worker("one"))
    house.clock.advance(2)
    house.deliver(house.worker("one"))


def one_wake_up_is_lost(house: SmallHouse) -> None:
    """Whoever ends a job looks for the next."""
    house.submit("a", "cat")
    house.submit("b", "dog")
    house.ask(lambda: house.client.queue.pull(0))  # by somebody who is never seen again
    house.deliver(house.worker("one"))


def garbage_comes(house: SmallHouse) -> None:
    house.submit("a")
    house.ask(lambda: house.client.queue.publish(Message(b"\xff what?")))
    house.ask(lambda: house.client.queue.publish(wake_up("j_never_was")))
    house.deliver(house.worker("one"))
    house.sweep()


def a_job_is_deleted(house: SmallHouse) -> None:
    house.submit("a")
    house.deliver(house.worker("one"))
    house.ask(lambda: house.client.delete(house.job()))


def _beats(house: SmallHouse) -> int:
    return sum(call.series == "beat" for call in house.faults.calls)


TWO_ATTEMPTS = MappingProxyType({"attempts_max": 2})
SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        each.name: each
        for each in (
            Scenario(a_job_succeeds, ("succeeded",)),
            Scenario(a_failed_job_is_replayed, ("succeeded",), letters=1),
            Scenario(a_queued_job_is_canceled, ("canceled",)),
            Scenario(a_running_job_is_canceled, ("canceled",), settings=QUICK_BEATS),
            Scenario(progress_is_shown, ("succeeded",), settings=QUICK_BEATS),
            Scenario(a_worker_is_told_to_end, ("succeeded",)),
            Scenario(a_worker_dies, ("succeeded",)),
            Scenario(every_worker_dies, ("failed",), letters=1, settings=TWO_ATTEMPTS),
            Scenario(a_worker_dies_with_a_canceled_job, ("canceled",)),
            Scenario(a_worker_wakes_up_after_all_is_done, ("succeeded",)),
            Scenario(a_worker_wakes_up_while_another_works, ("succeeded",)),
            Scenario(a_retry_helps, ("succeeded",)),
            Scenario(attempts_run_out, ("failed",), letters=1, settings=TWO_ATTEMPTS),
            Scenario(time_runs_out, ("succeeded",)),
            Scenario(equal_requests_meet, ("succeeded", "succeeded")),
            Scenario(one_wake_up_is_lost, ("succeeded", "succeeded")),
            Scenario(garbage_comes, ("succeeded",), letters=2),
            Scenario(a_job_is_deleted, ("removed",)),
        )
    }
)
