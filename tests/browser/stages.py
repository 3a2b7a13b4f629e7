"""The product's own stages, which wait or break where a test has ordered it. The factory of a child process.

An order is a file in the folder that ORDERS names, called after a stage:

    hold     it waits, and says a step now and then, until the file is gone
    break    it raises
    refuse   it has made something that may not leave
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from models.craft import Craft
from models.errors import Refused
from models.routes import stages_by_route as the_products_own
from models.stage import Files, OnStep, Params, Stage
from tests.wrapped_stage import Wrapped

FACTORY = "tests.browser.stages:stages_by_route"
ORDERS = "BROWSER_ORDERS"
HOLD, BREAK, REFUSE = "hold", "break", "refuse"
STEPS, STEP_S = 28, 0.02


def stages_by_route(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    orders = Path(os.environ[ORDERS])
    return {name: tuple(Ordered(each, orders) for each in row) for name, row in the_products_own(craft).items()}


@dataclass(frozen=True, slots=True)
class Ordered(Wrapped):
    """A stage that looks whether there is an order for it before it begins."""

    orders: Path

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        if self._order() == BREAK:
            raise RuntimeError("the kiln went cold")
        if self._order() == REFUSE:
            raise Refused("the parts do not hold together")
        self._wait(step)
        return self.stage.run(given, params, step)

    def _wait(self, step: OnStep) -> None:
        done = 0
        while self._order() == HOLD:
            done = min(done + 1, STEPS - 1)
            step(done, STEPS, f"step {done} of {STEPS}")
            time.sleep(STEP_S)

    def _order(self) -> str:
        path = self.orders / self.name
        return path.read_text() if path.exists() else ""
