"""An upload becomes pixels, or a sentence that says why not. docs/image-input.md has the answer to every case."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.errors import BadInput
from models.images.alpha import SOLID
from models.images.limits import BYTES_MAX, PIXELS_MAX, unfit

FORMATS = ("PNG", "JPEG", "WebP")
SIDE_PX_MAX = 1_024  # the image encoders of the shape models read 224 to 518 px, a segmenter 1 024
GAP = 2  # the coarse, fast reduction stops at twice the wanted size: the fine one then makes no visible error
BAND_PIXELS = 1 << 20  # converted at once, so that a large picture is in memory once and not three times

ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4: how the camera was held; 1 is upright
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)  # width and height change places
BESIDE = "What lies beside its pixels is broken and was passed over."


@dataclass(frozen=True, slots=True)
class Picture:
    """What was in a file."""

    pixels: NDArray[np.uint8]  #: (H, W, 4) RGBA, not premultiplied, upright, long side at most SIDE_PX_MAX
    format: str  #: png, jpeg or webp
    width: int  #: of the file, upright
    height: int
    notes: tuple[str, ...]  #: sentences about it that a person may want to read


def decode(data: bytes) -> Picture:
    """The picture in a file, resized once.

    Parameters
    ----------
    data : bytes
        A PNG, JPEG or WebP file, from anybody.

    Returns
    -------
    picture : Picture
        The first image of the file, turned upright as its EXIF data says, in 8 bits per channel. Alpha is kept,
        opaque where there is none. Never enlarged. Colour profiles are not read: a shape depends little on a shade.

    Raises
    ------
    BadInput
        With a sentence: no such picture, too large, too small, too narrow, broken, cut off, transparent all over.

    Notes
    -----
    Memory is bounded by the limits of `models.images.limits`; the peaks as measured are in docs/image-input.md.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> Image.new("L", (80, 64), 7).save(file, "PNG")
    >>> decode(file.getvalue()).pixels[0, 0].tolist()
    [7, 7, 7, 255]
    """
    with _hearing() as said, _opened(data) as image:
        width, height = image.size
        frames = getattr(image, "n_frames", 1)
        with _blaming("cannot be read to its end; it is cut off or broken"):
            image.draft(image.mode, (width // _factor(image), height // _factor(image)))  # JPEG can skip detail
            image.load()
        held = _held(image)
        small = _resized(image)
    notes = [BESIDE] if said or held is None else []
    if frames > 1:
        notes.append(f"It holds {frames} images; the first is used.")
    if held in LYING:
        width, height = height, width
    pixels = np.asarray(small.transpose(TURNS[held]) if held in TURNS else small)
    if pixels[..., 3].max() < SOLID:
        raise BadInput("the picture is transparent all over")
    return Picture(pixels, _format(image), width, height, tuple(notes))


def _opened(data: bytes) -> Image.Image:
    """The file's image, its pixels still undecoded, of a size that may be decoded."""
    if not data:
        raise BadInput("the picture is empty")
    if len(data) > BYTES_MAX:
        raise BadInput(f"the picture has more than {BYTES_MAX // 1_000_000} MB")
    with _blaming("is no PNG, JPEG or WebP that can be read"):
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    if (why := unfit(*image.size)) is not None:
        raise BadInput(f"the picture {why}")
    return image


@contextmanager
def _hearing() -> Iterator[list[warnings.WarningMessage]]:
    """What Pillow warns of: data beside the pixels that it passes over, such as EXIF. A bomb is an error."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield said


@contextmanager
def _blaming(fault: str) -> Iterator[None]:
    """Whatever Pillow raises about a stranger's file is the file's `fault`: it promises no list of what that may be.

    Out of memory is the machine's fault all the same.
    """
    try:
        yield
    except MemoryError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInput(f"the picture has more than {PIXELS_MAX // 1_000_000} million pixels") from None
    except Exception as error:
        raise BadInput(f"the picture {fault}", detail=repr(error)) from error


def _held(image: Image.Image) -> int | None:
    """How the camera was held; None where that cannot be read, for a picture that lies on its side is one still."""
    with suppress(BadInput), _blaming("has EXIF data that cannot be read"):
        return int(image.getexif().get(ORIENTATION, 1))
    return None


def _resized(image: Image.Image) -> Image.Image:
    """In RGBA, its long side at most SIDE_PX_MAX.

    Two steps, as Pillow's `reducing_gap` has it, but the coarse one in bands: Pillow would convert the whole first.
    """
    width, height = image.size
    factor = _factor(image)
    coarse = Image.new("RGBA", (-(-width // factor), -(-height // factor)))
    rows = max(BAND_PIXELS // width // factor, 1) * factor
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height)))
        coarse.paste(_rgba(band).reduce(factor), (0, top // factor))
    scale = min(SIDE_PX_MAX / max(image.size), 1.0)
    # The last row and column of `coarse` may stand for fewer pixels than the others.
    box = (0, 0, width / factor, height / factor)
    return coarse.resize((round(width * scale), round(height * scale)), Image.Resampling.LANCZOS, box)


def _factor(image: Image.Image) -> int:
    """How many times smaller the coarse step makes it."""
    return max(max(image.size) // (GAP * SIDE_PX_MAX), 1)


def _rgba(band: Image.Image) -> Image.Image:
    """In 8 bits per channel. 16 bits are scaled: Pillow leaves 16-bit grey as it is and would clip it to white."""
    key = band.info.get("transparency")
    if band.mode.startswith("I;16"):
        grey = np.asarray(band)
        alpha = np.where(grey == key, 0, 255).astype(np.uint8)
        shade = ((grey.astype(np.uint32) + 128) // 257).astype(np.uint8)
        return Image.fromarray(np.dstack((shade, shade, shade, alpha)))
    if band.mode == "RGB" and isinstance(key, tuple) and max(key) > 255:  # 16 bits, of which Pillow kept the upper 8
        band.info["transparency"] = tuple(value >> 8 for value in key)
    with _blaming("has colours that cannot be read"):
        return band.convert("RGBA")


def _format(image: Image.Image) -> str:
    """A JPEG with more pictures behind the first, as phones write it, is an "MPO" to Pillow."""
    return "jpeg" if image.format == "MPO" else str(image.format).lower()
