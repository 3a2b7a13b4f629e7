"""Stages at full size on a GPU: the peak of each, its seconds, and that a killed child gives everything back.

make gpu        # GPU_REPORT=out/gpu.json, PARTCRAFTER=/opt/partcrafter
"""

import io
import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from models.craft import Craft
from models.errors import NotLabelled, Refused
from models.manifest import write_manifest
from models.stage import Brief, Files
from models.stages import INPUT, PICTURE, PLAN, SHAPE
from models.weights import TABLE


def has_gpu() -> bool:
    if find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


CHECKOUT = os.environ.get("PARTCRAFTER", "")
REPORT = Path(os.environ.get("GPU_REPORT", "out/gpu.json"))
SLACK_BYTES = 64 << 20  # what a driver keeps for itself from one look to the next

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not has_gpu(), reason="torch finds no GPU with CUDA here"),
    pytest.mark.filterwarnings(
        "ignore::DeprecationWarning", "ignore::FutureWarning"
    ),  # the libraries' own, see tests/tiny
]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder of weights; an id is built when it is first asked for."""
    from tests.gpu import full_size

    folder = tmp_path_factory.mktemp("weights")
    builders = {
        "sdxl-turbo": full_size.save_sdxl,
        "grounding-dino-tiny": full_size.save_grounding_dino,
        "sam2.1-hiera-small": full_size.save_sam2,
        "partcrafter": full_size.save_partcrafter,
    }

    def there(*ids: str) -> Path:
        for model_id in ids:
            row, into = TABLE[model_id], folder / model_id
            if not into.exists():
                into.mkdir()
                builders[model_id](into)
                write_manifest(into, id_=row.id, repo=row.repo, revision=row.revision, licences=row.licences)
        return folder

    return there


def a_picture(mode: str) -> bytes:
    picture = Image.new(mode, (512, 512), "white" if mode == "RGB" else (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((120, 100, 400, 420), fill=(200, 120, 40, 255)[: len(mode)])
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def plan(*parts: str) -> bytes:
    return json.dumps({"concept": "tree", "parts": parts}).encode()


def measure(name: str, craft: Craft, given: Files) -> None:
    """Networks with random weights may be refused what they made; that they ran is what counts here."""
    from tests.gpu.measure import measured, written
    from tests.gpu.stages import FACTORY, stage_named

    row = measured(
        craft, FACTORY, stage_named(name, craft), given, Brief(prompt="tree"), may_end_in=(Refused, NotLabelled)
    )
    written(REPORT, {name: row})
    assert row["held_bytes"] > SLACK_BYTES, "it was on the GPU"
    assert row["left_bytes"] <= SLACK_BYTES, "the end of the child gives everything back"


def test_text_to_image(weights: Callable[..., Path]) -> None:
    craft = Craft(routes=("text_to_image",), weights=str(weights("sdxl-turbo")), device="cuda")
    measure("text_to_image", craft, {})


def test_cut_out(weights: Callable[..., Path]) -> None:
    folder = weights("grounding-dino-tiny", "sam2.1-hiera-small")
    craft = Craft(routes=("cut_out",), weights=str(folder), device="cuda", box_score_min=0, text_score_min=0)
    measure("cut_out", craft, {PLAN: plan("trunk", "canopy"), PICTURE: a_picture("RGB")})


def test_label(weights: Callable[..., Path]) -> None:
    from models.concept import read
    from models.parts import pack
    from models.procedural import shape

    folder = weights("grounding-dino-tiny", "sam2.1-hiera-small")
    craft = Craft(routes=("label",), weights=str(folder), device="cuda", box_score_min=0, text_score_min=0)
    measure("label", craft, {PLAN: plan("trunk", "canopy"), SHAPE: pack(shape(read("tree")))})


@pytest.mark.skipif(not CHECKOUT, reason="PARTCRAFTER names no checkout of https://github.com/wgsxm/PartCrafter")
@pytest.mark.parametrize("count", [1, 6])
def test_image_to_parts(weights: Callable[..., Path], count: int) -> None:
    from models.nets.partcrafter import make_importable

    make_importable(Path(CHECKOUT))
    craft = Craft(routes=("image_to_parts",), weights=str(weights("partcrafter")), device="cuda", partcrafter=CHECKOUT)
    measure("image_to_parts", craft, {PLAN: plan(*"abcdef"[:count]), INPUT: a_picture("RGBA")})
