"""People and other figures on two legs."""

from models.procedural.biped.whole import build

__all__ = ["build"]
