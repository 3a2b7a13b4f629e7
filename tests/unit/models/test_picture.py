"""Every picture of docs/image-input.md gets the answer that stands there; what a stranger breaks is a BadInput."""

import io
import json
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jobs.errors import InvalidRequest
from jobs.images import checked
from models.errors import BadInput
from models.images import png as png_file
from models.images.alpha import useful
from models.images.decode import SIDE_PX_MAX, Picture, decode
from models.picture import ReadPicture
from models.stage import Brief
from models.stages import PICTURE, PICTURE_NOTES, UPLOAD
from tests.pictures import (
    GREY,
    PNG_START,
    RGBA,
    animated,
    chunk,
    cut,
    file,
    grey16,
    header,
    icon,
    palette_cut,
    photo,
    png,
    rgb16_with_clear_colour,
    turned,
)

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "image-input.md").read_text(encoding="utf-8")
FIRST_TABLE = PAGE.partition("## Cutting")[0]
ANSWERS: dict[str, str] = dict(re.findall(r"^\| (an? .+?|more than .+?) \| (.+) \|$", FIRST_TABLE, re.MULTILINE))

JPEG = file(photo(), "JPEG", quality=90)
PNG = file(photo(), "PNG")
WEBP = file(photo(), "WEBP")
BROKEN_EXIF = file(photo(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(8))

CASES: dict[str, Callable[[], bytes]] = {
    "a PNG": lambda: PNG,
    "a JPEG": lambda: JPEG,
    "a progressive JPEG": lambda: file(photo(), "JPEG", progressive=True),
    "a WebP": lambda: WEBP,
    "a lossless WebP": lambda: file(photo(), "WEBP", lossless=True),
    "a JPEG turned by EXIF, any of the 8 ways": lambda: turned(6),
    "a JPEG with broken EXIF": lambda: BROKEN_EXIF,
    "a JPEG with a broken colour profile": lambda: file(photo(), "JPEG", icc_profile=b"no profile" * 9),
    "a JPEG in CMYK": lambda: file(photo().convert("CMYK"), "JPEG"),
    "a PNG with a transparent background": lambda: file(cut(), "PNG"),
    "a PNG in which only the corners are clear": lambda: file(icon(), "PNG"),
    "a PNG with a palette and transparency": palette_cut,
    "a grey PNG": lambda: file(photo().convert("L"), "PNG"),
    "a grey PNG with alpha": lambda: file(cut("LA"), "PNG"),
    "a grey PNG of 16 bits": grey16,
    "a PNG of 16 bits with a transparent colour": rgb16_with_clear_colour,
    "an animated WebP": lambda: animated("WEBP"),
    "an animated PNG": lambda: animated("PNG"),
    "a PNG of 6 000 x 4 000 pixels": lambda: png(6000, 4000, bytes(range(250)) * 24, colour=GREY),
    "a picture of 1 x 1": lambda: file(Image.new("RGB", (1, 1)), "PNG"),
    "a picture of 10 000 x 10": lambda: file(Image.new("RGB", (10_000, 10)), "PNG"),
    "a picture of 10 000 x 6 000": lambda: PNG_START + header(10_000, 6_000),
    "a decompression bomb, 30 000 x 30 000 in a small file": lambda: PNG_START + header(30_000, 30_000),
    "more than 20 MB": lambda: PNG + bytes(20_000_001 - len(PNG)),
    "a PNG transparent all over": lambda: file(Image.new("RGBA", (80, 80)), "PNG"),
    "a PNG cut off": lambda: PNG[: len(PNG) * 2 // 3],
    "a JPEG cut off": lambda: JPEG[: len(JPEG) * 2 // 3],
    "a WebP cut off": lambda: WEBP[: len(WEBP) * 2 // 3],
    "a PNG with a wrong checksum": lambda: PNG[:60] + bytes(4) + PNG[64:],
    "a PNG of a header and no more": lambda: PNG_START + header(80, 80),
    "a PNG without its header": lambda: PNG_START + chunk(b"IDAT", b"x" * 40),
    "a JPEG without a frame": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(9) + b"\xff\xd9",
    "a WebP of another making": lambda: b"RIFF\x40\0\0\0WEBPVP9 " + bytes(50),
    "an empty file": lambda: b"",
    "a text": lambda: b"A cat sat on a mat. " * 20,
    "a GIF": lambda: file(photo(), "GIF"),
    "a BMP": lambda: file(photo(), "BMP"),
    "a TIFF": lambda: file(photo(), "TIFF"),
    "a HEIC": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40),
    "an AVIF": lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(40),
    "an SVG": lambda: b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a PDF": lambda: b"%PDF-1.7\n" + bytes(40),
}


def read(data: bytes) -> Picture:
    """Through the door and the decoder, as an upload goes."""
    with checked(io.BytesIO(data)) as upload:
        return decode(upload.path.read_bytes())


def answer(data: bytes) -> str:
    """As the page words it."""
    try:
        return " ".join(("read.", *read(data).notes))
    except InvalidRequest as error:
        return error.why
    except BadInput as error:
        return str(error).removeprefix("the picture ")


def test_the_page_and_the_tests_know_the_same_pictures() -> None:
    assert list(ANSWERS) == list(CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_answer_stands_in_the_page(case: str) -> None:
    said, given = ANSWERS[case], answer(CASES[case]())
    if given == "read.":
        assert re.match(r"read\b(?!\.)", said)
    else:
        assert said == given


@pytest.mark.parametrize("case", [case for case, said in ANSWERS.items() if said.startswith("read")])
def test_what_counts_as_cut_out_is_what_the_page_says(case: str) -> None:
    assert useful(read(CASES[case]()).pixels[..., 3]) == ("counts as cut out" in ANSWERS[case])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(orientation: int, kind: str) -> None:
    picture = read(turned(orientation, kind))
    assert picture.pixels.shape == (64, 96, 4)
    assert (picture.width, picture.height) == (96, 64)
    corners = picture.pixels[[10, 10, 53], [10, 85, 85], :3]
    assert np.abs(corners.astype(int) - [[255, 0, 0], [0, 255, 0], [0, 0, 255]]).max() < 25


def test_an_orientation_that_does_not_exist_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 9
    picture = read(file(photo(), "JPEG", exif=exif))
    assert (picture.width, picture.height, picture.notes) == (96, 64, ())


def test_16_bits_are_scaled_and_not_clipped() -> None:
    assert decode(grey16()).pixels[32, [16, 48, 80]].tolist() == [[0] * 3 + [255], [128] * 3 + [255], [255] * 4]


def test_16_bits_of_all_channels_are_scaled() -> None:
    row = struct.pack(">4H", 65_535, 32_768, 0, 32_768) * 80
    pixel = decode(png(80, 80, row, bits=16, colour=RGBA)).pixels[40, 40].astype(int)
    assert np.abs(pixel - [255, 128, 0, 128]).max() <= 1


def test_a_grey_of_16_bits_may_be_the_clear_one() -> None:
    row = struct.pack(">H", 500) * 48 + struct.pack(">H", 501) * 48
    alpha = decode(png(96, 64, row, chunk(b"tRNS", struct.pack(">H", 500)), bits=16, colour=GREY)).pixels[32, :, 3]
    assert alpha.tolist() == [0] * 48 + [255] * 48


def test_the_clear_colour_of_a_16_bit_picture_is_clear() -> None:
    assert decode(rgb16_with_clear_colour()).pixels[32, [10, 80], 3].tolist() == [0, 255]


def test_a_palette_keeps_its_transparency() -> None:
    assert decode(palette_cut()).pixels[40, [5, 40]].tolist() == [[0, 0, 0, 0], [200, 30, 30, 255]]


def test_cmyk_comes_out_in_its_colours() -> None:
    red = decode(file(Image.new("CMYK", (80, 80), (0, 255, 255, 0)), "JPEG")).pixels[40, 40]
    assert np.abs(red.astype(int) - [255, 0, 0, 255]).max() < 8


def test_the_first_image_of_many_is_used() -> None:
    for kind in ("PNG", "WEBP"):
        red, green = decode(animated(kind)).pixels[40, 40, :2]
        assert (red > 240, green < 15) == (True, True)


def test_the_first_of_a_phones_two_pictures_is_a_jpeg() -> None:
    picture = decode(file(photo(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64))]))
    assert (picture.format, picture.notes) == ("jpeg", ("It holds 2 images; the first is used.",))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(1025, 700), (2500, 1500), (1000, 4200), (9000, 601)])
