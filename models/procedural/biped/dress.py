"""What is worn below the head: skirts, robes, capes, packs, belts."""

from __future__ import annotations

from math import cos, radians

import numpy as np

from models.procedural.biped.frame import at
from models.procedural.kit.sdf import ball, blend
from models.procedural.kit.skins import blade, lathe, placed, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.biped import Biped

SEATED_DEG = 45.0  # thighs and knees bent further than this: the figure sits


def worn(p: Biped) -> tuple[Solid, ...]:
    """Everything over the torso."""
    skirt = (_skirt(p),) if p.skirt > 0 else ()
    cape = (_cape(p),) if p.cape > 0 else ()
    pack = _pack(p) if p.pack > 0 else ()
    belt = (_belt(p),) if p.belt > 0 else ()
    return (*skirt, *cape, *pack, *belt)


def _skirt(p: Biped) -> Skin:
    """A bell from the waist down, hanging as the thighs do."""
    swing = (p.left_leg_deg + p.right_leg_deg) / 2
    top = p.trunk * 0.36 * max(0.0, cos(radians(swing)))
    stride = abs(p.left_leg_deg - p.right_leg_deg)
    thighs = p.hips * 0.58 + p.leg_radius * 1.55
    wide = max(p.hips * p.flare, thighs) * (1 + stride / 90)
    low = -p.skirt
    if (
        swing > SEATED_DEG and min(p.left_knee_deg, p.right_knee_deg) > SEATED_DEG
    ):  # what is in the lap ends at the knees
        low, wide = max(low, -p.legs * 0.48), thighs * 1.15
    profile = [
        (p.waist * 0.90, top),
        (thighs, p.trunk * 0.02),
        ((thighs + wide) / 2, low * 0.55),
        (wide, low),
        (wide * 0.97, low - 0.012),
        (wide * 0.80, low - 0.004),
    ]
    return placed(lathe(profile), turn_deg=(-swing, 0, 0), scale=(1.0, 1.0, 0.88))


def _cape(p: Biped) -> Skin:
    """From both shoulders down the back, wider and further off below."""
    shares = (0.0, 0.3, 0.65, 1.0)
    long = p.cape
    half = [p.shoulders * (0.80 + 0.45 * share) for share in shares]
    line = [(p.trunk * 0.93 - long * share, -p.chest * (0.75 + 0.55 * share) - 0.10 * share**2) for share in shares]
    left, right = (
        [at(p, above, ahead, side * wide) for (above, ahead), wide in zip(line, half, strict=True)] for side in (1, -1)
    )
    return blade(left, right, [0.05, 0.045, 0.035, 0.025], even=True)


def _pack(p: Biped) -> tuple[Solid, ...]:
    """A box on the back with a strap over either shoulder."""
    turn = (p.lean_deg, 0.0, 0.0)
    box = ball(
        at(p, p.trunk * 0.62, -p.chest - p.pack * 0.30),
        (p.shoulders * 0.78, p.pack * 1.25, p.pack * 0.55),
        turn_deg=turn,
        power=5.0,
    )
    pocket = ball(
        at(p, p.trunk * 0.50, -p.chest - p.pack * 0.80),
        (p.shoulders * 0.50, p.pack * 0.62, p.pack * 0.22),
        turn_deg=turn,
        power=5.0,
    )
    straps = [
        tube(
            [at(p, p.trunk * 0.80, -p.chest, x), at(p, p.trunk * 0.955, -0.02, x),
             at(p, p.trunk * 0.74, p.chest * 0.96, x), at(p, p.trunk * 0.46, p.chest * 0.55, x * 1.5)],
            [0.022] * 4,
        )
        for x in (-p.shoulders * 0.48, p.shoulders * 0.48)
    ]  # fmt: skip
    return (blend(0.02, box, pocket), *straps)


def _belt(p: Biped) -> Skin:
    """A ring about the waist."""
    wide = p.waist * 1.06 + p.belt * 0.3
    profile = [(0.02, p.belt), (wide, p.belt), (wide * 1.03, 0.0), (wide, -p.belt), (0.02, -p.belt)]
    middle = np.array(at(p, p.trunk * 0.26))
    return placed(lathe(profile, smooth=False), turn_deg=(p.lean_deg, 0, 0), to=middle, scale=(1.0, 1.0, 0.84))
