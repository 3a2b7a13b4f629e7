"""Trees, bushes, flowers, cacti, mushrooms."""

from models.procedural.plant.whole import build

__all__ = ["build"]
