"""Arms with hands, legs with feet, in flesh or in metal."""

from __future__ import annotations

import numpy as np

from models.procedural.biped.frame import Limb, Place
from models.procedural.kit.anatomy import grown
from models.procedural.kit.sdf import Field, Vector, ball, blend, limb
from models.procedural.kit.skins import ribbon, tube
from models.procedural.kit.solids import Solid
from models.procedural.looks.biped import Biped

FINGERS = (-0.66, -0.22, 0.22, 0.66)  # across the palm, in palms


def arm_shape(p: Biped, arm: Limb, torso: Field) -> tuple[Solid, ...]:
    """From the shoulder to the wrist."""
    r = p.arm_radius
    if p.power > 2:
        return (_jointed(arm, r),)
    shoulder, elbow, wrist = arm.joints
    bone = limb([shoulder, elbow, wrist], [r * 1.22, r * 0.90, r * 0.70])
    biceps = ball(shoulder * 0.52 + elbow * 0.48 + [0, 0, r * 0.18], (r * 1.02,) * 3)
    forearm = ball(elbow * 0.72 + wrist * 0.28, (r * 0.98,) * 3)
    return (grown(blend(r * 0.9, bone, biceps, forearm), torso, 0.07),)


def leg_shape(p: Biped, leg: Limb, torso: Field) -> tuple[Solid, ...]:
    """From the hip to the ankle."""
    r = p.leg_radius
    if p.power > 2:
        return (_jointed(leg, r),)
    hip, knee, ankle = leg.joints
    bone = limb([hip, hip * 0.6 + knee * 0.4, knee, ankle], [r * 1.36, r * 1.20, r * 0.86, r * 0.62])
    calf = ball(knee * 0.68 + ankle * 0.32 - [0, 0, r * 0.20], (r * 0.90, p.legs * 0.12, r * 0.92))
    return (grown(blend(r * 0.8, bone, calf), torso, 0.07),)


def _jointed(one: Limb, r: float) -> Field:
    """A machine's: two tubes between three round joints."""
    top, middle, end = one.joints
    tubes = [limb([start, stop], [r * 0.72, r * 0.72]) for start, stop in ((top, middle), (middle, end))]
    cuff = limb([middle * 0.45 + end * 0.55, end], [r * 0.98, r * 1.02])
    return blend(0.008, *tubes, cuff, *(ball(joint, (r * 1.12,) * 3) for joint in (top, middle)))


def hand(p: Biped, arm: Limb) -> tuple[Solid, ...]:
    """A palm, four fingers bent by `curl`, a thumb ahead; and what the hand holds."""
    s, way = p.hand, arm.way
    inward, across = _palm_frame(arm)
    wrist = arm.joints[2]
    palm = wrist + way * s * 0.72
    ends = [palm + way * s * 0.45 + across * s * 0.72 * place for place in FINGERS]
    fingers = [_finger(p, end, way, inward) for end in ends]
    thumb = tube(
        [palm + across * s * 0.45 - way * s * 0.3, palm + across * s * 0.95 + inward * s * 0.25 + way * s * 0.15,
         palm + across * s * (0.98 - 0.5 * p.curl) + inward * s * 0.5 + way * s * 0.6],
        [s * 0.26, s * 0.22, s * 0.16],
    )  # fmt: skip
    body = limb([wrist - way * s * 0.25, palm - way * s * 0.1, palm + way * s * 0.30], [s * 0.52, s * 0.56, s * 0.50])
    pad = limb([palm - across * s * 0.42, palm + across * s * 0.42], [s * 0.46, s * 0.46])
    return (blend(s * 0.3, body, pad), *fingers, thumb, *_held(p, arm, palm + inward * s * 0.45))


def _palm_frame(arm: Limb) -> tuple[Place, Place]:
    """Where the palm faces, to the body, and where the thumb is, ahead."""
    across = np.array([0.0, 0.0, 1.0]) - arm.way * arm.way[2]
    if np.linalg.norm(across) < 0.3:  # an arm straight ahead: the thumb is up
        across = np.array([0.0, 1.0, 0.0]) - arm.way * arm.way[1]
    across = across / np.linalg.norm(across)
    return np.cross(arm.way, across) * arm.side, across


