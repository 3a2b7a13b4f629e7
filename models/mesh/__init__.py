"""What is done to parts once they exist: checked, sampled, looked at, written down.

>>> from models.concept import read
>>> from models.mesh import check, export, preview, sample
>>> from models.procedural import shape
>>> parts = shape(read("flying bird"), quality="draft")
>>> check.refuse(parts) is None
True
>>> glb, png = export.glb(parts), preview.png(parts, size_px=64)
>>> points = export.npz(sample.sample(parts, 2048, seed=0), part_names=[part.name for part in parts])
"""

from __future__ import annotations
