"""The thing alone: what is taken away, what is refused, and the square that comes out."""

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.craft import Craft
from models.errors import BadInput, Refused
from models.images import png
from models.images.alpha import SOLID
from models.images.frame import PADDING, framed
from models.images.mask import softened, without_specks
from models.model import Model
from models.picture import CutOut
from models.remover import Remover
from models.removers.plain import Plain
from models.removers.segmenter import Segmented
from models.segmenter import Found
from models.stage import Brief
from models.stages import CUTOUT, INPUT, PICTURE, PLAN
from tests.pictures import cut, photo

PAGE = (Path(__file__).parents[3] / "docs" / "image-input.md").read_text(encoding="utf-8")
ROWS = {
    case: (drawn, uploaded)
    for case, drawn, uploaded in re.findall(
        r"^\| (.+) \| (.+) \| (.+) \|$",
        PAGE.partition("| the picture | drawn")[2].partition("## Memory")[0],
        re.MULTILINE,
    )
    if not set(case) <= {"-", " "}
}
Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Oracle:
    """A segmenter that was told where things are: name -> masks, the surest first."""

    where: dict[str, list[Mask]]

    def find(self, picture: Picture, prompts: Sequence[str]) -> list[Found]:
        return [
            Found(label, pixels, 0.9 - 0.1 * nth)
            for label, prompt in enumerate(prompts)
            for nth, pixels in enumerate(self.where.get(prompt, []))
        ]


def scene(box: tuple[int, int, int, int], size: int = 200, ground: tuple[int, int, int] = (250, 250, 250)) -> Picture:
    """Something of many colours, none of them the ground's, in front of one."""
    picture = np.full((size, size, 3), ground, np.uint8)
    top, bottom, left, right = box
    picture[top:bottom, left:right] = np.asarray(photo(right - left, bottom - top)) // 2
    return picture


def is_in(box: tuple[int, int, int, int], size: int = 200) -> Mask:
    mask = np.zeros((size, size), bool)
    mask[box[0] : box[1], box[2] : box[3]] = True
    return mask


def plain(_craft: Craft, _models: tuple[Model, ...]) -> Remover:
    return Plain()


def oracle(where: dict[str, list[Mask]]) -> Callable[[Craft, tuple[Model, ...]], Remover]:
    return lambda _craft, _models: Segmented(Oracle(where))


def run(
    picture: Picture | Image.Image,
    *,
    uploaded: bool = True,
    remover_of: Callable[[Craft, tuple[Model, ...]], Remover] = plain,
    concept: str = "cat",
) -> tuple[dict[str, bytes], list[tuple[int, int, str]]]:
    steps: list[tuple[int, int, str]] = []
    stage = CutOut(Craft(remover="plain" if remover_of is plain else "segmenter"), (), remover_of)
    given = {PICTURE: png.write(np.asarray(picture)), PLAN: json.dumps({"concept": concept}).encode()}
    params = stage.params(Brief(image=b"x" if uploaded else None))
    return stage.run(given, params, lambda *step: steps.append(step)), steps


def facts_of(files: dict[str, bytes]) -> dict[str, object]:
    facts: dict[str, object] = json.loads(files[CUTOUT])
    return facts


MIDDLE = (50, 150, 60, 140)
CAT = {"cat": [is_in(MIDDLE)]}
TWO_COLOURS = np.concatenate((scene(MIDDLE)[:100], 255 - scene(MIDDLE)[100:]))
CASES: dict[str, tuple[Picture, Callable[[Craft, tuple[Model, ...]], Remover]]] = {
    "the background has several colours (`plain`)": (TWO_COLOURS, plain),
    "the thing is not there (`segmenter`)": (scene(MIDDLE), oracle({})),
    "one colour all over (`plain`)": (np.full((200, 200, 3), 90, np.uint8), plain),
    "a dot": (scene((100, 103, 100, 103)), plain),
    "the thing is all there is (`segmenter`)": (scene(MIDDLE), oracle({"cat": [np.ones((200, 200), bool)]})),
    "the thing touches an edge": (scene((100, 200, 60, 140)), plain),
}


def answer(case: str, *, uploaded: bool) -> str:
    """As the page words it."""
    picture, remover_of = CASES[case]
    try:
        files, _ = run(picture, uploaded=uploaded, remover_of=remover_of)
    except BadInput as error:
        return f"refused: {error}"
    except Refused as error:
        return f"another seed: {error}"
    return " ".join(("made.", *json.loads(files[CUTOUT])["notes"]))


