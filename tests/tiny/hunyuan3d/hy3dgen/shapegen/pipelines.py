"""The pipeline: no DiffusionPipeline, `to` gives nothing back, a callback needs its steps."""

import numpy as np
import torch
import trimesh

from hy3dgen.shapegen.models import ShapeVAE
from hy3dgen.shapegen.weights import find, instantiate, tensors


class Hunyuan3DDiTFlowMatchingPipeline:
    @classmethod
    def from_pretrained(
        cls,
        model_path,
        device="cuda",
        dtype=torch.float16,
        use_safetensors=True,
        variant="fp16",
        subfolder="hunyuan3d-dit-v2-0",
        **kwargs,
    ):
        config, file = find(model_path, subfolder, use_safetensors, variant)
        made = {name: instantiate(config[name]) for name in ("model", "vae")}
        for name, module in made.items():
            module.load_state_dict(tensors(file, f"{name}."))
        pipe = cls(**made)
        pipe.model_path = model_path
        pipe.to(device, dtype)
        return pipe

    def __init__(self, model, vae):
        self.model = model
        self.vae = vae

    def enable_flashvdm(
        self, enabled=True, adaptive_kv_selection=True, topk_mode="mean", mc_algo="mc", replace_vae=True
    ):
        if replace_vae and self.model_path.split("/")[-1] == "Hunyuan3D-2mini":
            self.vae = ShapeVAE.from_pretrained("tencent/Hunyuan3D-2mini", subfolder="hunyuan3d-vae-v2-mini-turbo")
        self.vae.flash = enabled

    def to(self, device=None, dtype=None):
        self.device = self.device if device is None else torch.device(device)
        self.dtype = dtype or self.dtype
        for module in (self.model, self.vae):
            module.to(device=self.device, dtype=self.dtype)

    @torch.inference_mode()
    def __call__(  # noqa: PLR0917 (as hy3dgen has it)
        self,
        image=None,
        num_inference_steps=50,
        timesteps=None,
        sigmas=None,
        eta=0.0,
        guidance_scale=5.0,
        generator=None,
        box_v=1.01,
        octree_resolution=384,
        mc_level=0.0,
        mc_algo=None,
        num_chunks=8000,
        output_type="trimesh",
        enable_pbar=True,
        **kwargs,
    ):
        callback = kwargs.pop("callback", None)
        callback_steps = kwargs.pop("callback_steps", None)
        seen = torch.from_numpy(np.array(image)).to(self.device, self.dtype).mean((0, 1)) / 255
        latents = torch.randn((1, 16, 8), generator=generator).to(self.device, self.dtype)
        for step in range(num_inference_steps):
            latents = latents + self.model(latents, seen) * guidance_scale / num_inference_steps
            if callback is not None and step % callback_steps == 0:
                callback(step, step / num_inference_steps, latents)
        surfaces = self.vae.latents2mesh(
            latents, bounds=box_v, mc_level=mc_level, num_chunks=num_chunks, octree_resolution=octree_resolution
        )
        return [None if surface is None else trimesh.Trimesh(surface[0], surface[1][:, ::-1]) for surface in surfaces]
