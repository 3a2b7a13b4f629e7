"""What the web process has: put together in `web/main.py`, handed to every view."""

from dataclasses import dataclass, field

from jobs.settings import Settings
from jobs.wiring import Platform
from web.callers import Callers
from web.firebase import Firebase
from web.seats import Seats


@dataclass(frozen=True, slots=True)
class House:
    """Everything a view may need."""

    platform: Platform
    callers: Callers
    elsewhere: tuple[str, ...] = ()  #: the origins beside its own that the page may ask
    firebase: Firebase | None = None  #: what its page may know of it
    seats: Seats = field(default_factory=Seats)  #: for event streams and long polls, LUMEN_EVENT_STREAMS_MAX of them
    benches: Seats = field(default_factory=Seats)  #: for mesh files that are made when they are asked for

    @property
    def settings(self) -> Settings:
        return self.platform.settings
