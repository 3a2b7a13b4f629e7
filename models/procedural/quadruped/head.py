"""The head of a four-legged animal: skull, cheeks, muzzle, jaw, nose and eyes."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from models.procedural.kit.anatomy import grown, widened
from models.procedural.kit.eyes import eyes, surface
from models.procedural.kit.sdf import Field, Vector, ball, blend, carve, limb, mirrored
from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.ears import ears
from models.procedural.quadruped.frame import face, head_drop_deg
from models.procedural.quadruped.horns import horns

EYE_REACH = 1.5  # a head's surface is nearer to its middle than this, in heads
EYE_DEEP = 0.30  # how far an eye lies in the head, in its own radii


def head(p: Quadruped, neck: Field) -> tuple[Solid, ...]:
    """Everything of the head; it grows from the neck."""
    bone = _bone(p)
    holed = carve(p.head * 0.05, bone, *_nostrils(p))
    return (grown(holed, neck, p.head * 0.45), *_eyes(p, bone), *_nose(p), *_beak(p), *_beard(p), *ears(p), *horns(p))


def _eyes(p: Quadruped, bone: Field) -> tuple[Solid, ...]:
    """On the head's side or front, wherever its surface is there."""
    size = p.head * p.eye
    aside, up = radians(p.eye_out_deg), radians(p.eye_up_deg)
    start = np.array(face(p, 0.0, 0.0))
    way = np.array(face(p, cos(aside) * cos(up), sin(up), sin(aside) * cos(up) * p.face_wide)) - start
    centre = surface(bone, start, way * EYE_REACH) - way / np.linalg.norm(way) * size * EYE_DEEP
    return eyes(centre, way, size, lids=True)


def _bone(p: Quadruped) -> Field:
    """Skull, cheeks and muzzle in one, with a jaw under them that a crease sets off."""
    r, thick = p.head, p.head * p.snout_radius
    turn = (head_drop_deg(p), 0.0, 0.0)
    skull = ball(face(p, 0.0, 0.0), (r * 0.92, r * 0.90, r), turn_deg=turn)
    muzzle = limb(
        [face(p, 0.25, -0.14), face(p, 0.55 + p.snout, p.snout_low)],
        [thick * 1.08, thick * p.snout_end],
    )
    cheeks = mirrored(ball(face(p, 0.22, -0.30, 0.42), (r * p.cheek * 0.8, r * p.cheek * 0.8, r * p.cheek)))
    brows = mirrored(ball(face(p, 0.42, 0.42, 0.40), (r * 0.30, r * 0.22, r * 0.34), turn_deg=turn))
    face_ = widened(blend(r * 0.34, skull, muzzle, cheeks, brows, *_jowls(p)), p.face_wide)
    return blend(r * 0.06, face_, widened(_jaw(p, thick), p.face_wide))


def _jowls(p: Quadruped) -> list[Field]:
    """Locks that stand off the cheeks, down and back: a tiger's."""
    if p.jowl <= 0:
        return []
    r, locks = p.head, ((0.12, -0.18, 5.0), (0.08, -0.36, 35.0), (0.10, -0.46, 70.0))
    fields = []
    for ahead, above, fall in locks:
        out, down = p.jowl * cos(radians(fall)), p.jowl * sin(radians(fall))
        tip = face(p, ahead - 0.30 * p.jowl, above - down * 0.75, 0.50 + out * 0.68)
        fields.append(limb([face(p, ahead, above, 0.44), tip], [r * 0.44, r * 0.05]))
    return [mirrored(blend(r * 0.10, *fields))]


def _jaw(p: Quadruped, thick: float) -> Field:
    """A lower jaw; `gape_deg` opens it."""
    hinge = np.array(face(p, 0.15, -0.52))
    reach, drop = 0.36 + p.snout * 0.86, radians(p.gape_deg)
    low = p.snout_low - p.snout_radius * p.snout_end * 0.72
    chin = np.array(face(p, 0.15 + reach * cos(drop), low - reach * sin(drop)))
    return limb([hinge, chin], [thick * 0.62, thick * p.snout_end * 0.52])


def _muzzle_end(p: Quadruped, above: float = 0.0, aside: float = 0.0, out: float = 1.0) -> Vector:
    """A place on the round end of the muzzle, in its own radii."""
    thick = p.snout_radius * p.snout_end
    ahead = 0.55 + p.snout + thick * out * (max(0.0, 1 - above**2 - aside**2) ** 0.5)
    return face(p, ahead, p.snout_low + thick * above * out, thick * aside * out * p.face_wide)


def _nostrils(p: Quadruped) -> list[Field]:
    """Two holes: a horse's, a cow's, a pig's."""
    if p.nose in {"button", "none"}:
        return []
    size = p.head * p.snout_radius * p.snout_end * 0.20
    return [mirrored(ball(_muzzle_end(p, 0.28, 0.48), (size * 0.9, size * 1.3, size * 1.2)))]


def _nose(p: Quadruped) -> tuple[Solid, ...]:
    """A cat's or a dog's button, a pig's disc."""
    thick = p.head * p.snout_radius * p.snout_end
    turn = (head_drop_deg(p), 0.0, 0.0)
    if p.nose == "button":
        size = max(thick * 0.42, p.head * 0.13)
        return (ball(_muzzle_end(p, 0.52), (size * 1.1, size * 0.75, size * 0.7), turn_deg=turn),)
    if p.nose == "disc":
        size = thick * 1.16
        disc = ball(_muzzle_end(p, 0.0, 0.0, 0.92), (size, size * 0.9, size * 0.34), turn_deg=turn, power=4.0)
        holes = mirrored(ball(_muzzle_end(p, 0.05, 0.36, 1.22), (size * 0.20, size * 0.30, size * 0.36), turn_deg=turn))
        return (carve(size * 0.05, disc, holes),)
    return ()


def _beak(p: Quadruped) -> tuple[Solid, ...]:
    """Hooked, over the muzzle: an eagle's, on a griffin."""
    if p.beak <= 0:
        return ()
    thick, start, long = p.head * p.snout_radius, 0.40 + p.snout * 0.5, p.beak
    upper = [(start, 0.12), (start + long * 0.45, 0.10), (start + long * 0.85, -0.20), (start + long * 0.88, -0.62)]
    lower = [(start, -0.34), (start + long * 0.62, -0.40)]
    return (
        tube([face(p, *place) for place in upper], [thick * 1.05, thick * 0.86, thick * 0.46, thick * 0.06], wide=0.8),
        tube([face(p, *place) for place in lower], [thick * 0.6, thick * 0.16]),
    )


def _beard(p: Quadruped) -> tuple[Solid, ...]:
    """Hanging from the chin: a goat's, a moose's."""
    if p.beard <= 0:
        return ()
    chin = np.array(face(p, 0.30 + p.snout * 0.72, p.snout_low - p.snout_radius * p.snout_end * 0.7))
    fall = np.array([0.0, -p.head * p.beard, 0.0])
    path = [chin - fall * 0.12, chin + fall * 0.5, chin + fall]
    return (tube(path, [p.head * 0.17, p.head * 0.15, p.head * 0.03], wide=0.7),)
