"""Where things are on a two-legged figure: along its spine, about its head, along its limbs."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.sdf import Vector, rotation
from models.procedural.looks.biped import Biped

Place: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limb:
    """Three joints and the way the last of them points."""

    side: int  #: 1 is the left, at +x
    joints: Place  #: (3, 3): shoulder, elbow, wrist, or hip, knee, ankle
    way: Place  #: (3,) unit: where a hand reaches, where toes point


def at(p: Biped, above: float, ahead: float = 0.0, aside: float = 0.0) -> Vector:
    """A place above the hips, in front of the spine, to the left; it leans as the figure does."""
    s, c = sin(radians(p.lean_deg)), cos(radians(p.lean_deg))
    return aside, above * c - ahead * s, above * s + ahead * c


def head_turn(p: Biped) -> Vector:
    """How the head is turned: it takes part in the lean, but looks where it goes."""
    return p.lean_deg * p.head_lean, 0.0, 0.0


def on_head(p: Biped, above: float, ahead: float, aside: float = 0.0) -> Vector:
    """A place about the middle of the head, in heads."""
    middle = at(p, p.trunk + p.neck * 1.1 + p.head * 0.5)
    x, y, z = rotation(head_turn(p)) @ [aside, above + 0.5, ahead] * p.head + middle
    return float(x), float(y), float(z)


def arm(p: Biped, side: int) -> Limb:
    """Shoulder, elbow, wrist. An arm that hangs bends forward, one that is raised bends up."""
    left = side > 0
    out, swing = (p.left_arm_deg, p.left_swing_deg) if left else (p.right_arm_deg, p.right_swing_deg)
    bend = p.left_elbow_deg if left else p.right_elbow_deg
    raised = out >= 90
    upper = _leant(p, _way(out, swing, side))
    lower = _leant(p, _way(min(out + bend, 176.0) if raised else out * 0.6, swing + (0.0 if raised else bend), side))
    shoulder = np.array(at(p, p.trunk * 0.86, 0.0, p.shoulders * 0.94 * side))
    elbow = shoulder + upper * p.arms * 0.50
    return Limb(side, np.array([shoulder, elbow, elbow + lower * p.arms * 0.46]), lower)


def leg(p: Biped, side: int) -> Limb:
    """Hip, knee, ankle, toes ahead; a swung leg tips its foot."""
    left = side > 0
    swing, bend = (p.left_leg_deg, p.left_knee_deg) if left else (p.right_leg_deg, p.right_knee_deg)
    hip = np.array(at(p, -0.02, 0.0, p.hips * 0.56 * side))
    knee = hip + _way(p.astride_deg, swing, side) * p.legs * 0.50
    ankle = knee + _way(p.astride_deg * 0.5, swing - bend, side) * p.legs * 0.46
    tip = radians(swing - bend) * 0.6
    toes = np.array([0.16 * side, sin(tip), cos(tip)])
    return Limb(side, np.array([hip, knee, ankle]), toes / np.linalg.norm(toes))


def _way(out_deg: float, swing_deg: float, side: int) -> Place:
    """The direction of a limb that hangs at (0, 0), goes out sideways and swings forward."""
    out, swing = radians(out_deg), radians(swing_deg)
    ahead = cos(out) * sin(swing) if out_deg < 90 else 0.3 * sin(swing)
    return np.array([sin(out) * side, -cos(out) * cos(swing), ahead])


def _leant(p: Biped, way: Place) -> Place:
    """A direction turned forward by the share of the lean that arms take up."""
    turned: Place = rotation((p.lean_deg * p.arms_lean, 0, 0)) @ way
    return turned
