"""Networks of full size with random weights, saved as the published ones are: they draw noise, and cost what those do.

Sizes are those of the published config.json files: SDXL (whose shape SDXL Turbo has), GroundingDINO tiny and SAM 2.1
small as transformers' own configurations give them, PartCrafter as its classes do.
"""

import json
from importlib import import_module
from pathlib import Path

import torch
from diffusers import AutoencoderKL, EulerAncestralDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from transformers import (
    BitImageProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Dinov2Config,
    Dinov2Model,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    Sam2Config,
    Sam2Model,
)

from tests.tiny import detectors, sdxl

HALF = torch.float16


def save_sdxl(folder: Path) -> None:
    """2.6 billion parameters of UNet, 0.8 of text encoders, 0.08 of VAE."""
    words = sdxl.tokenizer()
    small = CLIPTextConfig(
        vocab_size=49_408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12
    )
    large = CLIPTextConfig(
        vocab_size=49_408, hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20,
        projection_dim=1280, hidden_act="gelu",
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=64, block_out_channels=(320, 640, 1280), layers_per_block=2, cross_attention_dim=2048,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10), attention_head_dim=(5, 10, 20), use_linear_projection=True,
        addition_embed_type="text_time", addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=[128, 256, 512, 512], layers_per_block=2, latent_channels=4, sample_size=1024,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4, scaling_factor=0.13025,
    )  # fmt: skip
    StableDiffusionXLPipeline(
        vae=vae.to(HALF),
        text_encoder=CLIPTextModel(small).to(HALF),
        text_encoder_2=CLIPTextModelWithProjection(large).to(HALF),
        tokenizer=words,
        tokenizer_2=words,
        unet=unet.to(HALF),
        scheduler=EulerAncestralDiscreteScheduler(timestep_spacing="trailing"),
        add_watermarker=False,
    ).save_pretrained(folder, variant="fp16")


def save_grounding_dino(folder: Path) -> None:
    """With the tiny one's vocabulary: which words there are costs nothing."""
    detectors.build_grounding_dino(folder, shortest_px=800)
    GroundingDinoForObjectDetection(GroundingDinoConfig(disable_custom_kernels=True)).save_pretrained(folder)


def save_sam2(folder: Path) -> None:
    detectors.build_sam2(folder)
    Sam2Model(Sam2Config()).save_pretrained(folder)
    settings = folder / "preprocessor_config.json"
    sides = {"size": {"height": 1024, "width": 1024}, "mask_size": {"height": 256, "width": 256}}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | sides))


def save_partcrafter(folder: Path) -> None:
    """Its checkout is importable as `src` by now. A DINOv2 large sees for it."""
    code, schedulers = import_module("src.pipelines.pipeline_partcrafter"), import_module("src.schedulers")
    encoder = Dinov2Config(
        hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, image_size=518, patch_size=14
    )
    seen = {"shortest_edge": 518}, {"height": 518, "width": 518}
    code.PartCrafterPipeline(
        vae=code.TripoSGVAEModel().to(HALF),
        transformer=code.PartCrafterDiTModel(cross_attention_dim=1024).to(HALF),
        scheduler=schedulers.RectifiedFlowScheduler(),
        image_encoder_dinov2=Dinov2Model(encoder).to(HALF),
        feature_extractor_dinov2=BitImageProcessor(size=seen[0], crop_size=seen[1]),
    ).save_pretrained(folder)
