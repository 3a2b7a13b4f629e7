"""Views of a shape, and what a segmenter finds in them: the parts get their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.craft import Craft
from models.errors import NotLabelled
from models.model import Model
from models.policy import Policy, Value
from models.prompts import asked, directions
from models.segmenter import Segmenter
from models.stage import Brief, Files, OnStep, Params
from models.stages import LABELS, PLAN, RAW, SHAPE, as_json, plan_of

if TYPE_CHECKING:
    from models.mesh.naming import Named
    from models.mesh.views import Views
    from models.mesh.vote import Mask
    from models.parts import PartMesh

WHOLE = "whole"  #: what the only part of a shape is called that knows no parts

SegmenterOf = Callable[[Craft, tuple[Model, ...]], Segmenter]


def with_torch(craft: Craft, models: tuple[Model, ...]) -> Segmenter:
    """The craft's own segmenter, imported where it is used: in the child."""
    from models.nets.segmenters import segmenter_of

    return segmenter_of(craft, models)


@dataclass(frozen=True, slots=True)
class Label:
    """`shape.npz` and the plan's names -> `raw.npz` and `labels.json`.

    The cost was not measured with weights or on a GPU: it is a guess of a second per view for a segmenter, and what the
    rest took on 2 cores (tests/benchmarks/bench_labels.py).
    """

    craft: Craft
    models: tuple[Model, ...]
    segmenter: SegmenterOf = with_torch
    name: str = "label"
    label: str = "Naming the parts"
    version: int = 1
    reads: tuple[str, ...] = (PLAN, SHAPE)
    policy: Policy = Policy(budget_s=120)
    cost_s: float = 12.0

    def params(self, brief: Brief) -> Params:  # noqa: ARG002 (a segmenter rolls no dice)
        return segmenting(self.craft, self.models)

    def load(self) -> None:
        from models.mesh import naming, views  # noqa: F401

        warm_up(self.segmenter(self.craft, self.models))

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        from models.parts import pack, unpack

        names, parts = tuple(plan_of(given)["parts"]), unpack(given[SHAPE])
        if not any(len(part.faces) for part in parts):
            raise NotLabelled(f"a shape without a face cannot show {', '.join(names)}")
        if len(names) == 1:
            step(1, 1, f"all of it is {names[0]}")
            return {RAW: pack((_joined(parts, names[0]),)), LABELS: as_json({"segmenter": None})}
        named = self._named(parts, names, step)
        return {RAW: pack(named.parts), LABELS: as_json({"segmenter": params["segmenter"], **named.facts()})}

    def _named(self, parts: tuple[PartMesh, ...], names: tuple[str, ...], step: OnStep) -> Named:
        from models.mesh.mend import Findings, welded
        from models.mesh.naming import name_parts, name_whole, sided
        from models.mesh.views import views

        whole = [part.name for part in parts] == [WHOLE]
        if whole:
            parts = (welded(parts[0], Findings.of(parts[0]))[0],)
        seen, nouns = views(parts), asked(names)
        found = masks(seen, self.segmenter(self.craft, self.models), tuple(nouns), step)
        places = [[(index, directions(names[index])) for index in sharing] for sharing in nouns.values()]
        found = sided(found, seen.face_id, parts, places)
        if whole:
            return name_whole(parts[0], seen.face_id, found, names)
        return name_parts(parts, seen.face_id, found, names)


def segmenting(craft: Craft, models: tuple[Model, ...]) -> dict[str, Value]:
    """What the finds of a segmenter depend on."""
    return {
        "segmenter": craft.segmenter,
        "box_score_min": craft.box_score_min,
        "text_score_min": craft.text_score_min,
        "models": " ".join(model.pinned for model in models),
    }


def warm_up(segmenter: Segmenter) -> None:
    """Find nothing in a picture of nothing, as large as a view: what is slow only once is over then."""
    import numpy as np

    from models.mesh.views import PAPER, SIZE_PX

    segmenter.find(np.full((SIZE_PX, SIZE_PX, 3), PAPER, np.uint8), ("thing",))


def masks(seen: Views, segmenter: Segmenter, nouns: Sequence[str], step: OnStep) -> list[Mask]:
    """What is found in each view that shows anything."""
    from models.mesh.render import NOTHING
    from models.mesh.vote import Mask

    total, found = len(seen.pictures), []
    for view, picture in enumerate(seen.pictures):
        if (seen.face_id[view] != NOTHING).any():
            found += [Mask(view, each.label, each.pixels, each.score) for each in segmenter.find(picture, nouns)]
        step(view + 1, total, f"view {view + 1} of {total}")
    return found


def _joined(parts: Sequence[PartMesh], name: str) -> PartMesh:
    from models.mesh.render import as_one
    from models.parts import PartMesh

    return PartMesh(name, *as_one(parts))
