"""What drives an aircraft: pods, propellers, nozzles, a rotor."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from models.procedural.aircraft.fuselage import NOSE, TAIL, section, top
from models.procedural.aircraft.wings import mast, on_wing
from models.procedural.kit.brick import brick
from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import blade, lathe, other_side, placed, ribbon, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.aircraft import Aircraft

SPOTS = {
    1: ((0.0, 0.0),),
    2: ((1.02, 0.0), (-1.02, 0.0)),
    3: ((0.0, 0.9), (1.02, -0.8), (-1.02, -0.8)),
}  # of nozzles, in their radii


def engines(p: Aircraft) -> tuple[Skin, ...]:
    hangs = _turboprop if p.propeller > 0 else _pod
    first, step = (0.26, 0.28) if p.propeller > 0 or p.engines > 2 else (0.34, 0.28)
    left = [skin for index in range(p.engines // 2) for skin in hangs(p, first + step * index)]
    left += _intake(p) if p.intakes > 0 else ()
    left += _flank(p) if p.flanks else ()
    left += _hump(p) if p.humps > 0 else ()
    return (
        *(side for skin in left for side in (skin, other_side(skin))),
        *(_nose_propeller(p) if p.propeller > 0 and not p.engines else ()),
        *(_nozzles(p) if p.nozzles else ()),
        *(_turbine(p) if p.rotor > 0 else ()),
    )


def _pod(p: Aircraft, share: float) -> tuple[Skin, ...]:
    """A nacelle with an open mouth, and the pylon that carries it."""
    x, y, z = on_wing(p, share)
    r, half = p.pod, p.pod_length / 2
    profile = [
        (0.10 * r, -half * 1.25),
        (0.42 * r, -half),
        (0.86 * r, -half * 0.55),
        (1.04 * r, half * 0.2),
        (1.0 * r, half * 0.86),
        (0.92 * r, half),
        (0.80 * r, half * 0.92),
        (0.74 * r, half * 0.45),
        (0.22 * r, half * 0.40),
        (0.03 * r, half * 0.72),
    ]
    nacelle = placed(lathe(profile), turn_deg=(90, 0, 0), to=(x, y - r * 1.25, z + half * 0.35))
    pylon = blade(
        [(x, y - r * 0.5, z + half * 0.2), (x, y + 0.004, z - half * 0.1)],
        [(x, y - r * 0.5, z - half * 1.1), (x, y + 0.004, z - half * 1.4)],
        [r * 0.3, r * 0.3],
    )
    return nacelle, pylon


def _turboprop(p: Aircraft, share: float) -> tuple[Skin, ...]:
    """A slim nacelle through the leading edge, with a propeller."""
    x, y, z = on_wing(p, share)
    r, long = p.pod, p.pod_length
    profile = [(0.001, z - long * 0.75), (r * 0.5, z - long * 0.5), (r, z), (r * 0.95, z + long * 0.42)]
    profile += [(r * 0.7, z + long * 0.50), (0.001, z + long * 0.50)]
    nacelle = placed(lathe(profile, smooth=False), turn_deg=(90, 0, 0), to=(x, y - r * 0.1, 0))
    return (nacelle, *_propeller(p, (x, y - r * 0.1, z + long * 0.50), r * 0.55))


def _nose_propeller(p: Aircraft) -> tuple[Skin, ...]:
    size, rise = (float(value) for value in section(p, NOSE - 0.01))
    return _propeller(p, (0.0, rise, NOSE - 0.004), max(size * 0.55, p.radius * 0.30))


def _propeller(p: Aircraft, at: Vector, radius: float) -> tuple[Skin, ...]:
    """A spinner and its blades."""
    spinner = lathe([(radius, -0.012), (radius * 0.98, 0.012), (radius * 0.62, 0.042), (0.002, 0.058)])
    turns = [radians(35 + 360 * index / p.blades) for index in range(p.blades)]
    hub = np.add(at, (0, 0, 0.014))
    return (
        placed(spinner, turn_deg=(90, 0, 0), to=at),
        *(_propeller_blade(hub, turn, p.propeller) for turn in turns),
    )


def _propeller_blade(hub: np.ndarray, turn: float, length: float) -> Skin:
    """Twisted towards its tip, which is what makes it look turned and not cut from a sheet."""
    out = np.array([sin(turn), cos(turn), 0.0])
    side = np.array([cos(turn), -sin(turn), 0.55]) * length * 0.10
    line = [hub + out * length * share for share in (0.0, 0.4, 0.85, 1.0)]
    return ribbon(line, side, [0.6, 1.0, 0.95, 0.3], [0.014, 0.011, 0.008, 0.004])


def _intake(p: Aircraft) -> tuple[Skin, ...]:
    """A box beside the fuselage, its mouth cut back, and the trunk from there to the nozzle."""
    wide, x = p.radius * p.intakes, p.nozzle * 1.02
    z, y = p.wing_at + 0.06, -p.radius * p.tall * 0.15
    size, _ = (float(value) for value in section(p, z))
    aside = max(size * 0.66 + wide * 0.30, x)
    box = brick(
        (aside, y, z - 0.10), (wide * 0.36, p.nozzle * 0.80, 0.10), rounding=p.nozzle * 0.38, turn_deg=(0, 3, 0)
    )
    _, rise = (float(value) for value in section(p, TAIL + 0.05))
    trunk = tube(
        [(aside, y, z - 0.08), (x, rise, p.wing_at - 0.22), (x, rise, TAIL + 0.06)],
        [p.nozzle * 0.5, p.nozzle * 0.95, p.nozzle],
    )
    return box, trunk


def _nozzles(p: Aircraft) -> list[Skin]:
    """Bells at the rear, side by side."""
    r, rear = p.nozzle, TAIL + 0.02
    profile = [
        (r * 0.62, 0.13),
        (r * 0.98, 0.09),
        (r, 0.02),
        (r * 0.84, -0.05),
        (r * 0.70, -0.05),
        (r * 0.62, 0.01),
        (0.002, 0.015),
    ]
    _, rise = (float(value) for value in section(p, rear))
    return [placed(lathe(profile), turn_deg=(90, 0, 0), to=(x * r, rise + y * r, rear)) for x, y in SPOTS[p.nozzles]]


def _flank(p: Aircraft) -> tuple[Skin, ...]:
    """An engine beside the rear, on a stub."""
    r, z = p.nozzle, TAIL + p.cone * 0.85
    size, rise = (float(value) for value in section(p, z))
    profile = [
        (0.05 * r, -0.11),
        (0.55 * r, -0.08),
        (0.95 * r, 0.0),
        (r, 0.06),
        (0.90 * r, 0.085),
        (0.76 * r, 0.075),
        (0.02 * r, 0.05),
    ]
    y = rise + size * 0.45
    pod = placed(lathe(profile), turn_deg=(90, 0, 0), to=(size + r * 1.05, y, z))
    return pod, tube([(size * 0.6, y, z), (size + r, y, z)], [r * 0.4, r * 0.4], flat=0.5)


def _hump(p: Aircraft) -> tuple[Skin, ...]:
    """A swelling that grows out of the back and ends in a small bell, as a space shuttle's."""
    r, rear = p.humps, TAIL + 0.03
    size, rise = (float(value) for value in section(p, rear))
    x, y = size * 0.66, rise + size * p.tall * 0.72
    swelling = tube([(x * 0.8, y - r * 0.9, rear + 0.27), (x, y, rear + 0.12), (x, y, rear)], [r * 0.3, r, r])
    bell = lathe([(0.001, 0.02), (r * 0.34, 0.02), (r * 0.62, -0.035), (r * 0.5, -0.035), (0.001, 0.0)], smooth=False)
    return swelling, placed(bell, turn_deg=(90, 0, 0), to=(x, y, rear - r * 0.9))


