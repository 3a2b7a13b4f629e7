"""A stand-in for PartCrafter: its face, its misbehaviour, and networks so small that a laptop runs them in a blink.

Written after the public interface of commit 269bd41, which tests/tiny/test_image_to_parts.py compares it with. Like the
original it is importable as `src` only, which is a package without an `__init__.py`. Each part is a ball whose place
comes out of the networks.
"""

import sys
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
import trimesh
from skimage import measure
from src.pipelines.pipeline_partcrafter_output import PartCrafterPipelineOutput
from torch import nn
from torch_cluster import fps  # noqa: F401 (the original's autoencoder imports it)

SCHEDULER = "src.schedulers.scheduling_rectified_flow"
CHANNELS, WIDTH, ROWS = 4, 8, 32
CHUNK = 50_000  # points that the decoder is asked about at once
BOUNDS = (-1.005, -1.005, -1.005, 1.005, 1.005, 1.005)


class Transformer(nn.Module):
    """Latents of all parts -> velocities."""

    def __init__(self) -> None:
        super().__init__()
        self.part_embedding = nn.Embedding(ROWS, WIDTH)
        self.proj_in = nn.Linear(CHANNELS, WIDTH)
        self.proj_out = nn.Linear(WIDTH, CHANNELS)

    def forward(
        self,
        hidden_states: Any,
        timestep: Any,
        encoder_hidden_states: Any = None,
        image_rotary_emb: Any = None,
        attention_kwargs: Any = None,
        return_dict: bool = True,
    ) -> Any:
        batch = hidden_states.shape[0]
        rows = self.part_embedding(torch.arange(batch, device=hidden_states.device))
        hidden = self.proj_in(hidden_states) + rows[:, None] + encoder_hidden_states + timestep[:, None, None]
        # Each part attends to all parts of its object, so the batch has to be made of whole objects.
        whole = hidden.reshape(-1, attention_kwargs["num_parts"], *hidden.shape[1:])
        hidden = hidden + whole.mean(dim=1).repeat_interleave(attention_kwargs["num_parts"], dim=0)
        answer = self.proj_out(torch.tanh(hidden))
        assert not return_dict, "the pipeline asks for a tuple"
        return (answer,)


class Decoder(nn.Module):
    """Latents of one part, points -> how far inside each point is."""

    def __init__(self) -> None:
        super().__init__()
        self.proj_query = nn.Linear(3, 3, bias=False)
        nn.init.eye_(self.proj_query.weight)
        self.proj_out = nn.Linear(CHANNELS, 3)

    def forward(self, sample: Any, queries: Any, kv_cache: Any = None) -> Any:
        centre = torch.tanh(self.proj_out(sample.mean(dim=1))) / 2 if kv_cache is None else kv_cache
        return 0.3 - (self.proj_query(queries) - centre[:, None]).norm(dim=-1, keepdim=True), centre


class Autoencoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.decoder = Decoder()

    def set_flash_decoder(self) -> None:
        pass

    def decode(self, z: Any, sampled_points: Any) -> Any:
        cache, answers = None, []
        for chunk in sampled_points.split(CHUNK, dim=1):
            answer, cache = self.decoder(z, chunk, cache)
            answers.append(answer)
        return torch.cat(answers, dim=1)


def hierarchical_extract_geometry(  # noqa: PLR0917 (the original's)
    geometric_func: Any,
    device: Any,
    dtype: Any,
    bounds: Any = BOUNDS,
    dense_octree_depth: int = 8,
    hierarchical_octree_depth: int = 9,
    max_num_expanded_coords: float = 1e8,
    verbose: bool = False,
) -> Any:
    side = 2**dense_octree_depth
    axes = [torch.linspace(bounds[i], bounds[i + 3], side, dtype=dtype, device=device) for i in range(3)]
    points = torch.stack(torch.meshgrid(*axes, indexing="ij"), dim=-1).view(1, -1, 3)
    grid = geometric_func(points).view(side, side, side)
    for _ in range(hierarchical_octree_depth - dense_octree_depth):
        torch.zeros(1, device="cuda")  # by name, as in the original
    vertices, faces, _, _ = measure.marching_cubes(grid.float().cpu().numpy(), 0, method="lewiner")
    low, high = np.array(bounds[:3]), np.array(bounds[3:])
    return (vertices / 2**hierarchical_octree_depth * (high - low) + low).astype(np.float32), faces


