"""A manifest only grows, heals where it is torn, and is of one batch."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.batch.manifest import Head, Listed, read_manifest, safe_name, slug, writing_manifest
from jobs.errors import InvalidRequest

HEAD = Head("nightly", "birds.txt", "local /data", {"format": "txt", "quality": "draft"})
ROWS = [Listed(line, None, f"j_{line}", "0" * 64, "2026-11-26T00:00:00+00:00") for line in (1, 2, 3)]


def written(path: Path, rows: list[Listed] = ROWS, head: Head = HEAD) -> list[Listed]:
    """What was in it before."""
    with writing_manifest(path, head) as manifest:
        before = list(manifest.rows)
        for row in rows:
            manifest.note(row)
    return before


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nightly.manifest.jsonl"


def test_what_was_noted_is_there_the_next_time(path: Path) -> None:
    assert written(path, ROWS[:2]) == []
    assert written(path, ROWS[2:]) == ROWS[:2]
    assert read_manifest(path, HEAD).rows == ROWS
    first, *others = map(json.loads, path.read_text().splitlines())
    assert (first["batch"], first["file"], first["options"]["quality"]) == ("nightly", "birds.txt", "draft")
    assert list(others[0]) == ["line", "custom_id", "job_id", "input_sha256", "submitted_at"]


def test_a_line_is_on_disk_before_the_next_row_is_asked_for(path: Path) -> None:
    with writing_manifest(path, HEAD) as manifest:
        manifest.note(ROWS[0])
        assert read_manifest(path).rows == ROWS[:1]


def test_cut_off_at_any_byte_it_has_the_rows_whose_lines_are_whole(path: Path) -> None:
    written(path)
    data = path.read_bytes()
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        whole = max(data[:size].count(b"\n") - 1, 0)
        assert read_manifest(path, HEAD).rows == ROWS[:whole]
        assert path.read_bytes() == data[:size], "looking writes nothing"
        assert written(path, ROWS[whole:]) == ROWS[:whole]
        assert path.read_bytes() == data


def test_a_block_of_zeros_at_its_end_is_torn_too(path: Path) -> None:
    written(path)
    with path.open("ab") as file:
        file.write(b"\0" * 100 + b"\n")
    assert written(path, []) == ROWS


def test_a_line_in_its_middle_that_cannot_be_read_is_an_error(path: Path) -> None:
    written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    for bad in (b"oh\n", b'{"line": 1}\n'):
        path.write_bytes(b"".join([lines[0], bad, *lines[2:]]))
        with pytest.raises(InvalidRequest, match="line 2"):
            read_manifest(path)


@pytest.mark.parametrize("data", [b"cat", b"cat\n", b'{"prompt": "cat"}\n', b'{"line": 1', b'{"manifest": 2}\n'])
def test_no_other_file_is_taken_for_a_manifest_or_touched(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(InvalidRequest, match="no manifest"), writing_manifest(path, HEAD):
        pass
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "other, why",
    [
        ({"batch": "weekly"}, "another batch, 'nightly' and not 'weekly'"),
        ({"file": "cats.txt"}, "another file, 'birds.txt'"),
        ({"where": "gcp p/d"}, "another where"),
        ({"options": {"format": "txt"}}, "begun with quality draft, and this is no quality"),
        ({"options": {**HEAD.options, "seed": 1}}, "begun with no seed, and this is seed 1"),
    ],
)
def test_a_manifest_of_something_else_is_refused_in_a_sentence(path: Path, other: Any, why: str) -> None:
    written(path)
    before = path.read_bytes()
    another = Head(**{name: getattr(HEAD, name) for name in Head.__slots__} | other)
    with pytest.raises(InvalidRequest, match=why), writing_manifest(path, another):
        pass
    with pytest.raises(InvalidRequest, match=why):
        read_manifest(path, another)
    assert path.read_bytes() == before


def test_two_do_not_write_it_at_once(path: Path) -> None:
    with writing_manifest(path, HEAD), pytest.raises(InvalidRequest, match="in use"), writing_manifest(path, HEAD):
        pass
    written(path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".", "..", "", "\x1b[31m", "=cmd()", "A", "ä", "x" * 64])
def test_a_hostile_name_makes_a_harmless_file_name_of_its_own(name: str) -> None:
    made = safe_name(name)
    assert not set(made) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert made != safe_name(name + "x")


def test_a_harmless_name_stays_as_it_is() -> None:
    assert [safe_name(name) for name in ("nightly", "2026-11-26", "v1.2_x")] == ["nightly", "2026-11-26", "v1.2_x"]
    assert slug("Flying  Bird!") == "flying-bird"
