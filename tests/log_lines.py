"""A log of its own: what is logged comes out as the lines that would be written, read again."""

import json
import logging
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jobs.logs import Form, begin
from jobs.logs.queued import Queued

PROJECT = "lumen-test"
JSON = Form(json=True, project=PROJECT, service="lumen-web", version="lumen-web-7", worker="w/1")


class Log:
    """`logger` is what a module of ours would use; `lines()` what it said since the last time."""

    def __init__(self, form: Form = JSON) -> None:
        begin()  # whatever the test before left in this thread
        self.records: queue.Queue[logging.LogRecord] = queue.Queue()
        self.logger = logging.Logger("of.this.test", logging.DEBUG)  # noqa: LOG001 (the process shall not know it)
        self.logger.addHandler(Queued(self.records))
        self._formatter = form.formatter()

    def texts(self) -> list[str]:
        return [self._formatter.format(self.records.get()) for _ in range(self.records.qsize())]

    def lines(self) -> list[dict[str, Any]]:
        texts = self.texts()
        assert all(len(text.splitlines()) == 1 for text in texts), "one line each, however lines are told"
        return [json.loads(text, parse_constant=_no_json) for text in texts]

    def line(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line

    @contextmanager
    def instead_of(self, name: str) -> Iterator[None]:
        """What the logger of that name says comes here."""
        theirs, (ours,) = logging.getLogger(name), self.logger.handlers
        before = theirs.level
        theirs.setLevel(logging.DEBUG)
        theirs.addHandler(ours)
        try:
            yield
        finally:
            theirs.removeHandler(ours)
            theirs.setLevel(before)


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
