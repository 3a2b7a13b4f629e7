"""What one sits or lies on."""

from models.procedural.furniture.whole import build

__all__ = ["build"]
