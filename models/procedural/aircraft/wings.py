"""The wings of an aircraft, written for the left side; a helicopter's are the blades of its rotor."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from models.procedural.aircraft.fuselage import NOSE, belly, top
from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import blade, lathe, placed, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.aircraft import Aircraft


def left_wing(p: Aircraft) -> tuple[Skin, ...]:
    """A main plane, and whatever stands on it or hangs below it."""
    if p.rotor > 0:
        return _rotor_blades(p)
    root, span = axis(p)
    return (
        plane(root, span, (p.chord, p.chord * p.taper), p.sweep, p.thick),
        *(_strake(p) if p.strakes > 0 else ()),
        *(_winglet(p) if p.winglet > 0 else ()),
        *_upper_wings(p),
        *(_strut(p) if p.strut else ()),
        *_missiles(p),
    )


def axis(p: Aircraft) -> tuple[Vector, Vector]:
    """Where the leading edge leaves the fuselage, and from there to the tip without its sweep."""
    rise = radians(p.rise_deg)
    start = (p.radius * 0.30, p.radius * p.tall * p.wing_up, p.wing_at)
    # Wings above the cabin meet in its middle; others begin within the fuselage.
    if p.wing_up > 0.8:
        start = (-0.0005, *start[1:])
    return start, (p.span * cos(rise), p.span * sin(rise), 0.0)


def on_wing(p: Aircraft, share: float) -> Vector:
    """A place on the leading edge."""
    root, span = axis(p)
    x, y, z = (a + b * share for a, b in zip(root, span, strict=True))
    return x, y, z - p.sweep * share


def plane(root: Vector, span: Vector, chords: tuple[float, float], sweep: float, thick: float) -> Skin:
    """A straight wing from `root` along `span`, its chord running back (-z)."""
    knots = []
    for share in (0.0, 0.33, 0.67, 0.97, 1.0):
        chord = chords[0] + (chords[1] - chords[0]) * share
        shrink = 1.0 if share < 1 else 0.72  # a rounded tip
        lead = np.array(root) + np.array(span) * share - np.array([0, 0, sweep * share + chord * (1 - shrink) / 2])
        knots.append((lead, lead - np.array([0, 0, chord * shrink]), thick * chord * (0.4 if share == 1 else 1)))
    leads, trails, thicks = zip(*knots, strict=True)
    return blade(leads, trails, thicks)


def _strake(p: Aircraft) -> tuple[Skin, ...]:
    """The sharp edge that runs forward from the wing along the fuselage; it joins the wing at a third of its span."""
    out = 0.34
    (x, y, z), (reach, rise, _) = axis(p)
    root, span = (x, y, z + p.strakes), (reach * out, rise * out, 0.0)
    chords = (p.strakes + p.chord * 0.5, p.chord * 0.4)
    return (plane(root, span, chords, p.strakes + p.sweep * out, p.thick * 0.6),)


def _winglet(p: Aircraft) -> tuple[Skin, ...]:
    chord = p.chord * p.taper
    span = (p.winglet * 0.30, p.winglet, 0.0)
    return (plane(on_wing(p, 0.985), span, (chord * 0.9, chord * 0.4), p.winglet * 0.8, 0.10),)


def _upper_wings(p: Aircraft) -> list[Skin]:
    """The other wings of a biplane, each a little ahead of the one below, and the struts between them."""
    (x, y, z), span = axis(p)
    skins: list[Skin] = []
    for deck in range(1, p.decks):
        root = (-0.0005, y + p.second * deck, z + 0.03 * deck)
        skins.append(plane(root, (span[0] + x, span[1], 0.0), (p.chord, p.chord * p.taper), 0.0, p.thick))
        up = np.array([0, p.second, 0.03])
        for share in (0.10, 0.74):
            for back in (0.25, 0.75):
                foot = np.array(on_wing(p, share)) - np.array([0, 0, p.chord * back]) + up * (deck - 1)
                skins.append(tube([foot, foot + up], [0.007, 0.007]))
    return skins


def _strut(p: Aircraft) -> tuple[Skin, ...]:
    """A rod from the foot of the cabin to the middle of a wing above it."""
    x, y, z = on_wing(p, 0.52)
    back = p.chord * 0.35
    foot = (p.radius * 0.75, belly(p, p.wing_at - back) + p.radius * 0.35, p.wing_at - back)
    return (tube([foot, (x, y, z - back)], [0.0075, 0.0065], flat=0.7),)


def _missiles(p: Aircraft) -> list[Skin]:
    """Each with its pylon, in a row towards the tip."""
    skins: list[Skin] = []
    for index in range(p.missiles):
        x, y, z = on_wing(p, 0.48 + 0.26 * index)
        low, r = y - 0.024, 0.0085
        ahead, behind = z + 0.035, z - 0.13
        body = lathe(
            [(0.001, behind), (r * 0.9, behind), (r, behind + 0.02), (r, ahead - 0.03), (0.001, ahead)], smooth=False
        )
        skins.append(placed(body, turn_deg=(90, 0, 0), to=(x, low, 0)))
        skins.append(tube([(x, y, z - 0.05), (x, low, z - 0.04)], [0.006, 0.006], wide=0.8))
        skins += [_missile_fin(x, low, behind, radians(turn)) for turn in (45, 135, 225, 315)]
    return skins


def _missile_fin(x: float, y: float, z: float, turn: float) -> Skin:
    out = (0.018 * cos(turn), 0.018 * sin(turn), 0.0)
    return plane((x, y, z + 0.028), out, (0.026, 0.016), 0.012, 0.14)


def mast(p: Aircraft) -> Vector:
    """The middle of a helicopter's rotor."""
    z = NOSE - p.nose * 1.45
    return 0.0, top(p, z) + p.radius * 0.62, z


def _rotor_blades(p: Aircraft) -> tuple[Skin, ...]:
    """The two blades on the left of the mast, drooping a little under their own weight."""
    hub = np.array(mast(p))
    skins = []
    for turn in (radians(48), radians(132)):
        out = np.array([sin(turn), 0.0, cos(turn)])
        side = np.array([out[2], 0.0, -out[0]]) * 0.024
        line = [
            hub + out * p.rotor * share - [0, p.rotor * 0.05 * share**2, 0] for share in (0.0, 0.10, 0.5, 0.97, 1.0)
        ]
        wide = (0.5, 1.0, 1.0, 0.95, 0.7)
        leads = [place + side * share for place, share in zip(line, wide, strict=True)]
        trails = [place - side * share for place, share in zip(line, wide, strict=True)]
        skins.append(blade(leads, trails, [0.014, 0.009, 0.008, 0.006, 0.004]))
    return tuple(skins)
