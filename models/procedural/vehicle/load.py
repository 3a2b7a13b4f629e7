"""What a vehicle is for: boxes, tanks, ladders, boilers, wings."""

from __future__ import annotations

from models.procedural.kit.brick import brick
from models.procedural.kit.prism import crisp, prism
from models.procedural.kit.skins import lathe, other_side, placed, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.vehicle import Vehicle
from models.procedural.vehicle.frame import BEHIND, cabin


def load(p: Vehicle) -> tuple[Solid, ...]:
    """Everything that stands on the shell and is no cabin."""
    return (
        *(_box(p) if p.cargo > 0 else ()),
        *(_trailer(p) if p.trailer > 0 else ()),
        *(_barrel(p) if p.barrel > 0 else ()),
        *(_boiler(p) if p.boiler > 0 else ()),
        *(_pipe(p) if p.pipe > 0 else ()),
        *(_ladder(p) if p.ladder > 0 else ()),
        *(_cross(p) if p.cross > 0 else ()),
        *(_spoiler(p) if p.spoiler > 0 else ()),
        *(_racing(p) if p.splitter > 0 else ()),
        *(_catcher(p) if p.catcher > 0 else ()),
        *(_blade(p) if p.blade > 0 else ()),
    )


def _box(p: Vehicle) -> tuple[Skin, ...]:
    """A closed box with a rail along its lower edge."""
    front, back = cabin(p)[1] - BEHIND, -p.length / 2
    middle, half, low = (front + back) / 2, (front - back) / 2, p.deck - 0.04
    wide = p.width / 2 * 1.02
    return (
        brick((0, (low + p.cargo) / 2, middle), (wide, (p.cargo - low) / 2, half), rounding=0.06),
        brick((0, low + 0.10, middle), (wide + 0.03, 0.06, half + 0.02), rounding=0.03),
    )


def _trailer(p: Vehicle) -> tuple[Skin, ...]:
    """A long box whose front rests on the frame behind the cabin."""
    front = cabin(p)[1] - BEHIND * 2.5
    low, high, z = p.wheel * 2 + 0.22, p.height + 0.85, front - p.trailer / 2
    wide = p.width / 2 * 1.06
    return (
        brick((0, (low + high) / 2, z), (wide, (high - low) / 2, p.trailer / 2), rounding=0.06),
        brick((0, low - 0.05, z), (wide * 0.55, 0.16, p.trailer * 0.48), rounding=0.05),
        *_props(wide * 0.6, low, front - p.trailer * 0.34),
    )


def _props(x: float, top: float, z: float) -> tuple[Skin, Skin]:
    """The legs a trailer stands on when it is left alone, drawn up."""
    leg = brick((x, top * 0.70, z), (0.07, top * 0.34, 0.09), rounding=0.03)
    return leg, other_side(leg)


def _drum(radius: float, front: float, back: float, y: float) -> Skin:
    """A cylinder along z with domed ends."""
    dome = radius * 0.22
    profile = [
        (0.01, back),
        (radius * 0.6, back + dome * 0.25),
        (radius * 0.94, back + dome * 0.8),
        (radius, back + dome * 1.3),
        (radius, front - dome * 1.3),
        (radius * 0.94, front - dome * 0.8),
        (radius * 0.6, front - dome * 0.25),
        (0.01, front),
    ]
    return placed(lathe(profile, smooth=False), turn_deg=(90, 0, 0), to=(0, y, 0))


def _ring(radius: float, z: float, y: float, wide: float) -> Skin:
    """A band around a drum."""
    profile = [(0.01, -wide), (radius, -wide), (radius, wide), (0.01, wide)]
    return placed(lathe(profile, smooth=False), turn_deg=(90, 0, 0), to=(0, y, z))


