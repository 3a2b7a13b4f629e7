"""A segmenter that knows the answer, and can be made to forget some of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.craft import Craft
from models.mesh.render import NOTHING
from models.mesh.views import views
from models.model import Model
from models.parts import PartMesh
from models.prompts import noun
from models.segmenter import Found


class Knowing:
    """Finds in the views of a shape what its faces are, each noun in one mask as SAM would: all legs it sees, say.

    `truth` has for each face the index of its name. `missing`: the share of masks that are not found, by chance.
    `never`: nouns that are never found. `also`: nouns that are found where another is, too: {"body": ("head", ...)}.
    """

    def __init__(
        self,
        parts: Sequence[PartMesh],
        truth: NDArray[np.integer],
        names: Sequence[str],
        *,
        missing: float = 0.0,
        never: Iterable[str] = (),
        also: dict[str, tuple[str, ...]] | None = None,
        seed: int = 0,
    ) -> None:
        self.nouns = [noun(name) for name in names]
        self.truth, self.missing, self.never, self.also = truth, missing, set(never), also or {}
        self.chance = np.random.default_rng(seed)
        self.asked: list[tuple[str, ...]] = []
        self.views: dict[bytes, list[NDArray[np.int32]]] = defaultdict(list)
        seen = views(parts)
        for picture, face_id in zip(seen.pictures, seen.face_id, strict=True):
            self.views[picture.tobytes()].append(face_id)

    def __call__(self, craft: Craft, models: tuple[Model, ...]) -> "Knowing":
        return self

    def find(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> list[Found]:
        self.asked.append(tuple(prompts))
        known = self.views[picture.tobytes()]  # a table's front and back may look the same: they come in turn
        known.append(known.pop(0))
        name = np.where(known[-1] == NOTHING, NOTHING, self.truth[known[-1]])
        found = [Found(label, self._pixels(name, prompt), 0.5) for label, prompt in enumerate(prompts)]
        return [each for each in found if each.pixels.any() and self.chance.random() >= self.missing]

    def _pixels(self, name: NDArray[np.integer], prompt: str) -> NDArray[np.bool_]:
        said = {prompt, *self.also.get(prompt, ())} - self.never
        return np.isin(
            name, [index for index, each in enumerate(self.nouns) if prompt not in self.never and each in said]
        )
