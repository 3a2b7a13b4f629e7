"""The list a batch is made of: a file or stdin, as numbered lines, any number of times, in bounded memory."""

import csv
import tempfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jobs.errors import InvalidRequest

FORMATS: Final = ("txt", "csv", "jsonl", "images")
BY_ENDING = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
STDIN = "<stdin>"  # what Python calls it
LINE_BYTES_MAX = 1 << 20  # a request has a few hundred; what is longer is cut, and then no row
HEAD_BYTES = 1_024  # in which a file shows that it is no text
COMMENT = "#"
SEPARATORS = ",;\t"  # spreadsheets write the second where the comma is the decimal point


class ListFile:
    """Where the rows come from. `folder`: what the names of pictures are relative to.

    Bytes that are not UTF-8 are kept as lone surrogates, so that their line can be named (`is_utf8`).
    """

    def __init__(self, file: IO[bytes], *, kind: str = "auto") -> None:
        """Raises: InvalidRequest for what is no text in UTF-8 at all."""
        self._kept = None if file.seekable() else _kept(file)
        self._file = self._kept or file
        path = getattr(file, "name", STDIN)
        self.name = "-" if path == STDIN else Path(path).name
        self.folder = Path() if path == STDIN else Path(path).parent
        self._start = self._skip_mark()
        self.kind = kind if kind != "auto" else self._guessed()

    def close(self) -> None:
        """What came through a pipe is forgotten."""
        if self._kept is not None:
            self._kept.close()

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number from 1 and its end, blank lines and comments too."""
        self._file.seek(self._start)
        number = 0
        while raw := self._file.readline(LINE_BYTES_MAX):
            number += 1
            yield number, raw.decode("utf-8", "surrogateescape")
            while raw and not raw.endswith(b"\n"):
                raw = self._file.readline(LINE_BYTES_MAX)

    def texts(self) -> Iterator[tuple[int, str]]:
        """The lines that say something, without blanks around them."""
        for number, line in self.lines():
            text = line.strip()
            if text and not text.startswith(COMMENT):
                yield number, text

    def _skip_mark(self) -> int:
        self._file.seek(0)
        head = self._file.read(HEAD_BYTES)
        if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise self.refused("is UTF-16: save it as UTF-8")
        if b"\0" in head:
            raise self.refused("is no text; of a spreadsheet, save the sheet as CSV in UTF-8")
        return len(BOM_UTF8) if head.startswith(BOM_UTF8) else 0

    def refused(self, why: str) -> "InvalidRequest":
        from jobs.errors import InvalidRequest

        return InvalidRequest("standard input" if self.name == "-" else self.name, why)

    def _guessed(self) -> str:
        """By the name's ending, else by the first line that says something."""
        known = BY_ENDING.get(Path(self.name).suffix.lower())
        if known:
            return known
        first = next((text for _, text in self.texts()), "")
        if first.startswith("{"):
            return "jsonl"
        return "images" if first.lower().endswith(PICTURES) else "txt"


def is_utf8(text: str) -> bool:
    """Whether none of its bytes had to be kept as a surrogate."""
    return not any("\udc80" <= char <= "\udcff" for char in text)


class Records:
    """The records of a CSV file, each with the line it begins on; a quoted cell may have line breaks.

    A comment is a line that begins with # where a record could: the csv module alone would take quotes in it seriously.
    """

    def __init__(self, file: ListFile) -> None:
        self._lines = file.lines()
        self._reader = csv.reader(self, strict=True, delimiter=_separator(file))
        self._begins = True
        self._first = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line for the csv module."""
        for number, line in self._lines:
            if self._begins:
                if line.startswith(COMMENT) or not line.strip():
                    continue
                self._begins, self._first = False, number
            return line
        raise StopIteration

    def records(self) -> Iterator[tuple[int, list[str] | str]]:
        """The line of each record, and its cells, or in words what is wrong with it."""
        while True:
            self._begins = True
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._first, _said(error)
            else:
                yield self._first, cells


def _said(error: csv.Error) -> str:
    """The module's own words for a quote that nobody closes tell nobody what to do."""
    text = str(error)
    if "unexpected end of data" in text or "field limit" in text:
        return "a quote is opened here and not closed, so what follows was taken for one cell"
    return f"is no CSV: {text}"


def _separator(file: ListFile) -> str:
    """Whichever of them the heading has most of."""
    heading = next((text for _, text in file.texts()), "")
    return max(SEPARATORS, key=heading.count)


def _kept(stream: IO[bytes]) -> IO[bytes]:
    """What comes through a pipe, on disk: it is read twice."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the list)
    copyfileobj(stream, file)
    return file
