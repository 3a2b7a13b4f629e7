"""A host without a child process: it gives each stage's files at once, or does before that what a scenario says."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.host import Host, HostState, Interrupted
from models.stage import Deadline, Files, OnStep, Params, Stage
from models.stages import COUNTS, FACTS, GLB, NPZ, PARTS, PLAN, PLY, PREVIEW, RAW
from models.wire import Load, Made


@dataclass(frozen=True, slots=True)
class Moment:
    """In the middle of a stage."""

    stage: str
    on_step: OnStep
    interrupted: Interrupted


Deed = Callable[[Moment], object]

PLANNED = {"concept": "cat", "matched": "cat", "score": 1.0, "how": "exact", "verb": "", "template": "quadruped"}
PART = {"name": "body", "faces": 2, "vertices": 5}
CHECKED = {"parts": [PART], "bounds": [[0, 0, 0], [1, 1, 1]], "watertight": True}
MADE: Mapping[str, Mapping[str, bytes]] = {
    "plan": {PLAN: json.dumps(PLANNED).encode()},
    "shape": {RAW: b"raw"},
    "clean": {PARTS: b"parts", FACTS: json.dumps(CHECKED).encode()},
    "points": {PLY: b"ply", NPZ: b"npz", COUNTS: b"[10]"},
    "export": {GLB: b"glb"},
    "preview": {PREVIEW: b"png"},
}
OWN_TO_EACH_REQUEST = (RAW, PARTS, PLY, NPZ, GLB, PREVIEW)


class LightHost(Host):
    """Runs stages in this very process. They are honest ones: what they give depends on what they are given."""

    def __init__(self, deeds: Mapping[str, Deed]) -> None:
        """Not the host's own: there is no child, nor anything that looks after one."""
        self.state, self.why = HostState.READY, ""
        self._deeds = deeds  #: stage name -> done in the middle of it

    def start(self) -> None:
        pass

    def wait_ready(self, deadline: Deadline, interrupted: Interrupted = lambda: None) -> dict[str, float]:
        return {}

    def loads(self) -> Mapping[str, Load]:
        return {}

    def job_over(self) -> None:
        pass

    def close(self) -> None:
        pass

    def run(
        self,
        stage: Stage,
        given: Files,
        params: Params,
        *,
        deadline: Deadline,
        on_step: OnStep,
        interrupted: Interrupted,
    ) -> Made:
        on_step(1, 2, "half")
        if deed := self._deeds.get(stage.name):
            deed(Moment(stage.name, on_step, interrupted))
        if problem := interrupted():
            raise problem
        on_step(2, 2, "done")
        return Made(honest(stage.name, given, params))


def honest(stage: str, given: Files, params: Params) -> dict[str, bytes]:
    """What a stage of that name makes: next to nothing, but different for different requests."""
    mark = _digest(given, params)
    return {name: data + mark if name in OWN_TO_EACH_REQUEST else data for name, data in MADE[stage].items()}


def _digest(given: Files, params: Params) -> bytes:
    said = json.dumps([{name: data.hex() for name, data in given.items()}, dict(params)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest().encode()
