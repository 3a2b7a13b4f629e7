"""A stage of the product that behaves as itself until a test's own `run` says otherwise."""

from dataclasses import dataclass

from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params, Stage


@dataclass(frozen=True, slots=True)
class Wrapped:
    """Everything but `run` is the stage's own."""

    stage: Stage

    @property
    def name(self) -> str:
        return self.stage.name

    @property
    def label(self) -> str:
        return self.stage.label

    @property
    def version(self) -> int:
        return self.stage.version

    @property
    def reads(self) -> tuple[str, ...]:
        return self.stage.reads

    @property
    def models(self) -> tuple[Model, ...]:
        return self.stage.models

    @property
    def policy(self) -> Policy:
        return self.stage.policy

    @property
    def cost_s(self) -> float:
        return self.stage.cost_s

    def params(self, brief: Brief) -> Params:
        return self.stage.params(brief)

    def load(self) -> None:
        self.stage.load()

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        return self.stage.run(given, params, step)
