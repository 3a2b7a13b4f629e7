"""Armrests: they grow from the seat and count as it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from models.procedural.furniture.back import lean
from models.procedural.kit.brick import brick
from models.procedural.kit.skins import lathe, other_side, placed, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.furniture import Furniture


def armrests(p: Furniture) -> tuple[Skin, ...]:
    """Both; drawn for the left."""
    return tuple(side for skin in ARMRESTS[p.armrests](p) for side in (skin, other_side(skin)))


def _none(_p: Furniture) -> tuple[Skin, ...]:
    return ()


def _rails(p: Furniture) -> tuple[Skin, ...]:
    """A rail from the back forward, on two posts."""
    x, top, r = p.width / 2 - p.leg_radius, p.height + p.arms, p.leg_radius
    behind, ahead = lean(p, p.arms), p.depth * 0.46
    rail = tube(
        [(x, top, behind), (x + 0.01, top + 0.012, 0), (x, top, ahead)], [r, r * 1.3, r * 1.1], flat=0.6, wide=1.3
    )
    posts = [
        tube([(x, p.height - 0.02, z), (x, top, z)], [r * 0.75, r * 0.75]) for z in (p.depth * 0.36, -p.depth * 0.10)
    ]
    return (rail, *posts)


def _blocks(p: Furniture) -> tuple[Skin, ...]:
    """An upholstered box with a roll along its top."""
    low, top = p.height - p.thick, p.height + p.arms
    x, half = p.width / 2 - p.arm_wide / 2 + 0.02, p.depth / 2 * 0.99
    r = p.arm_wide * 0.56
    block = brick((x, (low + top - r) / 2, 0), (p.arm_wide / 2, (top - r - low) / 2, half), rounding=0.05)
    profile = [(0.004, -half), (r * 0.5, -half), (r * 0.9, 0.03 - half), (r, 0.08 - half), (r, half - 0.08)]
    profile += [(r * 0.9, half - 0.03), (r * 0.5, half), (0.004, half)]
    roll = placed(lathe(profile, smooth=False), turn_deg=(90, 0, 0), to=(x + 0.01, top - r, 0))
    return block, roll


def _pads(p: Furniture) -> tuple[Skin, ...]:
    """A pad on a post that comes from below the seat."""
    x, top = p.width / 2 + p.arm_wide * 0.35, p.height + p.arms
    pad = brick((x, top, 0.02), (p.arm_wide / 2, 0.018, p.depth * 0.28), rounding=0.016)
    low = p.height - p.thick * 0.5
    post = tube([(x * 0.4, low, 0), (x * 0.9, low, 0), (x, low + 0.06, 0), (x, top, 0)], [0.018] * 4, wide=1.5)
    return pad, post


def _scrolls(p: Furniture) -> tuple[Skin, ...]:
    """A heavy rail that ends in a scroll, on a panel."""
    x, top, r = p.width / 2 - p.arm_wide / 2, p.height + p.arms, p.arm_wide * 0.42
    ahead = p.depth / 2
    rail = tube([(x, top + 0.03, lean(p, p.arms)), (x, top, 0), (x, top, ahead)], [r * 0.8, r, r], flat=0.8)
    curl = placed(
        lathe([(0.004, -r), (r * 1.5, -r), (r * 1.5, r), (0.004, r)], smooth=False),
        turn_deg=(0, 0, 90),
        to=(x, top - r * 0.7, ahead),
    )
    post = tube([(x, p.height - 0.05, ahead - r), (x, top, ahead - r)], [r * 0.9, r * 0.7])
    panel = brick((x, p.height + p.arms * 0.45, 0), (r * 0.45, p.arms * 0.5, p.depth * 0.46), rounding=0.02)
    return rail, curl, post, panel


def _iron(p: Furniture) -> tuple[Skin, ...]:
    """A bent bar, as cast with the legs below it."""
    x, top, r = p.width / 2 - 0.09, p.height + p.arms, p.leg_radius
    path = [(x, top + 0.02, lean(p, p.arms)), (x, top + 0.02, 0.05), (x, top - 0.03, p.depth * 0.46)]
    path += [(x, top - 0.12, p.depth * 0.42), (x, p.height - 0.03, p.depth * 0.40)]
    return (tube(path, [r * 0.9] * 5, wide=1.3),)


ARMRESTS: Mapping[str, Callable[[Furniture], tuple[Skin, ...]]] = MappingProxyType(
    {"none": _none, "rails": _rails, "blocks": _blocks, "pads": _pads, "scrolls": _scrolls, "iron": _iron}
)
