"""Template -> part names: the one table that says which parts a thing has.

The position of a name in its template is the part id everywhere: in the GLB's extras, in the point
cloud, in the palette. So a name is appended, never moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PARTS_MAX = 16  # the palette has 16 colours, and a job may ask for 16 parts at most


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of thing and the names of its parts.

    Examples
    --------
    >>> TEMPLATES["plant"].part_id("canopy")
    1
    """

    name: str
    parts: tuple[str, ...]  #: in order: the index of a name is its part id

    def part_id(self, part: str) -> int:
        """The id of `part`. Raises ValueError for a part this template does not have."""
        return self.parts.index(part)


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.name: template
        for template in (
            Template("quadruped", ("head", "body", "front_legs", "back_legs", "tail", "neck")),
            Template("biped", ("head", "torso", "left_arm", "right_arm", "left_leg", "right_leg")),
            Template("vehicle", ("body", "wheels", "windshield", "roof")),
            Template("plant", ("trunk", "canopy")),
            Template("furniture", ("seat", "backrest", "legs")),
            Template("fish", ("head", "body", "tail_fin", "dorsal_fin", "pectoral_fins")),
            Template("aircraft", ("fuselage", "left_wing", "right_wing", "tail", "engines")),
            Template("bird", ("head", "body", "left_wing", "right_wing", "tail", "legs")),
            Template("object", ("body",)),
        )
    }
)

# The palette and the uint8 of the point cloud rely on both, so they are checked where they are written.
assert all(0 < len(template.parts) <= PARTS_MAX for template in TEMPLATES.values())
assert all(len(set(template.parts)) == len(template.parts) for template in TEMPLATES.values())
