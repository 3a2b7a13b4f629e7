"""How a pose changes a proportion: to a value, or in relation to what the look has.

A running giraffe lowers its neck by some degrees; it does not get a cat's neck.

>>> changed(2.0, 5.0), changed(2.0, Times(1.5)), changed(2.0, Plus(-0.5))
(5.0, 3.0, 1.5)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    """So many times what the look has."""

    factor: float


@dataclass(frozen=True, slots=True)
class Plus:
    """So much more than the look has."""

    offset: float


def changed(value: Any, change: Any) -> Any:
    """`value` after a change: `Times` and `Plus` go from it, anything else takes its place."""
    match change:
        case Times(factor):
            return value * factor
        case Plus(offset):
            return value + offset
    return change
