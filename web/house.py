"""What the web process has: put together in `web/main.py`, handed to every view."""

from dataclasses import dataclass

from jobs.settings import Settings
from jobs.wiring import Platform
from web.callers import Callers


@dataclass(frozen=True, slots=True)
class House:
    """Everything a view may need."""

    platform: Platform
    callers: Callers

    @property
    def settings(self) -> Settings:
        return self.platform.settings
