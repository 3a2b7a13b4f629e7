"""What flies with wings that were built."""

from models.procedural.aircraft.whole import build

__all__ = ["build"]
