"""What an aircraft stands on: wheels, skids, floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from models.procedural.aircraft.fuselage import NOSE, TAIL, belly
from models.procedural.kit.skins import lathe, other_side, placed, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.aircraft import Aircraft


def gear(p: Aircraft) -> tuple[Skin, ...]:
    """Nothing while it is up."""
    return () if p.airborne and p.retracts else GEAR[p.gear](p)


def _both(*left: Skin) -> tuple[Skin, ...]:
    return tuple(side for skin in left for side in (skin, other_side(skin)))


def _ground(p: Aircraft) -> float:
    return -p.radius * p.tall - p.leg


def _wheel(x: float, y: float, z: float, radius: float) -> Skin:
    half = radius * 0.36
    profile = [(0.001, -half * 0.6), (radius * 0.55, -half * 0.7), (radius * 0.7, -half), (radius * 0.92, -half * 0.8)]
    profile += [(radius, -half * 0.3), *((r, -h) for r, h in [(radius, -half * 0.3), *reversed(profile)])]
    return placed(lathe(profile, smooth=False), turn_deg=(0, 0, 90), to=(x, y, z))


def _main(p: Aircraft, z: float) -> tuple[Skin, ...]:
    """A pair of wheels on each side, on legs that stand out from the belly."""
    y, x, r = _ground(p) + p.wheel, p.radius * 1.75, p.wheel
    root = (p.radius * 0.7, belly(p, z) + p.radius * 0.55, z)
    leg = tube([root, (x, y, z)], [r * 0.34, r * 0.26])
    hub = tube([(x - r * 0.6, y, z), (x + r * 0.6, y, z)], [r * 0.2] * 2)
    wheels = [_wheel(x + r * aside, y, z, r) for aside in ((-0.5, 0.5) if p.paired else (0.0,))]
    return _both(leg, hub, *wheels)


def _tricycle(p: Aircraft) -> tuple[Skin, ...]:
    z = NOSE - p.nose * 0.95
    y, r = _ground(p) + p.wheel * 0.85, p.wheel * 0.85
    leg = tube([(0, belly(p, z) + p.radius * 0.3, z), (0, y, z)], [r * 0.30, r * 0.24])
    hub = tube([(-r * 0.55, y, z), (r * 0.55, y, z)], [r * 0.2] * 2)
    return (*_main(p, p.wing_at - p.chord * 0.72), leg, hub, *_both(_wheel(r * 0.5, y, z, r)))


def _taildragger(p: Aircraft) -> tuple[Skin, ...]:
    z, r = TAIL + 0.06, p.wheel * 0.5
    y = belly(p, z) - r * 1.6
    leg = tube([(0, belly(p, z) + r, z + 0.015), (0, y, z)], [r * 0.4, r * 0.35])
    x, axle = p.radius * 1.75, _ground(p) + p.wheel
    ahead = p.wing_at - p.chord * 0.10
    bar = tube([(-x, axle, ahead), (x, axle, ahead)], [p.wheel * 0.14] * 2)
    return (*_main(p, ahead), bar, leg, _wheel(0, y, z, r))


def _skids(p: Aircraft) -> tuple[Skin, ...]:
    """Two runners, bent up in front, on bows below the cabin."""
    ahead, behind, x, y = NOSE - p.nose * 0.35, NOSE - p.nose * 2.5, p.radius * 1.05, _ground(p) + 0.012
    runner = tube(
        [(x, y + 0.045, ahead + 0.05), (x, y + 0.008, ahead), (x, y, ahead - 0.05), (x, y, behind)], [0.010] * 4
    )
    bows = []
    for z in (NOSE - p.nose * 0.85, NOSE - p.nose * 1.8):
        top = belly(p, z) + p.radius * 0.25
        bows.append(tube([(0, top, z), (x * 0.6, top - 0.01, z), (x, y, z)], [0.010, 0.010, 0.009]))
    return _both(runner, *bows)


def _floats(p: Aircraft) -> tuple[Skin, ...]:
    """Two hulls with pointed bows that turn up."""
    x, y = p.radius * 1.9, _ground(p)
    ahead, behind, r = NOSE - 0.02, TAIL + 0.30, p.radius * 0.42
    hull = tube(
        [(x, y + r * 1.5, ahead), (x, y + r * 1.1, ahead - 0.10), (x, y + r, 0.1), (x, y + r * 1.35, behind)],
        [r * 0.25, r * 0.92, r, r * 0.30],
        flat=0.95,
    )
    struts = [
        tube([(p.radius * 0.6, belly(p, z) + p.radius * 0.4, z), (x, y + r * 1.5, z + lean)], [0.010, 0.009])
        for z, lean in ((p.wing_at, 0.03), (p.wing_at - p.chord, -0.02))
    ]
    bars = [
        tube([(-x, y + r * 1.4, z), (x, y + r * 1.4, z)], [0.008] * 2) for z in (p.wing_at + 0.03, p.wing_at - p.chord)
    ]
    return (*_both(hull, *struts), *bars)


GEAR: Mapping[str, Callable[[Aircraft], tuple[Skin, ...]]] = MappingProxyType(
    {"tricycle": _tricycle, "taildragger": _taildragger, "skids": _skids, "floats": _floats}
)
