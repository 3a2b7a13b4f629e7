"""Networks that make an ellipsoid of latents, and the surface of it as FlashVDM comes to one."""

import tempfile
import traceback

import numpy as np
import torch
from skimage import measure
from torch import nn

from hy3dgen.shapegen.weights import find, tensors


class Hunyuan3DDiT(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8 + 4, 8)

    def forward(self, x, seen):
        return torch.tanh(self.layer(torch.cat([x, seen.expand(*x.shape[:2], 4)], -1)))


class GeoDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.radii = nn.Linear(8, 3)

    def forward(self, queries=None, query_embeddings=None, latents=None):
        radii = 0.4 + 0.3 * torch.sigmoid(self.radii(latents.mean(1)))
        return 5 * (1 - torch.linalg.norm(queries / radii[:, None], dim=-1, keepdim=True))


class SurfaceExtractor:
    def run(self, grid_logit, *, mc_level, bounds, octree_resolution, **kwargs):
        with tempfile.NamedTemporaryFile(suffix=".ply", delete=False) as forgotten:
            forgotten.write(b"ply")
        vertices, faces, _, _ = measure.marching_cubes(grid_logit.cpu().numpy(), mc_level, method="lewiner")
        return vertices / (octree_resolution + 1) * 2 * bounds - bounds, faces

    def __call__(self, grid_logits, **kwargs):
        outputs = []
        for grid_logit in grid_logits:
            try:
                vertices, faces = self.run(grid_logit, **kwargs)
                outputs.append((vertices.astype(np.float32), faces))
            except Exception:  # noqa: BLE001
                traceback.print_exc()
                outputs.append(None)
        return outputs


class ShapeVAE(nn.Module):
    @classmethod
    def from_pretrained(
        cls,
        model_path,
        device="cuda",
        dtype=torch.float16,
        use_safetensors=True,
        variant="fp16",
        subfolder="hunyuan3d-vae-v2-0",
        **kwargs,
    ):
        config, file = find(model_path, subfolder, use_safetensors, variant)
        vae = cls(**config["params"])
        vae.load_state_dict(tensors(file))
        return vae.to(device=device, dtype=dtype)

    def __init__(self):
        super().__init__()
        self.geo_decoder = GeoDecoder()
        self.surface_extractor = SurfaceExtractor()
        self.flash = False

    def latents2mesh(self, latents, **kwargs):
        grid = self.coarse(latents, **kwargs) if self.flash else self.dense(latents, **kwargs)
        return self.surface_extractor(grid, **kwargs)

    def dense(self, latents, octree_resolution, num_chunks, bounds, **kwargs):
        points = grid_points(octree_resolution + 1, bounds, latents).reshape(1, -1, 3)
        logits = [self.geo_decoder(queries=chunk, latents=latents) for chunk in points.split(num_chunks, dim=1)]
        return torch.cat(logits, 1).reshape([1] + [octree_resolution + 1] * 3).float()

    def coarse(self, latents, octree_resolution, num_chunks, bounds, **kwargs):
        """In 4 x 4 x 4 blocks, then each finer grid near the surface only."""
        sides = [octree_resolution]
        while sides[0] // 2 >= 63:
            sides.insert(0, sides[0] // 2)
        block = round(sides[0] / 4)
        side = 4 * block
        blocks = grid_points(side, bounds, latents).reshape(4, block, 4, block, 4, block, 3)
        blocks = blocks.permute(0, 2, 4, 1, 3, 5, 6).reshape(64, block**3, 3)
        logits = [
            self.geo_decoder(queries=some, latents=latents.expand(len(some), -1, -1))
            for some in blocks.split(max(num_chunks // block**3, 1))
        ]
        grid = torch.cat(logits).reshape(4, 4, 4, block, block, block).permute(0, 3, 1, 4, 2, 5).reshape([side] * 3)
        for _ in sides[1:]:
            grid = self.finer(grid, latents, num_chunks, bounds)
        return grid[None].float()

    def finer(self, grid, latents, num_chunks, bounds):
        grid = grid.repeat_interleave(2, 0).repeat_interleave(2, 1).repeat_interleave(2, 2)
        near = torch.where(grid.abs() < 0.95)
        points = grid_points(len(grid), bounds, latents)[near][None]
        points.min(axis=1)  # IndexError where no point is near the surface
        logits = [self.geo_decoder(queries=chunk, latents=latents) for chunk in points.split(num_chunks, dim=1)]
        grid[near] = torch.cat(logits, 1)[0, :, 0]
        return grid


def grid_points(side, bounds, like):
    line = torch.linspace(-bounds, bounds, side, device=like.device, dtype=like.dtype)
    return torch.stack(torch.meshgrid(line, line, line, indexing="ij"), -1)