def test_a_large_picture_is_made_smaller_and_stays_where_it_was(size: tuple[int, int], kind: str) -> None:
    """Bands, steps and JPEG's own reduction move nothing: a ramp stays a ramp."""
    width, height = size
    across, down = np.linspace(0, 255, width), np.linspace(0, 255, height)
    ramp = np.stack((np.tile(across, (height, 1)), np.tile(down[:, None], width), np.full((height, width), 99)), axis=2)
    pixels = read(
        file(Image.fromarray(np.rint(ramp).astype(np.uint8)), kind, **({"quality": 95} if kind != "PNG" else {}))
    ).pixels
    assert max(pixels.shape) == SIDE_PX_MAX
    expected_across = (np.arange(pixels.shape[1]) + 0.5) / pixels.shape[1] * 255
    expected_down = (np.arange(pixels.shape[0]) + 0.5) / pixels.shape[0] * 255
    off_max = 1.25 if kind == "PNG" else 9  # the others lose some by themselves
    assert np.abs(pixels[..., 0] - expected_across).max() < off_max
    assert np.abs(pixels[..., 1] - expected_down[:, None]).max() < off_max


def test_a_small_picture_is_not_made_larger() -> None:
    assert np.array_equal(decode(PNG).pixels[..., :3], np.asarray(photo()))


