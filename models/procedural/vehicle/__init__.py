"""What drives on wheels, with a cabin."""

from models.procedural.vehicle.whole import build

__all__ = ["build"]
