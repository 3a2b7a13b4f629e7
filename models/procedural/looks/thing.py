"""The proportions of things: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Thing:
    """The proportions of a thing: which form, and its build."""

    form: str = "sculpture"
    width: float = 1.0
    height: float = 1.0
    depth: float = 1.0


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        name: {"form": name}
        for name in ("table ball cube cup bottle house heart star snowman ring rocket book lamp pyramid".split())
    }
)

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # things do nothing
