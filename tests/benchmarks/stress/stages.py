"""The product's stages, and how shaping goes wrong for those jobs whose seed says so. The child imports this: light.

A trouble leaves a mark before it strikes, in a folder that all processes of a run see: which try it was, in which
process, when. So it is known to have struck, and the next try is an honest one.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from models.craft import Craft
from models.errors import BadInput
from models.parts import pack, unpack
from models.policy import Policy
from models.routes import Route
from models.shape import Shape
from models.stage import Files, OnStep, Params, Stage
from models.stages import RAW, Clean
from tests.support_stages import aborts, hangs, hoards, segfaults
from tests.wrapped_stage import Wrapped

FACTORY = "tests.benchmarks.stress.stages:stages_by_route"
MARKS = "STRESS_MARKS"  # environment: the folder
BUDGET_S = 10.0  # of a try of shaping: a hang shall not take the run's time
FIRST_SEED = 1_000_000  # seeds of troubles, in their order; nobody else's
VARIANT = 1000  # from a trouble's seed to another one of the same trouble
FIRST, AGAIN = "procedural", "fallback"  #: routes
ROUTE_DOWN = "route-down"  #: while a file of this name is there, the first route fails for everybody

Act: TypeAlias = Callable[[Files, Params, OnStep], object]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens in a route's shaping, and in how many tries before it goes well."""

    act: Act
    tries: Mapping[str, int]


def gpu_fault(given: Files, params: Params, step: OnStep) -> object:
    raise RuntimeError("CUDA error: unspecified launch failure")


def gpu_full(given: Files, params: Params, step: OnStep) -> object:
    raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")


def says_no(given: Files, params: Params, step: OnStep) -> object:
    raise BadInput("nobody can make this of these words today")


def stands(given: Files, params: Params, step: OnStep) -> object:
    """Waits, and steps meanwhile, until somebody lets it go."""
    released = _marks() / f"release-{params['seed']}"
    while not released.exists():
        step(0, 1, "standing")
        time.sleep(0.02)  # the stage's own pace
    return None


def lacks_a_part(given: Files, params: Params, step: OnStep) -> object:
    """Not struck here: see `Troubled.run`."""


EVER = 1000
TROUBLES: Mapping[str, Trouble] = {
    "hangs": Trouble(hangs, {FIRST: 1}),
    "segfaults": Trouble(segfaults, {FIRST: 1}),
    "crashes": Trouble(aborts, {FIRST: 1, AGAIN: 1}),
    "hoards": Trouble(hoards, {FIRST: 1}),
    "gpu fault": Trouble(gpu_fault, {FIRST: 2}),
    "gpu full": Trouble(gpu_full, {FIRST: 1}),
    "refused": Trouble(lacks_a_part, {FIRST: EVER}),
    "says no": Trouble(says_no, {FIRST: 1}),
    "poison": Trouble(aborts, {FIRST: EVER, AGAIN: EVER}),
    **{f"stands {number}": Trouble(stands, {FIRST: 1}) for number in range(12)},
}


def seed_of(trouble: str, variant: int = 0) -> int:
    return FIRST_SEED + list(TROUBLES).index(trouble) + variant * VARIANT


def trouble_of(seed: int) -> Trouble | None:
    names = list(TROUBLES)
    number = (seed - FIRST_SEED) % VARIANT
    return TROUBLES[names[number]] if seed >= FIRST_SEED and number < len(names) else None


@dataclass(frozen=True, slots=True)
class Troubled(Wrapped):
    """Shapes as the product does, after whatever trouble this job is to have on this route."""

    route: str

    @property
    def name(self) -> str:
        return self.stage.name if self.route == FIRST else f"{self.stage.name}_again"

    @property
    def policy(self) -> Policy:
        return Policy(budget_s=BUDGET_S, ladders=self.stage.policy.ladders)

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        if self.route == FIRST and (_marks() / ROUTE_DOWN).exists():
            raise RuntimeError("this route fails for everybody")
        seed = int(params["seed"] or 0)
        trouble = trouble_of(seed)
        if trouble is None or not self._strikes(seed, trouble):
            return self.stage.run(given, params, step)
        trouble.act(given, params, step)
        made = self.stage.run(given, params, step)
        return {RAW: pack(unpack(made[RAW])[:-1])} if trouble.act is lacks_a_part else made

    def _strikes(self, seed: int, trouble: Trouble) -> bool:
        so_far = len(list(_marks().glob(f"{seed}-{self.route}-*")))
        if so_far >= trouble.tries.get(self.route, 0):
            return False
        said = {"pid": os.getpid(), "at": time.monotonic()}
        part = _marks() / f"part-{seed}"
        part.write_text(json.dumps(said))
        part.rename(_marks() / f"{seed}-{self.route}-{so_far}")  # whoever sees it, sees all of it
        return True


def _marks() -> Path:
    return Path(os.environ[MARKS])


def routes() -> tuple[Route, ...]:
    return tuple(Route(name, (Troubled(Shape(), name), Clean())) for name in (FIRST, AGAIN))


def stages_by_route(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    return {route.name: route.all_stages for route in routes()}
