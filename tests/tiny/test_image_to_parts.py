"""PartCrafter's stage on a stand-in with its face and its faults, and on the real code where there is a checkout.

PARTCRAFTER=/opt/partcrafter python -m pytest tests/tiny/test_image_to_parts.py
The real one needs its own imports: einops, omegaconf, accelerate, scikit-image.
"""

import inspect
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from models.craft import Craft
from models.errors import GpuExhausted, GpuFault, LoadFailed, Refused, StageFailed
from models.faults import named
from models.image_to_parts import ImageToParts
from models.mesh.check import unsound
from models.model import Model
from models.parts import unpack
from models.stage import Brief
from models.stages import INPUT, PLAN, SHAPE
from tests.needs import needs, needs_torch

pytestmark = needs_torch

STAND_IN = Path(__file__).parent / "partcrafter"
REAL = os.environ.get("PARTCRAFTER", "")
PIPELINE = "src.pipelines.pipeline_partcrafter"
BRIEF = Brief(quality="draft")
Steps = list[tuple[int, int, str]]

# What a call of the pipeline at commit 269bd41 takes, and what it takes for granted.
DEFAULTS: dict[str, Any] = {
    "num_inference_steps": 50,
    "num_tokens": 2048,
    "timesteps": None,
    "guidance_scale": 7.0,
    "num_images_per_prompt": 1,
    "generator": None,
    "latents": None,
    "attention_kwargs": None,
    "callback_on_step_end": None,
    "callback_on_step_end_tensor_inputs": ["latents"],
    "bounds": (-1.005, -1.005, -1.005, 1.005, 1.005, 1.005),
    "dense_octree_depth": 8,
    "hierarchical_octree_depth": 9,
    "max_num_expanded_coords": 1e8,
    "flash_octree_depth": 9,
    "use_flash_decoder": True,
    "return_dict": True,
}


class Stopped(BaseException):
    """What the child raises in `step` is no Exception either."""


def forget() -> None:
    """Another checkout may be imported as `src` after this."""
    from models.nets.held import release

    release()
    for name in [name for name in sys.modules if name.partition(".")[0] == "src"]:
        del sys.modules[name]
    sys.path[:] = [folder for folder in sys.path if folder not in (str(STAND_IN), REAL)]


@pytest.fixture(autouse=True)
def nothing_is_imported_as_src() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """Weights of the stand-in: a number that all of them come from."""
    (tmp_path / "model_index.json").write_text("7")
    return Model("partcrafter", "ada/partcrafter", "1f2e", (), tmp_path)


@pytest.fixture
def stage(model: Model) -> ImageToParts:
    craft = Craft(partcrafter=str(STAND_IN), device="cpu", parts_steps=5, parts_tokens=16, parts_depth=5)
    return ImageToParts(craft, model)


@pytest.fixture
def pipe(stage: ImageToParts) -> Any:
    """The pipeline that the stage holds, for faults to be put into."""
    from models.nets.held import hold

    stage.load()
    return hold(stage.model.id, lambda: pytest.fail("the stage did not load it"))


@pytest.fixture
def code(pipe: Any) -> ModuleType:
    return sys.modules[PIPELINE]


def run(stage: ImageToParts, count: int = 3, step: Callable[..., object] = lambda *_: None, **params: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (200, 60, 20, 255)).save(out, "PNG")
    given = {PLAN: json.dumps({"parts": ["any"] * count}).encode(), INPUT: out.getvalue()}
    return stage.run(given, {**stage.params(BRIEF), **params}, step)[SHAPE]


def raising_at(call: int, error: BaseException) -> Callable[..., None]:
    """A hook for a module, which raises in one of its calls only."""
    calls = iter(range(1, 1_000_000))

    def hook(*_: object) -> None:
        if next(calls) == call:
            raise error

    return hook


# --- what it makes ---


@pytest.mark.parametrize("count", [1, 3, 16])
def test_as_many_parts_as_the_plan_has(stage: ImageToParts, count: int) -> None:
    parts = unpack(run(stage, count))
    assert [part.name for part in parts] == [f"part_{index}" for index in range(count)]
    assert unsound(parts) is None


def test_equal_seeds_give_equal_bytes_and_others_do_not(stage: ImageToParts) -> None:
    first = run(stage, seed=1)
    assert run(stage, seed=1) == first
    assert run(stage, seed=2) != first


def test_together_the_parts_have_as_many_faces_as_are_allowed(stage: ImageToParts) -> None:
    assert sum(len(part.faces) for part in unpack(run(stage))) > 600
    assert 500 < sum(len(part.faces) for part in unpack(run(stage, faces_max=600))) <= 600


def test_it_tells_each_step_and_each_part_and_never_goes_back(stage: ImageToParts) -> None:
    steps: Steps = []
    run(stage, 2, lambda *step: steps.append(step))
    assert [message for _, _, message in steps] == [
        *(f"step {number} of 5" for number in range(1, 6)),
        "surface, part 1 of 2",
        "surface, part 2 of 2",
        "simplified part 1 of 2",
        "simplified part 2 of 2",
    ]
    percents = [done for done, _, _ in steps]
    assert percents == sorted(percents)
    assert (percents[4], percents[-1]) == (60, 100)


