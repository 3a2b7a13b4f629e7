"""Two-legged figures: people, robots, apes. One height is about 1.8, as for a person in metres.

Angles are in degrees: an arm at 0 hangs, at 90 points sideways; a leg's swing is forward.
Arms, legs and head are grown onto the torso, so that a figure is one body in several colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np

from models.procedural.biped.dress import worn
from models.procedural.biped.frame import arm, at, leg, on_head
from models.procedural.biped.head import head
from models.procedural.biped.limbs import arm_shape, foot, hand, leg_shape
from models.procedural.kit.sdf import Field, ball, blend, limb, mirrored
from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Solid
from models.procedural.looks.biped import Biped

FLESH = 2.0  # the power of a ball that is one; a machine's is a box


def build(p: Biped, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a figure. Nothing is left to `chance`: proportions are varied before."""
    del chance
    torso = _torso(p)
    pieces: dict[str, Sequence[Solid]] = {"head": head(p, _neck(p)), "torso": (torso, *worn(p), *_tail(p))}
    for side, name in ((1, "left"), (-1, "right")):
        pieces[f"{name}_arm"] = arm_shape(p, arm(p, side), torso)
        pieces[f"{name}_hand"] = hand(p, arm(p, side))
        pieces[f"{name}_leg"] = leg_shape(p, leg(p, side), torso)
        pieces[f"{name}_foot"] = foot(p, leg(p, side))
    return pieces


def _torso(p: Biped) -> Field:
    return _frame(p) if p.power > FLESH else _flesh(p)


def _flesh(p: Biped) -> Field:
    """A rib cage, a waist and hips, shoulders that slope from the neck."""
    turn, top = (p.lean_deg, 0.0, 0.0), p.trunk
    chest = ball(at(p, top * 0.70), (p.shoulders * 0.82, top * 0.31, p.chest), turn_deg=turn, power=2.5)
    waist = ball(at(p, top * 0.38), (p.waist, top * 0.34, p.waist * 0.80), turn_deg=turn)
    hips = ball(at(p, top * 0.04), (p.hips, top * 0.22, p.hips * 0.80), turn_deg=turn)
    seat = mirrored(ball(at(p, -0.01, -p.hips * 0.42, p.hips * 0.44), (p.hips * 0.52,) * 3))
    yoke = mirrored(
        limb([at(p, top * 0.92), at(p, top * 0.87, 0.0, p.shoulders * 0.84)], [p.chest * 0.52, p.arm_radius * 1.2])
    )
    return blend(0.07, chest, waist, hips, seat, yoke, _neck(p), *_roundings(p))


def _roundings(p: Biped) -> list[Field]:
    """A bust, a paunch."""
    fields = []
    if p.bust > 0:
        fields.append(mirrored(ball(at(p, p.trunk * 0.68, p.chest * 0.66, p.shoulders * 0.40), (p.bust,) * 3)))
    if p.paunch > 0:
        fields.append(ball(at(p, p.trunk * 0.30, p.waist * 0.42), (p.paunch, p.paunch, p.paunch * 0.9)))
    return fields


def _frame(p: Biped) -> Field:
    """A machine: a chest of sheet metal on a narrow waist, with a panel in front."""
    turn, top = (p.lean_deg, 0.0, 0.0), p.trunk

    def block(above: float, half: tuple[float, float, float], ahead: float = 0.0) -> Field:
        return ball(at(p, above, ahead), half, turn_deg=turn, power=p.power)

    chest = block(top * 0.68, (p.shoulders * 0.84, top * 0.30, p.chest))
    panel = block(top * 0.70, (p.shoulders * 0.50, top * 0.17, 0.03), p.chest)
    knobs = mirrored(ball(at(p, top * 0.76, p.chest + 0.03, p.shoulders * 0.22), (0.03, 0.03, 0.022)))
    waist = limb([at(p, top * 0.05), at(p, top * 0.5)], [p.waist * 0.62, p.waist * 0.62])
    hips = block(0.0, (p.hips * 0.94, top * 0.16, p.hips * 0.72))
    return blend(0.015, chest, panel, knobs, waist, hips, _neck(p))


def _neck(p: Biped) -> Field:
    return limb([at(p, p.trunk * 0.86, -0.01), on_head(p, -0.35, -0.12)], [p.neck * 1.35, p.neck])


def _tail(p: Biped) -> tuple[Solid, ...]:
    """A monkey's: down, back, and up into a curl."""
    if p.tail <= 0:
        return ()
    path = [np.array(at(p, 0.0, -p.hips * 0.5))]
    for knot in range(9):
        turn = radians(-50.0 + 34.0 * knot)
        path.append(path[-1] + p.tail / 9 * np.array([0.0, sin(turn), -cos(turn)]))
    return (tube(path, [0.034, *np.linspace(0.030, 0.016, 9)]),)
