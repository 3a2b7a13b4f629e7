"""Weights in the layout of the published ones: small, random, and the same ones every time."""

from importlib import import_module
from pathlib import Path
from typing import Any

import torch
import yaml
from safetensors.torch import save_file

HERE = "hy3dgen.shapegen."
STAND_IN: dict[str, Any] = {
    "model": {"target": f"{HERE}models.Hunyuan3DDiT"},
    "vae": {"target": f"{HERE}models.ShapeVAE"},
}

# The real classes at sizes for a test. Dinov2 sees 4 x 4 patches; `guidance_embed` is what makes the turbo weights
# take their guidance as an input.
VAE = {
    "num_latents": 16,
    "embed_dim": 8,
    "width": 32,
    "heads": 2,
    "num_decoder_layers": 1,
    "include_pi": False,
    "qkv_bias": False,
    "qk_norm": True,
}
DENOISER = {
    "in_channels": 8,
    "context_in_dim": 32,
    "hidden_size": 32,
    "num_heads": 2,
    "depth": 1,
    "depth_single_blocks": 1,
    "axes_dim": [16],
    "guidance_embed": True,
}
DINO = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 56, "patch_size": 14}
EYE = {"type": "DinoImageEncoder", "kwargs": {"config": DINO, "image_size": 56}}
REAL: dict[str, Any] = {
    "model": {"target": f"{HERE}models.Hunyuan3DDiT", "params": DENOISER},
    "vae": {"target": f"{HERE}models.ShapeVAE", "params": VAE},
    "conditioner": {"target": f"{HERE}models.SingleImageEncoder", "params": {"main_image_encoder": EYE}},
    "image_processor": {"target": f"{HERE}preprocessors.ImageProcessorV2", "params": {"size": 64}},
    "scheduler": {
        "target": f"{HERE}schedulers.ConsistencyFlowMatchEulerDiscreteScheduler",
        "params": {"num_train_timesteps": 1000, "pcm_timesteps": 100},
    },
}


def write(folder: Path, config: dict[str, Any]) -> None:
    """What `models.nets.hunyuan3d` looks for in the folder of a model; hy3dgen, whichever, is importable."""
    torch.manual_seed(0)
    home = folder / "Hunyuan3D-2mini"
    networks = {name: made(row) for name, row in config.items() if name in ("model", "vae", "conditioner")}
    state = {f"{name}.{key}": value for name, module in networks.items() for key, value in module.state_dict().items()}
    _write(home / "hunyuan3d-dit-v2-mini-turbo", config, state)
    _write(home / "hunyuan3d-vae-v2-mini-turbo", {"params": {}, **config["vae"]}, made(config["vae"]).state_dict())


def made(row: dict[str, Any]) -> torch.nn.Module:
    module, _, name = row["target"].rpartition(".")
    return getattr(import_module(module), name)(**row.get("params", {}))  # type: ignore[no-any-return]


def _write(folder: Path, config: dict[str, Any], state: dict[str, torch.Tensor]) -> None:
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    save_file({name: tensor.clone() for name, tensor in state.items()}, folder / "model.fp16.safetensors")
