"""Words become a picture through diffusers itself, with a model that has everything of SDXL but its size."""

import io
import pickle
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from models.craft import Craft
from models.errors import LoadFailed, Refused
from models.model import Model
from models.stage import Brief
from models.stages import PICTURE
from models.text_to_image import TextToImage
from tests.needs import needs_torch

pytestmark = [
    needs_torch,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # diffusers' schedulers
]

CRAFT = Craft(device="cpu", image_px=64, image_steps=3)
UNET = "unet/diffusion_pytorch_model.safetensors"
Steps = list[tuple[int, int, str]]


class Stopped(BaseException):
    """What the child raises in `step` is no Exception either."""


@pytest.fixture(autouse=True)
def nobody_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked: list[object] = []

    def refuse(*args: object, **kwargs: object) -> None:
        asked.append(args)
        raise OSError("there is no network here")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield
    assert asked == []


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads of torch on two cores that others use too wait for each other: 109 s instead of 8."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_held_after() -> Iterator[None]:
    yield
    from models.nets.held import release

    release()


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.tiny.sdxl import build

    folder = tmp_path_factory.mktemp("sdxl")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def model(weights: Path) -> Model:
    return Model("tiny-sdxl", "ada/tiny-sdxl", "1f2e", (), weights)


@pytest.fixture(scope="module")
def stage(model: Model) -> TextToImage:
    return TextToImage(CRAFT, model)


@pytest.fixture
def copied(weights: Path, tmp_path: Path) -> Path:
    """A copy of the weights, for a test to break."""
    return shutil.copytree(weights, tmp_path / "copied")


@pytest.fixture
def pipe(weights: Path) -> Any:
    """A pipeline of the test's own, to break; `held_as` gives the stage that draws with it."""
    from models.nets.diffusion import load

    return load(weights, CRAFT)


def held_as(name: str, pipe: Any) -> TextToImage:
    from models.nets.held import hold

    hold(name, lambda: pipe)
    return TextToImage(CRAFT, Model(name, "ada/tiny-sdxl", "1f2e", (), Path("absent")))


def drawn(
    stage: TextToImage,
    brief: Brief = Brief(prompt="bird"),  # noqa: B008 (frozen)
    step: Callable[[int, int, str], object] = lambda *_: None,
    **params: Any,
) -> bytes:
    return stage.run({}, {**stage.params(brief), **params}, step)[PICTURE]


def test_the_folder_is_loaded_as_whatever_pipeline_it_says_it_is(pipe: Any) -> None:
    from diffusers import StableDiffusionXLPipeline

    assert type(pipe) is StableDiffusionXLPipeline
    assert pipe.scheduler.config.timestep_spacing == "trailing", "as SDXL Turbo is published"


def test_warming_up_leaves_the_pipeline_held(stage: TextToImage) -> None:
    from models.nets.held import hold

    stage.load()
    assert hold(stage.model.id, lambda: pytest.fail("it was loaded again later"))


@pytest.mark.parametrize("px", [64, 96])
def test_the_picture_is_a_png_of_three_channels_and_the_width_that_was_asked_for(stage: TextToImage, px: int) -> None:
    with Image.open(io.BytesIO(drawn(stage, px=px))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (px, px))


def test_equal_seeds_give_equal_pictures_and_another_seed_another(stage: TextToImage) -> None:
    first = drawn(stage, Brief(prompt="bird", seed=3))
    assert drawn(stage, Brief(prompt="bird", seed=3)) == first
    assert drawn(stage, Brief(prompt="bird", seed=4)) != first


def test_other_words_guidance_or_steps_give_another_picture(stage: TextToImage) -> None:
    pictures = [drawn(stage), drawn(stage, Brief(prompt="crab")), drawn(stage, guidance=5.0), drawn(stage, steps=2)]
    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize("steps", [1, 4])
def test_each_step_is_told_in_its_turn(stage: TextToImage, steps: int) -> None:
    heard: Steps = []
    drawn(stage, step=lambda *told: heard.append(told), steps=steps)
    assert heard == [(done, steps, f"step {done} of {steps}") for done in range(1, steps + 1)]


def test_a_scheduler_that_makes_more_steps_than_asked_for_says_how_many(pipe: Any) -> None:
    from diffusers import HeunDiscreteScheduler

    pipe.scheduler = HeunDiscreteScheduler.from_config(pipe.scheduler.config)
    heard: Steps = []
    drawn(held_as("heun", pipe), step=lambda *told: heard.append(told))
    assert [told[:2] for told in heard] == [(done, 5) for done in range(1, 6)], "twice, less one: it is of second order"


