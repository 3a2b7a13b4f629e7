"""Birds."""

from models.procedural.bird.whole import build

__all__ = ["build"]
