"""GroundingDINO: words -> boxes.

All prompts are asked at once: the text is "head. tail fin. leg.", in which a phrase does not see the others, and the
image is encoded once. The library's own reading of the answer joins whatever tokens are strong into one label, "head
leg" among them. Here each box answers the one prompt whose tokens it fits best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer, GroundingDinoForObjectDetection

from models.craft import Craft
from models.errors import StageFailed
from models.model import Model
from models.nets.device import at_work, device_of, placed
from models.nets.held import hold
from models.nets.pixels import ready, settings


@dataclass(frozen=True, slots=True)
class Boxes:
    """N boxes in a picture.

    Parameters
    ----------
    corners : (N, 4) float32
        Left, top, right, bottom, in pixels.
    label : (N,) int
        Index of the prompt.
    score : (N,) float32 in [0, 1]
    """

    corners: NDArray[np.float32]
    label: NDArray[np.int64]
    score: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GroundingDino:
    """Single precision on a GPU too: it is small, and its published run was not in half."""

    craft: Craft
    network: Any
    tokenizer: Any
    how: dict[str, Any]

    def boxes(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> Boxes:
        """What answers the prompts in a picture (H, W, 3).

        A box counts whose strongest token has box_score_min, for the prompt whose tokens have the highest mean, if that
        is text_score_min.
        """
        answer, tokens, scores = self._answer(picture, prompts)
        score, label = scores.max(dim=1)
        kept = (tokens.amax(dim=1) > self.craft.box_score_min) & (score > self.craft.text_score_min)
        corners = _corners(answer.pred_boxes[0][kept].float(), *picture.shape[:2])
        return Boxes(corners.cpu().numpy(), label[kept].cpu().numpy(), score[kept].cpu().numpy())

    def sure(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> tuple[float, ...]:
        """See `models.segmenter.Detector`."""
        _, _, scores = self._answer(picture, prompts)
        return tuple(scores.amax(dim=0).tolist())

    def _answer(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> tuple[Any, torch.Tensor, torch.Tensor]:
        """What the network says, and how well each of its Q boxes fits each token (Q, T) and each prompt (Q, N)."""
        device = device_of(self.craft)
        text = self.tokenizer(" ".join(f"{prompt.lower()}." for prompt in prompts), return_tensors="pt").to(device)
        spans = spans_of(text["input_ids"][0].tolist(), self.tokenizer, len(prompts))
        with torch.inference_mode(), at_work(self.network, self.craft) as network:
            answer = network(pixel_values=ready(picture, self.how, device), **text)
        tokens = answer.logits[0].float().sigmoid()
        return answer, tokens, torch.stack([tokens[:, span].mean(dim=1) for span in spans], dim=1)


def grounding_dino(craft: Craft, model: Model) -> GroundingDino:
    """The one that this process holds."""
    return hold(model.id, lambda: _load(craft, model))


def spans_of(ids: Sequence[int], tokenizer: Any, count: int) -> list[slice]:
    """Where the tokens of each prompt are: between the separators, at which the network ends a phrase too.

    Raises: StageFailed when there are more or fewer phrases than prompts.
    """
    ends = {tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.convert_tokens_to_ids(".")}
    at = [index for index, token in enumerate(ids) if token in ends]
    spans = [slice(begin + 1, end) for begin, end in pairwise(at) if end - begin > 1]
    if len(spans) != count:
        raise StageFailed(f"{count} prompts were read as {len(spans)} phrases")
    return spans


def _load(craft: Craft, model: Model) -> GroundingDino:
    network = GroundingDinoForObjectDetection.from_pretrained(model.folder, local_files_only=True, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(model.folder, local_files_only=True)
    return GroundingDino(craft, placed(network.eval(), craft), tokenizer, settings(model.folder))


def _corners(boxes: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """From middle and size in shares of the picture (N, 4) to left, top, right, bottom in pixels, inside it."""
    middle, size = boxes[:, :2], boxes[:, 2:]
    corners = torch.cat([middle - size / 2, middle + size / 2], dim=1).clamp(0, 1)
    return corners * torch.tensor([width, height, width, height], device=boxes.device)
