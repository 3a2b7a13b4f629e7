"""What animals pull: wagons, carts, carriages, chariots."""

from models.procedural.cart.whole import build

__all__ = ["build"]
