"""PartCrafter: a picture becomes as many meshes as were asked for, without names.

It is no package. Its weights name classes in a top-level package `src`, so a checkout of its code has to be found under
that name, which is why only the child process ever goes near it. What it does badly is dealt with here, once; read at
commit 269bd41 (https://github.com/wgsxm/PartCrafter).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import torch
from PIL import Image

from models.craft import Craft
from models.errors import LoadFailed, Refused, StageFailed
from models.faults import named
from models.model import Model
from models.nets.device import at_work, device_of, dtype_on, generator, placed
from models.nets.held import hold
from models.nets.watch import watching
from models.stage import OnStep

PIPELINE = "src.pipelines.pipeline_partcrafter"
SCHEDULERS = "src.schedulers"  #: the weights name it; the pipeline does not import it, and nor does diffusers 0.42
EXTRACTION = "hierarchical_extract_geometry"  #: what the pipeline calls once per part, inside its bare `except:`
PARTS_MAX = 16  # its script's own bound: 32 rows of part embeddings, and guidance doubles the batch
EXPANDED_MAX = 10**9  # what its script passes; the default refuses a part that fills more than a tenth of the grid

# Percent of the whole that has been seen when the last step is done, and when the last part is decoded. Which half
# takes longer was not measured on a GPU; all that is claimed is that the number never goes back.
STEPS_END, PARTS_END = 60, 95

# skimage's two ways to say that a field nowhere changes its sign
SURFACELESS = ("Surface level must be within", "No surface found")
WARM_UP_DEPTH = 4  # 16 points a side: all code runs, nothing takes long


@dataclass(frozen=True, slots=True)
class Settings:
    """How to make parts."""

    steps: int
    guidance: float
    tokens: int  #: per part
    depth: int  #: of the dense octree: 2 ** depth points a side
    seed: int


def load(craft: Craft, model: Model) -> None:
    """Load it and have it make one part.

    Raises
    ------
    LoadFailed
        The checkout is not there, something else is called `src`, or it cannot make a part.
    OSError
        From diffusers, when files are missing among the weights.
    """
    blank, least = Image.new("RGB", (64, 64), "white"), Settings(1, 7.0, 256, WARM_UP_DEPTH, seed=0)
    try:
        parts(craft, model, blank, 1, least, lambda *_: None)
    except Refused as refused:
        # One step out of nothing need not have a surface. Any other reason will be there for the first job too.
        if not str(refused.__cause__).startswith(SURFACELESS):
            raise LoadFailed(f"the warm-up failed: {refused}") from refused


def parts(craft: Craft, model: Model, picture: Image.Image, count: int, settings: Settings, step: OnStep) -> list[Any]:
    """What PartCrafter sees in a picture.

    Parameters
    ----------
    picture : Image
        RGB, the thing on white.
    count : int in [1, 16]
        How many parts to make.
    step : callable
        Told percent, 100 and a sentence after every step and every chunk of the surface, up to PARTS_END percent.

    Returns
    -------
    parts : list of `count` trimesh.Trimesh
        In one frame, within [-1.005, 1.005]^3. None is empty. Up to a million faces each.

    Raises
    ------
    Refused
        A part came back empty, or other than `count` parts.
    StageFailed
        `count` is out of bounds.
    BaseException
        Whatever a network or `step` raised, also while a part was decoded.
    """
    if not 1 <= count <= PARTS_MAX:
        raise StageFailed(f"{count} parts, and PartCrafter makes 1 to {PARTS_MAX}")
    pipe = hold(model.id, lambda: _loaded(craft, model))
    # A watch on the decoder alone would not see the GPU run full between two of its calls, where the grid is refined
    # and most memory is taken, and could not tell one part from the next.
    with at_work(pipe, craft), watching(sys.modules[PIPELINE], EXTRACTION) as extraction:

        def after_step(done: int) -> None:
            step(done * STEPS_END // settings.steps, 100, f"step {done} of {settings.steps}")

        def after_chunk(_: int) -> None:
            decoded = extraction.calls * (PARTS_END - STEPS_END) // count
            step(STEPS_END + decoded, 100, f"surface, part {extraction.calls + 1} of {count}")

        with (
            watching(pipe.transformer, "forward", after=after_step),
            watching(pipe.vae.decoder, "forward", after=after_chunk),
        ):
            meshes = _call(pipe, device_of(craft), picture, count, settings)
    if extraction.raised:
        _give_up(extraction.raised[0], extraction.calls + 1, count)
    return _whole(meshes, count)


def _call(pipe: Any, device: torch.device, picture: Image.Image, count: int, settings: Settings) -> list[Any]:
    # The refinement by one level allocates on "cuda" by name, so on a CPU the surface stays as coarse as it begins.
    finer = 1 if device.type == "cuda" else 0
    return pipe(  # type: ignore[no-any-return]
        image=[picture] * count,
        attention_kwargs={"num_parts": count},
        num_inference_steps=settings.steps,
        guidance_scale=settings.guidance,
        num_tokens=settings.tokens,
        generator=generator(settings.seed),
        dense_octree_depth=settings.depth,
        hierarchical_octree_depth=settings.depth + finer,
        max_num_expanded_coords=EXPANDED_MAX,
        # No callback_on_step_end: it ends every call with an UnboundLocalError.
    ).meshes


def _give_up(error: BaseException, part: int, count: int) -> NoReturn:
    """Raise what was swallowed: a cancel and a fault of the machine as they are, anything else as a refusal."""
    if not isinstance(error, Exception) or named(error)[0] is not StageFailed:
        raise error
    raise Refused(f"part {part} of {count} came back empty: {type(error).__name__}: {error}") from error


def _whole(meshes: list[Any], count: int) -> list[Any]:
    if len(meshes) != count:
        raise Refused(f"{len(meshes)} parts came back, {count} were asked for")
    for number, mesh in enumerate(meshes, 1):
        if mesh is None or len(mesh.faces) == 0:
            raise Refused(f"part {number} of {count} came back empty")
    return meshes


def _loaded(craft: Craft, model: Model) -> Any:
    make_importable(Path(craft.partcrafter))
    import_module(SCHEDULERS)
    pipe = import_module(PIPELINE).PartCrafterPipeline.from_pretrained(model.folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)  # stderr is for what goes wrong
    pipe.to(dtype=dtype_on(device_of(craft)))
    return placed(pipe, craft)


def make_importable(checkout: Path) -> None:
    """Have `import src` find the checkout, and nothing else.

    Raises
    ------
    LoadFailed
        It is no checkout, or another `src` is imported already or would be found first.
    """
    if not (checkout / "src").is_dir():
        raise LoadFailed(f"{checkout} is no checkout of PartCrafter: there is no folder src in it")
    if "src" in sys.modules:
        _demand_from(checkout, sys.modules["src"])
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    # It has no __init__.py, so a package of that name further down the path would win.
    _demand_from(checkout, import_module("src"))
    _stand_in_for_torch_cluster()


def _demand_from(checkout: Path, package: ModuleType) -> None:
    where = [Path(folder) for folder in getattr(package, "__path__", ())] or [Path(str(package.__file__))]
    if where[0].resolve() != (checkout / "src").resolve():
        raise LoadFailed(f"PartCrafter has to be imported as src, and {where[0]} is called that too")


def _stand_in_for_torch_cluster() -> None:
    """Its autoencoder imports `fps` for the way from a mesh to latents, which nobody goes here.

    PyPI has the package as source only, to be built with a compiler and the CUDA toolkit.
    """
    try:
        import_module("torch_cluster")
    except ModuleNotFoundError:
        module = ModuleType("torch_cluster")
        module.fps = _no_fps  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module


def _no_fps(*_: Any, **__: Any) -> NoReturn:
    raise NotImplementedError("fps of torch_cluster is not installed; only encoding a mesh needs it")
