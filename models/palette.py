"""Sixteen fixed colours by part id, the same in the GLB, the points, the preview and the page.

The first eight are close to Okabe and Ito's set, toned down so that large surfaces stay pleasant. No two
of them differ in hue alone, so they stay apart for readers who do not see red and green.

References
----------
.. [1] M. Okabe, K. Ito, "Color Universal Design", 2008: https://jfly.uni-koeln.de/color/
.. [2] IEC 61966-2-1:1999, the sRGB transfer function.
"""

from __future__ import annotations

from typing import TypeAlias

RGB: TypeAlias = tuple[int, int, int]  # sRGB, 0 to 255
LinearRGB: TypeAlias = tuple[float, float, float]  # linear light, 0 to 1

PALETTE: tuple[RGB, ...] = (
    (233, 166, 68),  # amber
    (44, 142, 108),  # leaf
    (122, 190, 232),  # sky
    (214, 94, 62),  # vermilion
    (98, 92, 156),  # indigo
    (240, 220, 120),  # straw
    (204, 136, 180),  # orchid
    (40, 96, 140),  # ink
    (168, 206, 130),  # pistachio
    (150, 66, 62),  # brick
    (86, 178, 184),  # teal
    (245, 184, 166),  # peach
    (58, 90, 78),  # pine
    (190, 172, 218),  # lilac
    (146, 110, 78),  # walnut
    (180, 186, 192),  # silver
)  #: ids 0 and 1 are a trunk and its canopy, 2 is glass or a wing: the order lets most things look natural


def colour(part_id: int) -> RGB:
    """The colour of a part; ids past the end start again.

    Examples
    --------
    >>> colour(0) == colour(16)
    True
    """
    return PALETTE[part_id % len(PALETTE)]


def linear(rgb: RGB) -> LinearRGB:
    """sRGB bytes as linear light, which is what a glTF file holds.

    Parameters
    ----------
    rgb : three ints, 0 to 255
        As written in PALETTE.

    Returns
    -------
    light : three floats, 0 to 1

    Examples
    --------
    >>> [round(channel, 3) for channel in linear((200, 80, 60))]
    [0.578, 0.08, 0.045]
    """
    red, green, blue = (_to_linear(channel / 255) for channel in rgb)
    return red, green, blue


def hexadecimal(rgb: RGB) -> str:
    """`rgb` as a page writes it.

    Examples
    --------
    >>> hexadecimal((255, 128, 0))
    '#ff8000'
    """
    return "#" + bytes(rgb).hex()


def _to_linear(channel: float) -> float:
    """The sRGB transfer function, reference [2] of the module."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
