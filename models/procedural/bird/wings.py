"""A bird's left wing: spread with its feathers fanned, folded in layers along the flank, or a flipper."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.bird.frame import off, on_trunk, profile
from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import blade, curve, ribbon, tube
from models.procedural.kit.solids import Array, Grain, Shell, Skin, outward
from models.procedural.looks.bird import Bird

QUILLS = 15  # of a spread wing; fewer leave gaps between the innermost
SHOULDER = 0.27  # where a folded wing begins along the trunk


def wing(p: Bird) -> tuple[Skin, ...]:
    if p.flippers:
        return (_flipper(p),)
    return _spread(p) if p.spread else _folded(p)


def _spread(p: Bird) -> tuple[Skin, ...]:
    """An arm with coverts over the roots of its quills."""
    knots = np.array([_arm(p, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)])
    chords = p.chord * np.array([0.62, 0.60, 0.52, 0.40, 0.18])
    behind = np.column_stack([0 * chords, p.incline * chords, -chords])
    arm = blade(list(knots), list(knots + behind), [0.13, 0.095, 0.070, 0.050, 0.022])
    return (arm, *(_quill(p, (index + 0.5) / QUILLS) for index in range(QUILLS)))


def _arm(p: Bird, share: float) -> Vector:
    """A place on the leading edge of the left wing: 0 at the shoulder, 1 at the tip of the hand."""
    _, y, z = on_trunk(p, 0.28, p.girth * 0.42)
    lift = radians(p.raise_deg * (1.35 - 0.60 * share))
    out = p.span * share
    forward = 0.30 * p.chord * sin(share * 2.2) - p.sweep * 2.2 * share**2
    return p.girth * 0.30 + out * cos(lift), y + out * sin(lift), z + forward


def _quill(p: Bird, share: float) -> Skin:
    """One feather: straight back at the elbow, ever more outward along the hand."""
    hand = max(0.0, (share - 0.45) / 0.55)
    turn = radians(82.0 * hand**1.25)  # from straight back to straight out
    lift = radians(p.raise_deg * 0.60)
    way = np.array([sin(turn) * cos(lift), sin(turn) * sin(lift) + p.incline * cos(turn), -cos(turn)])
    side = np.array([cos(turn), 0.0, sin(turn)])
    # Each lies a little lower than its inner neighbour: quills overlap like tiles.
    root = off(np.array(_arm(p, share)), 0.0, -0.010 - 0.012 * share, -0.10 * p.chord * (1 - hand))
    length = p.chord * (1.0 - 0.30 * hand) + p.fingers * hand**1.5
    middle = [root + way * length * step for step in (0.0, 0.4, 0.8, 1.0)]
    wide = p.span / QUILLS * 1.20 + 0.10 * p.chord * hand
    narrow = 1 - p.slots * hand
    widths = (1.0, 1.05, 0.35 + 0.65 * narrow, 0.12 + 0.43 * (1 - hand))
    return ribbon(middle, side * wide, widths, (0.030, 0.030, 0.022, 0.010))


def _folded(p: Bird) -> tuple[Skin, ...]:
    """Three layers, each over the next: coverts, secondaries, and primaries to the tip."""
    primaries = [_primary(p, step / 3) for step in range(4)]
    secondaries = [_secondary(p, step / 4) for step in range(5)]
    return tuple(_wrapped(p, feather) for feather in (*primaries, *secondaries, _coverts(p)))


def _flat(steps: ArrayLike, widths: tuple[float, ...], thick: float, lift: float) -> Skin:
    """A feather in the plane of the flank: steps (K, 2) of places along the trunk and above its middle."""
    way = np.asarray(steps, np.float64)
    middle = np.column_stack([np.full(len(way), lift), way[:, 1], way[:, 0]])
    return ribbon(list(middle), (0.0, 1.0, 0.0), widths, [thick * size for size in (0.8, 1.0, 0.8, 0.35)])


def _coverts(p: Bird) -> Skin:
    """The shoulder, smooth and full."""
    w, at, reach = p.wing_width, SHOULDER, p.wing_length
    steps = [(at, w * 0.16), (at - reach * 0.14, w * 0.08), (at - reach * 0.30, 0.0), (at - reach * 0.46, -w * 0.02)]
    return _flat(steps, (w * 0.24, w * 0.72, w * 0.80, w * 0.30), 0.075, 0.020)


def _secondary(p: Bird, turn: float) -> Skin:
    """From below the coverts towards the tail; the lowest is the shortest."""
    w, reach = p.wing_width, p.wing_length
    v, start = w * (0.46 - 1.08 * turn), SHOULDER - reach * 0.22
    end = SHOULDER - reach * (0.96 - 0.26 * turn)
    steps = [(start + (end - start) * share, v * (1 - 0.2 * share) + w * 0.1 * share) for share in (0.0, 0.5, 0.9, 1.0)]
    return _flat(steps, (w * 0.20, w * 0.24, w * 0.22, w * 0.10), 0.040, 0.014 - 0.010 * turn)


def _primary(p: Bird, turn: float) -> Skin:
    """The long ones, over the root of the tail."""
    w, reach = p.wing_width, p.wing_length
    end = SHOULDER - reach * (1.36 - 0.24 * turn)
    v = w * (0.40 - 0.42 * turn)
    steps = [(0.0, v - w * 0.1), (end * 0.45, v), (end * 0.88, v + w * 0.08), (end, v + w * 0.12)]
    return _flat(steps, (w * 0.20, w * 0.20, w * 0.15, w * 0.05), 0.034, 0.004 - 0.006 * turn)


def _wrapped(p: Bird, feather: Skin) -> Skin:
    """A flat feather laid around the flank: its x is the height above the plumage, its y runs round the trunk."""
    along, above, share = profile(p).T

    def skin(grain: Grain) -> Shell:
        flat = feather(grain)
        lift, round_it, at = flat.vertices.T
        # Behind the rump the wing keeps its own width, or its tips would cross inside the tail.
        radius = np.maximum(np.interp(at, along, share), 0.46) * p.girth
        angle = np.clip(round_it / radius, -1.4, 1.4)
        out, up = (radius + lift) * np.cos(angle), np.interp(at, along, above) + (radius + lift) * np.sin(angle)
        return outward(Shell(_turned(p, at, up, out), flat.faces))

    return skin


def _turned(p: Bird, along: Array, above: Array, aside: Array) -> Array:
    s, c = sin(radians(p.pitch_deg)), cos(radians(p.pitch_deg))
    return np.stack([aside, along * s + above * c, along * c - above * s], axis=1)


def _flipper(p: Bird) -> Skin:
    """A penguin's: a paddle from the shoulder, out by `raise_deg` when it spreads."""
    length, width, out = p.wing_length, p.wing_width, p.girth
    root = np.array(on_trunk(p, 0.30, 0.0, out * 0.72))
    away = radians(p.flipper_deg)
    knots = curve([(0.0, 0.75), (0.28, 1.0), (0.68, 0.82), (1.0, 0.24)], 6)
    way = np.array([sin(away), -cos(away), -0.06])
    path = [root + way * length * share + [out * 0.30 * sin(share * 2.0), 0, 0] for share, _ in knots]
    return tube(path, [width * size for _, size in knots], flat=1.0, wide=0.30)
