"""The promises of `jobs/queue.py`. A backend joins by giving the fixtures `open_queue` and `lose`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ClassVar

import pytest

from jobs.queue import MESSAGE_BYTES_MAX, Delivery, JobQueue, Message, wake_up

OpenQueue = Callable[[], JobQueue]
Lose = Callable[[Delivery], None]


class JobQueueContract:
    WAIT_S: ClassVar[float] = 0.1  #: how long the backend may take to hand out what is there

    @pytest.fixture
    def open_queue(self) -> OpenQueue:
        """Opens one more handle on the test's own, at first empty queue, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def lose(self) -> Lose:
        """Lets the ack deadline of a delivery pass."""
        raise NotImplementedError

    @pytest.fixture
    def queue(self, open_queue: OpenQueue) -> JobQueue:
        return open_queue()

    def test_what_is_published_is_handed_out(self, queue: JobQueue) -> None:
        message_id = queue.publish(wake_up("a", "trace"))
        delivery = self._pull(queue)
        assert delivery.message == Message(b'{"job_id": "a"}', {"job_id": "a", "traceparent": "trace"})
        assert delivery.id == message_id

    def test_from_an_empty_queue_comes_nothing(self, queue: JobQueue) -> None:
        assert queue.pull(0) is None
        assert queue.pull(self.WAIT_S) is None

    @pytest.mark.parametrize(
        "data",
        [b"", b"\x00\xff\xfe'\"; --", bytes(range(256)) * (MESSAGE_BYTES_MAX // 256)],
        ids=["empty", "odd", "big"],
    )
    def test_any_bytes_arrive_as_they_were_sent(self, queue: JobQueue, data: bytes) -> None:
        sent = Message(data, {"reason": "Größe 鳥 'x'; --"})
        queue.publish(sent)
        assert self._pull(queue).message == sent

    def test_every_message_is_handed_out_once(self, queue: JobQueue) -> None:
        sent = {queue.publish(wake_up(f"j{n}")) for n in range(20)}
        assert len(sent) == 20
        assert {self._pull(queue).id for _ in range(20)} == sent
        assert queue.pull(0) is None

    def test_while_one_holds_it_nobody_else_gets_it(self, open_queue: OpenQueue) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        self._pull(ada)
        assert bob.pull(self.WAIT_S) is None
        assert ada.pull(self.WAIT_S) is None

    def test_an_acked_message_never_comes_back(self, queue: JobQueue, lose: Lose) -> None:
        queue.publish(wake_up("a"))
        delivery = self._pull(queue)
        queue.ack(delivery)
        lose(delivery)
        assert queue.pull(self.WAIT_S) is None

    def test_acking_twice_does_nothing(self, queue: JobQueue) -> None:
        queue.publish(wake_up("a"))
        queue.publish(wake_up("b"))
        first = self._pull(queue)
        queue.ack(first)
        queue.ack(first)
        assert self._pull(queue).id != first.id

    def test_a_holder_that_vanishes_loses_it(self, open_queue: OpenQueue, lose: Lose) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        first = self._pull(ada)
        lose(first)
        again = self._pull(bob)
        assert (again.id, again.message) == (first.id, first.message)
        assert again.receipt != first.receipt

    def test_a_nacked_message_comes_back(self, queue: JobQueue) -> None:
        queue.publish(wake_up("a"))
        first = self._pull(queue)
        queue.nack(first, after_s=0)
        again = self._pull(queue)
        assert (again.id, again.message) == (first.id, first.message)

    def test_a_held_message_stays_held_when_extended(self, open_queue: OpenQueue, lose: Lose) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        held = self._pull(ada)
        ada.extend(held, 600)
        assert bob.pull(self.WAIT_S) is None
        ada.ack(held)
        lose(held)
        assert bob.pull(self.WAIT_S) is None

    def test_a_message_is_held_no_longer_than_it_was_extended(self, open_queue: OpenQueue) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        held = self._pull(ada)
        ada.extend(held, 0)
        assert self._pull(bob).id == held.id

    def test_extending_a_lost_delivery_does_nothing(self, open_queue: OpenQueue, lose: Lose) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        late = self._pull(ada)
        lose(late)
        held = self._pull(bob)
        ada.extend(late, 0)
        assert bob.pull(self.WAIT_S) is None
        bob.ack(held)

    def test_acking_a_lost_delivery_does_nothing(self, open_queue: OpenQueue, lose: Lose) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        late = self._pull(ada)
        lose(late)
        held = self._pull(bob)
        ada.ack(late)
        lose(held)
        assert self._pull(bob).id == held.id

    def test_nacking_a_lost_delivery_does_nothing(self, open_queue: OpenQueue, lose: Lose) -> None:
        ada, bob = open_queue(), open_queue()
        ada.publish(wake_up("a"))
        late = self._pull(ada)
        lose(late)
        self._pull(bob)
        ada.nack(late, after_s=0)
        assert ada.pull(self.WAIT_S) is None

    def test_a_made_up_receipt_does_nothing(self, queue: JobQueue, lose: Lose) -> None:
        queue.publish(wake_up("a"))
        held = self._pull(queue)
        queue.ack(replace(held, receipt="made-up"))
        queue.nack(replace(held, receipt="made-up"), after_s=0)
        queue.extend(replace(held, receipt="made-up"), 0)
        assert queue.pull(self.WAIT_S) is None
        lose(held)
        assert self._pull(queue).id == held.id

    def test_no_two_consumers_hold_the_same_message(self, open_queue: OpenQueue) -> None:
        queue = open_queue()
        sent = {queue.publish(wake_up(f"j{n}")) for n in range(60)}

        def take_all(_: int) -> list[str]:
            mine = open_queue()
            taken: list[str] = []
            while len(taken) <= len(sent) and (delivery := mine.pull(self.WAIT_S)) is not None:
                taken.append(delivery.id)
            return taken

        with ThreadPoolExecutor(8) as pool:
            taken = [each for one in pool.map(take_all, range(8)) for each in one]
        assert len(taken) == 60
        assert set(taken) == sent

    def _pull(self, queue: JobQueue) -> Delivery:
        delivery = queue.pull(self.WAIT_S)
        assert delivery is not None, "nothing came"
        return delivery
