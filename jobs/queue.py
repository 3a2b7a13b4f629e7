"""The port behind which messages travel. A message on the job queue is a wake-up: it says "look", no more.

One port serves both topics, the one that wakes workers and the one for dead letters.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

HOLD_S = 60.0  # for how long a message is held by who pulled it; whoever works longer extends it
MESSAGE_BYTES_MAX = 1 << 20  # ours have 100 bytes; a tenth of Pub/Sub's own limit is generous


@dataclass(frozen=True, slots=True)
class Message:
    data: bytes
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, handed out for a while. `receipt` is the queue's own; `id` is the message's."""

    id: str
    message: Message
    receipt: str


class JobQueue(Protocol):
    """At-least-once messages.

    The contract every queue keeps, and `tests/contracts/job_queue.py` proves:

    - What `publish` accepted is handed out until somebody acks it; order is not promised.
    - While a delivery is held nobody else gets it; a holder that vanishes loses it after the ack deadline.
    - Acking, nacking or extending a delivery that was lost in the meantime does nothing.
    """

    def publish(self, message: Message) -> str:
        """Raises: BackendDown. Returns the message's id."""

    def pull(self, wait_s: float) -> Delivery | None:
        """The next message, held for HOLD_S, or None when none came within `wait_s`. Raises: BackendDown."""

    def extend(self, delivery: Delivery, for_s: float) -> None:
        """Go on holding it, that long from now; also shorter than before. Raises: BackendDown."""

    def ack(self, delivery: Delivery) -> None:
        """Raises: BackendDown; then it comes again."""

    def nack(self, delivery: Delivery, *, after_s: float) -> None:
        """Back on the queue, to be handed out again after `after_s` (a hint: Pub/Sub has its own backoff).

        Raises: BackendDown; then it comes back at its ack deadline.
        """


def wake_up(job_id: str, trace: str = "") -> Message:
    """A wake-up whose hint is this job."""
    attributes = {"job_id": job_id} | ({"traceparent": trace} if trace else {})
    return Message(json.dumps({"job_id": job_id}).encode(), attributes)
