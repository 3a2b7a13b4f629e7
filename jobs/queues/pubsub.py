"""Messages in Pub/Sub: one topic, and the subscription that reads it."""

import logging
import math
from contextlib import suppress
from functools import cached_property

from google.api_core.exceptions import DeadlineExceeded, InvalidArgument
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import BatchSettings, ReceivedMessage

from jobs.errors import BackendDown
from jobs.gcp import CALL_S, speaking_our_errors
from jobs.queue import HOLD_S, Delivery, Message

log = logging.getLogger(__name__)

AT_ONCE = BatchSettings(max_messages=1)  # a wake-up waits for no others: 0.9 ms instead of 12 (emulator, 2026-11)
LOOK_S = 0.25  # a pull that waits for nothing still has to get to Pub/Sub and back


class PubsubQueue:
    """A `JobQueue` of one topic and one pull subscription. Connects when it is first used, so never before a fork.

    It pulls unary, not by a stream: a stream's limit of one message is a hint to the server, and one worker was seen
    holding all wake-ups there were (emulator, 2026-11), which leaves the others idle.
    """

    def __init__(self, project: str, topic: str, subscription: str) -> None:
        self._topic = f"projects/{project}/topics/{topic}"
        self._subscription = f"projects/{project}/subscriptions/{subscription}"

    @cached_property
    def _publisher(self) -> PublisherClient:
        return PublisherClient(AT_ONCE)

    @cached_property
    def _subscriber(self) -> SubscriberClient:
        return SubscriberClient()

    def publish(self, message: Message) -> str:
        with speaking_our_errors(self._topic):
            accepted = self._publisher.publish(
                self._topic, message.data, retry=None, timeout=CALL_S, **message.attributes
            )
            return str(accepted.result(CALL_S))

    def pull(self, wait_s: float) -> Delivery | None:
        with speaking_our_errors(self._subscription):
            try:
                response = self._subscriber.pull(
                    subscription=self._subscription, max_messages=1, retry=None, timeout=max(wait_s, LOOK_S)
                )
            except DeadlineExceeded:
                return None
        delivery = next(map(_delivery, response.received_messages), None)
        if delivery is not None:
            self._hold_at_once(delivery)
        return delivery

    def ack(self, delivery: Delivery) -> None:
        with speaking_our_errors(self._subscription), suppress(InvalidArgument):  # a receipt that never was
            self._subscriber.acknowledge(
                subscription=self._subscription, ack_ids=[delivery.receipt], retry=None, timeout=CALL_S
            )

    def nack(self, delivery: Delivery, *, after_s: float) -> None:  # noqa: ARG002 (the subscription's retry policy says)
        self._hold(delivery, 0)

    def extend(self, delivery: Delivery, for_s: float) -> None:
        self._hold(delivery, math.ceil(for_s))

    def _hold_at_once(self, delivery: Delivery) -> None:
        """However short the subscription's own deadline is; one that was made by hand has 10 s."""
        try:
            self.extend(delivery, HOLD_S)
        except BackendDown as error:
            log.warning("message %s may be handed out again: %s", delivery.id, error)

    def _hold(self, delivery: Delivery, seconds: int) -> None:
        with speaking_our_errors(self._subscription), suppress(InvalidArgument):
            self._subscriber.modify_ack_deadline(
                subscription=self._subscription,
                ack_ids=[delivery.receipt],
                ack_deadline_seconds=seconds,
                retry=None,
                timeout=CALL_S,
            )


def _delivery(received: ReceivedMessage) -> Delivery:
    message = received.message
    return Delivery(message.message_id, Message(message.data, dict(message.attributes)), received.ack_id)
