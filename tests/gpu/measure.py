"""What a stage takes of a GPU, measured where it runs: in the child, from load to kill."""

import json
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from models.craft import Craft
from models.errors import RouteFailed
from models.host import Host
from models.stage import Brief, Deadline, Files, Params, Stage
from models.wire import Made

FREE = ("--query-gpu=memory.free", "--format=csv,noheader,nounits", "--id=0")


def free_bytes() -> int:
    """What the first GPU has left, to a MiB; 0 without one. The driver is asked: a context of ours would stay."""
    asks = shutil.which("nvidia-smi")
    if asks is None:
        return 0
    return int(subprocess.run([asks, *FREE], capture_output=True, text=True, check=True).stdout) << 20


def measured(
    craft: Craft,
    factory: str,
    stage: Stage,
    given: Files,
    brief: Brief,
    *,
    may_end_in: tuple[type[RouteFailed], ...] = (),
) -> dict[str, Any]:
    """Load, run twice, kill. Seconds and bytes; VRAM only of a run that gave something."""
    before = free_bytes()
    host = Host(craft, factory)
    try:
        host.wait_ready(Deadline.after(600))
        runs = []
        for seed in (1, 2):
            begun, row = time.monotonic(), {}
            try:
                made = run(host, stage, given, stage.params(replace(brief, seed=seed)))
                row = {"vram": asdict(made.vram)} if made.vram else {}
            except may_end_in as error:
                row = {"refused": str(error)}
            runs.append({"seconds": round(time.monotonic() - begun, 3), **row})
        load = {model: round(s, 2) for each in host.loads().values() for model, s in each.models.items()}
        held = before - free_bytes()
    finally:
        host.close()
    return {"stage": stage.name, "load_s": load, "runs": runs, "held_bytes": held, "left_bytes": before - free_bytes()}


def run(host: Host, stage: Stage, given: Files, params: Params) -> Made:
    return host.run(
        stage,
        given,
        params,
        deadline=Deadline.after(600),
        on_step=lambda done, total, message: None,
        interrupted=lambda: None,
    )


def written(path: Path, rows: Mapping[str, Any]) -> None:
    """Beside what is there: each test adds its stage."""
    there = json.loads(path.read_text()) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**there, **rows}, indent=1) + "\n")