class PartCrafterPipeline:
    def __init__(self) -> None:
        self.image_encoder_dinov2 = nn.Linear(3, WIDTH)
        self.transformer = Transformer()
        self.vae = Autoencoder()
        self.scheduler = sys.modules[SCHEDULER].RectifiedFlowScheduler()
        self._interrupt = False
        self._progress_bar_config: dict[str, Any] = {}

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: Any, **kwargs: Any) -> Self:
        """Weights out of the one number in the folder's model_index.json.

        As diffusers 0.42 does, it refuses to import the module of the scheduler, which the weights name.
        """
        if SCHEDULER not in sys.modules:
            raise ValueError(f"{SCHEDULER} is not one of the libraries and has not been imported")
        seed = int((Path(pretrained_model_name_or_path) / "model_index.json").read_text())
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return cls()

    def to(self, *args: Any, **kwargs: Any) -> Self:
        for module in (self.image_encoder_dinov2, self.transformer, self.vae):
            module.to(*args, **kwargs)
        return self

    def set_progress_bar_config(self, **kwargs: Any) -> None:
        self._progress_bar_config = kwargs

    @property
    def interrupt(self) -> bool:
        return self._interrupt

    def _embedded(self, images: list[Any], like: torch.Tensor) -> torch.Tensor:
        """(B, 1, WIDTH): the mean colours."""
        assert all(image.mode == "RGB" for image in images)
        colours = np.stack([np.asarray(image, np.float32).mean(axis=(0, 1)) / 255 for image in images])
        embedded: torch.Tensor = self.image_encoder_dinov2(torch.from_numpy(colours).to(like))[:, None]
        return embedded

    @torch.no_grad()
    def __call__(  # noqa: PLR0917 (the original's)
        self,
        image: Any,
        num_inference_steps: int = 50,
        num_tokens: int = 2048,
        timesteps: Any = None,
        guidance_scale: float = 7.0,
        num_images_per_prompt: int = 1,
        generator: Any = None,
        latents: Any = None,
        attention_kwargs: Any = None,
        callback_on_step_end: Any = None,
        callback_on_step_end_tensor_inputs: Any = ["latents"],  # noqa: B006 (the original's)
        bounds: Any = BOUNDS,
        dense_octree_depth: int = 8,
        hierarchical_octree_depth: int = 9,
        max_num_expanded_coords: int = 1e8,  # type: ignore[assignment]
        flash_octree_depth: int = 9,
        use_flash_decoder: bool = True,  # ignored, as in the original
        return_dict: bool = True,
    ) -> Any:
        self._interrupt = False
        like = self.image_encoder_dinov2.weight
        embedded = self._embedded(image, like)
        embedded = torch.cat([torch.zeros_like(embedded), embedded])
        noise = torch.randn((len(image), num_tokens, CHANNELS), generator=generator)
        latents = noise.to(like)  # whatever was given, as in the original
        for index, moment in enumerate(self.scheduler.times(num_inference_steps)):
            if self.interrupt:
                continue
            time = torch.full((2 * len(image),), moment).to(like)
            velocity = self.transformer(
                torch.cat([latents] * 2),
                time,
                encoder_hidden_states=embedded,
                attention_kwargs=attention_kwargs,
                return_dict=False,
            )[0]
            without, within = velocity.chunk(2)
            latents = latents + (without + guidance_scale * (within - without)) / num_inference_steps
            if callback_on_step_end is not None:
                outputs = callback_on_step_end(self, index, time[0], {"latents": latents})
                image_embeds_1 = outputs.pop("image_embeds_1", image_embeds_1)  # noqa: F821, F841 (the original's)
        self.vae.set_flash_decoder()
        samples, meshes = [], []
        for part in latents.split(1):
            try:
                sample = hierarchical_extract_geometry(
                    lambda points, part=part: self.vae.decode(part, points),
                    like.device,
                    dtype=latents.dtype,
                    bounds=bounds,
                    dense_octree_depth=dense_octree_depth,
                    hierarchical_octree_depth=hierarchical_octree_depth,
                    max_num_expanded_coords=max_num_expanded_coords,
                )
                mesh = trimesh.Trimesh(*sample)
            except:  # noqa: E722 (as bare as the original's)
                sample = mesh = None
            samples.append(sample)
            meshes.append(mesh)
        return PartCrafterPipelineOutput(samples, meshes) if return_dict else (samples, meshes)
