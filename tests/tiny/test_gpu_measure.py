"""What tests/gpu measures with, on a CPU: there is no GPU in it, and all else."""

import json
from pathlib import Path

import pytest

from models.craft import Craft
from models.manifest import write_manifest
from models.stage import Brief
from models.weights import TABLE
from tests.needs import needs_torch

pytestmark = [
    needs_torch,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # diffusers' schedulers
]


def test_a_stage_is_measured_from_load_to_kill_and_written_beside_the_others(tmp_path: Path) -> None:
    from tests.gpu.measure import measured, written
    from tests.gpu.stages import FACTORY, stage_named
    from tests.tiny import sdxl

    row, folder = TABLE["sdxl-turbo"], tmp_path / "sdxl-turbo"
    sdxl.build(folder)
    write_manifest(folder, id_=row.id, repo=row.repo, revision=row.revision, licences=row.licences)
    craft = Craft(routes=("text_to_image",), weights=str(tmp_path), device="cpu", image_px=64, image_steps=1)
    found = measured(craft, FACTORY, stage_named("text_to_image", craft), {}, Brief(prompt="tree"))
    assert found["load_s"]["sdxl-turbo"] > 0
    assert [set(run) for run in found["runs"]] == [{"seconds"}] * 2, "without a GPU there is no VRAM to speak of"
    assert (found["held_bytes"], found["left_bytes"]) == (0, 0)

    report = tmp_path / "out" / "gpu.json"
    written(report, {"cut_out": {}})
    written(report, {"text_to_image": found})
    assert set(json.loads(report.read_text())) == {"cut_out", "text_to_image"}
