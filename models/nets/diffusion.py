"""Words become pixels: any model that diffusers can load for that.

A scheduler counts its steps in itself, so a pipeline draws one picture at a time (diffusers, "Create a server"). In the
child one thread works, and that is all there is to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
from diffusers import AutoPipelineForText2Image
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from models.craft import Craft
from models.errors import LoadFailed, Refused
from models.nets.device import device_of, dtype_on, generator, placed

WARM_UP_PX = 64  # the least that LUMEN_IMAGE_PX may be; it divides by 16, as FLUX wants it

OnStep = Callable[[int, int], None]  #: done, total; raises when the work shall stop


@dataclass(frozen=True, slots=True)
class Drawing:
    """What shall be drawn, and how."""

    prompt: str
    steps: int
    guidance: float  #: how closely it keeps to the words; 0 for models that were distilled without
    px: int  #: width and height
    seed: int


def load(folder: Path, craft: Craft) -> Any:
    """The pipeline in a folder, where it is to wait for work.

    Its scheduler stays as it was published: SDXL Turbo's spaces its steps "trailing", others were trained for others.

    Parameters
    ----------
    folder : Path
        As `save_pretrained` writes it. Nothing is fetched. Weights in half precision are preferred where they lie
        beside full ones.
    craft : Craft
        Its `device` and `offload`.

    Raises
    ------
    LoadFailed
        There is no pipeline in it, or not all of one.
    """
    if not (folder / AutoPipelineForText2Image.config_name).is_file():
        raise LoadFailed(f"no model of diffusers lies in {folder}: {AutoPipelineForText2Image.config_name} is missing")
    try:
        pipe = AutoPipelineForText2Image.from_pretrained(
            folder,
            dtype=dtype_on(device_of(craft)),
            variant="fp16" if any(folder.glob("*/*.fp16*")) else None,  # asked for and absent, it is an error
            local_files_only=True,
            use_safetensors=True,  # the other format is a program, and diffusers falls back to it
        )
    except Exception as error:  # tokenizers raises no narrower one for a file that is cut off
        raise LoadFailed(f"the model in {folder} cannot be loaded: {error}") from error
    if mute := wordless(pipe):
        raise LoadFailed(f"the model in {folder} cannot be loaded: no words in {' and '.join(mute)}")
    pipe.set_progress_bar_config(disable=True)
    return placed(pipe, craft)


def wordless(pipe: Any) -> list[str]:
    """Tokenizers whose files are missing: transformers makes one of special tokens and says nothing.

    Every prompt would then read alike, and what is drawn would have nothing to do with it.
    """
    tokenizers = {name: part for name, part in pipe.components.items() if isinstance(part, PreTrainedTokenizerBase)}
    return [name for name, part in tokenizers.items() if len(part) <= len(part.all_special_tokens)]


def warm_up(pipe: Any) -> None:
    """One step at the smallest size: kernels are compiled, workspaces allocated."""
    draw(pipe, Drawing("warm up", steps=1, guidance=0.0, px=WARM_UP_PX, seed=0), lambda done, total: None)  # noqa: ARG005


def draw(pipe: Any, drawing: Drawing, on_step: OnStep) -> NDArray[np.float32]:
    """Draw it.

    Parameters
    ----------
    pipe : DiffusionPipeline
        From `load`, on its device. After whatever `on_step` raised it can be used again.
    drawing : Drawing
        Its seed gives the same noise on every device.
    on_step : OnStep
        Called after each step, if the pipeline tells them; what it raises ends the drawing and comes out unchanged.

    Returns
    -------
    picture : (H, W, 3) float32 in [0, 1]
        RGB. NaN where a network overflowed; `pixels_of` refuses that. A pipeline may round `px` to what it can do.
    """

    def after_step(pipe: Any, index: int, timestep: object, tensors: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001
        on_step(index + 1, getattr(pipe, "num_timesteps", drawing.steps))  # a scheduler of second order makes more
        return tensors

    wanted = {
        "prompt": drawing.prompt,
        "num_inference_steps": drawing.steps,
        "guidance_scale": drawing.guidance,
        "height": drawing.px,
        "width": drawing.px,
        "generator": generator(drawing.seed),
        "output_type": "np",
        "callback_on_step_end": after_step,
    }
    picture: NDArray[np.float32] = pipe(**understood(type(pipe).__call__, wanted)).images[0]
    return picture


def understood(call: Callable[..., Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a call has names for: SD 1.5, SDXL and FLUX share these, others lack one or another.

    Examples
    --------
    >>> def call(prompt: str, height: int = 64, **extra: object) -> None: ...
    >>> understood(call, {"prompt": "bird", "height": 8, "guidance_scale": 0.0})
    {'prompt': 'bird', 'height': 8}
    """
    names = signature(call).parameters
    return {name: value for name, value in wanted.items() if name in names}


def pixels_of(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A picture in 8 bits, if there is one to be seen.

    SDXL's VAE overflows in half precision, and its pipeline decodes in full where `vae.config.force_upcast` says so. A
    model whose configuration forgets that would give black, and so does a checker of what may be shown (SD 1.5).

    Parameters
    ----------
    picture : (H, W, 3) float32 in [0, 1]

    Returns
    -------
    pixels : (H, W, 3) uint8

    Raises
    ------
    Refused
        It has numbers that are not finite, or one colour only.

    Examples
    --------
    >>> pixels_of(np.array([[[0, 0, 0], [1, 0.5, 0]]], np.float32)).tolist()
    [[[0, 0, 0], [255, 128, 0]]]
    """
    if not np.isfinite(picture).all():
        raise Refused("the picture has numbers that are not finite: a network overflowed")
    pixels = (picture * 255).round().astype(np.uint8)
    if (pixels == pixels[0, 0]).all():
        raise Refused("the picture has one colour only")
    return pixels