def test_a_surface_in_several_chunks_tells_each(stage: ImageToParts) -> None:
    steps: Steps = []
    run(stage, 2, lambda *step: steps.append(step), depth=6)
    messages = [message for _, _, message in steps]
    assert [messages.count(f"surface, part {part} of 2") for part in (1, 2)] == [6, 6]  # 64^3 points, 50,000 at once


@pytest.mark.parametrize("count", [0, 17])
def test_a_count_out_of_bounds_is_said_before_the_networks_fail_at_it(stage: ImageToParts, count: int) -> None:
    with pytest.raises(StageFailed, match=f"{count} parts, and PartCrafter makes 1 to 16"):
        run(stage, count)


# --- what it swallows ---


@pytest.mark.parametrize("where", ["step 3 of 5", "surface, part 2 of 3", "simplified part 2 of 3"])
def test_a_cancel_comes_out_wherever_it_meets_the_work_and_the_next_job_goes_on(
    stage: ImageToParts, where: str
) -> None:
    messages: list[str] = []

    def step(_done: int, _total: int, message: str) -> None:
        messages.append(message)
        if message == where:
            raise Stopped

    before = run(stage)
    with pytest.raises(Stopped):
        run(stage, step=step)
    assert messages[-1] == where
    assert run(stage) == before


