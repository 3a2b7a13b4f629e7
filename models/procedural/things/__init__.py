"""Things of one part: a catalogue of forms, and a sculpture for what is not in it."""

from models.procedural.things.whole import build

__all__ = ["build"]
