"""The head of a four-legged animal: skull, snout and eyes, and the ears, horns and trunk that name it."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped_frame import face
from models.procedural.skins import blade, other_side, tube
from models.procedural.solids import Skin, Solid
from models.sdf import ball, blend, limb, mirrored


def head(p: Quadruped) -> tuple[Solid, ...]:
    r = p.head
    turn = (p.head_drop_deg, 0.0, 0.0)
    skull = ball(face(p, 0.0, 0.0), (r * 0.92, r * 0.90, r), turn_deg=turn)
    nose = limb(
        [face(p, 0.25, -0.18), face(p, 0.55 + p.snout, -0.30)],
        [r * p.snout_radius * 1.08, r * p.snout_radius * p.snout_end],
    )
    tip = ball(
        face(p, 0.55 + p.snout + p.snout_radius * p.snout_end * 0.82, -0.20),
        (r * 0.20 * p.snout_radius / 0.48, r * 0.14, r * 0.12),
    )
    eyes = mirrored(ball(face(p, 0.70, 0.26, 0.46), (r * 0.145, r * 0.165, r * 0.145)))
    solids: list[Solid] = [blend(r * 0.42, skull, nose), tip, eyes]
    return (*solids, *_ears(p), *_horns(p), *_trunk(p))


def _ears(p: Quadruped) -> tuple[Solid, ...]:
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
        "side": _side_ear,
        "sail": _sail_ear,
    }
)


def _horns(p: Quadruped) -> tuple[Solid, ...]:
    solids: list[Solid] = []
    if p.horns > 0:
        horn = _horn(p)
        solids += [horn, other_side(horn)]
    if p.antlers:
        solids += [half for beam in _antler(p) for half in (beam, other_side(beam))]
    if p.nose_horn > 0:
        solids += [_spike(p, 1.45, 0.30, 0.95 * p.nose_horn), _spike(p, 0.85, 0.40, 0.45 * p.nose_horn)]
    return tuple(solids)


def _horn(p: Quadruped) -> Skin:
    """Bent outward and up (positive), straight up (0), or back (negative)."""
    size, bend = p.horns, p.horn_bend
    out, behind = max(bend, 0.0), max(-bend, 0.0)
    path = [
        face(p, -0.10, 0.70, 0.36),
        face(p, -0.12 - behind * 0.2, 0.85 + size * (0.45 - 0.30 * out), 0.42 + size * out * 0.60),
        face(p, -0.15 - behind * size, 0.90 + size * (1.0 - 0.25 * behind), 0.45 + size * out * 0.72),
    ]
    blunt = 0.16 if bend == 0 else 0.03  # a giraffe's end in knobs
    return tube(path, [p.head * 0.17, p.head * 0.13, p.head * blunt])


def _antler(p: Quadruped) -> tuple[Skin, ...]:
    r = p.head * 0.10
    beam = tube(
        [face(p, -0.1, 0.7, 0.35), face(p, -0.5, 1.7, 0.95), face(p, -0.3, 2.8, 1.35), face(p, 0.2, 3.6, 1.25)],
        [r * 1.2, r, r * 0.8, r * 0.3],
    )
    prongs = [
        tube(
            [face(p, -0.45, 1.55, 0.88), face(p, 0.25, 2.1, 1.0), face(p, 0.4, 2.5, 1.0)],
            [r * 0.9, r * 0.7, r * 0.3],
        ),
        tube(
            [face(p, -0.42, 2.35, 1.20), face(p, -0.65, 3.0, 1.6), face(p, -0.7, 3.4, 1.7)],
            [r * 0.8, r * 0.6, r * 0.3],
        ),
    ]
    return (beam, *prongs)


def _spike(p: Quadruped, ahead: float, above: float, size: float) -> Skin:
    path = [
        face(p, ahead, above - 0.35),
        face(p, ahead + 0.05, above + size * 0.5),
        face(p, ahead - 0.15, above + size),
    ]
    return tube(path, [p.head * 0.26 * max(size, 0.7), p.head * 0.16 * max(size, 0.6), p.head * 0.02])


def _trunk(p: Quadruped) -> tuple[Skin, ...]:
    """An elephant's trunk and tusks."""
    skins: list[Skin] = []
    if p.trunk > 0:
        reach = p.trunk
        path = [
            face(p, 0.55, -0.10),
            face(p, 1.10, -0.55),
            face(p, 1.25, -1.20 * reach),
            face(p, 1.15, -1.95 * reach),
            face(p, 1.45, -2.45 * reach),
            face(p, 1.85, -2.40 * reach),
        ]
        skins.append(tube(path, [p.head * size for size in (0.46, 0.38, 0.29, 0.22, 0.17, 0.14)]))
    if p.tusks > 0:
        path = [face(p, 0.62, -0.42, 0.42), face(p, 1.05, -0.95, 0.52), face(p, 1.65, -1.05 * p.tusks, 0.50)]
        tusk = tube(path, [p.head * 0.13, p.head * 0.11, p.head * 0.02])
        skins += [tusk, other_side(tusk)]
    return tuple(skins)
