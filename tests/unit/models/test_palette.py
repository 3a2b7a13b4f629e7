"""Colours that stay apart, also for readers who do not see red and green."""

from itertools import combinations

import numpy as np
import pytest

from models.palette import PALETTE, RGB, colour, hexadecimal, linear
from models.templates import PARTS_MAX, TEMPLATES

# Machado, Oliveira, Fernandes (2009): full protanopia and deuteranopia, on linear RGB.
VISIONS = {
    "all cones": np.eye(3),
    "no long cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no medium cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
APART_MIN = 12.0  # CIE76; 2.3 is just noticeable, five times that is told apart on different parts of a picture


def lab(rgb: RGB, vision: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(vision @ np.array(linear(rgb)), 0, 1) / (TO_XYZ @ np.ones(3))
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_there_is_a_colour_for_every_part_a_job_may_have() -> None:
    assert len(set(PALETTE)) == len(PALETTE) == PARTS_MAX


@pytest.mark.parametrize("vision", VISIONS)
def test_the_colours_of_one_object_stay_apart(vision: str) -> None:
    most = max(len(template.parts) for template in TEMPLATES.values())
    labs = [lab(rgb, VISIONS[vision]) for rgb in PALETTE[:most]]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(labs, 2)) > APART_MIN


def test_linear_keeps_black_and_white_and_darkens_the_middle() -> None:
    assert linear((0, 0, 0)) == (0, 0, 0)
    assert linear((255, 255, 255)) == (1, 1, 1)
    assert linear((128, 128, 128))[0] == pytest.approx(0.2159, abs=1e-4)


def test_ids_past_the_end_start_again() -> None:
    assert [colour(index) for index in range(32)] == [*PALETTE, *PALETTE]


def test_a_page_writes_the_same_colour() -> None:
    assert hexadecimal((1, 2, 255)) == "#0102ff"
