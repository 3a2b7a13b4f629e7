"""The port behind which the house's own furniture stands: topics, subscriptions, a bucket, a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a resource is not as it has to be."""

    found: str
    wanted: str = ""
    by_hand: str = ""  #: what a person has to do; empty: `mend` does it

    def __str__(self) -> str:
        return f"{self.found} instead of {self.wanted}" if self.wanted else self.found


MISSING = Fault("missing")


class Resource(Protocol):
    """Something that has to be there before the first job, and how it has to be.

    - `faults` only looks. Empty: all is in order.
    - `mend` makes what is missing and corrects what differs, except what `by_hand` says is left to a person.
      Two at once are harmless, and so is one more. It deletes nothing.
    """

    name: str  #: what it is, and what it is called: "topic lumen-jobs"

    def faults(self) -> Sequence[Fault]:
        """Raises: BackendDown."""

    def mend(self) -> None:
        """Raises: BackendDown."""
