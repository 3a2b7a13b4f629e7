"""One bar for all of a batch where somebody watches; a line now and then where nobody does."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.render import say, visible

if TYPE_CHECKING:
    from jobs.clock import Clock

SAY_EVERY_S, SAY_AGAIN_S = 10.0, 60.0  # what is new, and what is not
NAME_CHARS_MAX = 14  # of 80 columns
Show = Callable[[int, int, str], None]  #: how many are done, of how many, and what else there is to say


def no_board(_done: int, _total: int, _said: str) -> None:
    """Where there is nothing to watch."""


@contextmanager
def board(doing: str, clock: "Clock") -> Iterator[Show]:
    """`doing`: what the bar is of, in a word or two."""
    if not sys.stderr.isatty():
        yield _lines(doing, clock)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}", markup=False),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, expand=True) as progress:
        task = progress.add_task(_short(doing), total=0, said="")

        def show(done: int, total: int, said: str) -> None:
            progress.update(task, completed=done, total=total, said=said)

        yield show


def _lines(doing: str, clock: "Clock") -> Show:
    said_at, last = 0.0, -1

    def show(done: int, total: int, said: str) -> None:
        nonlocal said_at, last
        now = clock.monotonic()
        if last < 0 or now - said_at >= (SAY_AGAIN_S if done == last else SAY_EVERY_S):
            said_at, last = now, done
            say(f"  {visible(doing)}  {done:,}/{total:,}" + (f"  {said}" if said else ""))

    return show


def _short(text: str) -> str:
    text = visible(text)
    return text if len(text) <= NAME_CHARS_MAX else f"{text[: NAME_CHARS_MAX - 1]}…"
