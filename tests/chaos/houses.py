"""Houses in which a job stands still at the stage that a test wants: everything before it lies on the shelf."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jobs.job import Job
from jobs.status import JobStatus
from models.shelf import FOLDER
from tests.chaos.history import gather, record
from tests.chaos.invariants import violations
from tests.house import PATIENCE_S, House, Running
from tests.waiting import until

STAGES = ("plan", "shape", "clean", "points", "export", "preview")
WANTED = {"prompt": "chair", "quality": "draft"}  # few faces: it is the house that is tried here
LEASE_S = 2.0
T = TypeVar("T")
C = TypeVar("C")
HASTE = {"LUMEN_LEASE_S": f"{LEASE_S:g}", "LUMEN_BEAT_S": "0.3", "LUMEN_SWEEP_S": "0.2"}


@dataclass(frozen=True)
class Made:
    """The shelf of a house in which the wanted object was made once."""

    shelf: Path

    @classmethod
    def once(cls, folder: Path) -> "Made":
        with a_house(folder) as house:
            house.puller()
            house.becomes(house.submit(**WANTED).id, JobStatus.SUCCEEDED)
            return cls(house.data / "bucket" / FOLDER)

    def up_to(self, stage: str, house: House) -> None:
        """Make the shelf of a house have every stage before `stage`, and no other."""
        there = house.data / "bucket" / FOLDER
        shutil.rmtree(there, ignore_errors=True)
        for name in before(stage):
            shutil.copytree(self.shelf / name, there / name)


def in_ice(house: House, made: Made, worker: Running, stage: str) -> tuple[Job, int]:
    """A job of `worker`'s that stands still in `stage`, and the pid of the frozen child that has it."""
    made.up_to(stage, house)
    models = worker.freeze_models()
    job = house.submit(**WANTED)
    until(lambda: _stage_of(house.job(job.id)) == stage, f"the job is at {stage}")
    return house.job(job.id), models


def _stage_of(job: Job) -> str:
    return job.stage.name if job.status is JobStatus.RUNNING and job.stage else ""


def before(stage: str) -> tuple[str, ...]:
    """The stages in front of it."""
    return STAGES[: STAGES.index(stage)]


def hits_of(job: Job) -> tuple[str, ...]:
    """The stages of its last attempt that were found and not made."""
    return tuple(stage.name for stage in job.stages if stage.hit)


def findings(house: House, accepted: Iterable[str]) -> list[str]:
    """What the history of the house has against it."""
    return violations(gather(house.data / "lumen.db", house.platform.bucket, accepted, late_s=PATIENCE_S))


def side_by_side(folder: Path, cases: Sequence[C], act: Callable[[House, C], T]) -> list[T]:
    """What `act(house, case)` gives for each case, in a house of its own: all at once, for it is mostly waiting."""

    def live(at: int) -> T:
        with a_house(folder / str(at)) as house:
            return act(house, cases[at])

    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(live, range(len(cases))))


@contextmanager
def a_house(folder: Path, **more: str) -> Iterator[House]:
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, more={**HASTE, **more})
    house.data.mkdir()
    record(house.data / "lumen.db")
    try:
        yield house
    finally:
        house.close()
