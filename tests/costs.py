"""What becomes of one job, as short stories, and what each story costs."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from jobs.job_document import readable
from jobs.settings import Settings
from jobs.wiring import adapters, platform_over
from models.errors import BadInput, StageFailed
from tests.builders import a_request, claim
from tests.chaos.light_host import Deed, LightHost, Moment
from tests.fakes import FakeClock
from tests.meter import Meter
from worker.fate import ANSWERS
from worker.main import worker_over
from worker.pull import AGAIN_S

# Beats wait for real seconds: at these none comes by itself.
CALM: Mapping[str, object] = {"lease_s": 45, "beat_s": 14, "progress_s": 14}
SECOND_S = 0.15  # of the job whose beats are counted: as long as its setting says that two of them are apart
STEPPING = {"lease_s": 45, "beat_s": 14, "progress_s": SECOND_S}
BEATS = 5
OTHERS, CROWD = 2, 20  # other workers, each with a job, and jobs that wait
MANY = 1 << 30  # steps, of which a few thousand are taken


@dataclass
class Costly:
    """A client and a worker over ports with a meter; one job."""

    settings: Settings
    deeds: dict[str, Deed] = field(default_factory=dict)
    clock: FakeClock = field(default_factory=FakeClock)
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        self.platform = platform_over(self.meter.before(adapters(self.settings, self.clock)), self.settings, self.clock)
        self.client = self.platform.client(owner="ada")
        self.worker = worker_over(self.platform, LightHost(self.deeds), holder="one")
        self.worker.door.warm.set()
        self.job_id = ""

    def submit(self, prompt: str = "cat") -> None:
        self.job_id = self.client.submit(a_request(prompt)).id

    def serve(self) -> None:
        """Take every wake-up there is, as the push door does. What comes back later is not waited for."""
        while self.serve_one():
            pass

    def serve_one(self) -> bool:
        """Whether there was a wake-up to take."""
        queue = self.platform.queue
        delivery = queue.pull(0)
        if delivery is None:
            return False
        fate = self.worker.door.push(delivery.message, delivery.id)
        if ANSWERS[fate].ack:
            queue.ack(delivery)
        else:
            queue.nack(delivery, after_s=AGAIN_S)
        return True


def quiet(house: Costly) -> None:
    house.submit()
    house.serve()


def found_on_the_shelf(house: Costly) -> None:
    """Everything was made for another job before."""
    quiet(house)
    house.meter.counts.clear()
    quiet(house)


def among_others(house: Costly) -> None:
    """Two other workers have a job, twenty more wait: a submit and one job of the queue's."""
    for n in range(CROWD + OTHERS):
        house.client.submit(a_request("cat", seed=n + 1))
    for job in list(readable(house.platform.store.queued(due_by=house.clock.now(), limit=OTHERS))):
        claim(house.platform.store, job.id)
    house.meter.counts.clear()
    house.submit()
    assert house.serve_one()


def retried(house: Costly) -> None:
    _once(house, "shape", StageFailed("the kiln went cold"))
    quiet(house)
    house.clock.advance(60)
    house.serve()


def failed(house: Costly) -> None:
    _once(house, "plan", BadInput("these are no words"))
    quiet(house)


def canceled_while_queued(house: Costly) -> None:
    house.submit()
    house.client.cancel(house.job_id)
    house.serve()


def handed_back(house: Costly) -> None:
    """The worker is told to end."""
    house.deeds["shape"] = lambda _moment: house.worker.stop()
    quiet(house)
    house.deeds.clear()
    house.worker.stopping.clear()
    house.clock.advance(60)
    house.serve()


def _once(house: Costly, stage: str, error: Exception) -> None:
    left = [error]

    def deed(_moment: Moment) -> None:
        if left:
            raise left.pop()

    house.deeds[stage] = deed


#: Writes of the job's document, and what each of them is.
JOB_WRITES: Mapping[Callable[[Costly], None], tuple[str, ...]] = {
    quiet: ("create", "claim", "finish"),
    found_on_the_shelf: ("create", "claim", "finish"),
    among_others: ("create", "claim", "finish"),
    retried: ("create", "claim", "retry", "claim", "finish"),
    failed: ("create", "claim", "fail", "letter"),
    canceled_while_queued: ("create", "cancel"),
    handed_back: ("create", "claim", "hand back", "claim", "finish"),
}


def cost(story: Callable[[Costly], None], settings: Settings) -> Counter[str]:
    house = Costly(settings)
    story(house)
    return house.meter.counts


def taking_its_time(house: Costly) -> float:
    """A stage that steps all the time until there were some beats; how many seconds of its own the job took."""

    def deed(moment: Moment) -> None:
        enough = house.meter.counts["job writes"] + BEATS
        for done in count():
            if house.meter.counts["job writes"] >= enough:
                return
            moment.on_step(done, MANY, f"step {done}")

    return _timed(house, deed)


def canceled_while_running(house: Costly) -> float:
    """The same for a job that steps until it sees that it shall end."""

    def deed(moment: Moment) -> None:
        house.client.cancel(house.job_id)
        for done in count():
            if moment.interrupted():
                return
            moment.on_step(done, MANY, f"step {done}")

    return _timed(house, deed)


def _timed(house: Costly, deed: Deed) -> float:
    house.deeds["shape"] = deed
    house.submit()
    begun = time.monotonic()
    house.serve()
    return (time.monotonic() - begun) / SECOND_S
