"""Pictures show what is there: in its colours, with soft outlines, lit, on a transparent ground."""

import io

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.mesh import ground
from models.mesh.preview import AZIMUTH_DEG, ELEVATION_DEG, SIZE_PX_MAX, STEPS, picture, png
from models.mesh.render import NOTHING, cast, orbit
from models.palette import PALETTE
from models.parts import PartMesh


def a_part(name: str, mesh: trimesh.Trimesh, at: tuple[float, float, float] = (0, 0, 0)) -> PartMesh:
    vertices = (mesh.vertices + np.array(at)).astype(np.float32)
    return PartMesh(name, vertices, mesh.faces.astype(np.int32))


def a_table() -> tuple[PartMesh, ...]:
    """A top, a ball on it, and two legs thinner than a pixel of a small picture."""
    legs = trimesh.util.concatenate(
        [trimesh.creation.cylinder(0.004, segment=[[x, 0, 0.3], [x, 0.6, 0.3]]) for x in (-0.3, 0.3)]
    )
    return (
        a_part("top", trimesh.creation.box((0.8, 0.1, 0.8)), (0, 0.65, 0)),
        a_part("ball", trimesh.creation.icosphere(subdivisions=3, radius=0.15), (0, 0.85, 0)),
        a_part("legs", legs),
    )


TABLE = a_table()


def seen_of(parts: tuple[PartMesh, ...], size_px: int) -> np.ndarray:
    return cast(parts, orbit(parts, azimuth_deg=AZIMUTH_DEG, elevation_deg=ELEVATION_DEG), size_px=size_px).part_id


def test_a_preview_is_a_centred_picture_on_nothing() -> None:
    image = Image.open(io.BytesIO(png(TABLE, size_px=128)))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (128, 128))
    alpha = np.asarray(image)[..., 3]
    assert alpha[0, 0] == alpha[0, -1] == 0
    rows, columns = np.nonzero(alpha > 255 * ground.ALPHA + 1)
    assert abs(rows.min() + rows.max() - 127) <= 3
    assert abs(columns.min() + columns.max() - 127) <= 3


@pytest.mark.parametrize("size_px", [32, 96, 257])
def test_a_pixel_is_as_opaque_as_nine_rays_through_it_find(size_px: int) -> None:
    fine = seen_of(TABLE, 3 * size_px) != NOTHING
    covered = fine.reshape(size_px, 3, size_px, 3).mean(axis=(1, 3))
    alpha = picture(TABLE, size_px)[..., 3] / 255
    thin = (covered > 0) & (seen_of(TABLE, size_px) == NOTHING)
    assert thin.any(), "pixels whose middle misses what is in them"
    touched = touches(seen_of(TABLE, size_px) != NOTHING)
    assert (alpha - covered)[touched].min() > -0.01
    assert (alpha - covered - (1 - covered) * ground.ALPHA)[touched].max() < 0.01, "the rest is shadow at most"


def touches(seen: np.ndarray) -> np.ndarray:
    """Pixels that show something in their middle, or lie beside one that does."""
    wide = seen.copy()
    wide[1:] |= seen[:-1]
    wide[:-1] |= seen[1:]
    wide[:, 1:] |= seen[:, :-1]
    wide[:, :-1] |= seen[:, 1:]
    return wide


def test_parts_are_painted_in_their_colours() -> None:
    pixels, ids = picture(TABLE, 256), seen_of(TABLE, 256)
    for index in range(len(TABLE)):
        mean = pixels[(ids == index) & (pixels[..., 3] == 255)][:, :3].mean(axis=0)
        nearest = min(range(len(TABLE)), key=lambda other: float(np.abs(hue(mean) - hue(PALETTE[other])).sum()))
        assert nearest == index


def hue(rgb: object) -> np.ndarray:
    """A colour without its brightness."""
    channels = np.asarray(rgb, float)
    return channels / channels.sum()


