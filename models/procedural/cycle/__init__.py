"""What drives on wheels, without a cabin: bicycles, motorcycles, scooters."""

from models.procedural.cycle.whole import build

__all__ = ["build"]
