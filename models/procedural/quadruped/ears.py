"""The ears of a four-legged animal, by their shape."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from models.procedural.kit.sdf import ball, mirrored
from models.procedural.kit.skins import blade, other_side, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.frame import face


def ears(p: Quadruped) -> tuple[Solid, ...]:
    """Both ears."""
    if p.ears == "none":
        return ()
    if p.ears == "round":
        size = p.ear * p.head * 0.62
        return (mirrored(ball(face(p, -0.12, 0.80, 0.66), (size, size, size * 0.45), turn_deg=(0, 20, 0))),)
    ear = EARS[p.ears](p)
    return (ear, other_side(ear))


def _pointed_ear(p: Quadruped) -> Skin:
    """A cone, flattened from the front: a cat's."""
    size, wide = p.ear, p.ear_wide
    root = np.array(face(p, -0.05, 0.50, 0.50))
    tip = np.array(face(p, -0.10, 0.55 + size, 0.78))
    return tube(
        [root, root * 0.55 + tip * 0.45, tip],
        [p.head * wide, p.head * wide * 0.66, p.head * 0.035],
        flat=0.42,
    )


def _leaf_ear(p: Quadruped) -> Skin:
    """Upright and slender: a horse's, a pig's, a rhino's."""
    root, tip = face(p, -0.25, 0.60, 0.42), face(p, -0.22, 0.72 + p.ear, 0.60)
    middle = face(p, -0.22, 0.62 + p.ear * 0.5, 0.56)
    return tube([root, middle, tip], [p.head * p.ear_wide * 0.6, p.head * p.ear_wide, p.head * 0.05], flat=0.45)


def _long_ear(p: Quadruped) -> Skin:
    """Long, upright, leaning back: a rabbit's."""
    path = [face(p, -0.2, 0.6, 0.34), face(p, -0.42, 0.7 + p.ear * 0.5, 0.46), face(p, -0.78, 0.7 + p.ear, 0.62)]
    return tube(path, [p.head * 0.24, p.head * p.ear_wide * 0.9, p.head * 0.16], flat=0.42)


def _floppy_ear(p: Quadruped) -> Skin:
    """Hanging by the cheek: a dog's."""
    path = [
        face(p, -0.10, 0.68, 0.55),
        face(p, -0.12, 0.52, 1.02),
        face(p, 0.0, 0.50 - p.ear * 0.6, 1.16),
        face(p, 0.06, 0.45 - p.ear, 1.08),
    ]
    wide = p.head * p.ear_wide
    return tube(path, [wide * 0.7, wide * 0.95, wide * 1.15, wide * 0.5], flat=0.34)


def _folded_ear(p: Quadruped) -> Skin:
    """Up, and its tip fallen over: a bulldog's, a greyhound's."""
    path = [
        face(p, -0.12, 0.62, 0.50),
        face(p, -0.10, 0.86 + p.ear * 0.3, 0.70),
        face(p, 0.10, 0.62, 0.92 + p.ear * 0.2),
    ]
    wide = p.head * p.ear_wide
    return tube(path, [wide * 0.9, wide, wide * 0.3], flat=0.40)


def _side_ear(p: Quadruped) -> Skin:
    """Out to the side: a cow's, a deer's."""
    path = [
        face(p, -0.30, 0.42, 0.66),
        face(p, -0.36, 0.48, 0.66 + p.ear * 0.55),
        face(p, -0.42, 0.42, 0.66 + p.ear),
    ]
    wide = p.head * p.ear_wide
    return tube(path, [wide * 0.5, wide, wide * 0.2], flat=0.9, wide=0.42)


def _sail_ear(p: Quadruped) -> Skin:
    """A great flat fan: an elephant's."""
    front = [
        face(p, 0.05, 0.62, 0.72),
        face(p, -0.20, 0.85, 1.30),
        face(p, -0.62, 0.55, 1.30 + p.ear * 0.5),
        face(p, -0.72, 0.02, 1.28 + p.ear * 0.48),
    ]
    back = [
        face(p, 0.02, -0.42, 0.74),
        face(p, -0.12, -0.95, 1.10),
        face(p, -0.40, -0.95, 1.02 + p.ear * 0.42),
        face(p, -0.66, -0.36, 1.24 + p.ear * 0.46),
    ]
    return blade(front, back, [p.head * 0.22, p.head * 0.20, p.head * 0.17, p.head * 0.08], even=True)


EARS = MappingProxyType(
    {
        "pointed": _pointed_ear,
        "leaf": _leaf_ear,
        "long": _long_ear,
        "floppy": _floppy_ear,
        "fold": _folded_ear,
        "side": _side_ear,
        "sail": _sail_ear,
    }
)