def test_a_gpu_that_runs_full_says_so_from_the_steps_from_the_decoder_and_from_between(
    stage: ImageToParts, pipe: Any, code: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    for module in (pipe.transformer.proj_in, pipe.vae.decoder.proj_out):
        with (
            module.register_forward_hook(raising_at(2, torch.OutOfMemoryError("CUDA out of memory"))),
            pytest.raises(torch.OutOfMemoryError) as caught,
        ):
            run(stage)
        assert named(caught.value)[0] is GpuExhausted
    monkeypatch.setattr(code.measure, "marching_cubes", full)
    with pytest.raises(torch.OutOfMemoryError):
        run(stage)


def test_a_gpu_that_fails_in_the_decoder_is_a_fault_and_no_refusal(stage: ImageToParts, pipe: Any) -> None:
    error = RuntimeError("CUDA error: an illegal memory access was encountered")
    with pipe.vae.decoder.register_forward_hook(raising_at(1, error)), pytest.raises(RuntimeError) as caught:
        run(stage)
    assert named(caught.value)[0] is GpuFault


def test_a_part_without_a_surface_is_refused_with_its_number_and_the_reason(stage: ImageToParts, pipe: Any) -> None:
    nowhere = iter([0.0, -10.0, 0.0])
    hook = pipe.vae.decoder.register_forward_hook(lambda _, __, answer: (answer[0] + next(nowhere), answer[1]))
    with hook, pytest.raises(Refused, match=r"part 2 of 3 came back empty: ValueError: Surface level"):
        run(stage)


def test_any_other_error_while_a_part_is_decoded_is_refused_with_its_words(stage: ImageToParts, pipe: Any) -> None:
    hook = pipe.vae.decoder.register_forward_hook(raising_at(3, ValueError("too many points")))
    with hook, pytest.raises(Refused, match=r"^part 3 of 3 came back empty: ValueError: too many points$"):
        run(stage)


def test_a_part_that_is_none_without_a_trace_is_refused(
    stage: ImageToParts, code: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "trimesh", None)  # fails after the surface is there, which nothing sees
    with pytest.raises(Refused, match=r"^part 1 of 3 came back empty$"):
        run(stage)


def test_a_part_without_faces_is_refused(
    stage: ImageToParts, code: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import trimesh

    monkeypatch.setattr(code.trimesh, "Trimesh", lambda *_, new=trimesh.Trimesh: new())
    with pytest.raises(Refused, match=r"^part 1 of 3 came back empty$"):
        run(stage)


def test_another_number_of_parts_is_refused(
    stage: ImageToParts, code: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = code.PartCrafterPipelineOutput
    monkeypatch.setattr(
        code, "PartCrafterPipelineOutput", lambda samples, meshes: output(samples=samples, meshes=meshes[1:])
    )
    with pytest.raises(Refused, match=r"^2 parts came back, 3 were asked for$"):
        run(stage)


# --- how it is loaded ---


def test_without_a_checkout_it_cannot_be_loaded(model: Model, tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="is no checkout of PartCrafter: there is no folder src in it"):
        ImageToParts(Craft(partcrafter=str(tmp_path / "none")), model).load()


def test_another_src_that_is_imported_already_is_named(
    stage: ImageToParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    import_module("src")
    with pytest.raises(LoadFailed, match=f"{tmp_path / 'src'} is called that too"):
        stage.load()
    assert str(STAND_IN) not in sys.path


def test_another_src_further_down_the_path_is_named_too(
    stage: ImageToParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(LoadFailed, match=f"{tmp_path / 'src.py'} is called that too"):
        stage.load()


@needs(find_spec("torch_cluster") is None, "the real torch_cluster is installed, which nothing replaces")
def test_what_stands_in_for_torch_cluster_says_so_when_it_is_called(pipe: Any) -> None:
    with pytest.raises(NotImplementedError, match="only encoding a mesh needs it"):
        sys.modules["torch_cluster"].fps()


def test_code_that_does_not_fit_fails_the_load_and_not_every_job(
    stage: ImageToParts, code: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(code, "measure")
    with pytest.raises(LoadFailed, match="the warm-up failed: part 1 of 1 came back empty: NameError"):
        stage.load()


def test_a_warm_up_whose_part_has_no_surface_is_a_load_all_the_same(stage: ImageToParts, pipe: Any) -> None:
    with pipe.vae.decoder.register_forward_hook(lambda _, __, answer: (answer[0] - 10, answer[1])):
        stage.load()


# --- the stand-in is like the real one, and so is what is known of it ---


def faults_of(pipe: Any) -> dict[str, str]:
    """How each misuse of a pipeline ends."""

    def ended(batch: int, **arguments: Any) -> str:
        common = {"num_inference_steps": 2, "num_tokens": 16, "dense_octree_depth": 4, "hierarchical_octree_depth": 4}
        images = [Image.new("RGB", (64, 64))] * batch
        try:
            answer = pipe(images, **{**common, "attention_kwargs": {"num_parts": batch}, **arguments})
        except Exception as error:  # noqa: BLE001 (which one is the question)
            return type(error).__name__
        return ", ".join("None" if mesh is None else "mesh" for mesh in answer.meshes)

    def interrupt(*_: object) -> None:
        pipe._interrupt = True

    ends = {"a callback": ended(1, callback_on_step_end=lambda *_: {}), "17 parts": ended(17)}
    with pipe.transformer.register_forward_hook(interrupt):
        ends["interrupted"] = ended(2)
    with pipe.vae.decoder.register_forward_hook(raising_at(1, KeyboardInterrupt())):
        ends["a BaseException in the decoder"] = ended(2)
    ends["another count than the batch"] = "raises" if "Error" in ended(2, attention_kwargs={"num_parts": 3}) else "no"
    return ends


FAULTS = {
    "a callback": "UnboundLocalError",
    "17 parts": "IndexError",
    "interrupted": "mesh, mesh",
    "a BaseException in the decoder": "None, mesh",
    "another count than the batch": "raises",
}


def defaults_of(pipeline: Any) -> dict[str, Any]:
    parameters = inspect.signature(pipeline.__call__).parameters
    assert list(parameters)[:2] == ["self", "image"]
    return {name: parameter.default for name, parameter in list(parameters.items())[2:]}


def test_the_stand_in_is_called_as_the_real_one_and_fails_like_it(pipe: Any) -> None:
    assert defaults_of(type(pipe)) == DEFAULTS
    assert faults_of(pipe) == FAULTS


@pytest.mark.skipif(not REAL, reason="PARTCRAFTER names no checkout of https://github.com/wgsxm/PartCrafter")
def test_the_real_one_is_called_so_fails_so_and_makes_parts_on_a_cpu(tmp_path: Path) -> None:
    from models.nets.held import hold
    from models.nets.partcrafter import make_importable

    make_importable(Path(REAL))
    save_a_tiny_one(tmp_path)
    forget()
    craft = Craft(partcrafter=REAL, device="cpu", parts_steps=2, parts_tokens=16, parts_depth=5)
    stage = ImageToParts(craft, Model("partcrafter", "ada/partcrafter", "1f2e", (), tmp_path))
    stage.load()
    steps: Steps = []
    data = run(stage, 3, lambda *step: steps.append(step))
    assert [part.name for part in unpack(data)] == ["part_0", "part_1", "part_2"]
    assert run(stage, 3) == data
    messages = [message for _, _, message in steps]
    assert messages[:5] == ["step 1 of 2", "step 2 of 2", *(f"surface, part {part} of 3" for part in (1, 2, 3))]
    pipe = hold(stage.model.id, lambda: pytest.fail("the stage did not load it"))
    assert defaults_of(type(pipe)) == DEFAULTS
    assert faults_of(pipe) == FAULTS


def save_a_tiny_one(folder: Path) -> None:
    """The real classes with random weights of a few kilobytes, as `from_pretrained` wants them."""
    import torch
    from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

    code = import_module(PIPELINE)
    scheduler = import_module("src.schedulers").RectifiedFlowScheduler()
    torch.manual_seed(0)
    encoder = Dinov2Config(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14, mlp_ratio=2
    )
    code.PartCrafterPipeline(
        vae=code.TripoSGVAEModel(
            latent_channels=8,
            num_attention_heads=2,
            width_encoder=16,
            width_decoder=16,
            num_layers_encoder=1,
            num_layers_decoder=1,
        ),
        transformer=code.PartCrafterDiTModel(
            num_attention_heads=2,
            width=16,
            in_channels=8,
            num_layers=3,
            cross_attention_dim=16,
            global_attn_block_ids=[0, 2],
        ),
        scheduler=scheduler,
        image_encoder_dinov2=Dinov2Model(encoder),
        feature_extractor_dinov2=BitImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}),
    ).save_pretrained(folder)
