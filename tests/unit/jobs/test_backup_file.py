"""The form of a backup: every value comes back, and what is none is refused in a sentence."""

import io
import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.backup_file import BackupReader, BackupWriter, Head, check
from jobs.errors import InvalidRequest
from jobs.store import Document, Fields
from tests.fakes import START


def written(fields: Fields) -> bytes:
    """A whole file of one document."""
    writer = BackupWriter(out := io.BytesIO())
    writer.begin(Head(made_at=START, backend="local"))
    writer.add(Document("things", "a", fields, "", START))
    writer.seal()
    return out.getvalue()


def read(file: bytes) -> Fields:
    reader = BackupReader(io.BytesIO(file))
    reader.head()
    (saved,) = reader.documents()
    assert reader.torn == ""
    return saved.fields


NAMES = st.sampled_from(["a", "b", "$time", "$map", "$number", "seen_at"])
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=9)
TIMES = st.datetimes(timezones=st.just(UTC))


def maps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(NAMES, inner, max_size=3)


VALUES = st.recursive(PLAIN | TIMES, lambda inner: maps(inner | st.lists(PLAIN | maps(inner), max_size=3)))


@settings(max_examples=60)
@given(fields=maps(VALUES | st.lists(VALUES.filter(lambda value: not isinstance(value, list)), max_size=3)))
def test_every_value_comes_back_as_it_was_also_one_that_looks_like_a_mark(fields: dict[str, Any]) -> None:
    assert read(written(fields)) == fields


def test_a_number_that_is_none_comes_back() -> None:
    assert str(read(written({"x": [float("nan"), float("-inf")]}))) == "{'x': [nan, -inf]}"


def test_the_file_says_what_it_is_to_whoever_opens_it() -> None:
    first, line, last = map(json.loads, written({"seen_at": START}).splitlines())
    assert (first["format"], first["version"], first["backend"]) == ("lumen-backup", 1, "local")
    assert line == {"collection": "things", "key": "a", "fields": {"seen_at": {"$time": "2026-03-01T12:00:00+00:00"}}}
    assert (last["count"], len(last["sha256"])) == (1, 64)


HEAD = Head(made_at=START, backend="local").model_dump_json()


@pytest.mark.parametrize(
    "first", ["", "{}", "[1]", "\xff", "[" * 100_000, '{"format": "tar"}', HEAD.replace(":1,", ":2,")]
)
def test_what_is_no_backup_is_refused_in_a_sentence(first: str) -> None:
    with pytest.raises(InvalidRequest, match=r"no backup|version 2"):
        check(io.BytesIO(first.encode("latin-1") + b"\n"))


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "no json",
        "[" * 100_000,
        '{"collection": "things", "key": "a"}',
        '{"collection": "things/a", "key": "a", "fields": {}}',
        '{"collection": "", "key": "a", "fields": {}}',
        '{"collection": "things", "key": "", "fields": {}}',
        '{"collection": "things", "key": "a", "fields": []}',
        '{"collection": "things", "key": "a", "fields": {"x": [[1]]}}',
        '{"collection": "things", "key": "a", "fields": {"x": {"$time": "yesterday"}}}',
        '{"collection": "things", "key": "a", "fields": {"x": {"$time": "2026-03-01T12:00:00"}}}',
        '{"collection": "things", "key": "a", "fields": {"x": {"$time": 1}}}',
    ],
)
def test_a_line_that_no_store_could_have_said_is_named(line: str) -> None:
    with pytest.raises(InvalidRequest, match="line 2 is no document"):
        check(io.BytesIO(f"{HEAD}\n{line}\n".encode()))
