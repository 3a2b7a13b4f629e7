"""Pictures become what a network reads, and its masks come back: with torch alone.

The processors of SAM in transformers need torchvision, which exists only beside one build of torch; what they do to one
picture is a resize and a subtraction. Their settings are read from the weights' folder, as they do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch.nn.functional import interpolate
from transformers.image_processing_base import ImageProcessingMixin

PIECE_SHARE_MIN = 0.01  # of a mask: both ends of a leg that something hides in the middle are kept, crumbs are not


def settings(folder: Path) -> dict[str, Any]:
    """How the pictures of a model are made ready: what was published with its weights. Raises: OSError."""
    found, _ = ImageProcessingMixin.get_image_processor_dict(folder, local_files_only=True)
    return dict(found)


def ready(picture: NDArray[np.uint8], how: dict[str, Any], device: torch.device) -> torch.Tensor:
    """A picture in the size and the numbers that a network was trained with.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        RGB.
    how : dict
        See `settings`: `size` as height and width, or as the shortest and at most the longest edge; `rescale_factor`,
        `image_mean`, `image_std`.
    device : torch.device

    Returns
    -------
    pixels : (1, 3, h, w) float32

    Examples
    --------
    >>> how = {"size": {"height": 2, "width": 2}, "rescale_factor": 1, "image_mean": [9] * 3, "image_std": [2] * 3}
    >>> ready(np.full((8, 4, 3), 11, np.uint8), how, torch.device("cpu"))[0, 0].tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    pixels = torch.from_numpy(np.ascontiguousarray(picture)).to(device).permute(2, 0, 1)[None].float()
    size = _size(picture.shape[0], picture.shape[1], how["size"])
    # Rounded, as the published processors resize bytes.
    pixels = interpolate(pixels, size, mode="bilinear", antialias=True).round().clamp(0, 255)
    mean, std = (torch.tensor(how[key], device=device)[:, None, None] for key in ("image_mean", "image_std"))
    return (pixels * how["rescale_factor"] - mean) / std


def masks_of(logits: torch.Tensor, height: int, width: int) -> NDArray[np.bool_]:
    """A network's small masks in the size of the picture, tidied.

    Parameters
    ----------
    logits : (N, h, w) float
        Above 0 where it is.
    height, width : int

    Returns
    -------
    masks : (N, H, W) bool
    """
    if not len(logits):
        return np.zeros((0, height, width), np.bool_)
    large = interpolate(logits[:, None].float(), (height, width), mode="bilinear", align_corners=False)
    return np.stack([tidied(mask) for mask in (large[:, 0] > 0).cpu().numpy()])


def tidied(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask without its crumbs and its pinholes: what is smaller than PIECE_SHARE_MIN of it.

    Parameters
    ----------
    mask : (H, W) bool

    Examples
    --------
    >>> mask = np.zeros((30, 30), bool)
    >>> mask[:20, :20] = mask[25, 25] = True
    >>> mask[5, 5] = False
    >>> int(tidied(mask).sum()), bool(tidied(mask)[5, 5]), bool(tidied(mask)[25, 25])
    (400, True, False)
    """
    least = PIECE_SHARE_MIN * np.count_nonzero(mask)
    return ~_without_small(~_without_small(mask, least), least)


def _without_small(mask: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    piece, _ = ndimage.label(mask)
    large = np.bincount(piece.ravel()) >= least
    large[0] = False
    kept: NDArray[np.bool_] = large[piece]
    return kept


def _size(height: int, width: int, wanted: dict[str, int]) -> tuple[int, int]:
    """The size (h, w) to resize to.

    Examples
    --------
    >>> _size(400, 300, {"shortest_edge": 600, "longest_edge": 700})
    (700, 525)
    """
    if "height" in wanted:
        return wanted["height"], wanted["width"]
    factor = wanted["shortest_edge"] / min(height, width)
    factor = min(factor, wanted["longest_edge"] / max(height, width))
    return round(height * factor), round(width * factor)
