"""A line as people read it in a terminal. Nothing in it begins a line of its own, or tells the terminal what to do."""

import logging
import re

FORMAT = "%(levelname)s %(name)s: %(message)s"
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
INDENT = "\n    "


class TextFormatter(logging.Formatter):
    """Further lines of a message are indented, so that none passes for a line of the log."""

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        return UNSAFE.sub(_shown, super().format(record)).replace("\n", INDENT)


def _shown(found: "re.Match[str]") -> str:
    return found[0].encode("unicode_escape").decode()
