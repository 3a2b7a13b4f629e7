"""Marching a field only near its surface gives what marching all of it gives."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import marching_cubes

from models.procedural.kit.sdf import Field, ball, blend, box, carve, limb
from models.procedural.kit.solids import BLOCK, Grain, crossed, surface

GRAIN = Grain(cells=30, around=12, along=10)

places = st.tuples(*[st.floats(-1, 1)] * 3)
sizes = st.floats(0.15, 0.9)
balls = st.builds(lambda at, a, b, c: ball(at, (a, b, c)), places, sizes, sizes, sizes)
# Thinner than a block of cells: between the corners of the blocks, a limb can hide.
limbs = st.builds(lambda a, b, r, s: limb([a, b], [r, s]), places, places, st.floats(0.03, 0.2), st.floats(0.03, 0.2))
boxes = st.builds(lambda at, a, b, c: box(at, (a, b, c), rounding=0.05), places, sizes, sizes, sizes)
fields = st.lists(st.one_of(balls, limbs, boxes), min_size=1, max_size=4)


def everywhere(field: Field, grain: Grain) -> int:
    """How many triangles the same grid has when the field is asked at every point of it."""
    step = np.minimum(float((field.high - field.low).max()) / grain.cells, (field.high - field.low) / 8)
    blocks = np.ceil(((field.high - field.low) / step + 4) / BLOCK).astype(int)
    axes = [low - 2 * one + one * np.arange(n * BLOCK + 1) for low, one, n in zip(field.low, step, blocks, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).astype(np.float32)
    values = field.distance(points.reshape(-1, 3)).reshape(points.shape[:3])
    values[np.abs(values) < step.min() * 1e-3] = step.min() * 1e-3
    return len(marching_cubes(values, 0.0)[1])


@settings(max_examples=25, deadline=None)
@given(fields, st.sampled_from((0.0, 0.05, 0.15, 0.3)))
def test_no_triangle_is_lost_where_the_field_is_not_asked(solids: list[Field], k: float) -> None:
    joined = blend(k, *solids)
    found = surface(joined, GRAIN, float((joined.high - joined.low).max()))
    assert len(found.faces) == everywhere(joined, GRAIN)


@settings(max_examples=15, deadline=None)
@given(places, sizes, sizes)
def test_a_hollow_that_nothing_leads_to_is_found(at: tuple[float, float, float], size: float, share: float) -> None:
    hollow = carve(0.0, ball(at, (size, size, size)), ball(at, [size * share * 0.9] * 3))
    found = surface(hollow, GRAIN, 2 * size)
    assert len(found.faces) == everywhere(hollow, GRAIN)
    far = np.linalg.norm(found.vertices - at, axis=1)
    assert far.min() < size * (share * 0.9 + 1) / 2 < far.max()


def test_a_cross_product_is_numpys() -> None:
    one, other = np.random.default_rng(0).normal(size=(2, 50, 3))
    assert np.array_equal(crossed(one, other), np.cross(one, other))
