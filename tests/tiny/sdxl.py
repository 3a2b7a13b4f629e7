"""A pipeline of SDXL's kind that fits into a few megabytes: every part is there, its weights are random.

    build(folder)
    AutoPipelineForText2Image.from_pretrained(folder, local_files_only=True)

The same weights each time. Nothing is fetched: the vocabulary is written here.
"""

import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL, EulerAncestralDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

SEED = 7
START, END, WORD_ENDS = "<|startoftext|>", "<|endoftext|>", "</w>"
TEXT = 32  # width of each text encoder; the UNet attends to both
TIME = 8  # of each of the six numbers on size and crop


def build(folder: Path, *, variant: str | None = None) -> None:
    """Write it into `folder` as `save_pretrained` does, the weights named for `variant` if there is one."""
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        pipe = pipeline()
    pipe.save_pretrained(folder, variant=variant)
    for name in ("tokenizer", "tokenizer_2"):
        as_published(pipe.components[name], folder / name)


def as_published(words: CLIPTokenizer, folder: Path) -> None:
    """Two files where transformers now writes one: what lies in the folders of SDXL."""
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.json").write_text(json.dumps(words.get_vocab()))
    (folder / "merges.txt").write_text("#version: 0.2\n")


def pipeline() -> StableDiffusionXLPipeline:
    words = tokenizer()
    return StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=CLIPTextModel(text_config(words)),
        text_encoder_2=CLIPTextModelWithProjection(text_config(words)),
        tokenizer=words,
        tokenizer_2=words,
        unet=unet(),
        # As SDXL Turbo is published.
        scheduler=EulerAncestralDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="trailing"
        ),
        add_watermarker=False,
    )


def tokenizer() -> CLIPTokenizer:
    """Letter by letter: every byte, every byte at the end of a word, and no merges."""
    letters = sorted(ByteLevel.alphabet())
    symbols = [*letters, *(letter + WORD_ENDS for letter in letters), START, END]
    return CLIPTokenizer(vocab={symbol: at for at, symbol in enumerate(symbols)}, merges=[], model_max_length=77)


def text_config(words: CLIPTokenizer) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(words),
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        hidden_size=TEXT,
        intermediate_size=TEXT,
        projection_dim=TEXT,
        num_hidden_layers=5,
        num_attention_heads=4,
    )


def vae() -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=[32, 64],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
        sample_size=64,
    )


def unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=2,
        sample_size=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=TIME,
        transformer_layers_per_block=(1, 2),
        projection_class_embeddings_input_dim=6 * TIME + TEXT,
        cross_attention_dim=2 * TEXT,
    )
