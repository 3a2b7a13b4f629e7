"""Fish, whales and rays."""

from models.procedural.fish.whole import build

__all__ = ["build"]
