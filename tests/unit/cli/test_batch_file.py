"""Lists as people have them: every row is read, or named by its line."""

from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.batch.file import LINE_BYTES_MAX, ListFile
from cli.batch.rows import BadRow, Row, rows_of
from jobs.errors import InvalidRequest

Read = Callable[..., list[tuple[int, Any]]]
LATIN_1 = "café".encode("latin-1")


class Stream(BytesIO):
    """A file of that name."""

    name = "list.txt"


def a_list(data: bytes, name: str = "list.txt", **more: Any) -> ListFile:
    file = Stream(data)
    file.name = name
    return ListFile(file, **more)


def read(data: bytes, name: str = "list.txt", **more: Any) -> list[tuple[int, Any]]:
    """Line and prompt of each row; of a bad one, line and complaint."""
    kind = more.pop("kind", "auto")
    return [(row.line, said(row)) for row in rows_of(a_list(data, name, kind=kind), **more)]


def said(row: Row | BadRow) -> Any:
    return str(row) if isinstance(row, BadRow) else row.picture or row.body["input"]["prompt"]


def body(data: bytes, name: str) -> Any:
    (row,) = rows_of(a_list(data, name))
    assert isinstance(row, Row), row
    return dict(row.body)


# --- whatever wrote it ---


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_marks_line_ends_comments_and_blank_lines_are_no_rows(mark: bytes, end: bytes) -> None:
    lines = [b"# birds", b"flying bird", b"", b"  ", b"  chair  ", b"#1", b"cat"]
    assert read(mark + end.join(lines)) == [(2, "flying bird"), (5, "chair"), (7, "cat")]


def test_a_line_that_is_not_utf_8_is_named_and_the_others_are_read() -> None:
    assert read(b"cat\n" + LATIN_1 + b"\ndog\n") == [(1, "cat"), (2, "is not UTF-8"), (3, "dog")]
    rows = read(b"prompt\n" + LATIN_1 + b"\ncat\n", "list.csv")
    assert rows == [(2, "is not UTF-8"), (3, "cat")]


@pytest.mark.parametrize(
    "data, why",
    [
        ("cat\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\x00\x06\x00", "is no text"),
    ],
)
def test_a_file_that_is_no_text_is_refused_as_a_whole(data: bytes, why: str) -> None:
    with pytest.raises(InvalidRequest, match=why):
        a_list(data)


def test_a_line_without_an_end_is_cut_and_the_next_keeps_its_number() -> None:
    long, cat = read(b"x" * (2 * LINE_BYTES_MAX + 5) + b"\ncat\n")
    assert (len(long[1]), cat) == (LINE_BYTES_MAX, (2, "cat"))


def test_a_list_is_read_as_often_as_one_likes() -> None:
    file = a_list(b"\xef\xbb\xbfcat\ndog\n")
    assert list(file.texts()) == list(file.texts()) == [(1, "cat"), (2, "dog")]


def test_a_pipe_is_read_twice_too() -> None:
    class Pipe(Stream):
        name = "<stdin>"

        def seekable(self) -> bool:
            return False

    with closing(ListFile(Pipe(b"cat\n"))) as file:
        assert (file.name, list(file.texts()), list(file.texts())) == ("-", [(1, "cat")], [(1, "cat")])


@pytest.mark.parametrize(
    "data, name, kind",
    [
        (b"prompt\n", "a.CSV", "csv"),
        (b"", "a.ndjson", "jsonl"),
        (b'# x\n{"prompt": "cat"}\n', "a", "jsonl"),
        (b"pictures/A.JPG\ncat\n", "a.txt", "images"),
        (b"cat\na.png\n", "a.txt", "txt"),
        (b"", "a.txt", "txt"),
    ],
)
def test_the_format_is_told_by_the_name_or_the_first_line(data: bytes, name: str, kind: str) -> None:
    assert a_list(data, name).kind == kind


@given(st.binary(max_size=200), st.sampled_from(["txt", "csv", "jsonl", "images"]))
def test_no_file_breaks_the_reader(data: bytes, kind: str) -> None:
    try:
        rows = list(rows_of(a_list(data, kind=kind)))
    except InvalidRequest:
        return
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines)), "each row has a line of its own"
    assert all(1 <= line <= data.count(b"\n") + 1 for line in lines)


# --- CSV ---


def test_quoted_commas_and_line_breaks_stand_in_one_cell() -> None:
    data = b'prompt,id\n"red, flying ""bird""",1\n"two\nlines",2\ncat,3\n'
    assert read(data, "a.csv") == [(2, 'red, flying "bird"'), (3, "two\nlines"), (5, "cat")]