def _barrel(p: Vehicle) -> tuple[Skin, ...]:
    front, back = cabin(p)[1] - BEHIND, -p.length / 2
    y = p.deck + p.barrel * 0.92
    bands = [_ring(p.barrel * 1.03, back + (front - back) * share, y, 0.05) for share in (0.2, 0.5, 0.8)]
    hatch = lathe([(0.01, 0), (0.24, 0.02), (0.24, 0.16), (0.01, 0.18)], smooth=False)
    return (
        _drum(p.barrel, front, back, y),
        *bands,
        placed(hatch, to=(0, y + p.barrel * 0.96, (front + back) / 2)),
        brick((0, p.deck, (front + back) / 2), (p.width * 0.36, 0.16, (front - back) / 2 * 0.96), rounding=0.05),
    )


def _boiler(p: Vehicle) -> tuple[Skin, ...]:
    """From the smokebox in front to the cabin, with its door, bands and domes."""
    front, back, r = p.length / 2 - 0.30, cabin(p)[0] - 0.1, p.boiler
    y = p.hood + r * 0.98
    dome = lathe([(r * 0.34, -0.2), (r * 0.36, r * 0.20), (r * 0.28, r * 0.38), (0.01, r * 0.46)])
    door = lathe([(0.01, 0), (r * 0.72, 0), (r * 0.70, 0.08), (r * 0.2, 0.14), (0.01, 0.15)], smooth=False)
    saddle = brick((0, p.hood, front - r * 0.7), (r * 0.62, r * 0.4, r * 0.5), rounding=0.06)
    long = front - back
    return (
        _drum(r, front, back, y),
        *(_ring(r * 1.035, front - long * share, y, 0.035) for share in (0.30, 0.52, 0.74)),
        placed(door, turn_deg=(90, 0, 0), to=(0, y, front - 0.05)),
        *(placed(dome, to=(0, y + r * 0.9, front - long * share)) for share in (0.42, 0.66)),
        saddle,
    )


def _pipe(p: Vehicle) -> tuple[Skin, ...]:
    """A chimney on a boiler, an exhaust on a hood or behind a cabin."""
    if p.boiler > 0:
        r, low = p.boiler * 0.24, p.hood + p.boiler * 1.85
        flare = [(r, 0), (r * 0.92, p.pipe * 0.7), (r * 1.5, p.pipe * 0.82), (r * 1.5, p.pipe), (0.01, p.pipe * 0.98)]
        return (placed(lathe(flare, smooth=False), to=(0, low, p.length / 2 - 0.30 - p.boiler * 0.62)),)
    front, back = cabin(p)
    ahead = p.length / 2 - front > 1.0 and p.trailer <= 0
    x, z = (p.width * 0.28, front + 0.62) if ahead else (p.width * 0.40, back - BEHIND)
    low, high = p.hood - 0.1, p.hood + p.pipe
    stack = tube([(x, low, z), (x, high, z), (x, high + 0.10, z - 0.10)], [0.055, 0.05, 0.05])
    box = brick((x, low + p.pipe * 0.48, z), (0.085, p.pipe * 0.22, 0.085), rounding=0.07)
    return (stack, box) if ahead else (stack, box, other_side(stack), other_side(box))


def _ladder(p: Vehicle) -> tuple[Skin, ...]:
    """On a turntable behind, reaching forward over the cabin."""
    foot, low = -p.length / 2 + 0.55, p.cargo + 0.26
    rise = p.height + 0.50 - low
    wide = p.width * 0.20
    table = lathe([(0.01, 0), (wide * 1.5, 0), (wide * 1.5, 0.14), (wide * 1.2, 0.22), (0.01, 0.24)], smooth=False)
    rails = [
        tube([(wide, low + up, foot), (wide, low + up + rise, foot + p.ladder)], [0.05, 0.05]) for up in (0.0, 0.22)
    ]
    rungs = []
    count = int(p.ladder / 0.42)
    for step in range(1, count):
        y, z = low + rise * step / count, foot + p.ladder * step / count
        rungs.append(tube([(-wide, y, z), (wide, y, z)], [0.035, 0.035]))
    brace = tube([(wide, low, foot), (wide, low + 0.24, foot)], [0.05, 0.05])
    sides = [side for skin in (*rails, brace) for side in (skin, other_side(skin))]
    return (*sides, *rungs, placed(table, to=(0, p.cargo - 0.04, foot + 0.3)))


