"""What parent and child say to each other, as pickled values over one socket pair."""

from dataclasses import dataclass

from models.stage import Files, Params
from models.vram import Vram


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
class Load:
    """How the loading of one stage went: in how many seconds, of which its models took some; or why it did not."""

    stage: str
    seconds: float
    models: dict[str, float]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """Child: at least one route can be used. `free_bytes`: what the GPU had left before anything was loaded."""

    loads: tuple[Load, ...]
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Child, when it had nothing else to do: another stage was loaded, or could not be."""

    load: Load


@dataclass(frozen=True, slots=True)
class Begun:
    """Child: the stage begins; what had to be loaded for it is."""


@dataclass(frozen=True, slots=True)
class Step:
    """Child: so far, of so many."""

    done: int
    total: int
    message: str


@dataclass(frozen=True, slots=True)
class Made:
    """Child: the stage's files, and what it took of the GPU."""

    files: dict[str, bytes]
    vram: Vram | None = None


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
Answer = Ready | Loaded | Begun | Step | Made | Failed | Halted
WORKING = (Loaded, Begun, Step)  #: answers after which others follow
