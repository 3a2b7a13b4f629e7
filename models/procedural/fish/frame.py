"""Where things are on a fish: its outline along the spine, and the places on its skin.

Lengths are in bodies: nose at z = 0.5, root of the tail fin at z = -0.42.
"""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.kit.skins import loft
from models.procedural.kit.solids import Array, Grain, Shell, Skin
from models.procedural.looks.fish import Fish

NOSE, TAIL = 0.5, -0.42  # where the spindle begins and ends


def outline(p: Fish, z: ArrayLike) -> Array:
    """Share of the full depth at z, 1 where the fish is deepest."""
    place = np.asarray(z, np.float64)
    ahead = np.clip((NOSE - place) / (NOSE - p.deepest), 0, 1)
    front = (1 - (1 - ahead) ** 2) ** (0.95 - 0.45 * p.blunt)
    behind = np.clip((place - TAIL) / (p.deepest - TAIL), 0, 1)
    stalk = p.stalk / p.depth
    back = stalk + (1 - stalk) * (behind * behind * (3 - 2 * behind)) ** p.taper
    shape: Array = np.where(place > p.deepest, front, back)
    return shape


def rings(p: Fish, z: Array, angle: Array, proud: Array) -> Array:
    """Places (R, M, 3) on the skin: z (R, M) along the spine, `angle` (M,) from the left side upwards."""
    size = np.maximum(outline(p, z), 0.004)
    lower = 1 + p.belly * (np.sin(angle) < 0)
    x = p.width * np.cos(angle) * size**1.15 * proud
    y = p.depth * np.sin(angle) * lower * size * proud
    return np.stack([x, y, z], axis=-1)


def on_skin(p: Fish, z: float, angle_deg: float) -> Array:
    """A place on the left side: 0 is level with the spine, 90 the back, -90 the belly."""
    angle = np.radians([angle_deg])
    place: Array = rings(p, np.full((1, 1), z), angle, np.ones(1))[0, 0]
    return place


def top(p: Fish, z: float) -> float:
    """Height of the back at z."""
    return p.depth * float(outline(p, z))


def bottom(p: Fish, z: float) -> float:
    return -(1 + p.belly) * top(p, z)


def around(grain: Grain) -> Array:
    return np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)


def trunk(p: Fish) -> Skin:
    """The body from inside the head to the tail; inside the head it is a little thinner, or both would show."""
    front, back = p.gill + 0.02, TAIL - 0.02

    def skin(grain: Grain) -> Shell:
        share = (1 - np.cos(np.linspace(0, np.pi, grain.along * 2))) / 2  # rings crowd at both ends
        angle = around(grain)
        z = np.repeat((front + (back - front) * share)[:, None], len(angle), axis=1)
        return loft(rings(p, z, angle, 1 - 2.5 * np.clip(z - p.gill, 0, None)))

    return skin


def swaying(p: Fish, skin: Skin) -> Skin:
    """A skin that was drawn on a straight fish, on one that swims."""

    def moved(grain: Grain) -> Shell:
        shell = skin(grain)
        x, y, z = shell.vertices.T
        return Shell(np.stack([x + _sway(p, z), y, z], axis=1), shell.faces)

    return moved


def _sway(p: Fish, z: Array) -> Array:
    """How far the spine is off the middle: nothing at the head, most at the tail; an eel is a wave throughout."""
    share = np.clip((0.1 - z) / 0.6, 0, 1.6)
    wave: Array = p.wave * np.sin(2.2 * np.pi * z) - p.bend * share**2
    return wave


def outwards(turn_deg: float) -> Array:
    """Straight out to the left and down by an angle."""
    return np.array([cos(radians(turn_deg)), -sin(radians(turn_deg)), 0.0])
