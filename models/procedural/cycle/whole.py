"""Cycles: wheels one behind the other, a frame between them, bars to steer by. There is neither a cabin nor a roof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from models.procedural.cycle.motor import motorcycle, tail_of_motorcycle
from models.procedural.cycle.pedals import diamond, tail_of_bicycle, tail_of_tricycle, tricycle
from models.procedural.cycle.shell import shell, tail_of_shell
from models.procedural.cycle.steering import headlamp, steering
from models.procedural.cycle.wheels import back_wheels, front_wheels
from models.procedural.kit.solids import Array, Solid
from models.procedural.kit.stock import orb
from models.procedural.looks.cycle import Cycle


@dataclass(frozen=True, slots=True)
class Body:
    """What is between the wheels, and where the lamp behind is."""

    solids: Callable[[Cycle], Sequence[Solid]]
    tail: Callable[[Cycle], Array]


BODIES: Mapping[str, Body] = MappingProxyType(
    {
        "diamond": Body(diamond, tail_of_bicycle),
        "tricycle": Body(tricycle, tail_of_tricycle),
        "motor": Body(motorcycle, tail_of_motorcycle),
        "shell": Body(shell, tail_of_shell),
    }
)


def build(p: Cycle) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a cycle: all of a vehicle's but its glass and its roof."""
    body = BODIES[p.body]
    return {
        "body": (*body.solids(p), *steering(p)),
        "lights": (*headlamp(p), orb(body.tail(p), (p.lamp * 0.62, p.lamp * 0.5, 0.022))),
        "front_wheels": front_wheels(p),
        "back_wheels": back_wheels(p),
    }
