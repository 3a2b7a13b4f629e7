"""A whole house in one process: real client, doors, runners, pipeline and sweep over one folder and a fake clock."""

import logging
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType

from jobs.errors import BackendDown, LumenError
from jobs.settings import Settings
from jobs.wiring import Platform, adapters, platform_over
from tests.builders import a_request
from tests.chaos.faults import Fault, Faults, faulty
from tests.chaos.history import Evidence, gather, record
from tests.chaos.invariants import violations
from tests.chaos.light_host import Deed, LightHost
from tests.fakes import FakeClock
from worker.fate import OF_AN_ATTEMPT
from worker.main import Worker, worker_over

SHM = Path("/dev/shm")
ROUNDS_MAX = 25  # of a minute each: a message whose holder vanished comes back after ten
ROUND_S = 61.0  # longer than a lease, a hold, and what sweep takes for forgotten
# Beats wait for real seconds: at these none comes by itself. Finished work waits for a backend until `work_s`.
TIMES = MappingProxyType({"lease_s": 45, "beat_s": 14, "progress_s": 14, "work_s": 60})
DATABASE = "lumen.db"
UNSETTLED = """collection = 'jobs' AND (
    fields ->> '$.done' = 0 OR fields ->> '$.status' = 'failed' AND fields ->> '$.dead_letter.published_at' IS NULL)"""


class Vanished(BaseException):
    """A process ends here, without a word."""


def fast_folder() -> Path:
    """In memory where there is such a place: what a test fsyncs need not reach a disk."""
    return Path(mkdtemp(prefix="lumen-chaos-", dir=SHM if SHM.is_dir() else None))


class Complaints(logging.Handler):
    """Exceptions that the product logs as such, for it did not expect them. Faults of backends are warnings there."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.said.append(f"an exception was logged: {record.getMessage()}: {record.exc_info[1]!r}")


@dataclass
class SmallHouse:
    """One run of a scenario: it acts through ports that fail as `fault` says, and never asks why."""

    folder: Path
    fault: Fault | None = None
    clock: FakeClock = field(default_factory=FakeClock)
    settings: Mapping[str, object] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late_s: float = 2 * ROUND_S  #: how long nobody may have swept, besides outages
    refused: bool = False  #: somebody got no answer
    _unanswered: list[Callable[[], object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.faults = Faults(self.clock, self.fault)
        self.rules = Settings.model_validate({"data": self.folder, **TIMES, **self.settings})
        self.ports = faulty(adapters(self.rules, self.clock), self.faults)
        self.deeds: dict[str, Deed] = {}
        self.client = self.platform().client(owner="ada")

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    def platform(self) -> Platform:
        """As a process of its own has it: whatever knows who it is, is made anew."""
        return platform_over(self.ports, self.rules, self.clock)

    def worker(self, name: str, deeds: Mapping[str, Deed] | None = None) -> Worker:
        """A new one, its models loaded. Without `deeds` it does whatever the house's say when it comes to it."""
        worker = worker_over(self.platform(), LightHost(self.deeds if deeds is None else deeds), holder=name)
        worker.door.warm.set()
        return worker

    # --- what people do -------------------------------------------------------------------------

    def submit(self, key: str, prompt: str = "cat") -> None:
        request = a_request(prompt)

        def ask() -> None:
            self.accepted.append(self.client.submit(request, key=key).id)

        self.ask(ask)

    def job(self, at: int = 0) -> str:
        """The id of an accepted job; while there is none yet, one that there never was."""
        return self.accepted[at] if at < len(self.accepted) else "j_none"

    def ask(self, act: Callable[[], object]) -> None:
        """Do it, or again later if nobody answers. No is an answer."""
        try:
            act()
        except BackendDown:
            self._unanswered.append(act)
            self.refused = True
        except LumenError as error:
            self.answers.append(f"{type(error).__name__}: {error}")

    # --- what processes do ----------------------------------------------------------------------

    def deliver(self, worker: Worker) -> None:
        """Every wake-up that can be had, one after the other, as the pull door takes them."""
        loop, fate = worker.pull(), None
        try:
            while (fate := loop.next(busy=fate in OF_AN_ATTEMPT, wait_s=0)) is not None:
                pass
        except BackendDown:
            return  # the loop rests, and asks again
        except Vanished:
            return  # nobody answers for it any more

    @cached_property
    def caretaker(self) -> Worker:
        """The process that is there when all others have gone."""
        return self.worker("caretaker")

    def sweep(self) -> None:
        """As the thread in every worker does."""
        try:
            self.caretaker.platform.sweep().run()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is wrong)
            self.wrong.append(f"sweep raised {error!r}")

    def rest(self, rounds: int) -> bool:
        """Deliveries and sweeps until there is nothing to do any more; whether that came to pass."""
        for _ in range(rounds):
            self.sweep()
            self.deliver(self.caretaker)
            if self.quiet():
                return True
            self.clock.advance(ROUND_S)
        return False

    def quiet(self) -> bool:
        """No job waits or runs, no letter is due, no message is under way. Asks the file itself, past all ports."""
        with closing(sqlite3.connect(self.database)) as connection:
            waiting = connection.execute(f"SELECT count(*) FROM documents WHERE {UNSETTLED}").fetchone()[0]
            messages = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
        return (waiting, messages) == (0, 0)

    # --- afterwards -----------------------------------------------------------------------------

    def recover(self) -> None:
        """All is mended: whoever got no answer asks again, and the house comes to rest."""
        self.faults.heal()
        again, self._unanswered = self._unanswered, []
        for act in again:
            self.ask(act)
        if not self.rest(ROUNDS_MAX):
            self.wrong.append(f"the house did not come to rest in {ROUNDS_MAX} rounds of deliveries and sweeps")

    def evidence(self) -> Evidence:
        late_s = self.late_s + self.faults.outage_s
        return gather(self.database, self.client.bucket, self.accepted, late_s=late_s)

    def findings(self) -> list[str]:
        return [*self.wrong, *violations(self.evidence())]


def furnished(folder: Path) -> Path:
    """An empty house whose history is recorded; to be copied, for making tables takes longer than most scenarios."""
    record(folder / DATABASE)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def copied(furnished: Path, to: Path) -> Path:
    to.mkdir(parents=True)
    shutil.copy(furnished / DATABASE, to / DATABASE)
    return to
