"""How living parts meet: what grows out of a body flows from it, each part still a solid of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.procedural.kit.sdf import Array, Field, blend, rotation, within

CUT = 0.8  # of a fillet's width: further out the fillet is thinner than a hundredth of its width
LIFT = 0.004  # a part lies this far over what it grows from, so that two coarse surfaces do not cross in stripes
DIVE = 0.6  # of a fillet's width: how roundly its edge dives under, so that the seam is a line and not stairs
UNDERSTATED = 1.7  # a field made narrower says less than the true distance, by its factor: 0.6 at the narrowest neck


def inflated(field: Field, by: float) -> Field:
    """A field grown by a distance on all sides.

    Examples
    --------
    >>> from models.procedural.kit.sdf import ball
    >>> inflated(ball((0, 0, 0), (1, 1, 1)), 0.5).high.tolist()
    [1.5, 1.5, 1.5]
    """
    return Field(lambda points: field.distance(points) - np.float32(by), field.low - by, field.high + by)


def grown(part: Field, onto: Field, k: float) -> Field:
    """A part with a fillet `k` wide towards what it grows from, cut off where the fillet has run out.

    The two keep their own colours and yet look like one body: the seam is a line on a smooth surface.
    """
    flowing = within(k * DIVE, inflated(blend(k, part, onto), LIFT), inflated(part, k * CUT))
    reach = k * CUT * UNDERSTATED
    return Field(flowing.distance, part.low - reach, part.high + reach)


def widened(field: Field, factor: float) -> Field:
    """A field about x = 0 made so many times wider; the distance is that of its narrower axis.

    Examples
    --------
    >>> from models.procedural.kit.sdf import ball
    >>> widened(ball((0, 0, 0), (1, 1, 1)), 2.0).high.tolist()
    [2.0, 1.0, 1.0]
    """
    scale = np.array([1 / factor, 1, 1], np.float32)
    shrink = np.float32(min(factor, 1.0))
    wide = np.array([factor, 1, 1])
    return Field(lambda points: field.distance(points * scale) * shrink, field.low * wide, field.high * wide)


def curly(field: Field, height: float, length: float) -> Field:
    """A field with a fleece: pillows `height` high and half a `length` wide, with creases between them."""
    turned = (rotation((35, 25, 0)) * (2 * np.pi / length)).astype(np.float32)  # no row of pillows runs along a body

    def distance(points: Array) -> Array:
        waves: Array = np.sqrt(np.abs(np.sin(points @ turned)).prod(axis=1))
        return field.distance(points) - np.float32(height) * waves

    return Field(distance, field.low - height, field.high + height)


def swung(points: ArrayLike, about: ArrayLike, degrees: float) -> NDArray[np.float64]:
    """Points (N, 3) turned about the x axis through a joint; positive swings what hangs forward."""
    centre = np.asarray(about, np.float64)
    turned: NDArray[np.float64] = (np.asarray(points, np.float64) - centre) @ rotation((-degrees, 0, 0)).T + centre
    return turned
