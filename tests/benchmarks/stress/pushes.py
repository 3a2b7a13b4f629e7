"""What the workers answered to each message that was pushed."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.emulators import balancer

ACK = 204


@dataclass
class Pushes:
    answers: dict[str, list[int]] = field(default_factory=dict)  #: by message id, in order

    answered_at: float = field(default_factory=time.monotonic)  #: when the last answer was, in monotonic seconds

    def note(self, message_id: str, status: int) -> None:
        self.answers.setdefault(message_id, []).append(status)
        self.answered_at = time.monotonic()

    def silent_s(self) -> float:
        """For how long nobody has answered one."""
        return time.monotonic() - self.answered_at

    def answered(self, message_id: str) -> bool:
        return message_id in self.answers

    def acked(self, message_id: str) -> bool:
        return ACK in self.answers.get(message_id, [])

    @property
    def open(self) -> list[str]:
        """Messages that were sent away each time, and come again."""
        return [message_id for message_id, answers in self.answers.items() if ACK not in answers]


@contextmanager
def noted() -> Iterator[Pushes]:
    """The balancer's answers from now on."""
    pushes, passed_on = Pushes(), balancer._passed_on

    def passing_on(port: int, path: str, body: bytes, headers: dict[str, str]) -> int:
        status = passed_on(port, path, body, headers)
        pushes.note(str(json.loads(body)["message"]["messageId"]), status)
        return status

    balancer._passed_on = passing_on
    try:
        yield pushes
    finally:
        balancer._passed_on = passed_on
