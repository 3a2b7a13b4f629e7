"""The tail of an aircraft: a fin, or two, and a pair of small planes."""

from __future__ import annotations

from math import cos, sin

from models.procedural.aircraft.fuselage import TAIL, section
from models.procedural.aircraft.wings import plane
from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import other_side
from models.procedural.kit.solids import Skin
from models.procedural.looks.aircraft import Aircraft


def _foot(p: Aircraft) -> Vector:
    """Where the leading edge of the left fin leaves the fuselage; a single one stands in the middle."""
    z = TAIL + p.fin_chord + 0.015
    size, rise = (float(value) for value in section(p, TAIL + p.fin_chord * 0.6))
    out = max(size * 0.70, p.nozzle * 0.9) if p.twin_fins else 0.0
    return out, rise + size * p.tall * (0.2 if p.twin_fins else 0.35), z


def fin(p: Aircraft) -> tuple[Skin, ...]:
    span = (p.fin * sin(p.fin_lean), p.fin * cos(p.fin_lean), 0.0)
    upright = plane(_foot(p), span, (p.fin_chord, p.fin_chord * 0.45), p.tail_sweep * 1.1, 0.10)
    return (upright, other_side(upright)) if p.twin_fins else (upright,)


def tailplane(p: Aircraft) -> tuple[Skin, ...]:
    """At the foot of the fin, or as far up as `tail_up` says."""
    _, y, z = _foot(p)
    size, _ = (float(value) for value in section(p, TAIL + p.fin_chord * 0.5))
    low = (0.002, y - size * p.tall * 0.2, z - p.fin_chord * 0.22)
    high = (0.002, y + p.fin, z - p.tail_sweep * 1.1 + p.tail_chord * 0.25)
    root = tuple(a + (b - a) * p.tail_up for a, b in zip(low, high, strict=True))
    span = (p.tail_span, p.tail_span * 0.06, 0.0)
    left = plane((root[0], root[1], root[2]), span, (p.tail_chord, p.tail_chord * 0.45), p.tail_sweep * 0.8, 0.10)
    return left, other_side(left)