def _turbine(p: Aircraft) -> tuple[Skin, ...]:
    """A helicopter's: a housing on the cabin's roof, the mast, the hub, and the small rotor at the tail."""
    x, y, z = mast(p)
    r = p.radius
    back = top(p, z)
    housing = tube(
        [(0, back - r * 0.10, z + r * 1.1), (0, back + r * 0.02, z), (0, back - r * 0.30, z - r * 2.0)],
        [r * 0.34, r * 0.50, r * 0.22],
        wide=1.25,
    )
    exhaust = tube(
        [(r * 0.50, back - r * 0.05, z - r * 0.3), (r * 0.62, back - r * 0.05, z - r * 1.15)], [r * 0.17, r * 0.20]
    )
    pole = tube([(0, back, z), (0, y + 0.012, z)], [r * 0.12, r * 0.10])
    hub = lathe(
        [(0.002, -0.016), (r * 0.30, -0.012), (r * 0.30, 0.012), (r * 0.12, 0.024), (0.002, 0.026)], smooth=False
    )
    return housing, exhaust, other_side(exhaust), pole, placed(hub, to=(x, y, z)), *_tail_rotor(p)


def _tail_rotor(p: Aircraft) -> tuple[Skin, ...]:
    """On the left of the fin, its blades turning about x."""
    _, rise = (float(value) for value in section(p, TAIL + 0.05))
    z, y, x = TAIL + 0.02, rise + p.fin * 0.55, 0.040
    shaft = tube([(0, y, z), (x, y, z)], [0.011, 0.011])
    blades = []
    for turn in (radians(20), radians(110), radians(200), radians(290)):
        out, side = np.array([0, sin(turn), cos(turn)]), np.array([0.25, cos(turn), -sin(turn)]) * 0.016
        line = [np.array([x, y, z]) + out * 0.115 * share for share in (0.0, 0.5, 0.95, 1.0)]
        blades.append(ribbon(line, side, [0.6, 1.0, 0.95, 0.6], [0.008, 0.006, 0.005, 0.004]))
    return (shaft, *blades)
