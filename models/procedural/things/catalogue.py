"""The catalogue of things: a form is a tuple of solids with numbers, nothing else. One room per trade.

A new thing is a row in the FORMS of the room it belongs to, and its name in `looks.thing`.
"""

from __future__ import annotations

from types import MappingProxyType

from models.procedural.kit.stock import Forms
from models.procedural.things import (
    afloat,
    arms,
    buildings,
    creatures,
    food,
    gadgets,
    household,
    machines,
    monuments,
    music,
    produce,
    signs,
    stationery,
    street,
    tools,
    toys,
    vessels,
    wear,
)

FORMS: Forms = MappingProxyType(
    {
        **afloat.FORMS,
        **arms.FORMS,
        **buildings.FORMS,
        **creatures.FORMS,
        **food.FORMS,
        **gadgets.FORMS,
        **household.FORMS,
        **machines.FORMS,
        **monuments.FORMS,
        **music.FORMS,
        **produce.FORMS,
        **signs.FORMS,
        **stationery.FORMS,
        **street.FORMS,
        **tools.FORMS,
        **toys.FORMS,
        **vessels.FORMS,
        **wear.FORMS,
    }
)
