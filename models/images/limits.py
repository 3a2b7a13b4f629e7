"""What a picture may be like. `jobs/images.py` has the same figures at the door, and where they come from.

They are asked again here: a file in the bucket may have come another way.
"""

BYTES_MAX = 20_000_000
PIXELS_MAX = 50_000_000
SIDE_PX_MIN = 64
ASPECT_MAX = 16


def unfit(width: int, height: int) -> str | None:
    """What is wrong with a picture of that size, or None.

    Examples
    --------
    >>> unfit(640, 480)
    >>> unfit(1, 1)
    'is 1 x 1 pixels; each side needs 64'
    """
    size = f"is {width} x {height} pixels"
    if width * height > PIXELS_MAX:
        return f"{size}; the limit is {PIXELS_MAX // 1_000_000} million"
    if max(width, height) > ASPECT_MAX * min(width, height):
        return f"{size}; the long side may be {ASPECT_MAX} times the short one"
    if min(width, height) < SIDE_PX_MIN:
        return f"{size}; each side needs {SIDE_PX_MIN}"
    return None
