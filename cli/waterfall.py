"""One job's life as a picture: a line for what it waited for, each attempt, each stage, over one axis of time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cli.axis import Axis, axis_over
from cli.bars import seconds_text
from cli.render import visible

if TYPE_CHECKING:
    from jobs.spans import Span

NAME_CELLS_MAX = 18
SECONDS_CELLS = 9
NOTE_CELLS = 16
AXIS_CELLS_MIN, AXIS_CELLS_MAX = 12, 100
NOTES_FROM_CELLS = 60  # a narrower terminal has no room for notes
WAIT, CUT, POINT = "░", "┄", "◆"
BLOCKS = {"wait": WAIT, "attempt": "█", "stage": "▆", "point": POINT}
COLORS = {"finish": "green", "fail": "red", "retry": "yellow", "lapse": "yellow", "hand_back": "yellow"}
WORDS = {
    "finish": "finished",
    "fail": "failed",
    "hand_back": "handed back",
    "lapse": "went silent",
    "cancel": "canceled",
}


def waterfall(spans: "Sequence[Span]", width: int) -> Iterator[str]:
    """The lines, `width` columns wide at most; a terminal under 45 columns gets longer ones."""
    whole, *rest = spans
    names = [_name(span) for span in rest]
    wide = min(max([8, *map(len, names)]), NAME_CELLS_MAX) + 1
    notes = NOTE_CELLS if width >= NOTES_FROM_CELLS else 0
    cells = min(max(width - wide - SECONDS_CELLS - notes, AXIS_CELLS_MIN), AXIS_CELLS_MAX)
    axis = axis_over(
        [(*_times(span, whole), span.kind == "wait") for span in rest if span.kind in {"wait", "attempt"}], cells
    )
    yield f"{'':<{wide}}{axis.labels()}"
    yield f"{'':<{wide}}{axis.rule()}"
    for span, name in zip(rest, names, strict=True):
        seconds = "" if span.kind == "point" else f"{seconds_text(span.seconds)} s"
        note = f"  {_note(span, axis, whole)}" if notes else ""
        yield f"{name[: wide - 1]:<{wide}}{_bar(span, whole, axis)}{seconds:>{SECONDS_CELLS}}{note}".rstrip()


def _bar(span: "Span", whole: "Span", axis: Axis) -> str:
    """As many cells as it took, at least one."""
    start, end = _times(span, whole)
    first, last = axis.column(start), axis.column(end)
    if span.kind == "point":
        first, length = axis.column(end), 1
    else:
        length = max(last - first + (last == axis.cells - 1 and end > start), 1)
    block = CUT if _is_cut(span, axis, whole) else BLOCKS[span.kind]
    color = _color(span)
    drawn = click.style(block * length, fg=color) if color else block * length
    return f"{'':<{first}}{drawn}{'':<{axis.cells - first - length}}"


def _is_cut(span: "Span", axis: Axis, whole: "Span") -> bool:
    start, _end = _times(span, whole)
    return span.kind == "wait" and any(piece.cut and piece.start == start for piece in axis.pieces)


def _times(span: "Span", whole: "Span") -> tuple[float, float]:
    """Seconds since the job was made. A clock may have been before the store's by a little."""
    start = max((span.start - whole.start).total_seconds(), 0.0)
    return start, start + span.seconds


def _name(span: "Span") -> str:
    return f"  {visible(span.name)}" if span.kind == "stage" else span.name


def _color(span: "Span") -> str | None:
    if span.open and span.kind != "wait":
        return "cyan"
    if span.kind == "attempt":
        return COLORS.get((span.outcome or "").partition(" ")[0])
    return "blue" if span.kind == "stage" else None


def _note(span: "Span", axis: Axis, whole: "Span") -> str:
    if span.open:
        return "still waits" if span.kind == "wait" else "goes on"
    if span.shelf:
        return "from the shelf"
    if _is_cut(span, axis, whole):
        return "cut short"
    event = (span.outcome or "").partition(" ")[0]
    return WORDS.get(event, event)
