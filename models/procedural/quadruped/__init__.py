"""Four-legged animals."""

from models.procedural.quadruped.whole import build

__all__ = ["build"]