def test_clear_pixels_colour_nothing_when_a_picture_gets_smaller() -> None:
    pixels = np.zeros((2400, 2400, 4), np.uint8)
    pixels[..., 1] = 255  # a green that nobody sees
    pixels[600:1800, 600:1800] = (200, 0, 0, 255)
    seen = decode(file(Image.fromarray(pixels), "PNG")).pixels
    assert seen[seen[..., 3] > 8, 1].max() <= 8


def test_a_bomb_that_comes_past_the_door_is_not_decoded() -> None:
    for side in (8_000, 10_000, 30_000):
        with pytest.raises(BadInput, match="million"):
            decode(png(side, 1, b"").replace(header(side, 1), header(side, side)))


def test_the_decoder_counts_the_bytes_itself() -> None:
    with pytest.raises(BadInput, match="more than 20 MB"):
        decode(PNG + bytes(20_000_001 - len(PNG)))


def test_text_that_unpacks_to_a_lot_is_refused() -> None:
    """Pillow's limit for compressed text; a warning or an error, both are ours to word."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000)))
    with pytest.raises(BadInput):
        decode(PNG_START + header(80, 80) + bomb + png(80, 80, bytes(240))[len(PNG_START + header(80, 80)) :])


def test_50_million_pixels_take_no_more_memory_than_the_page_says(tmp_path: Path) -> None:
    """Once decoded they are 200 MB; a second copy would be 400."""
    path = tmp_path / "large.png"
    path.write_bytes(png(8_660, 5_770, bytes((1, 2, 3, 200)) * 8_660, colour=RGBA))
    script = (
        "import resource, sys; from pathlib import Path; from models.images.decode import decode\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "data = Path(sys.argv[1]).read_bytes(); before = peak(); decode(data); print(peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, check=True)
    assert int(done.stdout) < 300


def test_memory_that_is_not_there_is_not_the_pictures_fault(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(png(8_660, 5_770, bytes((1, 2, 3, 200)) * 8_660, colour=RGBA))
    script = (
        "import resource, sys; from pathlib import Path; from models.images.decode import decode\n"
        "data = Path(sys.argv[1]).read_bytes()\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 100_000_000,) * 2); decode(data)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1].startswith("MemoryError")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([PNG_START, b"\xff\xd8\xff", b"RIFF\x40\0\0\0WEBP", PNG[:40], JPEG[:180], WEBP[:40]]), st.binary()
)
def test_any_bytes_behind_a_true_beginning_are_read_or_refused(start: bytes, rest: bytes) -> None:
    answer(start + rest)


MANY = [PNG, JPEG, WEBP, palette_cut(), grey16(), turned(6), animated("WEBP"), animated("PNG"), BROKEN_EXIF]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MANY), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 7)), min_size=1, max_size=8))
def test_flipped_bits_are_read_or_refused(data: bytes, flips: list[tuple[int, int]]) -> None:
    broken = bytearray(data)
    for place, bit in flips:
        broken[place % len(data)] ^= 1 << bit
    answer(bytes(broken))
    _decoded(bytes(broken))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(MANY), st.floats(0, 1))
def test_a_cut_anywhere_is_read_or_refused(data: bytes, share: float) -> None:
    _decoded(data[: int(share * len(data))])


def _decoded(data: bytes) -> None:
    """Past the door."""
    try:
        pixels = decode(data).pixels
    except BadInput:
        return
    assert (pixels.dtype, pixels.shape[2]) == (np.uint8, 4)


Steps = list[tuple[int, int, str]]


def run(upload: bytes) -> tuple[dict[str, bytes], Steps]:
    steps: Steps = []
    stage = ReadPicture()
    return stage.run({UPLOAD: upload}, stage.params(Brief(image=upload)), lambda *step: steps.append(step)), steps


def test_the_stage_says_what_it_read() -> None:
    files, steps = run(animated("WEBP"))
    assert json.loads(files[PICTURE_NOTES]) == {
        "width": 80,
        "height": 80,
        "format": "webp",
        "notes": ["It holds 3 images; the first is used."],
    }
    assert steps == [(1, 1, "webp, 80 x 80 pixels. It holds 3 images; the first is used.")]


@pytest.mark.parametrize(
    "upload, mode", [(file(cut(), "PNG"), "RGBA"), (JPEG, "RGB"), (file(icon(), "PNG"), "RGB")], ids=str
)
def test_the_stage_keeps_alpha_where_it_is_of_use(upload: bytes, mode: str) -> None:
    files, _ = run(upload)
    assert Image.open(io.BytesIO(files[PICTURE])).mode == mode


def test_an_icons_clear_corners_become_white() -> None:
    files, _ = run(file(icon(), "PNG"))
    assert png_file.read(files[PICTURE])[3, 3].tolist() == [255] * 4


def test_equal_uploads_give_equal_files() -> None:
    assert run(WEBP) == run(WEBP)
