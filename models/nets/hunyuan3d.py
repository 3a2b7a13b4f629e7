"""Hunyuan3D-2 mini turbo with FlashVDM: a picture becomes one mesh.

The code is the package hy3dgen; what it does badly is dealt with here, once. Read, and run on tiny random weights, at
2.0.2 (https://pypi.org/project/hy3dgen/2.0.2/). Nothing of its post-processing is used, which leaves files behind; only
its import is paid for, with pymeshlab.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from math import ceil
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from PIL import Image

from models.craft import Craft
from models.errors import LoadFailed, Refused, StageFailed
from models.faults import named
from models.model import Model
from models.nets.device import at_work, device_of, dtype_on, generator, placed
from models.nets.held import hold
from models.nets.watch import watching
from models.stage import OnStep

PIPELINES, AUTOENCODERS = "hy3dgen.shapegen.pipelines", "hy3dgen.shapegen.models"
CODE = "hy3dgen."  #: what the weights may name classes of
HOME = "Hunyuan3D-2mini"  #: in the folder of the weights
DENOISER, DECODER = "hunyuan3d-dit-v2-mini-turbo", "hunyuan3d-vae-v2-mini-turbo"
CONFIG, TENSORS = "config.yaml", "model.fp16.safetensors"

# FlashVDM asks for a coarse grid in 4 x 4 x 4 blocks and for the finer ones near the surface only. The coarse one has
# 63 points a side or more (`min_resolution`, `mini_grid_num` of FlashVDMVolumeDecoding).
COARSE_MIN, BLOCKS_A_SIDE = 63, 4

# skimage's two ways to say that a field nowhere changes its sign
SURFACELESS = ("Surface level must be within", "No surface found")
EMPTY = "the shape came back empty"
WARM_UP_OCTREE = 16  # the coarse grid alone; nothing takes long


@dataclass(frozen=True, slots=True)
class Settings:
    """How to make a mesh."""

    steps: int
    guidance: float
    octree: int  #: cells a side
    chunk: int  #: points of the field that are asked for at once
    seed: int


@dataclass(frozen=True, slots=True)
class _Progress:
    """Counts steps, the chunks of the coarse grid, and one for the rest: how many finer chunks come, nobody knows."""

    settings: Settings
    chunks: int
    step: OnStep

    def sampled(self, index: int, *_: object) -> None:
        self._tell(index + 1, f"step {index + 1} of {self.settings.steps}")

    def decoded(self, calls: int) -> None:
        finer = calls - self.chunks
        message = f"surface, finer chunk {finer}" if finer > 0 else f"surface, {calls} of {self.chunks} chunks"
        self._tell(self.settings.steps + min(calls, self.chunks), message)

    def extracting(self) -> None:
        """Marching cubes hold the interpreter to their end, so this is the last moment to stop before."""
        self._tell(self.settings.steps + self.chunks, "surface, marching cubes")

    def _tell(self, done: int, message: str) -> None:
        self.step(done, self.settings.steps + self.chunks + 1, message)


def load(craft: Craft, model: Model) -> None:
    """Load it and have it make something.

    Raises
    ------
    LoadFailed
        hy3dgen or something that it imports is not there, files are missing among the weights, they name classes of
        others, or it cannot make a surface.
    """
    blank = Image.new("RGBA", (64, 64), "white")
    try:
        mesh(craft, model, blank, Settings(1, 5.0, WARM_UP_OCTREE, 4_000, seed=0), lambda *_: None)
    except Refused as refused:
        # One step from nothing need not have a surface. Any other reason will be there for the first job too.
        if not str(refused.__cause__).startswith(SURFACELESS):
            raise LoadFailed(f"the warm-up failed: {refused}") from refused


def mesh(craft: Craft, model: Model, picture: Image.Image, settings: Settings, step: OnStep) -> Any:
    """What Hunyuan3D sees in a picture.

    Parameters
    ----------
    picture : Image
        RGBA, the thing on nothing. Every pixel that is not wholly transparent counts as the thing: it is cut out
        along them, and put before white with a margin.
    step : callable
        Told done, total and a sentence after every step and chunk.

    Returns
    -------
    mesh : trimesh.Trimesh
        Within [-1.01, 1.01]^3, not empty, up to a million faces.

    Raises
    ------
    Refused
        There is no surface.
    BaseException
        Whatever a network or `step` raised.
    """
    pipe = hold(model.id, lambda: _loaded(craft, model))
    progress = _Progress(settings, coarse_chunks(settings.octree, settings.chunk), step)
    # What is raised while the surface is extracted hy3dgen prints, and gives None in place of the mesh.
    extracting = watching(pipe.vae.surface_extractor, "run", before=progress.extracting)
    with at_work(pipe, craft), _confined(), extracting as extraction:
        meshes = _call(pipe, picture, settings, progress)
    return _whole(meshes, extraction.raised)


def _call(pipe: Any, picture: Image.Image, settings: Settings, progress: _Progress) -> list[Any]:
    with watching(pipe.vae.geo_decoder, "forward", after=progress.decoded) as decoder:
        try:
            meshes: list[Any] = pipe(
                image=picture,
                num_inference_steps=settings.steps,
                guidance_scale=settings.guidance,
                generator=generator(settings.seed),
                octree_resolution=settings.octree,
                num_chunks=settings.chunk,
                callback=progress.sampled,
                callback_steps=1,  # without it a callback is a TypeError
                enable_pbar=False,  # stderr is for what goes wrong
            )
        except IndexError as error:
            # FlashVDM takes the least of the points near the surface, and of none there is no least.
            if decoder.raised or decoder.calls < progress.chunks:
                raise
            raise Refused(EMPTY) from error
    decoder.again()
    return meshes


def _whole(meshes: list[Any], raised: list[BaseException]) -> Any:
    """The mesh. What the extractor swallowed is raised: a fault of the machine as it is, anything else as a refusal."""
    if raised and named(raised[0])[0] is not StageFailed:
        raise raised[0]
    if raised:
        raise Refused(f"{EMPTY}: {type(raised[0]).__name__}: {raised[0]}") from raised[0]
    if not meshes or meshes[0] is None or len(meshes[0].faces) == 0:
        raise Refused(EMPTY)
    return meshes[0]


@contextmanager
def _confined() -> Iterator[None]:
    """A folder of its own for temporary files, as long as this lasts: the library forgets to remove its files."""
    with tempfile.TemporaryDirectory(prefix="hunyuan3d-") as folder:
        before, tempfile.tempdir = tempfile.tempdir, folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def coarse_chunks(octree: int, chunk: int) -> int:
    """How often FlashVDM calls the decoder for its coarse grid: in blocks, as many at once as have `chunk` points.

    Examples
    --------
    >>> coarse_chunks(380, 20_000), coarse_chunks(128, 20_000), coarse_chunks(32, 20_000)
    (64, 16, 2)
    """
    side = octree
    while side // 2 >= COARSE_MIN:
        side //= 2
    points = round(side / BLOCKS_A_SIDE) ** 3
    return ceil(BLOCKS_A_SIDE**3 / max(chunk // points, 1))


def _loaded(craft: Craft, model: Model) -> Any:
    """The pipeline with the decoder that FlashVDM was trained for.

    `enable_flashvdm` would ask the hub for that decoder, and take it in half precision on a CPU too. So it is loaded
    here, from an absolute folder as the pipeline is, which replaces the root that hy3dgen joins it to.
    """
    home = model.folder.absolute() / HOME
    for folder in (DENOISER, DECODER):
        _demand_sound(home / folder)
    try:  # with it torchvision, cv2, pymeshlab, skimage, einops: its wheel declares some of them only
        pipelines, autoencoders = import_module(PIPELINES), import_module(AUTOENCODERS)
    except ImportError as error:
        raise LoadFailed(f"hy3dgen cannot be imported: {error}") from error
    how = {"device": "cpu", "dtype": dtype_on(device_of(craft)), "use_safetensors": True, "variant": "fp16"}
    pipe = pipelines.Hunyuan3DDiTFlowMatchingPipeline.from_pretrained(str(home), subfolder=DENOISER, **how)
    pipe.vae = autoencoders.ShapeVAE.from_pretrained(str(home), subfolder=DECODER, **how)
    pipe.enable_flashvdm(topk_mode="merge", mc_algo="mc", replace_vae=False)
    return placed(pipe, craft)


def _demand_sound(folder: Path) -> None:
    """As hy3dgen asks the hub for a folder that it misses, and imports and calls whatever the configuration names."""
    for file in (CONFIG, TENSORS):
        if not (folder / file).is_file():
            raise LoadFailed(f"{folder / file} is not there")
    for target in _targets(yaml.safe_load((folder / CONFIG).read_text())):
        if not target.startswith(CODE):
            raise LoadFailed(f"{folder / CONFIG} names {target}, and only classes of {CODE}* are loaded")


def _targets(config: Any) -> Iterator[str]:
    """What stands under the key `target`, however deep."""
    if isinstance(config, dict):
        if "target" in config:
            yield str(config["target"])
        config = list(config.values())
    if isinstance(config, list):
        for each in config:
            yield from _targets(each)
