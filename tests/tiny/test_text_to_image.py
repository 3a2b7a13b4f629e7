"""Words become a picture through diffusers itself, with a model that has everything of SDXL but its size."""

import io
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
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

CRAFT = Craft(device="cpu", image_prompt="{concept}, alone", image_px=64, image_steps=3)
TOKENIZERS = ("tokenizer", "tokenizer_2")
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


class Plain:
    """The least that a pipeline takes."""

    def __init__(self) -> None:
        self.asked: tuple[object, ...] = ()
        self.places: list[object] = []

    def __call__(self, prompt: str, num_inference_steps: int, output_type: str) -> SimpleNamespace:
        import numpy as np

        self.asked = (prompt, num_inference_steps, output_type)
        return SimpleNamespace(images=[np.eye(4, dtype=np.float32)[..., None].repeat(3, axis=2)])

    def to(self, place: object) -> None:
        self.places.append(place)


def held_as(name: str, pipe: Any, **craft: Any) -> TextToImage:
    from models.nets.held import hold

    hold(name, lambda: pipe)
    return TextToImage(replace(CRAFT, **craft), Model(name, "ada/tiny-sdxl", "1f2e", (), Path("absent")))


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


def test_a_model_that_is_on_the_gpu_for_its_stage_only_goes_there_and_back() -> None:
    import torch

    pipe = Plain()
    drawn(held_as("offloaded", pipe, offload="model"))
    assert pipe.places == [torch.device("cpu"), "cpu"], "the device of this craft, and main memory"


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
    pipe, heard = Plain(), []
    assert drawn(held_as("no steps", pipe), step=lambda *told: heard.append(told), steps=5)
    assert pipe.asked == ("bird, alone", 5, "np")
    assert heard == []


def truncate(file: Path) -> None:
    """What a full disk leaves of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def as_pickle(file: Path) -> None:
    """The same weights in the format that runs what it reads."""
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(file), file.with_suffix(".bin"))
    file.unlink()


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (shutil.rmtree, "model_index.json is missing"),
    "no index": (lambda folder: (folder / "model_index.json").unlink(), "model_index.json is missing"),
    "half an index": (lambda folder: truncate(folder / "model_index.json"), "not a valid JSON file"),
    "no UNet": (lambda folder: (folder / UNET).unlink(), "no file named diffusion_pytorch_model.safetensors"),
    "half a UNet": (lambda folder: truncate(folder / UNET), UNET),
    "a UNet that is a program": (lambda folder: as_pickle(folder / UNET), "diffusion_pytorch_model.safetensors"),
    "half a text encoder": (lambda folder: truncate(folder / "text_encoder/model.safetensors"), "deserializing"),
    "half a vocabulary": (lambda folder: truncate(folder / "tokenizer/vocab.json"), "EOF"),
    "no merges": (lambda folder: (folder / "tokenizer_2/merges.txt").unlink(), "merges"),
    "no tokenizer": (lambda folder: empty(folder / "tokenizer"), "no words in tokenizer$"),
    "no tokenizers": (
        lambda folder: [empty(folder / name) for name in TOKENIZERS],
        "no words in tokenizer and tokenizer_2$",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_folder_that_is_not_whole_is_named_with_what_it_lacks(copied: Path, what: str) -> None:
    from models.nets.diffusion import load

    break_it, said = BREAKS[what]
    break_it(copied)
    with pytest.raises(LoadFailed, match=f"{copied}.*{said}"):
        load(copied, CRAFT)
