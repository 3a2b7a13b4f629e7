"""In which form a process logs."""

import logging
from dataclasses import dataclass
from typing import Literal

Kind = Literal["auto", "json", "text"]


@dataclass(frozen=True, slots=True)
class Form:
    """What is the same on every line of a process."""

    json: bool = False  #: else text for people
    project: str = ""  #: Google Cloud project of the traces
    service: str = "lumen"
    version: str = ""
    worker: str | None = None  #: who holds the leases of this process

    def formatter(self) -> logging.Formatter:
        """Takes records that `jobs.logs.record.captured` has been at."""
        if self.json:
            from jobs.logs.cloud import cloud_formatter

            return cloud_formatter(self)
        from jobs.logs.text import TextFormatter

        return TextFormatter()
