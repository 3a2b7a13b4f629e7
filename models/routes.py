"""Routes by name: a route is a row of stages that ends with parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.errors import BadInput
from models.shape import Shape
from models.stage import Stage
from models.stages import Clean, Export, Plan, Points, Preview

FIRST: tuple[Stage, ...] = (Plan(),)
LAST: tuple[Stage, ...] = (Points(), Export(), Preview())


@dataclass(frozen=True, slots=True)
class Route:
    """From a plan to parts that were checked."""

    name: str
    stages: tuple[Stage, ...]


ROUTES: Mapping[str, Route] = MappingProxyType({"procedural": Route("procedural", (Shape(), Clean()))})


def routes_named(names: tuple[str, ...]) -> tuple[Route, ...]:
    """Raises: BadInput for a name that is no route."""
    unknown = [name for name in names if name not in ROUTES]
    if unknown or not names:
        raise BadInput(f"no route {', '.join(unknown) or 'at all'}; there are {', '.join(ROUTES)}")
    return tuple(ROUTES[name] for name in names)


def all_stages(names: tuple[str, ...]) -> tuple[Stage, ...]:
    """Every stage that these routes may need, each once."""
    stages = [*FIRST, *(stage for route in routes_named(names) for stage in route.stages), *LAST]
    return tuple({stage.name: stage for stage in stages}.values())
