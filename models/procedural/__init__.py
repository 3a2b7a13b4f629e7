"""Parts from words without a model: an honest small generator, and the thing to test everything else with.

>>> from models.concept import read
>>> from models.procedural import shape
>>> [part.name for part in shape(read("oak tree"), quality="draft")]
['trunk', 'canopy']
"""

from __future__ import annotations

from models.procedural.make import QUALITIES, shape

__all__ = ["QUALITIES", "shape"]
