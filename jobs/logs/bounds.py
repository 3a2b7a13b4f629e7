"""How much of a value a line takes, and what of it may stand there."""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import islice

from jobs.logs.scrub import SCRUBBED, is_secret, scrubbed

# A message is for reading; a traceback of ours has 2 to 10 kB.
MESSAGE_CHARS_MAX = 8_192
STACK_CHARS_MAX = 16_384
VALUE_CHARS_MAX = 2_048
NAME_CHARS_MAX = 128
ITEMS_MAX = 20
DEPTH_MAX = 4
FIELDS_MAX = 32
FIELDS_CHARS_MAX = 16_384  # of all values of a line together
BYTES_SHOWN_MAX = 64
INT_MAX = 1 << 63  # JSON readers take what is larger for a float, and Python does not print it at any length
RAW_FACTOR = 4  # so much of a text is looked through for secrets; the rest is cut off before


def cut(text: str, chars_max: int) -> str:
    """The beginning, and how much more there was."""
    return text if len(text) <= chars_max else f"{text[:chars_max]}…[+{len(text) - chars_max} chars]"


def clean(text: str, chars_max: int) -> str:
    """Without secrets, and cut only then: half a secret is harder to know."""
    looked_at = text[: RAW_FACTOR * chars_max]
    shown = scrubbed(looked_at)
    more = len(text) - len(looked_at) + max(len(shown) - chars_max, 0)
    return f"{shown[:chars_max]}…[+{more} chars]" if more else shown


def clean_ends(text: str, chars_max: int) -> str:
    """Both ends without secrets: of a traceback, where it began and what it was."""
    if len(text) <= chars_max:
        return scrubbed(text)
    half = chars_max // 2
    middle = f"\n…[+{len(text) - 2 * half} chars]\n"
    # The end begins with a whole line: half a secret there would have lost the name by which it is known.
    return clean(text[:half], half) + middle + scrubbed(text[-half:].partition("\n")[2])[-half:]


class Room:
    """How many characters the values of one line may still take: bounded in every direction is not yet little."""

    def __init__(self, chars: int = FIELDS_CHARS_MAX) -> None:
        self._left = chars

    def argument(self, value: object) -> object:
        """What of an argument goes into a message. Numbers stay numbers, for `%d`."""
        if isinstance(value, str | bytes | bytearray | Mapping | list | AbstractSet):
            return self.plain(value)
        return tuple(map(self.plain, islice(value, ITEMS_MAX))) if isinstance(value, tuple) else value

    def field(self, name: object, value: object, depth: int = DEPTH_MAX) -> object:
        return SCRUBBED if is_secret(name, value) else self.plain(value, depth)

    def plain(self, value: object, depth: int = DEPTH_MAX) -> object:
        """The value as JSON has it, without secrets. Raises what its `str` raises."""
        self._left -= 8
        if self._left <= 0:
            return "…"
        if value is None or isinstance(value, int | float):
            return value if value is None else _number(value)
        if isinstance(value, bytes | bytearray | memoryview):
            return self._text(_bytes(bytes(value)))
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, list | tuple | AbstractSet):
            return self._items(value, depth)
        return self._text(str(value))

    def _text(self, text: str, chars_max: int = VALUE_CHARS_MAX) -> str:
        shown = clean(text, max(1, min(chars_max, self._left)))
        self._left -= len(shown)
        return shown

    def _mapping(self, value: Mapping[object, object], depth: int) -> object:
        if not depth:
            return f"<{len(value)} fields>"
        few = islice(value.items(), ITEMS_MAX)
        shown = {self._text(str(name), NAME_CHARS_MAX): self.field(name, each, depth - 1) for name, each in few}
        return shown | {"…": f"[+{len(value) - ITEMS_MAX} fields]"} if len(value) > ITEMS_MAX else shown

    def _items(self, value: "list[object] | tuple[object, ...] | AbstractSet[object]", depth: int) -> object:
        if not depth:
            return f"<{len(value)} items>"
        shown = [self.plain(each, depth - 1) for each in islice(value, ITEMS_MAX)]
        return [*shown, f"…[+{len(value) - ITEMS_MAX} items]"] if len(value) > ITEMS_MAX else shown


def _number(value: float) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < INT_MAX else cut(hex(value), VALUE_CHARS_MAX)
    return value if math.isfinite(value) else str(value)


def _bytes(value: bytes) -> str:
    """A body is not for a log, whatever it holds."""
    return f"<{len(value)} bytes>" if len(value) > BYTES_SHOWN_MAX else repr(value)
