"""Distances are distances, and boxes contain what they say."""

import numpy as np
import pytest

from models.procedural.kit.sdf import Field, axle, ball, blend, box, carve, limb, mirrored, rotation, within

FIELDS = {
    "ball": ball((0.1, 0.2, 0.3), (0.5, 0.3, 0.2), turn_deg=(20, 30, 40)),
    "cushion": ball((0, 0, 0), (0.5, 0.2, 0.4), turn_deg=(0, 30, 0), power=5.0),
    "limb": limb([(0, 0, 0), (0, 0.5, 0.2), (0.3, 0.6, 0)], [0.2, 0.1, 0.15]),
    "box": box((0, 0, 0), (0.5, 0.2, 0.3), rounding=0.05, turn_deg=(10, 20, 30)),
    "axle": axle((0.2, 0, 0), 0.4, 0.1, rounding=0.03),
    "mirrored": mirrored(ball((0.4, 0, 0), (0.2, 0.3, 0.2))),
    "blend": blend(0.3, ball((0, 0, 0), (0.3, 0.3, 0.3)), ball((0.4, 0, 0), (0.3, 0.3, 0.3))),
    "carve": carve(0.05, ball((0, 0, 0), (0.5, 0.5, 0.5)), axle((0, 0, 0), 0.2, 1.0, rounding=0.01)),
    "within": within(0.05, ball((0, 0, 0), (0.5, 0.5, 0.5)), box((0.3, 0, 0), (0.3, 0.3, 0.3), rounding=0.02)),
}


def points(seed: int = 0, count: int = 4000) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1.2, 1.2, (count, 3)).astype(np.float32)


@pytest.mark.parametrize("name", FIELDS)
def test_nothing_inside_lies_outside_the_box(name: str) -> None:
    field = FIELDS[name]
    inside = points()[field.distance(points()) < 0]
    assert len(inside) > 10
    assert (inside >= field.low - 1e-5).all()
    assert (inside <= field.high + 1e-5).all()


@pytest.mark.parametrize("name", FIELDS)
def test_distances_are_finite_single_floats_also_at_the_centre(name: str) -> None:
    near = FIELDS[name].distance(np.concatenate([points(), np.zeros((1, 3), np.float32)]))
    assert near.dtype == np.float32
    assert np.isfinite(near).all()


@pytest.mark.parametrize("name", ["limb", "box", "axle"])
def test_exact_fields_never_change_faster_than_one_walks(name: str) -> None:
    one, other = points(1), points(2)
    change = np.abs(FIELDS[name].distance(one) - FIELDS[name].distance(other))
    slack = 1.05 if name == "limb" else 1.0  # its radius runs along the bone, which tilts the flanks a little
    tapered = 1.5 if name == "limb" else slack
    assert (change <= tapered * np.linalg.norm(one - other, axis=1) + 1e-5).all()


def test_a_sphere_is_measured_exactly() -> None:
    near = ball((0, 0, 0), (0.5, 0.5, 0.5)).distance(points())
    assert np.allclose(near, np.linalg.norm(points(), axis=1) - 0.5, atol=1e-4)


def test_a_blend_only_adds_and_a_plain_one_is_the_union() -> None:
    one, other = ball((0, 0, 0), (0.3, 0.3, 0.3)), ball((0.4, 0, 0), (0.3, 0.3, 0.3))
    union = np.minimum(one.distance(points()), other.distance(points()))
    assert np.array_equal(blend(0, one, other).distance(points()), union)
    assert (blend(0.3, one, other).distance(points()) <= union).all()


def test_carving_only_takes_away() -> None:
    whole, tool = ball((0, 0, 0), (0.5, 0.5, 0.5)), ball((0.5, 0, 0), (0.2, 0.2, 0.2))
    left = carve(0.05, whole, tool).distance(points())
    assert (left >= whole.distance(points()) - 1e-6).all()
    assert (left[tool.distance(points()) < -0.01] > 0).all()


def test_a_mirrored_field_is_the_same_on_both_sides() -> None:
    field: Field = FIELDS["mirrored"]
    flipped = points() * np.array([-1, 1, 1], np.float32)
    assert np.array_equal(field.distance(points()), field.distance(flipped))


def test_turns_are_right_handed() -> None:
    assert np.allclose(rotation((90, 0, 0)) @ [0, 1, 0], [0, 0, 1])
    assert np.allclose(rotation((0, 90, 0)) @ [0, 0, 1], [1, 0, 0])
    assert np.allclose(rotation((0, 0, 90)) @ [1, 0, 0], [0, 1, 0])
