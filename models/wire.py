"""What parent and child say to each other, as pickled values over one socket pair."""

from dataclasses import dataclass

from models.stage import Files, Params


@dataclass(frozen=True, slots=True)
class Run:
    """Parent: run this stage."""

    stage: str
    given: Files
    params: Params


@dataclass(frozen=True, slots=True)
class Stop:
    """Parent: the running stage shall end at its next step."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Child: every stage is loaded. Seconds per stage."""

    load_seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Step:
    """Child: so far, of so many."""

    done: int
    total: int
    message: str


@dataclass(frozen=True, slots=True)
class Made:
    """Child: the stage's files."""

    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Failed:
    """Child: the stage raised. `kind` names the class in models/errors.py that the parent raises for it."""

    kind: str
    message: str
    detail: str


@dataclass(frozen=True, slots=True)
class Halted:
    """Child: stopped as asked, and ready for the next order."""


Order = Run | Stop
Answer = Ready | Step | Made | Failed | Halted
