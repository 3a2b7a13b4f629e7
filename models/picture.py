"""From a picture to the thing alone: an upload is read, and what is no part of the thing is taken away.

Costs are seconds on 2 cores, measured 2026-11-26 for a JPEG of 12 million pixels and for the plain remover; the
segmenter's was not measured on a GPU.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.craft import Craft
from models.errors import BadInput, Refused
from models.model import Model
from models.policy import Policy, Value
from models.remover import Remover
from models.removers import remover_of
from models.stage import Brief, Files, OnStep, Params
from models.stages import CUTOUT, INPUT, PICTURE, PICTURE_NOTES, PLAN, UPLOAD, as_json, plan_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """An upload -> `picture.png`, upright, at most 1 024 px; `picture.json`: what it was.

    RGBA when somebody has cut the thing out already, otherwise RGB, on white where it let something through.
    """

    name: str = "read_picture"
    label: str = "Reading the picture"
    version: int = 1
    reads: tuple[str, ...] = (UPLOAD,)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=30)  # 2 s for the slowest of docs/image-input.md; a JPEG can have endless scans
    cost_s: float = 0.35

    def params(self, brief: Brief) -> Params:  # noqa: ARG002 (the upload says it all)
        return {}

    def load(self) -> None:
        from models.images import decode  # noqa: F401

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:  # noqa: ARG002
        """Raises: BadInput, see `models.images.decode`."""
        from models.images import png
        from models.images.alpha import on_white, useful
        from models.images.decode import decode

        picture = decode(given[UPLOAD])
        cut = useful(picture.pixels[..., 3])
        step(1, 1, " ".join((f"{picture.format}, {picture.width} x {picture.height} pixels.", *picture.notes)))
        notes = {name: getattr(picture, name) for name in ("width", "height", "format", "notes")}
        return {PICTURE: png.write(picture.pixels if cut else on_white(picture.pixels)), PICTURE_NOTES: as_json(notes)}


@dataclass(frozen=True, slots=True)
class CutOut:
    """`picture.png` -> `input.png`, the thing alone in a square on nothing; `cutout.json`: how that went.

    A picture we drew is refused when something is wrong with it: the next seed draws another. An upload gives the
    same mask however often it is asked, so what is wrong with it is its owner's to mend; and if the thing goes on
    outside an upload it is made as far as it is seen, and that is said.
    """

    craft: Craft
    models: tuple[Model, ...] = ()  #: the segmenter's, where it is the remover
    remover_of: Callable[[Craft, tuple[Model, ...]], Remover] = remover_of  #: called in the child
    name: str = "cut_out"
    label: str = "Cutting it out"
    version: int = 1
    reads: tuple[str, ...] = (PLAN, PICTURE)
    policy: Policy = Policy(budget_s=60)
    cost_s: float = 0.31

    def params(self, brief: Brief) -> Params:
        mine: dict[str, Value] = {"remover": self.craft.remover, "uploaded": brief.image is not None}
        if self.craft.remover == "plain":
            return mine
        scores = {"box_score_min": self.craft.box_score_min, "text_score_min": self.craft.text_score_min}
        pinned = " ".join(model.pinned for model in self.models)
        return {**mine, **scores, "segmenter": self.craft.segmenter, "models": pinned}

    def load(self) -> None:
        import numpy as np

        with suppress(Refused):  # there is nothing to find in grey
            self._remover().alpha(np.full((64, 64, 3), 127, np.uint8), "object")

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        """Raises: Refused for a picture that we drew, BadInput for an upload."""
        from models.images import png
        from models.images.alpha import share, touches, useful
        from models.images.frame import framed

        pixels = png.read(given[PICTURE])
        remover = "alpha" if useful(pixels[..., 3]) else str(params["remover"])
        step(0, 2, "Looking for it")
        try:
            if remover != "alpha":
                pixels[..., 3] = self._remover().alpha(pixels[..., :3], plan_of(given)["concept"] or "object")
            _check(pixels[..., 3], drawn=not params["uploaded"])
        except Refused as error:
            if not params["uploaded"]:
                raise
            raise BadInput(str(error)) from error
        covered, sides = share(pixels[..., 3]), touches(pixels[..., 3])
        notes = [f"It touches the picture's edge ({', '.join(sides)}) and may be cut off there."] if sides else []
        step(2, 2, " ".join((f"It covers {covered:.0%} of the picture.", *notes)))
        facts = {"remover": remover, "share": round(covered, 4), "touches": sides, "notes": notes}
        return {INPUT: png.write(framed(pixels)), CUTOUT: as_json(facts)}

    def _remover(self) -> Remover:
        return self.remover_of(self.craft, self.models)


def _check(alpha: NDArray[np.uint8], *, drawn: bool) -> None:
    from models.images.alpha import refuse, touches

    if (why := refuse(alpha)) is not None:
        raise Refused(why)
    if drawn and (sides := touches(alpha)):
        raise Refused(f"the thing is cut off at the picture's edge ({', '.join(sides)})")