def test_a_step_that_raises_ends_the_picture_there_and_the_next_one_is_as_ever(stage: TextToImage) -> None:
    before = drawn(stage)
    heard: list[int] = []

    def stop_at_two(done: int, total: int, message: str) -> None:
        heard.append(done)
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        drawn(stage, step=stop_at_two, steps=4)
    assert heard == [1, 2]
    assert drawn(stage) == before


def test_a_model_that_is_on_the_gpu_for_its_stage_only_draws_the_same(stage: TextToImage, model: Model) -> None:
    away = TextToImage(Craft(device="cpu", image_px=64, image_steps=3, offload="model"), model)
    assert drawn(away) == drawn(stage)


def test_half_precision_is_taken_where_it_lies_beside_the_full(copied: Path) -> None:
    from models.nets.diffusion import load
    from tests.tiny.sdxl import build

    build(copied, variant="fp16")
    (copied / UNET).write_bytes(b"not to be read")
    load(copied, CRAFT)


def test_a_network_that_overflows_is_refused(pipe: Any) -> None:
    pipe.vae.decoder.conv_out.bias.data.fill_(float("nan"))
    with pytest.raises(Refused, match="not finite"):
        drawn(held_as("overflows", pipe))


def test_a_picture_of_one_colour_is_refused(pipe: Any) -> None:
    pipe.vae.decoder.conv_out.weight.data.zero_()
    with pytest.raises(Refused, match="one colour"):
        drawn(held_as("plain", pipe))


@pytest.mark.filterwarnings("ignore:`upcast_vae` is deprecated:FutureWarning")  # diffusers warns of its own call
def test_a_vae_that_overflows_in_half_precision_is_run_in_full(pipe: Any) -> None:
    import torch

    pipe.to(torch.float16)
    pipe.vae.decoder.conv_in.weight.data.fill_(60_000.0)  # what comes of it is past 65 504; a norm makes it small again
    stage = held_as("half", pipe)
    assert drawn(stage)
    pipe.vae.register_to_config(force_upcast=False)
    with pytest.raises(Refused, match="not finite"):
        drawn(stage)


def test_a_pipeline_that_tells_no_steps_and_knows_no_width_draws_all_the_same() -> None:
    import numpy as np

    class Plain:
        def __call__(self, prompt: str, num_inference_steps: int, output_type: str) -> SimpleNamespace:
            assert (prompt, num_inference_steps, output_type) == ("bird", 3, "np")
            return SimpleNamespace(images=[np.eye(4, dtype=np.float32)[..., None].repeat(3, axis=2)])

        def to(self, device: object) -> None: ...

    heard: Steps = []
    assert drawn(held_as("no steps", Plain()), step=lambda *told: heard.append(told), prompt="bird")
    assert heard == []


def truncate(file: Path) -> None:
    """What a full disk leaves of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def as_pickle(file: Path) -> None:
    file.unlink()
    file.with_suffix(".bin").write_bytes(pickle.dumps({}))


BREAKS: dict[str, Callable[[Path], object]] = {
    "no folder": shutil.rmtree,
    "no index": lambda folder: (folder / "model_index.json").unlink(),
    "an index that is no JSON": lambda folder: truncate(folder / "model_index.json"),
    "no UNet": lambda folder: (folder / UNET).unlink(),
    "a UNet in part": lambda folder: truncate(folder / UNET),
    "a UNet that is a program": lambda folder: as_pickle(folder / UNET),
    "a text encoder in part": lambda folder: truncate(folder / "text_encoder/model.safetensors"),
    "a tokenizer in part": lambda folder: truncate(folder / "tokenizer/vocab.json"),
    "no merges": lambda folder: (folder / "tokenizer_2/merges.txt").unlink(),
    "no tokenizer": lambda folder: [file.unlink() for file in (folder / "tokenizer").iterdir()],
    "no words": lambda folder: [(folder / "tokenizer" / name).unlink() for name in ("vocab.json", "merges.txt")],
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_folder_that_is_not_whole_is_named(copied: Path, what: str) -> None:
    from models.nets.diffusion import load

    BREAKS[what](copied)
    with pytest.raises(LoadFailed, match=str(copied)) as refused:
        load(copied, CRAFT)
    assert len(str(refused.value)) > len(str(copied)) + 20, "it says what is missing too"
