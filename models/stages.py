"""The stages that every route shares: from words to a plan, and from parts to the files of a result.

A stage's imports are inside its methods: the parent process holds these objects too, and stays light.
Costs are seconds at standard quality on 2 cores, measured 2026-11-26 by tests/benchmarks/bench_craft.py.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from models.concept import Concept, read
from models.errors import Refused
from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params
from models.templates import TEMPLATES

UPLOAD = "upload"  #: the picture a brief came with, as it was uploaded
PICTURE = "picture.png"  #: the picture that shows the thing, whole
INPUT = "input.png"  #: the thing alone, on nothing: what a shape is made from
SHAPE = "shape.npz"  #: a shape whose parts have no names yet
LABELS = "labels.json"  #: how sure the names are
PICTURE_NOTES, CUTOUT = "picture.json", "cutout.json"  #: what there is to say about the picture, and how it was cut out
PLAN, RAW, PARTS, FACTS = "plan.json", "raw.npz", "parts.npz", "facts.json"
GLB, PLY, NPZ, COUNTS, PREVIEW = "object.glb", "points.ply", "points.npz", "counts.json", "preview.png"
RESULT = (GLB, PLY, NPZ, PREVIEW)  #: what a client gets, besides the report

# What a page turns smoothly, and what a printer or an artist may want. More faces are simplified to so many.
FACES_MAX: Mapping[str, int] = MappingProxyType({"draft": 50_000, "standard": 100_000, "high": 300_000})


@dataclass(frozen=True, slots=True)
class Plan:
    """Words -> `plan.json`: the concept, its template and the names of its parts."""

    name: str = "plan"
    label: str = "Reading the words"
    version: int = 3
    reads: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=10)
    cost_s: float = 0.001

    def params(self, brief: Brief) -> Params:
        return {"prompt": brief.prompt, "verb": brief.verb, "num_parts": brief.num_parts}

    def load(self) -> None:
        read("warm up")

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:  # noqa: ARG002 (reads nothing)
        concept = read(str(params["prompt"]), str(params["verb"]))
        wanted = params["num_parts"]
        parts = TEMPLATES[concept.template].partition(None if wanted is None else int(wanted), concept.look)
        step(1, 1, f"{concept.concept}: {concept.template}")
        return {PLAN: as_json(asdict(concept) | {"parts": list(parts)})}


@dataclass(frozen=True, slots=True)
class Clean:
    """`raw.npz` -> `parts.npz` and `facts.json`, or a refusal: the gate between a route and the rest of the house."""

    name: str = "clean"
    label: str = "Cleaning the parts"
    version: int = 2
    reads: tuple[str, ...] = (PLAN, RAW)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=60)
    cost_s: float = 0.076

    def params(self, brief: Brief) -> Params:
        return {"faces_max": FACES_MAX[brief.quality]}

    def load(self) -> None:
        from models.mesh import clean  # noqa: F401

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        from models.mesh.check import facts, refuse
        from models.mesh.clean import clean
        from models.parts import pack, unpack

        faces_max = int(params["faces_max"] or 0)
        cleaned = clean(unpack(given[RAW]), faces_max=faces_max)
        if (reason := refuse(cleaned.parts, tuple(plan_of(given)["parts"]))) is not None:
            raise Refused("; ".join((reason, *cleaned.notes)))
        step(1, 1, f"{len(cleaned.parts)} parts")
        return {PARTS: pack(cleaned.parts), FACTS: as_json(facts(cleaned.parts) | {"repairs": cleaned.notes})}


@dataclass(frozen=True, slots=True)
class Points:
    """`parts.npz` -> `points.ply` and `points.npz`, labelled; `counts.json`: points per part."""

    name: str = "points"
    label: str = "Sampling points"
    version: int = 1
    reads: tuple[str, ...] = (PARTS,)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=60)
    cost_s: float = 0.0104

    def params(self, brief: Brief) -> Params:
        return {"points": brief.points, "seed": brief.attempt_seed}

    def load(self) -> None:
        from models.mesh import export, sample  # noqa: F401

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        import numpy as np

        from models.mesh.export import npz, ply
        from models.mesh.sample import sample
        from models.parts import unpack

        parts = unpack(given[PARTS])
        cloud = sample(parts, int(params["points"] or 0), seed=int(params["seed"] or 0))
        counts = np.bincount(cloud.part_id, minlength=len(parts)).tolist()
        step(1, 1, f"{len(cloud.xyz)} points")
        return {PLY: ply(cloud), NPZ: npz(cloud, part_names=[part.name for part in parts]), COUNTS: as_json(counts)}


@dataclass(frozen=True, slots=True)
class Export:
    """`parts.npz` -> `object.glb`, one node, mesh and material per part."""

    name: str = "export"
    label: str = "Writing the object"
    version: int = 1
    reads: tuple[str, ...] = (PARTS,)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=60)
    cost_s: float = 0.0168

    def params(self, brief: Brief) -> Params:  # noqa: ARG002 (the parts say it all)
        return {}

    def load(self) -> None:
        from models.mesh import export  # noqa: F401

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:  # noqa: ARG002
        from models.mesh.export import glb
        from models.parts import unpack

        data = glb(unpack(given[PARTS]))
        step(1, 1, f"{len(data):,} bytes")
        return {GLB: data}


@dataclass(frozen=True, slots=True)
class Preview:
    """`parts.npz` -> `preview.png`, seen from the front and a little from above."""

    name: str = "preview"
    label: str = "Taking the picture"
    version: int = 2
    reads: tuple[str, ...] = (PARTS,)
    models: tuple[Model, ...] = ()
    policy: Policy = Policy(budget_s=60)
    cost_s: float = 0.30

    def params(self, brief: Brief) -> Params:  # noqa: ARG002 (the parts say it all)
        return {}

    def load(self) -> None:
        from models.mesh import preview  # noqa: F401

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:  # noqa: ARG002
        from models.mesh.preview import png
        from models.parts import unpack

        def on_step(done: int, total: int) -> None:
            step(done, total, f"{done} of {total} passes")

        return {PREVIEW: png(unpack(given[PARTS]), on_step=on_step)}


def as_json(value: Any) -> bytes:
    """Equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def plan_of(files: Files) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(files[PLAN])
    return plan


def concept_of(files: Files) -> Concept:
    """The concept that the plan was made from."""
    plan = plan_of(files)
    return Concept(**{name: plan[name] for name in Concept.__dataclass_fields__})