def test_a_comment_with_a_quote_swallows_nothing_and_a_quoted_hash_is_a_row() -> None:
    assert read(b'prompt\n# see "this,"that\ncat\n"#1 mug"\n', "a.csv") == [(3, "cat"), (4, "#1 mug")]


def test_a_quote_that_nobody_closes_is_named_where_it_opens() -> None:
    (cat, bad) = read(b'prompt\ncat\n"dog\nemu\n', "a.csv")
    assert cat == (2, "cat")
    assert bad[0] == 3
    assert "not closed" in bad[1]


def test_behind_a_cell_that_is_too_long_rows_are_read_again() -> None:
    rows = read(b'prompt\n"open\n' + b"x\n" * 80_000 + b"cat\n", "a.csv")
    assert (rows[0][0], "not closed" in rows[0][1], rows[-1]) == (2, True, (80_003, "cat"))


def test_a_row_of_another_width_is_named() -> None:
    rows = read(b"id,prompt\n1\n2,cat,\n3,dog,x\n", "a.csv")
    assert rows == [(2, "has 1 cells where the heading has 2"), (3, "cat"), (4, "has 3 cells where the heading has 2")]


@pytest.mark.parametrize("separator", [b",", b";", b"\t"])
def test_a_spreadsheet_may_separate_by_other_characters(separator: bytes) -> None:
    assert read(separator.join([b"id", b"prompt"]) + b"\n" + separator.join([b"1", b"cat"]), "a.csv") == [(2, "cat")]


def test_columns_that_a_request_has_are_taken_and_others_are_not() -> None:
    data = b"custom_id,prompt,quality,seed,points,priority,colour\n a ,cat,draft,7,,high,red\n"
    wanted = {"input": {"prompt": "cat", "quality": "draft", "seed": 7}, "custom_id": "a", "priority": "high"}
    assert body(data, "a.csv") == wanted


def test_a_column_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(InvalidRequest, match=r"no column 'prompt'; its columns are: a, b\. Name one with --column"):
        read(b"a,b\n1,2\n", "a.csv")
    with pytest.raises(InvalidRequest, match="no column 'x'"):
        read(b"a,b\n1,2\n", "a.csv", column="a", id_column="x")
    assert read(b"a,b\n1,2\n", "a.csv", column="b") == [(2, "2")]


# --- JSON Lines ---


@pytest.mark.parametrize(
    "line, wanted",
    [
        (b'{"prompt": "cat", "custom_id": "1"}', {"input": {"prompt": "cat"}, "custom_id": "1"}),
        (b'{"input": {"prompt": "cat"}, "tags": ["a"]}', {"input": {"prompt": "cat"}, "tags": ["a"]}),
        (b'{"prompt": "cat", "seed": 3, "custom_id": 7}', {"input": {"prompt": "cat", "seed": 3}, "custom_id": "7"}),
    ],
)
def test_a_row_may_be_a_request_or_flat(line: bytes, wanted: Any) -> None:
    assert body(line, "a.jsonl") == wanted


@pytest.mark.parametrize(
    "line, why",
    [
        (b"cat", "is no JSON"),
        (b'["cat"]', "is no JSON object"),
        (b'{"input": "cat"}', "input: is no JSON object"),
        (b'{"input": {"prompt": "cat"}, "seed": 1}', "give seed inside of input"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"seed": ' + b"9" * 5_000 + b"}", "is no JSON"),
    ],
)
def test_what_is_no_request_is_named(line: bytes, why: str) -> None:
    ((number, complaint),) = read(b"# a comment\n" + line, "a.jsonl")
    assert (number, why in complaint) == (2, True), complaint


def test_a_picture_is_a_file_unless_it_is_an_upload() -> None:
    upload = b"0" * 64
    picture, uploaded = rows_of(a_list(b'{"image": "a.png"}\n{"image": "' + upload + b'"}\n', "a.jsonl"))
    assert isinstance(picture, Row)
    assert isinstance(uploaded, Row)
    assert (picture.picture, picture.body) == ("a.png", {"input": {}})
    assert (uploaded.picture, uploaded.body) == (None, {"input": {"image": upload.decode()}})


def test_names_of_pictures_are_relative_to_the_list(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"pictures/a.png\n")
    with (tmp_path / "a.txt").open("rb") as file:
        found = ListFile(file)
        assert (found.folder, found.kind, next(rows_of(found))) == (
            tmp_path,
            "images",
            Row(1, {"input": {}}, "pictures/a.png"),
        )
