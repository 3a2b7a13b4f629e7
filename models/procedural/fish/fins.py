"""A fish's fins: thin lenses whose roots lie inside the body, so that they grow out of it."""

from __future__ import annotations

import numpy as np

from models.procedural.fish.frame import TAIL, bottom, on_skin, outwards, top
from models.procedural.kit.skins import blade, other_side, placed
from models.procedural.kit.solids import Array, Skin
from models.procedural.looks.fish import Fish

SINK = 0.03  # how deep a fin's root lies


def tail(p: Fish) -> tuple[Skin, ...]:
    """Two lobes; upright for fish, lying for whales."""
    turn = (0.0, 0.0, 90.0) if p.tail_flat else (0.0, 0.0, 0.0)
    lobes = (_lobe(p, p.tail_spread * p.tail_upper, p.tail), _lobe(p, -p.tail_spread, p.tail / p.tail_upper**0.5))
    return tuple(placed(lobe, turn_deg=turn, to=(0.0, 0.0, TAIL)) for lobe in lobes)


def _lobe(p: Fish, spread: float, length: float) -> Skin:
    """One half of the tail fin, from the stalk out to its tip."""
    side, full = float(np.sign(spread)), p.tail_round
    front = [
        (0, 0.0, 0.05),
        (0, p.stalk * 0.9 * side, 0.0),
        (0, spread * (0.62 + 0.16 * full), -length * (0.55 - 0.12 * full)),
        (0, spread, -length * (1 - 0.18 * full)),
    ]
    hollow = length - p.tail_fork
    back = [
        (0, -p.stalk * 0.5 * side, -hollow * 0.5),
        (0, 0.0, -hollow),
        (0, spread * 0.60, -hollow - p.tail_fork * 0.55),
        (0, spread * (1 - 0.08 * full), -length * (1.03 - 0.10 * full) - 0.012),
    ]
    return blade(front, back, [p.stalk * 0.9, 0.028, 0.020, 0.008], even=True)


def dorsals(p: Fish) -> tuple[Skin, ...]:
    """The sail on the back, and a small one behind it where there is one."""
    first = _sail(p, p.dorsal_start, p.dorsal_length, p.dorsal, p.dorsal_lean)
    if p.dorsal_second <= 0:
        return (first,)
    return first, _sail(p, -0.20, 0.10, p.dorsal_second, p.dorsal_second)


def _sail(p: Fish, front: float, length: float, height: float, lean: float) -> Skin:
    """From the back up: its front edge leans towards the tail, its rear edge hollows or, on a full one, bulges."""
    back = max(front - length, TAIL + 0.02)
    foot, heel = top(p, front), top(p, back)
    rear = front - lean - 0.02 - p.dorsal_full * (front - lean - back)  # below the peak, where the rear edge turns
    sag = 1 - 0.30 * p.dorsal_full
    lead = [
        (0, foot - SINK, front),
        (0, foot + height * 0.55, front - lean * 0.50),
        (0, foot + height * 0.90, front - lean * 0.90),
        (0, foot + height, front - lean * 1.02),
    ]
    trail = [
        (0, heel - SINK, back),
        (0, heel + (foot + height * 0.55 - heel) * sag, (back + rear) / 2 + length * 0.08 * (1 - p.dorsal_full)),
        (0, foot + height * 0.90 * sag, rear),
        (0, foot + height * (0.99 - 0.06 * p.dorsal_full), rear * 0.45 + (front - lean) * 0.55 - 0.008),
    ]
    return blade(lead, trail, (0.042, 0.028, 0.018, 0.007), even=True)


def lower_fins(p: Fish) -> tuple[Skin, ...]:
    """The fins below, part of the body: the template has no name for them."""
    return (*_anal(p), *_pelvic(p))


def _anal(p: Fish) -> tuple[Skin, ...]:
    if p.anal <= 0:
        return ()
    front, back = p.anal_start, p.anal_start - p.anal_length
    low = bottom(p, front) - p.anal
    tip = front - 0.10 - p.anal * 0.5
    lead = [
        (0, bottom(p, front) + SINK, front),
        (0, bottom(p, front) - p.anal * 0.6, front - 0.05 - p.anal * 0.2),
        (0, low, tip),
    ]
    trail = [
        (0, bottom(p, back) + SINK * 0.7, back),
        (0, (bottom(p, back) + low) / 2, (back + tip) / 2),
        (0, low * 0.99, tip - 0.03),
    ]
    return (blade(lead, trail, (0.036, 0.022, 0.008), even=True),)


def _pelvic(p: Fish) -> tuple[Skin, ...]:
    """A pair below the belly."""
    if p.pelvic <= 0:
        return ()
    root = on_skin(p, p.pelvic_at, -62.0) * [0.9, 0.9, 1.0]
    left = _paddle(root, outwards(62.0) + np.array([0, 0, -0.7]), p.pelvic, p.pelvic * 0.62, (0.9, 1.0, 0.72, 0.2))
    return left, other_side(left)


def pectoral(p: Fish) -> Skin:
    """The left side fin, out and down and back; on a ray it is a wing."""
    root = on_skin(p, p.pectoral_at, -p.pectoral_low_deg) * [0.80, 0.90, 1.0]
    way = outwards(p.pectoral_drop_deg) + np.array([0.0, 0.0, -p.pectoral_sweep])
    end = p.pectoral_tip
    widths = (0.9, 0.62 + 0.47 * end, 0.22 + 0.65 * end, 0.04 + 0.30 * end)
    return _paddle(root, way, p.pectoral, p.pectoral_chord, widths)


def _paddle(root: Array, way: Array, length: float, chord: float, widths: tuple[float, ...]) -> Skin:
    """A fin from its root along a way, its rear edge behind its front edge by a chord times its widths."""
    behind = np.array([0.0, -0.08, -1.0]) * chord
    shares = (-0.06, 0.40, 0.80, 1.0)
    lead = [root + way * length * share for share in shares]
    trail = [place + behind * wide for place, wide in zip(lead, widths, strict=True)]
    thick = 0.024 + 0.05 * min(chord, 0.3)
    return blade(lead, trail, (thick, thick * 0.75, thick * 0.45, 0.006), even=True)
