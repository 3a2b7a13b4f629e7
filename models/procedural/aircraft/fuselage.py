"""The fuselage of an aircraft, its windows and its canopy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.sdf import ball
from models.procedural.kit.skins import lathe, loft, other_side, placed
from models.procedural.kit.solids import Grain, Shell, Skin, Solid
from models.procedural.looks.aircraft import Aircraft

NOSE, TAIL = 0.5, -0.5


def fuselage(p: Aircraft) -> tuple[Solid, ...]:
    return (
        _hull(p),
        *(_canopy(p) if p.canopy > 0 else ()),
        *(_cockpit(p) if p.cockpit > 0 else ()),
        *_windows(p),
        *(_fairing(p) if p.windows and p.wing_up < 0 else ()),
    )


def section(p: Aircraft, z: NDArray[np.float64] | float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Half the width of the fuselage at z and the height of its middle: the nose droops, the rear rises."""
    place = np.asarray(z, np.float64)
    ahead = np.clip((NOSE - place) / p.nose, 0, 1)
    behind = np.clip((place - TAIL) / p.cone, 0, 1)
    round_nose = np.sqrt(1 - (1 - ahead) ** 2)
    face = 0.85 * p.blunt
    size = (face + (1 - face) * round_nose) * (p.boom + (1 - p.boom) * np.sin(behind * np.pi / 2) ** p.pinch)
    rise = p.radius * p.tall * (p.upsweep * (1 - behind) ** 1.5 * (1 - p.boom) - p.droop * (1 - ahead) ** 2)
    hump = p.radius * p.dome * np.exp(-(((place - (NOSE - p.dome_at)) / 0.11) ** 2))
    return p.radius * size, rise + hump * 0.5


def top(p: Aircraft, z: float) -> float:
    """The height of the fuselage's back at z."""
    size, rise = section(p, z)
    return float(rise + size * p.tall)


def belly(p: Aircraft, z: float) -> float:
    size, rise = section(p, z)
    return float(rise - size * p.tall)


def _hull(p: Aircraft) -> Skin:
    def skin(grain: Grain) -> Shell:
        share = (1 - np.cos(np.linspace(0, np.pi, grain.along * 3))) / 2
        z = NOSE + (TAIL - NOSE) * share
        size, rise = (np.maximum(value, low) for value, low in zip(section(p, z), (0.0015, -np.inf), strict=True))
        angle = np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)
        x = size[:, None] * np.cos(angle)
        y = size[:, None] * np.sin(angle) * p.tall + rise[:, None]
        return loft(np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1))

    return skin


def _canopy(p: Aircraft) -> tuple[Solid, ...]:
    """A bubble, sunk in by a third; the sill below it makes it stand out from the back."""
    z, size = NOSE - p.canopy_at, p.radius * p.canopy
    y = top(p, z) - size * 0.30
    glass = ball((0, y, z), (size * 0.62, size * 0.80, size * p.canopy_long))
    sill = ball((0, y - size * 0.08, z), (size * 0.74, size * 0.40, size * p.canopy_long * 1.10), power=3.0)
    return glass, sill


def _cockpit(p: Aircraft) -> tuple[Solid, ...]:
    """The band of windows around the flight deck."""
    z = NOSE - p.nose * 0.46
    size, rise = (float(value) for value in section(p, z))
    y = rise + size * p.tall * 0.50
    return (ball((0, y, z), (size * 0.84, p.cockpit, p.nose * 0.18), turn_deg=(30, 0, 0), power=3.0),)


def _windows(p: Aircraft) -> tuple[Skin, ...]:
    """Panes along both sides, from behind the flight deck to where the rear narrows."""
    if not p.windows:
        return ()
    r = min(0.0085, p.radius * 0.13)
    pane = lathe([(0.001, -r * 0.6), (r, -r * 0.6), (r, r * 0.15), (r * 0.8, r * 0.3), (0.001, r * 0.3)], smooth=False)
    skins = []
    for z in np.linspace(NOSE - p.nose * 1.15, TAIL + p.cone * 0.72, p.windows):
        size, rise = (float(value) for value in section(p, float(z)))
        at = (size * 0.975 + r * 0.45, rise + size * p.tall * 0.22, float(z))
        skins.append(placed(pane, turn_deg=(0, 0, -78), to=at, scale=(1.25, 1.0, 0.8)))
    return tuple(side for skin in skins for side in (skin, other_side(skin)))


def _fairing(p: Aircraft) -> tuple[Solid, ...]:
    """Where low wings run through the belly."""
    z, r = p.wing_at - p.chord * 0.48, p.radius
    return (ball((0, r * (p.wing_up - 0.05) * p.tall, z), (r * 1.06, r * 0.52, p.chord * 0.80), power=2.6),)
