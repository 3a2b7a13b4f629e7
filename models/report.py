"""What was made, in one value, and `report.json`: everything somebody may ask about the object later."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from models.palette import colour, hexadecimal
from models.routes import Route
from models.run import Run
from models.stage import Files
from models.stages import COUNTS, CUTOUT, FACTS, INPUT, LABELS, PICTURE_NOTES, PLAN, RESULT, as_json

REPORT = "report.json"
# What stages of some routes say beside their files, and where the report has it.
NOTES = {"picture": PICTURE_NOTES, "cutout": CUTOUT, "labels": LABELS}
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
    models: tuple[str, ...]  #: which weights it was made with: id@revision
    licences: tuple[str, ...]  #: theirs
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
    files = {name: run.files[name] for name in (*RESULT, INPUT) if name in run.files} | {
        REPORT: as_json(_report(run, plan, facts, parts) | said)
    }
    low, high = (tuple(corner) for corner in facts["bounds"])
    return Made(
        files=files,
        template=plan["template"],
        route=route.name,
        parts=parts,
        refusals=refusals,
        remedies=tuple(run.remedies),
        models=tuple(model.pinned for model in run.models.values()),
        licences=tuple(sorted({licence for model in run.models.values() for licence in model.licences})),
        bounds=(low, high),
        watertight=facts["watertight"],
    )


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
        "parameters": {name: dict(params) for name, params in run.params.items()},
        "seconds": {name: round(seconds, 4) for name, seconds in run.seconds.items()},
        "vram_bytes": {name: asdict(vram) for name, vram in run.vram.items()},
        "models": [
            {"id": model.id, "repo": model.repo, "revision": model.revision, "licences": list(model.licences)}
            for model in run.models.values()
        ],
        "licences": sorted({licence for model in run.models.values() for licence in model.licences}),
    } | {name: json.loads(run.files[file]) for name, file in NOTES.items() if file in run.files}
