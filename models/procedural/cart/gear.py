"""What is below the box of a cart and ahead of it: bolsters on the axles, a beam between them, shafts, a yoke."""

from __future__ import annotations

from models.procedural.cart.frame import Axle, back_axle, front_axle
from models.procedural.kit.sdf import Vector
from models.procedural.kit.solids import Skin
from models.procedural.kit.stock import block, both, rod, torus, wire
from models.procedural.looks.cart import Cart

POLE = 0.042  # radius of a pole or a shaft


def gear(p: Cart) -> tuple[Skin, ...]:
    axles = [back_axle(p)] if p.axles < 2 else [front_axle(p), back_axle(p)]
    return (*(skin for axle in axles for skin in _bolster(p, axle)), *(_reach(p) if p.axles > 1 else ()), *_draught(p))


def _bolster(p: Cart, axle: Axle) -> tuple[Skin, ...]:
    """Beams from an axle up to the floor."""
    tall = (p.floor - axle.radius) / 2
    if tall <= 0:
        return ()
    wide = min(p.width, p.track - p.tread * 5) / 2
    beam = block((0, axle.radius + tall, axle.z), (wide, tall, 0.055))
    return (beam, block((0, axle.radius, axle.z), (wide, 0.06, 0.07)))


def _reach(p: Cart) -> tuple[Skin, ...]:
    """The beam from axle to axle."""
    front, back = front_axle(p), back_axle(p)
    return (rod((0, front.radius, front.z), (0, back.radius, back.z), 0.05),)


def _draught(p: Cart) -> tuple[Skin, ...]:
    """A pole in the middle, or a shaft on either side of the animal."""
    nose = p.length / 2
    root = front_axle(p) if p.axles > 1 else Axle(0.0, p.floor - 0.06)
    end = nose + p.shaft
    if p.shafts > 1:
        out = p.width * 0.36
        bend = (out * 0.95, root.radius + 0.05, nose + 0.5 * p.shaft)
        path = [(out, root.radius, root.z - 0.3), (out, root.radius, nose), bend, (out * 0.78, root.radius + 0.10, end)]
        shaft = wire(path, [POLE, POLE, POLE * 0.9, POLE * 0.6])
        return (*both(shaft), rod((-out, root.radius, nose + 0.14), (out, root.radius, nose + 0.14), POLE * 0.9))
    tip = (0.0, root.radius + 0.16 + 0.12 * (p.yoke > 0), end)
    pole = wire(
        [(0, root.radius, root.z - 0.1), (0, root.radius, (root.z + nose) / 2 + 0.2), tip], [POLE, POLE, POLE * 0.7]
    )
    return (pole, *(_yoke(p, tip) if p.yoke > 0 else _swingletree(p, root, nose)))


def _swingletree(p: Cart, root: Axle, nose: float) -> tuple[Skin, ...]:
    """The bar that the traces are tied to."""
    at = max(nose, root.z + root.radius) + 0.10
    y = root.radius + 0.04
    return (rod((-p.width * 0.45, y, at), (p.width * 0.45, y, at), POLE * 0.75),)


def _yoke(p: Cart, tip: Vector) -> tuple[Skin, ...]:
    """A beam that bends up over two necks, with a ring at each end."""
    _, y, z = tip
    half = p.yoke
    beam = [
        (0, y, 0.0),
        (half * 0.25, y + 0.03, 0),
        (half * 0.55, y + 0.10, 0),
        (half * 0.85, y + 0.03, 0),
        (half, y - 0.08, 0),
    ]
    arm = wire([(x, up, z - 0.12) for x, up, _ in beam], POLE * 0.8)
    return (*both(arm), torus(0.05, 0.014, to=(0, y + 0.07, z - 0.12), turn_deg=(90, 0, 0)))