def test_the_page_and_the_tests_know_the_same_pictures() -> None:
    assert list(ROWS) == list(CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_answers_stand_in_the_page(case: str) -> None:
    assert (answer(case, uploaded=False), answer(case, uploaded=True)) == ROWS[case]


def test_transparency_wins_and_no_remover_is_asked() -> None:
    def never(_craft: Craft, _models: tuple[Model, ...]) -> Remover:
        raise AssertionError("asked")

    files, _ = run(cut(), remover_of=never)
    assert facts_of(files)["remover"] == "alpha"
    square = png.read(files[INPUT])
    assert square[square.shape[0] // 2, square.shape[1] // 2].tolist() == [200, 30, 30, 255]


def test_the_thing_is_alone_in_the_middle_of_a_square() -> None:
    files, steps = run(scene(MIDDLE))
    square = png.read(files[INPUT])
    assert square.shape == (125, 125, 4)
    rows, columns = np.nonzero(square[..., 3])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (12, 111, 22, 101)
    assert not square[square[..., 3] == 0].any()
    assert facts_of(files) == {"remover": "plain", "share": 0.2, "touches": [], "notes": []}
    assert steps == [(0, 2, "Looking for it"), (2, 2, "It covers 20% of the picture.")]


def test_a_cut_off_upload_is_made_and_told() -> None:
    files, steps = run(scene((100, 200, 60, 140)))
    assert facts_of(files)["touches"] == ["bottom"]
    assert "may be cut off" in steps[-1][2]


def test_a_ragged_pixel_at_the_edge_is_no_cut() -> None:
    picture = scene(MIDDLE, 200)
    mask = is_in(MIDDLE)
    mask[50:200, 100] = True  # a stray line of the segmenter's down to the edge: half a percent of it
    files, _ = run(picture, uploaded=False, remover_of=oracle({"cat": [mask]}))
    assert facts_of(files)["touches"] == []


def test_a_large_picture_gives_a_square_of_1024() -> None:
    square = framed(np.full((1024, 600, 4), 255, np.uint8))
    assert square.shape == (1024, 1024, 4)
    rows = np.flatnonzero((square[..., 3] >= SOLID).any(axis=1))
    assert rows[0] == pytest.approx(1024 * PADDING, abs=1)
    assert rows[-1] == pytest.approx(1023 - 1024 * PADDING, abs=1)


def test_dust_around_a_cut_out_does_not_come_along() -> None:
    pixels = np.full((100, 100, 4), (90, 90, 90, 5), np.uint8)
    pixels[20:80, 40:60] = pixels[40:60, 20:80] = 255
    square = framed(pixels)
    assert square.shape == (75, 75, 4)
    assert not square[square[..., 3] == 0].any()
    assert set(square[..., 3].ravel()) == {0, 255}


def test_nothing_cannot_be_framed() -> None:
    with pytest.raises(ValueError, match="nothing"):
        framed(np.zeros((9, 9, 4), np.uint8))


def test_what_the_output_depends_on_is_in_the_params() -> None:
    model = Model("sam", "ada/sam", "1f2e", (), Path("sam"))
    drawn = CutOut(Craft(), (model,)).params(Brief(prompt="cat", seed=1))
    assert drawn == {
        "remover": "segmenter",
        "uploaded": False,
        "segmenter": "grounded-sam2",
        "box_score_min": 0.25,
        "text_score_min": 0.25,
        "models": "sam@1f2e",
    }
    assert CutOut(Craft(remover="plain")).params(Brief(image=b"x")) == {"remover": "plain", "uploaded": True}


def test_a_plain_remover_is_loaded_without_weights() -> None:
    CutOut(Craft(remover="plain")).load()


def test_equal_pictures_give_equal_files() -> None:
    assert run(scene(MIDDLE)) == run(scene(MIDDLE))


# ---- plain ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", [(250, 250, 250), (255, 255, 255), (20, 160, 40), (3, 3, 60)])
@pytest.mark.parametrize("quality", [None, 60])
def test_a_thing_before_any_one_colour_is_found(ground: tuple[int, int, int], quality: int | None) -> None:
    picture = scene(MIDDLE, ground=ground)
    if ground == (3, 3, 60):
        picture[is_in(MIDDLE)] += 120
    if quality:
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=quality)
        picture = np.asarray(Image.open(file))
    assert overlap(picture, is_in(MIDDLE)) > 0.95


def test_a_noisy_background_that_darkens_to_its_corners_is_plain() -> None:
    rows, columns = np.mgrid[-1:1:200j, -1:1:200j]
    noise = np.random.default_rng(0).normal(0, 3, (200, 200, 1))
    vignette = 245 - 12 * (rows**2 + columns**2)[..., None] / 2 + noise
    picture = np.where(is_in(MIDDLE)[..., None], scene(MIDDLE), np.clip(vignette, 0, 255)).astype(np.uint8)
    assert overlap(picture, is_in(MIDDLE)) > 0.97


def test_a_hole_shows_the_background_and_an_eye_does_not() -> None:
    picture = scene(MIDDLE)
    picture[70:90, 80:100] = 250  # as large as 1 % of the picture
    picture[120:125, 100:105] = 250  # a highlight
    alpha = Plain().alpha(picture, "ring")
    assert not alpha[72:88, 82:98].any()
    assert alpha[121:124, 101:104].min() == 255


def test_a_white_patch_of_the_things_own_is_kept_where_it_is_shaded() -> None:
    picture = scene(MIDDLE)
    picture[70:90, 80:100] = np.linspace(222, 246, 20, dtype=np.uint8)[:, None, None]
    assert Plain().alpha(picture, "cat")[72:88, 82:98].min() == 255


def test_a_soft_shadow_on_the_ground_is_taken_away() -> None:
    rows, columns = np.mgrid[:200, :200]
    dark = 52 * np.exp(-(((rows - 150) / 30) ** 2) - ((columns - 110) / 60) ** 2)
    shaded = np.repeat((250 - dark)[..., None], 3, axis=2)
    picture = np.where(is_in(MIDDLE)[..., None], scene(MIDDLE), shaded).astype(np.uint8)
    assert overlap(picture, is_in(MIDDLE)) > 0.95


def test_a_grey_thing_is_not_taken_for_its_shadow() -> None:
    """Untextured clay on white, lit from above: darker and grey, as a shadow is, and with an outline."""
    rows, _ = np.mgrid[:200, :200]
    clay = np.repeat(np.clip(190 - 0.4 * (rows - 50), 0, 255)[..., None], 3, axis=2)
    picture = np.where(is_in(MIDDLE)[..., None], clay, 250).astype(np.uint8)
    assert overlap(picture, is_in(MIDDLE)) > 0.98


def test_a_grey_thing_that_melts_into_its_shadow_is_kept_whole() -> None:
    """As dark where it stands as the shadow there, so that no outline parts the two."""
    rows, columns = np.mgrid[:200, :200]
    dark = 90 * np.exp(-(((rows - 150) / 30) ** 2) - ((columns - 100) / 60) ** 2)
    clay = np.where(is_in(MIDDLE), 160, 250 - dark)
    picture = np.repeat(clay[..., None], 3, axis=2).astype(np.uint8)
    assert Plain().alpha(picture, "cat")[is_in(MIDDLE)].min() >= SOLID


def test_a_thing_that_fills_the_lower_side_leaves_enough_of_the_border() -> None:
    bust = (80, 200, 6, 194)
    assert overlap(scene(bust), is_in(bust)) > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_a_photo_has_no_plain_background(seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    with pytest.raises(Refused, match="not one plain colour"):
        Plain().alpha(np.asarray(Image.fromarray(picture).resize((200, 200))), "cat")


def overlap(picture: Picture, thing: Mask) -> float:
    """Intersection over union of what was found and what is there."""
    found = Plain().alpha(picture, "thing") >= SOLID
    return float((found & thing).sum() / (found | thing).sum())


# ---- segmenter ------------------------------------------------------------------------------------------------------


def test_the_surest_find_wins_and_its_own_pieces_join_it() -> None:
    cat, tail, other = is_in((50, 150, 60, 140)), is_in((120, 152, 130, 150)), is_in((0, 40, 0, 40))
    tail[120:150, 130:138] = True
    alpha = Segmented(Oracle({"cat": [cat, tail, other]})).alpha(scene(MIDDLE), "cat")
    assert alpha[:40, :40].max() == 0
    assert alpha[130, 100] == 255
    assert alpha[130, 145] == (255 if (tail & cat).sum() >= tail.sum() / 2 else 0)


def test_a_picture_without_words_asks_for_an_object() -> None:
    files, _ = run(scene(MIDDLE), remover_of=oracle({"object": [is_in(MIDDLE)]}), concept="")
    assert facts_of(files)["remover"] == "segmenter"


def test_an_empty_find_is_none() -> None:
    with pytest.raises(Refused, match="no cat was found"):
        Segmented(Oracle({"cat": [np.zeros((200, 200), bool)]})).alpha(scene(MIDDLE), "cat")


# ---- masks ----------------------------------------------------------------------------------------------------------


def test_pieces_stay_and_dust_goes() -> None:
    mask = is_in(MIDDLE)
    mask[10:30, 10:20] = mask[180, 180] = True
    kept = without_specks(mask)
    assert (kept[20, 15], kept[180, 180]) == (True, False)


def test_a_thread_of_one_pixel_is_as_solid_as_the_rest() -> None:
    assert softened(is_in((50, 51, 20, 180))).max() == SOLID


def test_soft_edges_lie_within_the_mask() -> None:
    alpha = softened(is_in(MIDDLE))
    assert np.array_equal(alpha > 0, is_in(MIDDLE))
    assert alpha[60:140, 70:130].min() == 255
    assert SOLID <= alpha[50, 60] < alpha[50, 100] < 255
