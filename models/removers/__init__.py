"""What removes a background, by name: `plain` needs one plain colour behind the thing, `segmenter` needs weights."""

from __future__ import annotations

from models.craft import Craft
from models.model import Model
from models.remover import Remover


def remover_of(craft: Craft, models: tuple[Model, ...]) -> Remover:
    """The remover that the craft names; `models` are the segmenter's. Called in the child, where they load."""
    if craft.remover == "plain":
        from models.removers.plain import Plain

        return Plain()
    from models.nets.segmenters import segmenter_of
    from models.removers.segmenter import Segmented

    return Segmented(segmenter_of(craft, models))
