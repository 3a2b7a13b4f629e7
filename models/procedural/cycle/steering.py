"""What turns with the front wheel of a cycle: fork, handlebars, lamp, mirrors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from models.procedural.cycle.frame import bars_at, beside, crown, front_axle, steer, top
from models.procedural.kit.sdf import Vector
from models.procedural.kit.solids import Array, Skin
from models.procedural.kit.stock import FORWARD, block, both, moved, rod, turned, wire
from models.procedural.looks.cycle import Cycle

# Handlebars from their middle to the end of the left grip, in metres; the last two knots are the grip.
BARS: Mapping[str, tuple[Vector, ...]] = MappingProxyType(
    {
        "swept": ((0, 0, 0), (0.09, 0.015, 0.015), (0.19, 0.055, 0.01), (0.255, 0.06, -0.07), (0.285, 0.045, -0.19)),
        "flat": ((0, 0, 0), (0.12, 0.005, 0), (0.22, 0.03, -0.01), (0.36, 0.035, -0.035)),
        "high": ((0, 0, 0), (0.06, 0.04, 0.01), (0.10, 0.11, 0), (0.15, 0.12, -0.04), (0.22, 0.11, -0.09)),
        "wide": ((0, 0, 0), (0.10, 0.01, 0.0), (0.17, 0.075, -0.02), (0.25, 0.085, -0.07), (0.39, 0.075, -0.15)),
        "low": ((0, 0, 0), (0.08, 0.02, 0.005), (0.16, 0.03, -0.01), (0.22, 0.035, -0.035), (0.33, 0.03, -0.075)),
    }
)


def steering(p: Cycle) -> tuple[Skin, ...]:
    return (*FORKS[p.fork](p), *handlebars(p), *_bucket(p), *(_mirrors(p) if p.mirrors else ()))


def _width(p: Cycle) -> float:
    """How far out the legs of the fork are."""
    return p.tyre + 0.022


def _column(p: Cycle) -> Skin:
    """What the legs of a fork turn about, up to the bars."""
    return rod(steer(p, crown(p)), steer(p, top(p) + p.stem), p.tube * 0.85)


def _rigid(p: Cycle) -> tuple[Skin, ...]:
    """Two blades that bend forward to the axle."""
    x, up = _width(p), crown(p)
    path = [steer(p, up), steer(p, up * 0.5), steer(p, up * 0.2, ahead=p.rake * 0.3), front_axle(p)]
    blade = wire([beside(place, x) for place in path], [p.tube * size for size in (0.85, 0.8, 0.62, 0.55)])
    arch = [(-1, 0.0), (-0.8, 0.5), (0, 0.8), (0.8, 0.5), (1, 0.0)]
    bridge = wire([beside(steer(p, up + p.tube * rise), x * side) for side, rise in arch], p.tube * 0.9)
    return *both(blade), bridge, _column(p)


def _telescopic(p: Cycle) -> tuple[Skin, ...]:
    """Legs that slide in their feet, held together above the tyre."""
    x, crown_at = _width(p) + p.tube * 0.4, steer(p, crown(p), ahead=p.rake * 0.5)
    bridge = block(crown_at, (x + p.tube * 1.5, p.tube * 0.9, p.tube * 1.6), turn_deg=(p.head_deg - 90, 0, 0))
    return *both(*_legs(p, x, crown(p))), bridge, _column(p)


def _clamped(p: Cycle) -> tuple[Skin, ...]:
    """Legs that run on to a second clamp below the bars."""
    x = _width(p) + p.tube
    clamps = [
        block(steer(p, up, ahead=p.rake * 0.5), (x + p.tube * 1.3, 0.016, 0.045), turn_deg=(p.head_deg - 90, 0, 0))
        for up in (crown(p) - 0.01, top(p) + 0.01)
    ]
    return *both(*_legs(p, x, top(p) + 0.03)), *clamps, _column(p)


def _legs(p: Cycle, x: float, end: float) -> tuple[Skin, ...]:
    """The left leg: a foot with the axle at its end, a bar that slides into it, a ring where it does."""
    slides = crown(p) * 0.60
    foot, ring, lip, head = (beside(steer(p, up, ahead=p.rake), x) for up in (-p.tube, slides, slides + 0.012, end))
    return rod(foot, ring, p.tube * 1.15), rod(ring, lip, p.tube * 1.4), rod(ring, head, p.tube * 0.85)


FORKS: Mapping[str, Callable[[Cycle], tuple[Skin, ...]]] = MappingProxyType(
    {"rigid": _rigid, "telescopic": _telescopic, "clamped": _clamped}
)


def handlebars(p: Cycle, at: Array | None = None) -> tuple[Skin, ...]:
    """A bent bar, grips, and a lever before each; `at` is the middle if there is another pair for who sits behind."""
    middle = bars_at(p) if at is None else at
    left = [middle + np.asarray(knot) for knot in BARS[p.bars]]
    bar = wire([*(place * [-1, 1, 1] for place in reversed(left[1:])), *left], p.grip * 0.62)
    grip = rod(left[-2] * 0.4 + left[-1] * 0.6, left[-1], p.grip)
    return (bar, *both(grip, *_lever(p, left[-2], left[-1])))


def _lever(p: Cycle, inner: Array, outer: Array) -> tuple[Skin, ...]:
    along = (outer - inner) / np.linalg.norm(outer - inner)
    away = np.array([-along[2], 0, along[0]]) * 0.045
    pivot, tip = inner + along * 0.01, outer - along * 0.03
    return (wire([pivot, pivot + away * 0.8 + along * 0.015, tip + away], p.grip * 0.36),)


def _lamp_at(p: Cycle) -> Array:
    return steer(p, crown(p) + p.lamp_up, ahead=p.lamp_ahead)


def _bucket(p: Cycle) -> tuple[Skin, ...]:
    """What holds the lamp, and the arm that it is held by."""
    r, at = p.lamp, _lamp_at(p)
    cup = [(0, -1.15), (0.45, -1.05), (0.82, -0.65), (1.0, -0.1), (1.06, -0.08), (1.06, 0.10), (0.9, 0.12), (0, 0.12)]
    arm = rod(steer(p, crown(p) + p.lamp_up), beside(at, 0, 0, -r * 0.5), p.tube * 0.7)
    return *moved([turned([(r * out, r * up) for out, up in cup])], turn_deg=FORWARD, to=at), arm


def headlamp(p: Cycle) -> tuple[Skin, ...]:
    """The glass in the bucket."""
    glass = [(0, 0.0), (0.9, 0.0), (0.9, 0.16), (0.66, 0.30), (0.34, 0.38), (0, 0.40)]
    return moved([turned([(p.lamp * out, p.lamp * up) for out, up in glass])], turn_deg=FORWARD, to=_lamp_at(p))


def _mirrors(p: Cycle) -> tuple[Skin, ...]:
    """Round ones, on bent stems from the inner ends of the grips."""
    foot = bars_at(p) + np.asarray(BARS[p.bars][-2])
    head = beside(foot, 0.07, 0.17, 0.03)
    glass = [(0, -0.012), (0.045, -0.010), (0.056, 0.0), (0.045, 0.016), (0, 0.022)]
    stem = wire([foot, beside(foot, 0.03, 0.10, 0.03), head], 0.006)
    return both(stem, *moved([turned(glass)], turn_deg=(80, 12, 0), to=head))
