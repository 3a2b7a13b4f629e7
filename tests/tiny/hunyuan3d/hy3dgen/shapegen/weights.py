"""From a folder to tensors: what is not there is asked of the hub, and the configuration says what to import."""

import os
from importlib import import_module
from pathlib import Path

import yaml
from safetensors.torch import load_file


def find(model_path, subfolder, use_safetensors, variant):
    root = Path(os.environ.get("HY3DGEN_MODELS", "~/.cache/hy3dgen")).expanduser()
    folder = root / model_path / subfolder
    if not folder.exists():
        raise ConnectionError(f"the hub was asked for {model_path}")
    ending = "safetensors" if use_safetensors else "ckpt"
    return yaml.safe_load((folder / "config.yaml").read_text()), folder / f"model.{variant}.{ending}"


def instantiate(config):
    module, _, name = config["target"].rpartition(".")
    return getattr(import_module(module), name)(**config.get("params", {}))


def tensors(file, prefix=""):
    return {name.removeprefix(prefix): tensor for name, tensor in load_file(file).items() if name.startswith(prefix)}
