"""Proportions as data: one module per template, each a dataclass with defaults and two tables."""

from __future__ import annotations

from models.procedural.looks import aircraft, biped, bird, fish, furniture, plant, quadruped, thing, vehicle

__all__ = ["aircraft", "biped", "bird", "fish", "furniture", "plant", "quadruped", "thing", "vehicle"]
