"""GroundingDINO, SAM 2 and SAM 3 that fit into a few megabytes: every part is there, the weights are random.

    build_grounding_dino(folder)
    build_sam2(folder)
    build_sam3(folder)

The same weights each time. Nothing is fetched: the vocabulary is written here.
"""

import json
from pathlib import Path
from string import ascii_lowercase

import torch
from transformers import (
    BertConfig,
    BertTokenizer,
    CLIPTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VisionConfig,
    Sam3Config,
    Sam3Model,
    SwinConfig,
)

from tests.tiny.sdxl import tokenizer as letters

SEED = 7
# BERT's own numbers of these: the network has them in its code, and ends a phrase there.
PAD, UNKNOWN, START, END, DOT, QUESTION = 0, 100, 101, 102, 1012, 1029
SPECIAL = {PAD: "[PAD]", UNKNOWN: "[UNK]", START: "[CLS]", END: "[SEP]", 103: "[MASK]", DOT: ".", QUESTION: "?"}
SAM2_PX, SAM2_WIDTH = 128, 32
SAM3_PX, SAM3_PATCH = 112, 14
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "rescale_factor": 1 / 255}


def build_grounding_dino(folder: Path, *, shortest_px: int = 64) -> None:
    """Write it into `folder` as it is published."""
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        GroundingDinoForObjectDetection(_grounding_dino()).eval().save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(_vocabulary()) + "\n")
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    size = {"shortest_edge": shortest_px, "longest_edge": 2 * shortest_px}
    _write_settings(folder, image_processor_type="GroundingDinoImageProcessor", size=size, **IMAGENET)


def build_sam2(folder: Path) -> None:
    """Write it into `folder` as it is published."""
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        Sam2Model(_sam2()).eval().save_pretrained(folder)
    size = {"height": SAM2_PX, "width": SAM2_PX}
    _write_settings(folder, image_processor_type="Sam2ImageProcessor", processor_class="Sam2Processor", size=size,
                    mask_size={"height": SAM2_PX // 4, "width": SAM2_PX // 4}, **IMAGENET)  # fmt: skip


def build_sam3(folder: Path) -> None:
    """Write it into `folder`."""
    words = letters()
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        Sam3Model(_sam3(words)).eval().save_pretrained(folder)
    words.save_pretrained(folder)
    half = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "rescale_factor": 1 / 255}
    _write_settings(folder, image_processor_type="Sam3ImageProcessor", processor_class="Sam3Processor",
                    size={"height": SAM3_PX, "width": SAM3_PX}, **half)  # fmt: skip


def _write_settings(folder: Path, **settings: object) -> None:
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))


def _vocabulary() -> list[str]:
    """A letter a token, and at the places where BERT has them those that mean something."""
    letters = iter([*ascii_lowercase, *(f"##{letter}" for letter in ascii_lowercase)])
    return [SPECIAL.get(index) or next(letters, f"[unused{index}]") for index in range(QUESTION + 1)]


def _grounding_dino() -> GroundingDinoConfig:
    heads = {"encoder_attention_heads": 4, "decoder_attention_heads": 4}
    return GroundingDinoConfig(
        backbone_config=SwinConfig(
            image_size=64, embed_dim=16, depths=[1] * 4, num_heads=[1, 2, 4, 8], window_size=4, out_indices=[2, 3, 4]
        ),
        text_config=BertConfig(
            vocab_size=QUESTION + 1, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
        ),
        d_model=32, num_queries=20, encoder_layers=1, decoder_layers=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
        disable_custom_kernels=True, **heads,
    )  # fmt: skip


def _sam2() -> Sam2Config:
    backbone = Sam2HieraDetConfig(
        hidden_size=12, num_attention_heads=1, image_size=[SAM2_PX, SAM2_PX], blocks_per_stage=[1, 2, 1, 1],
        embed_dim_per_stage=[12, 24, 48, 96], num_attention_heads_per_stage=[1, 2, 4, 8],
        window_size_per_stage=[8, 4, 8, 4], global_attention_blocks=[2],
        window_positional_embedding_background_size=[4, 4],
    )  # fmt: skip
    vision = Sam2VisionConfig(
        backbone_config=backbone, backbone_channel_list=[96, 48, 24, 12], fpn_hidden_size=SAM2_WIDTH,
        backbone_feature_sizes=[[SAM2_PX // 4] * 2, [SAM2_PX // 8] * 2, [SAM2_PX // 16] * 2],
    )  # fmt: skip
    prompts = Sam2PromptEncoderConfig(hidden_size=SAM2_WIDTH, image_size=SAM2_PX)
    decoder = Sam2MaskDecoderConfig(
        hidden_size=SAM2_WIDTH, mlp_dim=64, num_attention_heads=4, iou_head_hidden_dim=SAM2_WIDTH
    )
    return Sam2Config(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder)


def _sam3(words: CLIPTokenizer) -> Sam3Config:
    side = SAM3_PX // SAM3_PATCH
    block = {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64}
    return Sam3Config(
        vision_config={
            "backbone_config": {
                "model_type": "sam3_vit_model", **block, "num_hidden_layers": 2, "image_size": SAM3_PX,
                "patch_size": SAM3_PATCH, "window_size": 4, "global_attn_indexes": [1], "pretrain_image_size": SAM3_PX,
            },
            "fpn_hidden_size": 32,
            "backbone_feature_sizes": [[4 * side] * 2, [2 * side] * 2, [side] * 2],
        },
        text_config={
            "model_type": "clip_text_model", **block, "vocab_size": len(words), "projection_dim": 32,
            "bos_token_id": words.bos_token_id, "eos_token_id": words.eos_token_id,
            "num_hidden_layers": 2, "max_position_embeddings": 32,
        },
        geometry_encoder_config=block | {"num_layers": 1},
        detr_encoder_config=block | {"num_layers": 1},
        detr_decoder_config=block | {"num_layers": 2, "num_queries": 12},
        mask_decoder_config={"hidden_size": 32, "num_attention_heads": 4},
    )  # fmt: skip
