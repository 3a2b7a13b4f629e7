"""A time axis for a terminal: which column a moment has, and where the ticks stand.

What is waited for is drawn at most as long, all of it together, as what was worked: where there was more, each wait is
cut short, and behind it the ticks count anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10

from cli.bars import span_text

TICK_CELLS = 9  # about so many columns from tick to tick: room for its words
STEPS = (1, 2, 5, 10)  # of a power of ten
STEPS_S = (10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400)  # longer ones, as clocks have them


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the time, in seconds since the beginning, and as how many seconds it is drawn."""

    start: float
    end: float
    drawn: float

    @property
    def cut(self) -> bool:
        return self.drawn < self.end - self.start


@dataclass(frozen=True, slots=True)
class Axis:
    """Pieces one after the other, over `cells` columns."""

    pieces: tuple[Piece, ...]
    cells: int

    def column(self, at: float) -> int:
        """Where a moment is, from 0; the last column holds the end."""
        return min(int(self.cells * self._drawn_until(at) / self._drawn), self.cells - 1)

    def labels(self) -> str:
        """The ticks in words, each over its column; one that would touch the one before is left out."""
        line = ""
        for column, label in self._ticks():
            if column + len(label) <= self.cells and (not line or column > len(line) + 1):
                line = f"{line:<{column}}{label}"
        return line

    def rule(self) -> str:
        """The line under the labels, broken where time was cut out."""
        line = ["─"] * self.cells
        for piece in self.pieces:
            if piece.cut:
                first, last = self.column(piece.start), self.column(piece.end)
                line[first : last + 1] = "┄" * (last + 1 - first)
        for column, _label in self._ticks():
            line[column] = "┼" if column else "├"
        return "".join(line)

    @property
    def _drawn(self) -> float:
        return sum(piece.drawn for piece in self.pieces) or 1.0

    def _drawn_until(self, at: float) -> float:
        drawn = 0.0
        for piece in self.pieces:
            if at < piece.end:
                part = max(at - piece.start, 0.0)
                return drawn + (part * piece.drawn / (piece.end - piece.start) if part else 0.0)
            drawn += piece.drawn
        return drawn

    def _ticks(self) -> Iterator[tuple[int, str]]:
        """Column and words: round numbers since the beginning; behind a cut the time, then what has passed since."""
        step, since = step_for(self._drawn * TICK_CELLS / self.cells), 0.0
        yield 0, "0"
        for piece in self.pieces:
            if piece.cut:
                since = piece.end
                yield self.column(since), span_text(since)
            else:
                numbers = range(int((piece.start - since) // step) + 1, int((piece.end - since) // step) + 1)
                yield from ((self.column(since + n * step), tick_text(n * step, more=since > 0)) for n in numbers)


def axis_over(spans: Sequence[tuple[float, float, bool]], cells: int) -> Axis:
    """From spans that follow each other: start and end in seconds, and whether it was waited."""
    worked = sum(end - start for start, end, waits in spans if not waits)
    waited = sum(end - start for start, end, waits in spans if waits)
    waits = sum(waits for _start, _end, waits in spans)
    most = worked / waits if worked and waited > worked else waited
    pieces = (
        Piece(start, end, min(end - start, most) if waits else end - start)
        for start, end, waits in spans
        if end > start
    )
    return Axis(tuple(pieces) or (Piece(0.0, 1.0, 1.0),), cells)


def step_for(seconds: float) -> float:
    """The next round number of seconds that is no less."""
    if seconds > STEPS_S[0]:
        return next(
            (float(step) for step in STEPS_S if step >= seconds), float(STEPS_S[-1] * (seconds // STEPS_S[-1] + 1))
        )
    power = 10.0 ** int(log10(max(seconds, 1e-3)) // 1)
    return next(step * power for step in STEPS if step * power >= seconds * (1 - 1e-9))


def tick_text(seconds: float, *, more: bool = False) -> str:
    """0.2 s, 40 s, 1 min 30 s; `more`: +40 s."""
    said = f"{seconds:.3g} s" if seconds < STEPS_S[3] else span_text(seconds)
    return f"+{said}" if more else said