def _finger(p: Biped, start: Place, way: Place, inward: Place) -> Solid:
    long, bend = p.hand * 1.15, p.curl
    middle = start + way * long * (0.55 - 0.20 * bend) + inward * long * 0.30 * bend
    tip = middle + way * long * (0.50 - 0.75 * bend) + inward * long * (0.10 + 0.55 * bend)
    return tube(
        [start - way * p.hand * 0.35, start, middle, tip], [p.hand * thick for thick in (0.2, 0.235, 0.22, 0.15)]
    )


def _held(p: Biped, arm: Limb, grip: Place) -> tuple[Solid, ...]:
    if arm.side > 0:
        return (_shield(p, arm),) if p.shield > 0 else ()
    if p.sword > 0:
        return _sword(p, grip)
    if p.staff > 0:
        return (tube([grip + np.array([0, p.staff, 0]), grip - np.array([0, 1.12 * p.trunk, 0])], [0.028, 0.020]),)
    return ()


def _sword(p: Biped, grip: Place) -> tuple[Solid, ...]:
    """A blade forward and up, a guard across it, a grip with a knob."""
    up = np.array([0.0, 0.62, 0.78])
    aside = np.array([1.0, 0.0, 0.0])
    line = [grip + up * share * p.sword for share in (0.12, 0.5, 0.88, 1.0)]
    blade = ribbon(line, np.cross(aside, up), [0.032, 0.030, 0.024, 0.002], [0.020, 0.018, 0.014, 0.004])
    guard = tube(
        [grip + up * 0.09 - np.cross(aside, up) * 0.10, grip + up * 0.09 + np.cross(aside, up) * 0.10], [0.016] * 2
    )
    return blade, guard, tube([grip - up * 0.10, grip + up * 0.13], [0.020, 0.018]), ball(grip - up * 0.12, (0.03,) * 3)


def _shield(p: Biped, arm: Limb) -> Solid:
    """On the outside of the forearm, round above and pointed below."""
    middle = arm.joints[1] * 0.3 + arm.joints[2] * 0.7 + np.array([p.arm_radius * 1.6, 0.0, 0.04])
    size = p.shield
    heights, halves = (0.95, 0.80, 0.2, -0.5, -1.1), (0.40, 0.66, 0.72, 0.52, 0.02)
    line = [middle + np.array([0.0, size * high, 0.0]) for high in heights]
    return ribbon(line, (0.0, 0.0, 1.0), [size * half for half in halves], [0.03, 0.06, 0.07, 0.06, 0.02])


def foot(p: Biped, leg: Limb) -> tuple[Solid, ...]:
    """A heel, an arch and a ball of the foot; a boot where one is worn."""
    r, toes, ankle = p.leg_radius, leg.way, leg.joints[2]
    down = _sole(leg)
    heel = ankle + down * r * 0.55 - toes * p.foot * 0.20
    tip = ankle + down * r * 0.72 + toes * p.foot * 0.72
    power = 2.6 if p.power <= 2 else p.power
    turn = _tilt(toes)
    sole = ball((heel + tip) / 2 + down * r * 0.12, (r * 0.70, r * 0.42, p.foot * 0.66), turn_deg=turn, power=power)
    instep = limb([ankle - down * r * 0.1, ankle + down * r * 0.5 + toes * p.foot * 0.30], [r * 0.70, r * 0.48])
    toe = ball(tip - toes * p.foot * 0.10, (r * 0.68, r * 0.42, p.foot * 0.26), turn_deg=turn, power=power)
    back = ball(heel, (r * 0.56,) * 3)
    return (blend(r * 0.35, sole, instep, toe, back), *_boot(p, leg))


def _boot(p: Biped, leg: Limb) -> tuple[Solid, ...]:
    if p.boot <= 0:
        return ()
    _, knee, ankle = leg.joints
    top = ankle + (knee - ankle) * p.boot
    calf = p.leg_radius * (0.80 + 0.42 * p.boot)
    return (
        tube([ankle, (ankle + top) / 2, top], [p.leg_radius * 0.84, (calf + p.leg_radius * 0.84) / 2, calf * 1.06]),
    )


def _sole(leg: Limb) -> Place:
    """Down from the ankle, across the toes' way."""
    flat = np.cross(leg.way, np.array([1.0, 0.0, 0.0]))
    down: Place = -flat / np.linalg.norm(flat) * np.sign(flat[1] if abs(flat[1]) > 1e-6 else 1.0)
    return down


def _tilt(way: Place) -> Vector:
    """The turn that lays the z axis along `way`."""
    x, y, z = way
    return float(-np.degrees(np.arcsin(y))), float(np.degrees(np.arctan2(x, z))), 0.0
