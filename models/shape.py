"""The procedural route's one stage: a plan becomes parts, without a model."""

from dataclasses import dataclass

from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params
from models.stages import PLAN, RAW, concept_of, plan_of


@dataclass(frozen=True, slots=True)
class Shape:
    """`plan.json` -> `raw.npz`. The cost is at standard quality on 2 cores, see models/stages.py."""

    name: str = "shape"
    label: str = "Shaping the parts"
    version: int = 2
    reads: tuple[str, ...] = (PLAN,)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=120, ladders={"quality": ("high", "standard", "draft")})
    cost_s: float = 0.06

    def params(self, brief: Brief) -> Params:
        return {"quality": brief.quality, "seed": brief.attempt_seed}

    def load(self) -> None:
        from models.concept import read
        from models.procedural import shape

        shape(read("chair"), quality="draft")

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        from models.parts import pack
        from models.procedural import shape

        concept = concept_of(given)
        parts = shape(
            concept,
            quality=str(params["quality"]),
            seed=int(params["seed"] or 0),
            num_parts=len(plan_of(given)["parts"]),
            on_step=lambda done, total: step(done, total, f"{done} of {total} parts"),
        )
        return {RAW: pack(parts)}
