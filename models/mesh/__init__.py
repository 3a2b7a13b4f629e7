"""What is done to parts once they exist: mended, checked, looked at, labelled, sampled, written down.

- Health: `clean` is `repair` (`mend`, `orient`, `holes`, `specks`), `simplify` and `pose`; `check` says what is wrong.
- Sight: `render` casts rays, `views` looks ten times, `vote` and `settle` turn masks into labels, `cut` makes parts.
- Files: `sample`, `export`, `formats`; `load` reads our GLB back; `preview` takes the picture (`sight`, `studio`,
  `ground`).
- All of them stand on `topology`, `adjacency`, `measure`, `cells` and `normals`.

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
