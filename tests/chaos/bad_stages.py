"""Routes that behave badly beside the procedural one. Imported by the child, so it is light."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from models.craft import Craft
from models.model import Model
from models.policy import Policy
from models.routes import Route, routes_of
from models.shape import Shape
from models.stage import Brief, Files, OnStep, Params, Stage
from models.stages import PLAN, Clean, plan_of
from tests.support_stages import ACTS, acting, segfaults

FACTORY = "tests.chaos.bad_stages:all_stages"
MARKS = "CHAOS_MARKS"  # environment: the folder in which a crash leaves a mark
TIMES = "CHAOS_TIMES"  # environment: how often it crashes


def bad(name: str, *, budget_s: float) -> Route:
    """A route that never gives parts."""
    return Route(name, (replace(acting(name), policy=Policy(budget_s=budget_s), reads=(PLAN,)),))


@dataclass(frozen=True, slots=True)
class Fragile:
    """As the procedural shape, but cats take its process with them the first few times."""

    name: str = "fragile"
    label: str = "Shaping the parts"
    version: int = 1
    reads: tuple[str, ...] = (PLAN,)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy()
    cost_s: float = 1.0

    def params(self, brief: Brief) -> Params:
        return Shape().params(brief)

    def load(self) -> None:
        Shape().load()

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        marks = Path(os.environ[MARKS])
        crashes = len(list(marks.iterdir()))
        if plan_of(given)["concept"] == "chair" and crashes < int(os.environ[TIMES]):
            (marks / str(crashes)).touch()
            segfaults(given, params, step)
        return Shape().run(given, params, step)


FRAGILE = Route("fragile", (Fragile(), Clean()))


def all_stages(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    """The stages that the craft's routes are called after, beside those of the procedural route."""
    (procedural,) = routes_of(Craft())
    return {"all": (*procedural.all_stages, Fragile(), *(acting(name) for name in craft.routes if name in ACTS))}
