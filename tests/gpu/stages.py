"""The factory of a child that loads one stage: the craft's only route is named after it."""

from models.craft import Craft
from models.image_to_parts import ImageToParts
from models.label import Label
from models.picture import CutOut
from models.stage import Stage
from models.text_to_image import TextToImage
from models.weights import model_of

FACTORY = "tests.gpu.stages:stages_by_route"


def stage_named(name: str, craft: Craft) -> Stage:
    finders = tuple(model_of(craft, each) for each in ("grounding-dino-tiny", "sam2.1-hiera-small"))
    match name:
        case "text_to_image":
            return TextToImage(craft, model_of(craft, craft.image_model))
        case "cut_out":
            return CutOut(craft, finders)
        case "label":
            return Label(craft, finders)
        case _:
            return ImageToParts(craft, model_of(craft, "partcrafter"))


def stages_by_route(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    return {name: (stage_named(name, craft),) for name in craft.routes}
