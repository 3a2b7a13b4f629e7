"""From a line of a list to the fields of a request, whatever the list's format; what is no row is named by its line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cli.batch.file import ListFile, Records, is_utf8

NOT_UTF8 = "is not UTF-8"
IDS = ("id", "custom_id")  # columns that are taken for the row's own id unless one is named
NUMBERS = ("num_parts", "seed", "points")
HANDLING = ("custom_id", "priority")
CELLS = ("verb", "quality", *NUMBERS, "priority")  #: columns that are taken for the request's fields


@dataclass(frozen=True, slots=True)
class Row:
    """What one row asks for, as JSON would have it: `input`, `custom_id` and any other field of a request.

    `picture`: the name of a file that stands for `input.image` until its id is known.
    """

    line: int
    body: Mapping[str, Any]
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that gets no job, and why. `field`: its dotted path, where one is to blame."""

    line: int
    why: str
    field: str | None = None
    custom_id: str | None = None

    def __str__(self) -> str:
        return f"{self.field}: {self.why}" if self.field else self.why


Rows = Iterator[Row | BadRow]


def rows_of(file: ListFile, *, column: str | None = None, id_column: str | None = None) -> Rows:
    """Each row of the list in its order. Raises: InvalidRequest for a column that is not there."""
    if file.kind == "csv":
        return _csv(file, column, id_column)
    return _by_line(file, READERS[file.kind])


def _by_line(file: ListFile, reader: Callable[[int, str], Row | BadRow]) -> Rows:
    for number, text in file.texts():
        yield reader(number, text) if is_utf8(text) else BadRow(number, NOT_UTF8)


# --- one format each --------------------------------------------------------------------------------


def _txt(number: int, text: str) -> Row:
    return Row(number, {"input": {"prompt": text}})


def _image(number: int, text: str) -> Row:
    return Row(number, {"input": {}}, picture=text)


def _jsonl(number: int, text: str) -> Row | BadRow:
    """As the API has it, or flat: the fields of the input beside the others."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        return BadRow(number, f"is no JSON: {error}")
    if not isinstance(said, dict):
        return BadRow(number, "is no JSON object")
    flat = {name: said.pop(name) for name in _input_fields() if name in said}
    given = said.pop("input", {})
    custom_id = said.get("custom_id")
    if not isinstance(given, dict):
        return BadRow(number, "is no JSON object", "input")
    if flat and given:
        return BadRow(number, f"give {next(iter(flat))} inside of input, or no input", "input")
    if isinstance(custom_id, int) and not isinstance(custom_id, bool):
        said["custom_id"] = str(custom_id)
    wanted = {**given, **flat}
    picture = wanted.get("image")
    if isinstance(picture, str) and not _is_upload(picture):
        return Row(number, {**said, "input": {name: wanted[name] for name in wanted if name != "image"}}, picture)
    return Row(number, {**said, "input": wanted})


READERS: Mapping[str, Callable[[int, str], Row | BadRow]] = MappingProxyType(
    {"txt": _txt, "jsonl": _jsonl, "images": _image}
)


def _csv(file: ListFile, column: str | None, id_column: str | None) -> Rows:
    records = Records(file).records()
    _, heading = next(records, (0, []))
    if isinstance(heading, str):
        raise file.refused(f"its heading {heading}")
    names = [name.strip() for name in heading]
    taken = _columns(file, names, column or "prompt", id_column)
    for number, cells in records:
        if isinstance(cells, str):
            yield BadRow(number, cells)
        elif not is_utf8("".join(cells)):
            yield BadRow(number, NOT_UTF8)
        elif len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            yield BadRow(number, f"has {len(cells)} cells where the heading has {len(names)}")
        else:
            yield _of_cells(number, {field: cells[at].strip() for field, at in taken.items()})


def _columns(file: ListFile, names: list[str], column: str, id_column: str | None) -> dict[str, int]:
    """Where each field stands. Raises: InvalidRequest."""
    for wanted, option in ((column, "--column"), (id_column, "--id-column")):
        if wanted is not None and wanted not in names:
            there = ", ".join(name for name in names if name) or "none"
            raise file.refused(f"there is no column {wanted!r}; its columns are: {there}. Name one with {option}")
    own_id = id_column or next((name for name in IDS if name in names), None)
    fields = {"prompt": column, **({"custom_id": own_id} if own_id else {})}
    fields |= {name: name for name in CELLS if name in names and name not in fields.values()}
    return {field: names.index(name) for field, name in fields.items()}


def _of_cells(number: int, cells: Mapping[str, str]) -> Row:
    """An empty cell says nothing, but for the prompt, which must say something."""
    said: dict[str, Any] = {name: cell for name, cell in cells.items() if cell or name == "prompt"}
    said |= {name: int(said[name]) for name in NUMBERS if said.get(name, "").isdecimal()}
    body = {name: said.pop(name) for name in HANDLING if name in said}
    body["input"] = said
    return Row(number, body)


def _input_fields() -> tuple[str, ...]:
    from jobs.request import JobInput

    return tuple(JobInput.model_fields)


def _is_upload(text: str) -> bool:
    from jobs.uploads import ID

    return bool(ID.fullmatch(text))
