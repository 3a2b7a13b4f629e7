"""What is pedalled: the frames of bicycles and tricycles, saddles, cranks and chains."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from models.procedural.cycle.frame import (
    around,
    back_axle,
    beside,
    crank,
    crown,
    fender,
    front_axle,
    lug,
    seat_tube,
    steer,
    top,
)
from models.procedural.cycle.steering import handlebars
from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Array, Skin
from models.procedural.kit.stock import SIDEWAYS, block, both, loop, moved, pipe, rod, spun, turned
from models.procedural.looks.cycle import Cycle

RING, SPROCKET = 0.088, 0.036  # radii of what the chain runs on, in metres
DRIVE = -0.052  # the chain runs on the right
ARM, TREAD = 0.165, 0.135  # length of a crank; how far out a pedal is


def diamond(p: Cycle) -> tuple[Skin, ...]:
    """A frame of two triangles for each rider."""
    riders = range(p.riders)
    return (
        *_tubes(p),
        *_stays(p),
        *(skin for rider in riders for skin in (*saddle(seat_tube(p, rider, p.saddle)), *_post(p, rider))),
        *(skin for rider in riders for skin in cranks(crank(p, rider))),
        *_chain(crank(p), back_axle(p)),
        *(skin for rider in riders[1:] for skin in _for_who_sits_behind(p, rider)),
        *_fenders(p),
    )


def _tubes(p: Cycle) -> tuple[Skin, ...]:
    """Along the top and along the bottom from rider to rider to the head, and up to each saddle."""
    high, low = steer(p, top(p) - 0.035), steer(p, crown(p) + 0.045)
    upper = [*(beside(lug(p, rider), 0, -0.02) for rider in range(p.riders)), high]
    lower = [*(crank(p, rider) for rider in range(p.riders)), low]
    return (
        rod(steer(p, crown(p) + 0.015), steer(p, top(p)), p.tube * 1.35),
        *(rod(start, end, p.tube * 0.92) for start, end in pairwise(upper)),
        *(rod(start, end, p.tube * 1.15) for start, end in pairwise(lower)),
        *(rod(crank(p, rider), lug(p, rider), p.tube) for rider in range(p.riders)),
    )


def _stays(p: Cycle) -> tuple[Skin, ...]:
    """Thin tubes on both sides of the wheel behind, and what holds its axle."""
    axle, out = beside(back_axle(p), p.tyre + 0.034), p.tyre + 0.012
    upper = rod(beside(lug(p), 0, -0.03), axle, p.tube * 0.55)
    lower = rod(beside(crank(p), out), axle, p.tube * 0.62)
    end = rod(beside(axle, -0.012), beside(axle, 0.016), p.tube * 1.1)
    return both(upper, lower, end)


def _post(p: Cycle, rider: int) -> tuple[Skin, ...]:
    """What carries a saddle, and the collar that holds it."""
    end = lug(p, rider)
    collar = rod(beside(end, 0, -0.012), beside(end, 0, 0.008), p.tube * 1.3)
    return rod(end, seat_tube(p, rider, p.saddle - 0.02), p.tube * 0.8), collar


def saddle(at: Array, size: float = 1.0) -> tuple[Skin, ...]:
    """Broad behind, a nose in front; on two rails."""
    outline = (
        (-0.075, 0.045),
        (0.0, 0.058),
        (0.055, 0.052),
        (0.11, 0.026),
        (0.155, 0.017),
    )  # places along it, and half its width there
    path = [beside(at, 0, size * 0.012, size * (z - 0.03)) for z, _ in outline]
    pad = tube(path, [size * wide * 1.25 for _, wide in outline], flat=0.42)
    rail = rod(
        beside(at, size * 0.02, size * -0.012, size * -0.10), beside(at, 0.012, size * -0.012, size * 0.08), 0.006
    )
    return pad, *both(rail)


def cranks(at: Array, length: float = ARM, out: float = TREAD) -> tuple[Skin, ...]:
    """A shell with an arm to either side, the right one ahead, and a pedal at the end of each."""
    shell = rod(beside(at, -out * 0.36), beside(at, out * 0.36), 0.024)
    return shell, *_arm(at, -out, around(at, length, -14) - at), *_arm(at, out, around(at, length, 166) - at)


def _arm(at: Array, out: float, reach: Array) -> tuple[Skin, ...]:
    foot, head = beside(at, out * 0.55), beside(at + reach, out * 0.66)
    pedal = beside(at + reach, out)
    return (
        rod(beside(at, out * 0.3), foot, 0.013),
        rod(foot, head, 0.013, taper=0.8),
        rod(head, pedal, 0.008),
        block(beside(pedal, out * 0.08), (0.040, 0.011, 0.042), bevel=0.006),
    )


def _chain(front: Array, behind: Array) -> tuple[Skin, ...]:
    """A chainring on five arms, a sprocket, and the chain around both."""
    ring = pipe([(RING * 0.84, -0.003), (RING, -0.003), (RING, 0.003), (RING * 0.84, 0.003)])
    arms = spun(5, rod((0, 0, 0), (0, 0, RING * 0.9), 0.008))
    cog = turned([(0, -0.012), (SPROCKET, -0.006), (SPROCKET, 0.006), (0, 0.012)])
    wheel, small = beside(front, DRIVE), beside(behind, DRIVE)
    path = [around(wheel, RING, turn) for turn in (-85, -45, 0, 45, 92)]
    path += [around(small, SPROCKET, turn) for turn in (97, 135, 180, 225, 265)]
    return (
        *moved([ring, *arms], turn_deg=SIDEWAYS, to=wheel),
        *moved([cog], turn_deg=SIDEWAYS, to=small),
        loop(path, 0.0065),
    )


def _for_who_sits_behind(p: Cycle, rider: int) -> tuple[Skin, ...]:
    """Bars on the post of the rider in front, and the chain that joins their cranks."""
    post = seat_tube(p, rider, p.saddle - 0.10)
    middle = beside(post, 0, 0, -0.09)
    ahead, behind = (beside(crank(p, each), -DRIVE) for each in (rider, rider - 1))
    path = [around(ahead, 0.05, turn) for turn in (-90, -45, 0, 45, 90)]
    path += [around(behind, 0.05, turn) for turn in (90, 135, 180, 225, 270)]
    cog = turned([(0, -0.012), (0.05, -0.004), (0.05, 0.004), (0, 0.012)])
    cogs = (skin for at in (ahead, behind) for skin in moved([cog], turn_deg=SIDEWAYS, to=at))
    return rod(post, middle, 0.012), *handlebars(p, middle), loop(path, 0.006), *cogs


def _fenders(p: Cycle) -> tuple[Skin, ...]:
    """Sheets over both wheels, each with a pair of wires from its end to the axle."""
    if p.fenders <= 0:
        return ()
    ahead, behind, reach = front_axle(p), back_axle(p), p.wheel + 0.02
    ends = (around(ahead, reach, 90 + 72 * p.fenders), around(behind, reach, 90 + 88 * p.fenders))
    stays = [
        rod(beside(end, p.tyre), beside(axle, p.tyre + 0.03), 0.004)
        for end, axle in zip(ends, (ahead, behind), strict=True)
    ]
    return (
        fender(ahead, p.wheel, p.tyre, (52, 90 + 76 * p.fenders)),
        fender(behind, p.wheel, p.tyre, (34, 90 + 92 * p.fenders)),
        *both(*stays),
    )


def tail_of_bicycle(p: Cycle) -> Array:
    """Where its reflector is: on the fender, or below the saddle."""
    if p.fenders > 0:
        return around(back_axle(p), p.wheel + 0.035, 90 + 52 * p.fenders)
    return beside(seat_tube(p, 0, p.saddle - 0.09), 0, 0, -0.02)


def tricycle(p: Cycle) -> tuple[Skin, ...]:
    """A child's: a bent beam from the head to the axle behind, pedals on the front wheel, a step to stand on."""
    axle, seat = back_axle(p), np.array([0, p.saddle, -p.base * 0.16])
    beam = [steer(p, crown(p) + p.head * 0.5), beside(seat, 0, -0.10, 0.10), beside(seat, 0, -0.17, -0.04), axle]
    step = block(beside(axle, 0, 0.035, -0.02), (p.track * 0.36, 0.012, 0.065))
    fork = rod(beside(axle, p.track * 0.32), beside(seat, 0, -0.13), p.tube * 0.7)
    return (
        rod(steer(p, crown(p) + 0.01), steer(p, top(p)), p.tube * 1.4),
        tube(beam, [p.tube * 1.15] * 4),
        rod(beside(seat, 0, -0.14), seat, p.tube * 0.9),
        *saddle(seat, 1.25),
        *cranks(front_axle(p), p.wheel * 0.48, 0.14),
        fender(front_axle(p), p.wheel, p.tyre, (70 - 40 * p.fenders, 90 + 90 * p.fenders)),
        step,
        *both(fork),
    )


def tail_of_tricycle(p: Cycle) -> Array:
    """On the edge of the step."""
    return beside(back_axle(p), 0, 0.035, -0.085)
