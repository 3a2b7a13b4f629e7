"""A picture that came without words: what it shows decides which parts there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

from models.concept import read
from models.craft import Craft
from models.label import segmenting
from models.model import Model
from models.policy import Policy
from models.segmenter import Detector
from models.stage import Brief, Files, OnStep, Params
from models.stages import INPUT, PLAN, as_json, concept_of
from models.templates import TEMPLATES

# Common things of each template, so that what stands in the picture is like one of them. Each is an entry of the
# lexicon and means its template there; "object" is what is none of them. Which nouns do best was not measured with
# weights.
NOUNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quadruped": ("dog", "cat", "horse", "cow"),
        "biped": ("person", "robot"),
        "vehicle": ("car", "truck", "bicycle", "motorcycle"),
        "plant": ("tree", "flower"),
        "furniture": ("chair", "sofa"),
        "fish": ("fish",),
        "aircraft": ("airplane",),
        "bird": ("bird",),
    }
)
HOW = "picture"  #: how the thing was understood, beside those of `models.words.certainty`
assert set(NOUNS) == set(TEMPLATES) - {"object"}

DetectorOf = Callable[[Craft, tuple[Model, ...]], Detector]


def with_torch(craft: Craft, models: tuple[Model, ...]) -> Detector:
    """The craft's own detector, imported where it is used: in the child."""
    from models.nets.segmenters import detector_of

    return detector_of(craft, models)


@dataclass(frozen=True, slots=True)
class Recognize:
    """`input.png` -> another `plan.json`, if the words named nothing and the picture shows something that is known.

    The cost was not measured with weights or on a GPU: it is a guess, one picture of the labeller's ten.
    """

    craft: Craft
    models: tuple[Model, ...]
    detector: DetectorOf = with_torch
    name: str = "recognize"
    label: str = "Recognising it"
    version: int = 1
    reads: tuple[str, ...] = (PLAN, INPUT)
    policy: Policy = Policy(budget_s=60)
    cost_s: float = 1.0

    def params(self, brief: Brief) -> Params:
        return segmenting(self.craft, self.models) | {"num_parts": brief.num_parts}

    def load(self) -> None:
        import numpy as np

        from models.images import alpha, png  # noqa: F401

        self.detector(self.craft, self.models).sure(np.full((512, 512, 3), 255, np.uint8), ("thing",))

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        concept = concept_of(given)
        if concept.matched:
            step(1, 1, f"{concept.concept}, as it was said")
            return {PLAN: given[PLAN]}
        noun, score = self._surest(given[INPUT])
        if score <= self.craft.box_score_min:
            step(1, 1, "nothing that has parts with names")
            return {PLAN: given[PLAN]}
        seen = replace(read(noun), score=round(score, 4), how=HOW, verb=concept.verb)
        wanted = params["num_parts"]
        parts = TEMPLATES[seen.template].partition(None if wanted is None else int(wanted), seen.look)
        step(1, 1, f"{noun}: {seen.template}")
        return {PLAN: as_json(asdict(seen) | {"parts": list(parts)})}

    def _surest(self, data: bytes) -> tuple[str, float]:
        from models.images import png
        from models.images.alpha import on_white

        nouns = [noun for row in NOUNS.values() for noun in row]
        scores = self.detector(self.craft, self.models).sure(on_white(png.read(data)), nouns)
        score, noun = max(zip(scores, nouns, strict=True), key=lambda row: row[0])
        return noun, score
