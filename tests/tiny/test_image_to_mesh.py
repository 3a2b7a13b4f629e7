"""Hunyuan3D's stage on a stand-in with its face and its faults, and on the real hy3dgen where that is installed.

The real one: pip install --no-deps hy3dgen==2.0.2, and opencv-python-headless, pymeshlab, scikit-image, einops, PyYAML,
trimesh, diffusers, transformers, and a torchvision that fits torch.
"""

import inspect
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from PIL import Image, ImageDraw

from models.craft import Craft
from models.errors import GpuExhausted, GpuFault, LoadFailed, MemoryExhausted, Refused
from models.faults import named
from models.image_to_mesh import ImageToMesh
from models.mesh.check import unsound
from models.model import Model
from models.parts import unpack
from models.stage import Brief
from models.stages import INPUT, SHAPE
from tests.needs import needs_torch

pytestmark = needs_torch

STAND_IN = Path(__file__).parent / "hunyuan3d"
HY3DGEN_IS_THERE = find_spec("hy3dgen") is not None  # asked before the stand-in is on the path
BRIEF = Brief(quality="draft")
PICTURE = Image.new("RGBA", (64, 64))
ImageDraw.Draw(PICTURE).ellipse((12, 8, 50, 56), (200, 60, 20, 255))
Steps = list[tuple[int, int, str]]

# What hy3dgen 2.0.2 takes, and what it takes for granted; the dtype aside, which is torch.float16.
LOADING = {"device": "cuda", "use_safetensors": True, "variant": "fp16"}
DEFAULTS = MappingProxyType(
    {
        "Pipeline.from_pretrained": LOADING | {"subfolder": "hunyuan3d-dit-v2-0"},
        "ShapeVAE.from_pretrained": LOADING | {"subfolder": "hunyuan3d-vae-v2-0"},
        "Pipeline.to": {"device": None, "dtype": None},
        "Pipeline.enable_flashvdm": {
            "enabled": True,
            "adaptive_kv_selection": True,
            "topk_mode": "mean",
            "mc_algo": "mc",
            "replace_vae": True,
        },
        "Pipeline.__call__": {
            "image": None,
            "num_inference_steps": 50,
            "timesteps": None,
            "sigmas": None,
            "eta": 0.0,
            "guidance_scale": 5.0,
            "generator": None,
            "box_v": 1.01,
            "octree_resolution": 384,
            "mc_level": 0.0,
            "mc_algo": None,
            "num_chunks": 8000,
            "output_type": "trimesh",
            "enable_pbar": True,
        },
    }
)


class Stopped(BaseException):
    """What the child raises in `step` is no Exception either."""


def forget() -> None:
    """Another hy3dgen may be imported after this."""
    from models.nets.held import release

    release()
    for name in [name for name in sys.modules if name.partition(".")[0] == "hy3dgen"]:
        del sys.modules[name]


