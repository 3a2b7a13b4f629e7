"""A log that nobody reads, or that cannot be written, holds nobody up."""

import logging
import os
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.logs import queued
from jobs.logs.queued import Queued, Written


@pytest.fixture
def lines() -> "queue.Queue[logging.LogRecord]":
    return queue.Queue(2)


@pytest.fixture
def log(lines: "queue.Queue[logging.LogRecord]") -> Iterator[logging.Logger]:
    log, handler = logging.getLogger("of.this.test"), Queued(lines)
    log.addHandler(handler)
    log.propagate = False
    yield log
    log.removeHandler(handler)


def test_what_there_is_no_room_for_is_left_out_counted_and_told(
    log: logging.Logger, lines: "queue.Queue[logging.LogRecord]"
) -> None:
    for n in range(5):
        log.warning("line %d", n)
    assert [lines.get().getMessage() for _ in range(2)] == ["line 0", "line 1"]
    log.warning("line 5")
    assert lines.get().getMessage() == "line 5 (3 lines before this one were left out)"
    log.warning("line 6")
    assert lines.get().getMessage() == "line 6"


def test_a_traceback_goes_with_its_line(log: logging.Logger, lines: "queue.Queue[logging.LogRecord]") -> None:
    log.error("what happened", exc_info=KeyError("a bug"))
    assert "KeyError: 'a bug'" in str(lines.get().exc_text)


def written(text: str) -> None:
    Written().emit(logging.LogRecord("x", logging.WARNING, "", 0, text, None, None))


def test_a_line_is_written_whole_whatever_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "log").open("wb") as file:
        monkeypatch.setattr(queued, "STDERR", file.fileno())
        written("x" * 100_000 + "é\udc80")
    assert (tmp_path / "log").read_bytes() == b"x" * 100_000 + "é".encode() + b"\\udc80\n"


def test_a_line_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    handle = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(queued, "STDERR", handle)
    written("lost")
    os.close(handle)
