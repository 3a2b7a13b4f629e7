"""Routes by name: a route is a row of stages that ends with parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.craft import Craft
from models.errors import BadInput
from models.image_to_mesh import ImageToMesh
from models.image_to_parts import ImageToParts
from models.label import Label
from models.picture import CutOut, ReadPicture
from models.recognize import Recognize
from models.shape import Shape
from models.stage import Brief, Stage
from models.stages import Clean, Export, Plan, Points, Preview
from models.text_to_image import TextToImage
from models.weights import model_of, unusable

FIRST: tuple[Stage, ...] = (Plan(),)
LAST: tuple[Stage, ...] = (Points(), Export(), Preview())


@dataclass(frozen=True, slots=True)
class Route:
    """From a plan to parts that were checked."""

    name: str
    stages: tuple[Stage, ...]  #: from words
    from_picture: tuple[Stage, ...] = ()  #: from a picture; none where it reads none
    unavailable: str = ""  #: why it cannot be used on this machine

    def stages_for(self, brief: Brief) -> tuple[Stage, ...]:
        """The way from this brief; none where the route knows no way."""
        return self.stages if brief.image is None else self.from_picture

    @property
    def all_stages(self) -> tuple[Stage, ...]:
        """What a process must have loaded to go this way, from words as from a picture."""
        return _each_once((*FIRST, *self.stages, *self.from_picture, *LAST))


def _procedural(craft: Craft) -> Route:  # noqa: ARG001 (it has nothing to choose)
    return Route("procedural", (Shape(), Clean()))


def _partcrafter(craft: Craft) -> Route:
    return _by_picture("partcrafter", craft, ImageToParts(craft, model_of(craft, "partcrafter")))


def _hunyuan3d(craft: Craft) -> Route:
    return _by_picture("hunyuan3d", craft, ImageToMesh(craft, model_of(craft, "hunyuan3d-2mini-turbo")))


def _by_picture(name: str, craft: Craft, shaping: Stage) -> Route:
    """A picture, drawn or brought; the thing cut out of it; its shape; names for the parts of that."""
    finders = tuple(model_of(craft, model_id) for model_id in FINDERS[craft.segmenter])
    drawing = TextToImage(craft, model_of(craft, craft.image_model))
    cutting = CutOut(craft, finders if craft.remover == "segmenter" else ())
    naming = (shaping, Label(craft, finders), Clean())
    route = Route(name, (drawing, cutting, *naming), (ReadPicture(), cutting, Recognize(craft, finders), *naming))
    models = {model.id: model for stage in route.all_stages for model in stage.models}
    whys = (unusable(craft, model) for model in models.values())
    return replace(route, unavailable="; ".join(why for why in whys if why))


FINDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"grounded-sam2": ("grounding-dino-tiny", "sam2.1-hiera-small"), "sam3": ("sam3",)}
)  #: segmenter -> its weights
ROUTES: Mapping[str, Callable[[Craft], Route]] = MappingProxyType(
    {"partcrafter": _partcrafter, "hunyuan3d": _hunyuan3d, "procedural": _procedural}
)


def routes_of(craft: Craft) -> tuple[Route, ...]:
    """The routes that the craft names, those that cannot be used here among them.

    Raises: BadInput for a name that is no route, and when none of them can be used.
    """
    unknown = [name for name in craft.routes if name not in ROUTES]
    if unknown or not craft.routes:
        raise BadInput(f"no route {', '.join(unknown) or 'at all'}; there are {', '.join(ROUTES)}")
    routes = tuple(ROUTES[name](craft) for name in dict.fromkeys(craft.routes))
    if all(route.unavailable for route in routes):
        whys = "; ".join(f"{route.name}: {route.unavailable}" for route in routes)
        raise BadInput(f"no route can be used here: {whys}")
    return routes


def stages_by_route(craft: Craft) -> dict[str, tuple[Stage, ...]]:
    """What a child loads: of each route that can be used here all that it needs. Raises: BadInput."""
    return {route.name: route.all_stages for route in routes_of(craft) if not route.unavailable}


def all_stages(routes: Sequence[Route]) -> tuple[Stage, ...]:
    """Every stage that these routes may need, each once."""
    between = [stage for route in routes for stage in (*route.stages, *route.from_picture)]
    return _each_once((*FIRST, *between, *LAST))


def _each_once(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    return tuple({stage.name: stage for stage in stages}.values())
