"""SAM 3: words -> masks, one prompt at a time against an image that is encoded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer, Sam3Model

from models.craft import Craft
from models.model import Model
from models.nets.device import at_work, device_of, placed
from models.nets.held import hold
from models.nets.pixels import masks_of, ready, settings
from models.segmenter import Found

TOKENS = 32  # what its text encoder has places for, and was always given: shorter prompts are padded


@dataclass(frozen=True, slots=True)
class Sam3:
    """Single precision on a GPU too: half was not tried with its weights."""

    craft: Craft
    network: Any
    tokenizer: Any
    how: dict[str, Any]

    def find(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> list[Found]:
        """See `models.segmenter.Segmenter`."""
        found: list[Found] = []
        for label, (answer, score) in enumerate(self._answers(picture, prompts)):
            kept = score > self.craft.box_score_min
            masks = masks_of(answer.pred_masks[0][kept], *picture.shape[:2])
            rows = zip(masks, score[kept].tolist(), strict=True)
            found += [Found(label, mask, sure) for mask, sure in rows if mask.any()]
        return found

    def sure(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> tuple[float, ...]:
        """See `models.segmenter.Detector`."""
        return tuple(float(score.max()) for _, score in self._answers(picture, prompts))

    def _answers(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> Iterator[tuple[Any, torch.Tensor]]:
        """For each prompt what the network says, and how sure it is of each thing (N,)."""
        device = device_of(self.craft)
        with torch.inference_mode(), at_work(self.network, self.craft) as network:
            seen = network.get_vision_features(ready(picture, self.how, device))
            for prompt in prompts:
                text = self.tokenizer(
                    prompt, padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt"
                ).to(device)
                answer = network(vision_embeds=seen, input_ids=text["input_ids"], attention_mask=text["attention_mask"])
                # Whether there is any such thing in the picture, times which of the candidates it is.
                yield answer, answer.presence_logits[0].float().sigmoid() * answer.pred_logits[0].float().sigmoid()


def sam3(craft: Craft, model: Model) -> Sam3:
    """The one that this process holds."""
    return hold(model.id, lambda: _load(craft, model))


def _load(craft: Craft, model: Model) -> Sam3:
    network = Sam3Model.from_pretrained(model.folder, local_files_only=True, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(model.folder, local_files_only=True)
    return Sam3(craft, placed(network.eval(), craft), tokenizer, settings(model.folder))