@pytest.fixture(autouse=True)
def nothing_is_imported_as_hy3dgen() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights of the stand-in, which is what gets imported."""
    from tests.tiny.hunyuan3d import weights

    monkeypatch.syspath_prepend(str(STAND_IN))
    weights.write(tmp_path / "weights", weights.STAND_IN)
    forget()
    return tmp_path / "weights"


@pytest.fixture
def stage(weights: Path) -> ImageToMesh:
    return a_stage(weights)


@pytest.fixture
def pipe(stage: ImageToMesh) -> Any:
    stage.load()
    return held(stage)


def a_stage(weights: Path) -> ImageToMesh:
    model = Model("hunyuan3d-2mini-turbo", "ada/hunyuan3d", "1f2e", (), weights)
    return ImageToMesh(Craft(device="cpu", mesh_octree=32), model)


def held(stage: ImageToMesh) -> Any:
    """The pipeline that the stage holds, for faults to be put into."""
    from models.nets.held import hold

    return hold(stage.model.id, lambda: pytest.fail("the stage did not load it"))


def run(stage: ImageToMesh, step: Callable[..., object] = lambda *_: None, **params: Any) -> bytes:
    out = io.BytesIO()
    PICTURE.save(out, "PNG")
    return stage.run({INPUT: out.getvalue()}, {**stage.params(BRIEF), **params}, step)[SHAPE]


def told(stage: ImageToMesh, **params: Any) -> Steps:
    steps: Steps = []
    run(stage, lambda *step: steps.append(step), **params)
    return steps


def raising(error: BaseException) -> Callable[..., None]:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


def forgotten_files() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("*hunyuan3d-*/*"))


# --- what it makes ---


def test_one_part_called_whole(stage: ImageToMesh) -> None:
    parts = unpack(run(stage))
    assert [part.name for part in parts] == ["whole"]
    assert unsound(parts) is None


def test_equal_seeds_give_equal_bytes_and_others_do_not(stage: ImageToMesh) -> None:
    first = run(stage, seed=1)
    assert run(stage, seed=1) == first
    assert run(stage, seed=2) != first


def test_a_mesh_of_many_faces_is_simplified(stage: ImageToMesh) -> None:
    (full,), (less,) = unpack(run(stage)), unpack(run(stage, faces_max=500))
    assert len(full.faces) > 1000
    assert 400 < len(less.faces) <= 500


def test_it_tells_each_step_and_each_chunk_and_never_goes_back(stage: ImageToMesh) -> None:
    steps = told(stage, chunk=8000)
    faces = steps[-1][2]
    assert [message for _, _, message in steps] == [
        *(f"step {number} of 5" for number in range(1, 6)),
        *(f"surface, {number} of 5 chunks" for number in range(1, 6)),  # 64 blocks of 512 points
        "surface, marching cubes",
        f"cleaning {faces}",
        faces,
    ]
    shares = [done / total for done, total, _ in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_finer_grids_are_told_too_though_nobody_knows_how_many_chunks_they_have(stage: ImageToMesh) -> None:
    steps = told(stage, octree=128, chunk=100_000)
    messages = [message for _, _, message in steps]
    assert messages[5:8] == ["surface, 1 of 3 chunks", "surface, 2 of 3 chunks", "surface, 3 of 3 chunks"]
    assert messages[8] == "surface, finer chunk 1"
    assert {done / total for done, total, message in steps if "finer" in message} == {8 / 9}


def test_it_decodes_as_flashvdm_with_the_decoder_that_was_trained_for_it(stage: ImageToMesh, pipe: Any) -> None:
    import torch

    assert pipe.vae.flash
    assert (pipe.vae.geo_decoder.radii.weight.dtype, pipe.model.layer.weight.dtype) == (torch.float32, torch.float32)
    # The one of its own folder; the pipeline's has other numbers.
    own, other = tensors(stage, "vae"), tensors(stage, "dit")
    assert pipe.vae.geo_decoder.radii.bias.equal(own["geo_decoder.radii.bias"])
    assert not own["geo_decoder.radii.bias"].equal(other["vae.geo_decoder.radii.bias"])


def tensors(stage: ImageToMesh, part: str) -> Any:
    from safetensors.torch import load_file

    return load_file(stage.model.folder / f"Hunyuan3D-2mini/hunyuan3d-{part}-v2-mini-turbo/model.fp16.safetensors")


# --- what goes wrong ---


@pytest.mark.parametrize(
    "where", ["step 3 of 5", "surface, 1 of 2 chunks", "surface, 2 of 2 chunks", "surface, marching cubes", "cleaning"]
)
def test_a_cancel_comes_out_wherever_it_meets_the_work_and_the_next_job_goes_on(stage: ImageToMesh, where: str) -> None:
    messages: list[str] = []

    def step(_done: int, _total: int, message: str) -> None:
        messages.append(message)
        if message.startswith(where):
            raise Stopped

    before = run(stage)
    with pytest.raises(Stopped):
        run(stage, step)
    assert messages[-1].startswith(where)
    assert run(stage) == before
    assert forgotten_files() == []


@pytest.mark.parametrize("where", ["model", "vae.geo_decoder"])
@pytest.mark.parametrize(
    "message, kind", [("CUDA out of memory", GpuExhausted), ("CUDA error: an illegal memory access", GpuFault)]
)
def test_a_gpu_that_runs_full_or_fails_says_so(
    stage: ImageToMesh, pipe: Any, where: str, message: str, kind: type[Exception]
) -> None:
    import torch

    error = torch.OutOfMemoryError(message) if kind is GpuExhausted else RuntimeError(message)
    with (
        pipe_module(pipe, where).register_forward_hook(raising(error)),
        pytest.raises(type(error)) as caught,
    ):
        run(stage)
    assert named(caught.value)[0] is kind
    assert forgotten_files() == []


def pipe_module(pipe: Any, name: str) -> Any:
    """A layer within that network, whose errors leave the network as its own."""
    return pipe.model.layer if name == "model" else pipe.vae.geo_decoder.radii


def test_memory_that_runs_out_in_the_extractor_is_no_refusal(
    stage: ImageToMesh, pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["hy3dgen.shapegen.models"].measure, "marching_cubes", raising(MemoryError()))
    with pytest.raises(MemoryError) as caught:
        run(stage)
    assert named(caught.value)[0] is MemoryExhausted


def test_any_other_error_in_the_extractor_is_refused_with_its_words(
    stage: ImageToMesh, pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ValueError("not a volume")
    monkeypatch.setattr(sys.modules["hy3dgen.shapegen.models"].measure, "marching_cubes", raising(error))
    with pytest.raises(Refused, match=r"^the shape came back empty: ValueError: not a volume$"):
        run(stage)


def test_a_field_without_a_surface_is_refused(stage: ImageToMesh, pipe: Any) -> None:
    with (
        pipe.vae.geo_decoder.register_forward_hook(lambda _, __, answer: answer * 0 - 1),
        pytest.raises(Refused, match=r"^the shape came back empty: ValueError: Surface level"),
    ):
        run(stage)


def test_a_field_with_nothing_to_refine_is_refused_though_flashvdm_raises_an_index_error(
    stage: ImageToMesh, pipe: Any
) -> None:
    with (
        pipe.vae.geo_decoder.register_forward_hook(lambda _, __, answer: answer * 0 - 1),
        pytest.raises(Refused, match=r"^the shape came back empty$") as caught,
    ):
        run(stage, octree=128)
    assert isinstance(caught.value.__cause__, IndexError)


def test_thousands_of_grains_that_do_not_become_less_are_refused(
    stage: ImageToMesh, pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np
    import trimesh

    grain = trimesh.creation.box((0.004,) * 3)
    spots = np.stack(np.meshgrid(*[np.arange(35)] * 3), -1).reshape(-1, 1, 3)
    vertices = (spots / 35 + grain.vertices).reshape(-1, 3)
    faces = (8 * np.arange(len(spots)).reshape(-1, 1, 1) + grain.faces).reshape(-1, 3)
    answer = (vertices, faces, None, None)
    monkeypatch.setattr(sys.modules["hy3dgen.shapegen.models"].measure, "marching_cubes", lambda *_, **__: answer)
    with pytest.raises(Refused, match=r"^514500 faces, at most 500000 are allowed$"):
        run(stage)


@pytest.mark.parametrize("where, call", [("model", 1), ("vae.geo_decoder", 1), ("vae.geo_decoder", 4)])
def test_an_index_error_of_a_network_is_a_bug_and_no_refusal(
    stage: ImageToMesh, pipe: Any, where: str, call: int
) -> None:
    """The fourth call of the decoder is the first for a finer grid, where FlashVDM has an IndexError of its own."""
    calls = iter(range(1, 1000))

    def hook(*_: object) -> None:
        if next(calls) == call:
            raise IndexError("of the network")

    with pipe_module(pipe, where).register_forward_hook(hook), pytest.raises(IndexError, match="of the network"):
        run(stage, octree=128, chunk=100_000)


@pytest.mark.parametrize("answer", ["[]", "[None]", "[empty]"])
def test_no_mesh_and_a_mesh_of_nothing_are_refused(
    stage: ImageToMesh, pipe: Any, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import trimesh

    answers = {"[]": [], "[None]": [None], "[empty]": [trimesh.Trimesh()]}
    monkeypatch.setattr(type(pipe), "__call__", lambda *_, **__: answers[answer])
    with pytest.raises(Refused, match=r"^the shape came back empty$"):
        run(stage)


def test_what_the_library_forgets_lies_in_a_folder_of_the_run_and_goes_with_it(
    stage: ImageToMesh, pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = sys.modules["hy3dgen.shapegen.models"].measure
    marching_cubes, found = measure.marching_cubes, []
    outside = tempfile.gettempdir()

    def spying(*args: Any, **kwargs: Any) -> Any:
        found.extend(Path(tempfile.gettempdir()).iterdir())
        return marching_cubes(*args, **kwargs)

    monkeypatch.setattr(measure, "marching_cubes", spying)
    run(stage)
    assert [path.suffix for path in found] == [".ply"]
    assert str(found[0].parent) != outside == tempfile.gettempdir()
    assert not found[0].parent.exists()


# --- how it is loaded ---


@pytest.mark.parametrize("part", ["dit", "vae"])
@pytest.mark.parametrize("file", ["config.yaml", "model.fp16.safetensors"])
def test_a_missing_file_is_named_before_the_hub_is_asked_for_it(
    stage: ImageToMesh, weights: Path, part: str, file: str
) -> None:
    path = weights / f"Hunyuan3D-2mini/hunyuan3d-{part}-v2-mini-turbo" / file
    path.unlink()
    with pytest.raises(LoadFailed, match=f"^{path} is not there$"):
        stage.load()


@pytest.mark.parametrize("part", ["dit", "vae"])
@pytest.mark.parametrize("target", ["os.system", "hy3dgenius.Trap", "hy3dgen"])
def test_weights_that_name_classes_of_others_are_not_loaded(
    stage: ImageToMesh, weights: Path, part: str, target: str
) -> None:
    path = weights / f"Hunyuan3D-2mini/hunyuan3d-{part}-v2-mini-turbo/config.yaml"
    config = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump(config | {"more": [{"target": "hy3dgen.a.B", "params": {"target": target}}]}))
    with pytest.raises(LoadFailed, match=f"{path} names {target}, and only classes of hy3dgen"):
        stage.load()
    assert "hy3dgen" not in sys.modules


def test_a_package_that_hy3dgen_needs_and_that_is_not_there_is_named(
    stage: ImageToMesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trimesh", None)
    with pytest.raises(LoadFailed, match=r"^hy3dgen cannot be imported: .*trimesh"):
        stage.load()


def test_code_that_does_not_fit_fails_the_load_and_not_every_job(
    stage: ImageToMesh, pipe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(sys.modules["hy3dgen.shapegen.models"], "measure")
    with pytest.raises(LoadFailed, match="the warm-up failed: the shape came back empty: NameError"):
        stage.load()


def test_a_warm_up_without_a_surface_is_a_load_all_the_same(stage: ImageToMesh, pipe: Any) -> None:
    with pipe.vae.geo_decoder.register_forward_hook(lambda _, __, answer: answer * 0 - 1):
        stage.load()


# --- the stand-in is like the real one, and so is what is known of it ---


def defaults() -> dict[str, dict[str, Any]]:
    pipelines, autoencoders = import_module("hy3dgen.shapegen.pipelines"), import_module("hy3dgen.shapegen.models")
    classes = {"Pipeline": pipelines.Hunyuan3DDiTFlowMatchingPipeline, "ShapeVAE": autoencoders.ShapeVAE}
    found = {}
    for name in DEFAULTS:
        owner, _, method = name.partition(".")
        parameters = inspect.signature(getattr(classes[owner], method)).parameters.values()
        found[name] = {each.name: each.default for each in parameters if each.default is not inspect.Parameter.empty}
        if method == "from_pretrained":
            assert str(found[name].pop("dtype")) == "torch.float16"
    return found


def faults_of(pipe: Any) -> dict[str, str]:
    """How each misuse of a pipeline ends."""

    def ended(**arguments: Any) -> str:
        common = {"num_inference_steps": 2, "octree_resolution": 16, "enable_pbar": False}
        try:
            answer = pipe(image=PICTURE, **{**common, **arguments})
        except Exception as error:  # noqa: BLE001 (which one is the question)
            return type(error).__name__
        return ", ".join(type(mesh).__name__ for mesh in answer)

    ends = {"a callback without its steps": ended(callback=lambda *_: None), "to": str(pipe.to("cpu"))}
    with pipe.vae.geo_decoder.register_forward_hook(lambda _, __, answer: answer * 0 - 1):
        ends["no surface"] = ended()
        ends["no surface to refine"] = ended(octree_resolution=126)
    return ends


FAULTS = {
    "a callback without its steps": "TypeError",
    "to": "None",
    "no surface": "NoneType",
    "no surface to refine": "IndexError",
}


def test_the_stand_in_is_called_as_the_real_one_and_fails_like_it(pipe: Any) -> None:
    assert defaults() == DEFAULTS
    assert faults_of(pipe) == FAULTS


# hy3dgen indexes with a list of slices, which torch warns of.
@pytest.mark.filterwarnings("ignore:Using a non-tuple sequence for multidimensional indexing")
@pytest.mark.skipif(not HY3DGEN_IS_THERE, reason="hy3dgen is not installed: see the top of this file")
def test_the_real_one_is_called_so_fails_so_and_makes_a_mesh_on_a_cpu(tmp_path: Path) -> None:
    from tests.tiny.hunyuan3d import weights

    weights.write(tmp_path, weights.REAL)
    stage = a_stage(tmp_path)
    stage.load()
    steps = told(stage)
    assert [message for _, _, message in steps][:8] == [
        *(f"step {number} of 5" for number in range(1, 6)),
        "surface, 1 of 2 chunks",
        "surface, 2 of 2 chunks",
        "surface, marching cubes",
    ]
    data = run(stage)
    assert [part.name for part in unpack(data)] == ["whole"]
    assert run(stage) == data
    pipe = held(stage)
    assert defaults() == DEFAULTS
    assert faults_of(pipe) == FAULTS
