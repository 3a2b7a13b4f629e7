"""Sends webhooks beside the API: a thread that looks for what is to be told, until the process ends."""

import logging
import random
import threading
from dataclasses import dataclass, field

from jobs.addresses import Outside
from jobs.deliveries import Deliveries
from jobs.webhooks import Webhooks
from web.callers import OnePerson
from web.house import House

log = logging.getLogger(__name__)


def outside_of(house: House) -> Outside:
    """Where webhooks may lead: a house of one person tells programs on the same machine too."""
    return Outside(loopback=isinstance(house.callers, OnePerson), clock=house.platform.clock)


def webhooks_of(house: House) -> Webhooks:
    return Webhooks(house.platform.records, outside_of(house).target)


def deliveries_of(house: House) -> Deliveries:
    """For one process; it remembers which ends it has seen to."""
    return Deliveries(house.platform.store, webhooks_of(house), outside_of(house).post, house.settings.public_url)


@dataclass(frozen=True, slots=True)
class Sender:
    """One for each process. Several processes send beside each other, each delivery once."""

    deliveries: Deliveries
    every_s: float
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        """In the background. A delivery that the process's end cuts off is made by another, or after the restart."""
        thread = threading.Thread(target=self.run, name="webhooks", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Until the end, at times that drift apart from other processes'."""
        while not self.stopping.wait(random.uniform(0.5, 1.5) * self.every_s):  # noqa: S311 (spreads load; guards no secret)
            try:
                if counts := self.deliveries.run():
                    log.info("webhooks: %s", ", ".join(f"{count} {what}" for what, count in counts.items()))
            except Exception:
                log.exception("webhooks were not sent; the next run tries again")

    def stop(self) -> None:
        """No run begins any more."""
        self.stopping.set()
