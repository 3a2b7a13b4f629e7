"""A fish's head: eyes, mouth, gills, and what some wear ahead of it: a beak, a sword, a hammer, whiskers, a lure."""

from __future__ import annotations

import numpy as np

from models.procedural.fish.frame import NOSE, around, on_skin, outline, rings, top
from models.procedural.kit.skins import bead, blade, loft, other_side, tube
from models.procedural.kit.solids import Array, Grain, Shell, Skin
from models.procedural.looks.fish import Fish


def head(p: Fish) -> tuple[Skin, ...]:
    return (_skull(p), *_eyes(p), *_mouth(p), *_slits(p), *_beak(p), *_hammer(p), *_barbels(p), *_lure(p), *_horns(p))


def _skull(p: Fish) -> Skin:
    """The spindle ahead of the gills; on the sides it ends in a cover that bows back and stands proud."""

    def skin(grain: Grain) -> Shell:
        angle = around(grain)
        share = ((1 - np.cos(np.linspace(0, np.pi, grain.along * 2))) / 2)[:, None]
        flank = np.abs(np.cos(angle))
        z = NOSE + (p.gill - NOSE) * share - p.cover * flank**1.5 * share**3
        return loft(rings(p, z, angle, 1 + 0.9 * p.cover * flank * share**5))

    return skin


def _eyes(p: Fish) -> tuple[Skin, ...]:
    if p.hammer > 0:
        at, r = np.array([p.hammer, 0.0, NOSE - 0.045]), 0.020
    else:
        at, r = on_skin(p, p.gill + (NOSE - p.gill) * p.eye_at, p.eye_deg), p.eye
    left = bead(at * [0.97, 1.0, 1.0], r)
    return left, other_side(left)


def _mouth(p: Fish) -> tuple[Skin, ...]:
    """A lip from corner to corner: ahead on a fish, below and behind the nose on a shark."""
    if p.mouth <= 0:
        return ()
    shares = np.linspace(-1, 1, 9)
    path = [_lip(p, float(share)) for share in shares]
    return (tube(path, [p.lip * (1 - 0.55 * abs(share)) for share in shares]),)


def _lip(p: Fish, share: float) -> Array:
    at = NOSE - 0.012 - p.mouth_under - p.mouth * abs(share) ** 1.6
    place = on_skin(p, at, -90 + (90 - p.mouth_deg) * abs(share) ** 0.8)
    lip: Array = place * np.array([1.0 if share > 0 else -1.0, 1.0, 1.0])
    return lip


def _slits(p: Fish) -> tuple[Skin, ...]:
    """A shark's five gills, as welts on its neck."""
    left = tuple(
        tube([on_skin(p, p.gill + 0.012 + 0.022 * index, turn) for turn in (-28, -8, 14)], [0.002, 0.0055, 0.002])
        for index in range(p.slits)
    )
    return (*left, *(other_side(slit) for slit in left))


def _beak(p: Fish) -> tuple[Skin, ...]:
    """A dolphin's snout, a swordfish's sword: out of the head, tapering."""
    if p.beak <= 0:
        return ()
    root, y = NOSE - 0.07, -p.depth * p.beak_low
    wide = max(p.beak_radius, top(p, root) * 0.42)
    path = [(0, y * 0.8, root), (0, y, NOSE + 0.01), (0, y * 1.15, NOSE + p.beak * 0.6), (0, y * 1.2, NOSE + p.beak)]
    tip = p.beak_radius * p.beak_tip
    return (tube(path, [wide, p.beak_radius, (p.beak_radius + tip) / 2, tip], flat=0.85),)


def _hammer(p: Fish) -> tuple[Skin, ...]:
    """The wing that a hammerhead has for a face."""
    if p.hammer <= 0:
        return ()
    spread = (-1.0, -0.5, 0.0, 0.5, 1.0)
    lead = [(p.hammer * x, 0.0, NOSE + 0.01 - 0.045 * x * x) for x in spread]
    trail = [(p.hammer * x, 0.0, NOSE - 0.13 + 0.035 * x * x) for x in spread]
    return (blade(lead, trail, (0.030, 0.042, 0.050, 0.042, 0.030), even=True),)


def _barbels(p: Fish) -> tuple[Skin, ...]:
    """A catfish's whiskers."""
    left = []
    for index in range(p.barbels):
        foot = on_skin(p, NOSE - 0.04, -30 - 26 * index)
        out = np.array([0.075 - 0.02 * index, -0.035 - 0.02 * index, 0.02 - 0.02 * index])
        left.append(
            tube([foot * 0.95, foot + out, foot + out * 1.5 + np.array([0, -0.03, -0.07])], [0.008, 0.006, 0.003])
        )
    return (*left, *(other_side(barbel) for barbel in left))


def _lure(p: Fish) -> tuple[Skin, ...]:
    """An anglerfish's rod and its light."""
    if p.lure <= 0:
        return ()
    foot = np.array([0.0, top(p, p.gill + 0.06) - 0.01, p.gill + 0.06])
    end = foot + np.array([0.0, p.lure * 0.55, p.lure])
    rod = tube([foot, foot + np.array([0, p.lure * 0.8, p.lure * 0.35]), end], [0.012, 0.008, 0.007])
    return rod, bead(end, 0.026)


def _horns(p: Fish) -> tuple[Skin, ...]:
    """The lobes a manta leads food with."""
    if p.horns <= 0:
        return ()
    x = p.width * float(outline(p, NOSE - 0.03)) ** 1.15
    path = [(x * 0.95, 0.0, NOSE - 0.06), (x * 1.05, -0.01, NOSE + p.horns * 0.6), (x * 0.80, -0.03, NOSE + p.horns)]
    left = tube(path, [0.030, 0.026, 0.010], wide=0.6)
    return left, other_side(left)