def _cross(p: Vehicle) -> tuple[Skin, ...]:
    """Raised on both sides of the box."""
    x, y = p.width / 2 * 1.03, (p.deck + p.cargo) / 2 + 0.12
    z, long, thin = (cabin(p)[1] - BEHIND - p.length / 2) / 2, p.cross / 2, p.cross / 6
    bars = [brick((x, y, z), (0.03, long, thin), rounding=0.01), brick((x, y, z), (0.03, thin, long), rounding=0.01)]
    return tuple(side for bar in bars for side in (bar, other_side(bar)))


def _spoiler(p: Vehicle) -> tuple[Skin, ...]:
    """A wing over the tail; the higher it stands, the larger the plates at its ends."""
    z, y = -p.length / 2 + 0.20, p.deck + p.spoiler
    wide = p.width / 2 * (0.90 if p.splitter <= 0 else 1.35)
    post = brick((p.width * 0.24, p.deck + p.spoiler * 0.45, z), (0.03, p.spoiler * 0.56, 0.08), rounding=0.02)
    plate = brick((wide, y - p.spoiler * 0.16, z), (0.025, p.spoiler * 0.34, 0.20), rounding=0.02)
    wing = brick((0, y, z), (wide, 0.035, 0.17), rounding=0.03, turn_deg=(7, 0, 0))
    return wing, post, other_side(post), plate, other_side(plate)


def _racing(p: Vehicle) -> tuple[Solid, ...]:
    """The front wing of a racing car and the boxes beside its seat."""
    z, half = p.length / 2 - 0.12, p.splitter / 2
    plate = brick((half, p.floor + 0.10, z), (0.025, 0.13, 0.26), rounding=0.02)
    wing = brick((0, p.floor + 0.03, z), (half, 0.03, 0.20), rounding=0.025, turn_deg=(6, 0, 0))
    front, back = cabin(p)
    pod = prism([(front + 0.1, p.floor), (front, p.belt - 0.04), (back - 0.9, p.floor + 0.2), (back - 0.9, p.floor)],
                p.width / 2 + p.pods, rounding=0.07)  # fmt: skip
    return wing, plate, other_side(plate), crisp(pod)


def _catcher(p: Vehicle) -> tuple[Skin, ...]:
    """Bars that run down from the frame to a point before it."""
    top, z = p.floor + 0.24, p.length / 2
    places = [share * p.width * 0.44 for share in (-1.0, -0.66, -0.33, 0.0, 0.33, 0.66, 1.0)]
    bars = [
        tube([(x, top, z - 0.06), (x * 0.86, top - p.catcher, z + p.catcher * (1.1 - abs(x)))], [0.055, 0.045])
        for x in places
    ]
    beam = brick((0, top, z - 0.06), (p.width * 0.5, 0.14, 0.09), rounding=0.04)
    return (*bars, beam)


def _blade(p: Vehicle) -> tuple[Solid, ...]:
    """A bent plate before the nose, as wide as the tracks, and the arms that hold it."""
    z, tall = p.length / 2 + 0.42, p.blade
    wide = p.width / 2 + p.stance + 0.10
    inner = [(z + 0.20, 0.05), (z + 0.04, tall * 0.25), (z, tall * 0.55), (z + 0.10, tall)]
    outer = [(z + 0.02, tall), (z - 0.10, tall * 0.58), (z - 0.06, tall * 0.22), (z + 0.10, 0.05)]
    plate = crisp(prism([*inner, *outer], wide, rounding=0.03), 1.5)
    x = p.width / 2 * 0.94 if p.stance <= 0 else wide - 0.02
    arm = tube([(x, p.wheel, p.axle_front), (x, p.blade * 0.32, z)], [0.075, 0.075])
    ram = tube([(p.width * 0.22, p.nose * 0.8, p.length / 2 - 0.2), (p.width * 0.22, tall * 0.7, z)], [0.06, 0.045])
    return plate, arm, other_side(arm), ram, other_side(ram)
