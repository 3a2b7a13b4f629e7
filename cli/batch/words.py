"""How numbers, spans of time and rows are said where batches are spoken of."""

from collections.abc import Iterable, Sequence

from cli.bars import span_text
from cli.render import say, visible

SHOWN_MAX = 20  # rows that are named one by one; --json has all
TENTHS_BELOW_S = 10
CHARS_MAX = 200  # of a row's complaint: a hostile row may be long


def many(count: int, what: str, plural: str | None = None) -> str:
    return f"{count:,} {what if count == 1 else plural or what + 's'}"


def span(seconds: float) -> str:
    """Tenths too where they tell something."""
    return f"{max(seconds, 0.1):.2g} s" if seconds < TENTHS_BELOW_S else span_text(seconds)


def listed(parts: Iterable[tuple[int, str]], *, or_else: str = "nothing") -> str:
    """What there is any of: "3 new, 1 duplicate"."""
    return ", ".join(f"{count:,} {what}" for count, what in parts if count) or or_else


def name_rows(rows: Sequence[tuple[int, str]], *, of: int) -> None:
    """Each with its line, on one line, whatever is in it; the first of them, where there are many."""
    for line, text in rows[:SHOWN_MAX]:
        say(f"  line {line}: {one_line(text)}")
    if of > SHOWN_MAX:
        say(f"  … and {of - SHOWN_MAX:,} more; --json names all")


def one_line(text: str) -> str:
    said = " ".join(visible(text).split())
    return said if len(said) <= CHARS_MAX else f"{said[:CHARS_MAX]}…"