FLOOR = a_part("floor", trimesh.creation.box((1, 0.02, 1)), (0, 0.01, 0))
ROOF = a_part("roof", trimesh.creation.box((0.6, 0.02, 0.6)), (0, 0.7, 0))
WALL = a_part("wall", trimesh.creation.box((0.02, 1, 1)), (-0.51, 0.5, 0))


def test_what_a_roof_hides_from_the_lamp_is_darker() -> None:
    assert darkest(FLOOR, ROOF) < 0.95 * darkest(FLOOR)


def test_what_a_wall_hides_from_the_sky_is_darker() -> None:
    assert darkest(FLOOR, WALL) < 0.95 * darkest(FLOOR), "the lamp is on the other side"


def darkest(*parts: PartMesh) -> float:
    """How bright the darker fifth of the first part is at most; a floor's shady sides are less than that."""
    bright = picture(parts, 128)[seen_of(parts, 128) == 0][:, :3].astype(int).sum(axis=1)
    return float(np.percentile(bright, 20))


def test_a_soft_shadow_has_no_noise() -> None:
    parts = (FLOOR, ROOF)
    green, floor = picture(parts, 256)[..., 1].astype(int), seen_of(parts, 256) == 0
    inner = floor & ~touches(touches(~floor))
    steps = np.abs(np.diff(green, axis=1))[inner[:, 1:] & inner[:, :-1]]
    assert np.percentile(steps, 50) <= 1
    assert np.percentile(steps, 90) <= 3


def test_light_on_a_ball_is_even_and_has_no_noise() -> None:
    ball = (a_part("ball", trimesh.creation.icosphere(subdivisions=5, radius=0.5), (0, 0.5, 0)),)
    green = picture(ball, 128)[..., 1].astype(int)
    inside = seen_of(ball, 128) != NOTHING
    inner = inside & ~touches(touches(touches(~inside)))
    steps = np.abs(np.diff(green, axis=1))[inner[:, 1:] & inner[:, :-1]]
    assert steps.max() <= 12


def test_a_mesh_drawn_more_finely_is_lit_alike() -> None:
    coarse, fine = ((a_part("box", box),) for box in (a_box(0), a_box(4)))
    difference = np.abs(picture(coarse, 96).astype(int) - picture(fine, 96).astype(int))
    assert difference.max() <= 2


def a_box(times: int) -> trimesh.Trimesh:
    box = trimesh.creation.box((1, 0.5, 0.7))
    for _ in range(times):
        box = box.subdivide()
    box.apply_translation((0, 0.25, 0))
    return box


def test_equal_parts_give_equal_pictures() -> None:
    assert png(TABLE, size_px=64) == png(a_table(), size_px=64)


@given(st.integers(1, 40), st.floats(1e-3, 0.5), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_any_size_and_any_triangles_make_a_picture(size_px: int, spread: float, seed: int) -> None:
    corners = np.random.default_rng(seed).normal(0, spread, (12, 3)).astype(np.float32)
    part = PartMesh("soup", corners, np.arange(12, dtype=np.int32).reshape(-1, 3))
    assert picture((part,), size_px).shape == (size_px, size_px, 4)


@pytest.mark.parametrize("size_px", [0, -1, SIZE_PX_MAX + 1])
def test_a_size_out_of_range_is_an_error(size_px: int) -> None:
    with pytest.raises(ValueError, match="size_px"):
        png(TABLE, size_px=size_px)


def test_no_parts_are_no_picture() -> None:
    with pytest.raises(ValueError, match="no parts"):
        png(())


def test_a_picture_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    png(TABLE, size_px=32, on_step=lambda done, total: told.append((done, total)))
    assert told == [(done, STEPS) for done in range(1, STEPS + 1)]


def test_a_listener_that_raises_ends_the_picture() -> None:
    def enough(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        png(TABLE, size_px=32, on_step=enough)
