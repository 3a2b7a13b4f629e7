"""What was made, in one value, and `report.json`: everything somebody may ask about the object later."""

import json
from dataclasses import dataclass
from typing import Any

from models.palette import colour, hexadecimal
from models.routes import Route
from models.run import Run
from models.stage import Files
from models.stages import COUNTS, FACTS, PLAN, RESULT, as_json

REPORT = "report.json"
Corner = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class MadePart:
    """One part of the result."""

    id: int
    name: str
    color: str
    faces: int
    vertices: int
    points: int


@dataclass(frozen=True, slots=True)
class Made:
    """A finished object: its files, and what is in them."""

    files: Files
    template: str
    route: str
    parts: tuple[MadePart, ...]
    refusals: tuple[str, ...]  #: why the routes before this one did not do it
    remedies: tuple[str, ...]  #: faults that were overcome, and at what price
    bounds: tuple[Corner, Corner]  #: the low and the high one
    watertight: bool


def made_by(run: Run, route: Route, refusals: tuple[str, ...]) -> Made:
    """The result of a run whose stages are all done."""
    plan, facts, counts = (json.loads(run.files[name]) for name in (PLAN, FACTS, COUNTS))
    parts = tuple(
        MadePart(at, part["name"], hexadecimal(colour(at)), part["faces"], part["vertices"], counts[at])
        for at, part in enumerate(facts["parts"])
    )
    said = {"route": route.name, "refusals": list(refusals), "remedies": run.remedies}
    files = {name: run.files[name] for name in RESULT} | {REPORT: as_json(_report(run, plan, facts, parts) | said)}
    low, high = (tuple(corner) for corner in facts["bounds"])
    remedies = tuple(run.remedies)
    return Made(files, plan["template"], route.name, parts, refusals, remedies, (low, high), facts["watertight"])


def _report(run: Run, plan: dict[str, Any], facts: dict[str, Any], parts: tuple[MadePart, ...]) -> dict[str, Any]:
    brief = run.brief
    return {
        "concept": {name: plan[name] for name in ("concept", "matched", "score", "how", "verb")},
        "template": plan["template"],
        "parts": [{"id": part.id, "name": part.name, "color": part.color, "points": part.points} for part in parts],
        "mesh": facts,
        "points": sum(part.points for part in parts),
        "settings": {
            "quality": brief.quality,
            "seed": brief.seed,
            "attempt_seed": brief.attempt_seed,
            "points": brief.points,
            "num_parts": brief.num_parts,
        },
        "seconds": {name: round(seconds, 4) for name, seconds in run.seconds.items()},
        "models": [],
        "licences": [],
    }
