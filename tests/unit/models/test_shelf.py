"""The shelf finds what was made, never what is damaged, and never stands in the way."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.bucket import checked_name
from jobs.buckets.disk import DiskBucket
from models.routes import all_stages
from models.shelf import DIGEST_CHARS, FOLDER, Shelf, shelf_key, unwrap, wrap
from models.stage import Brief, Stage
from models.stages import Plan, Points
from tests.support_stages import Acting, acting

FILES = {"parts.npz": bytes(range(256)), "facts.json": b"{}", "empty": b""}
STAGES = all_stages(("procedural",))
GIVEN = {name: b"something" for stage in STAGES for name in stage.reads}
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


class BrokenBlobs:
    """A bucket whose every call ends with the error it was made with."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def put(self, name: str, data: bytes, *, replace: bool = False) -> object:
        raise self._error

    def get(self, name: str) -> bytes:
        raise self._error


@pytest.fixture
def bucket(tmp_path: Path) -> DiskBucket:
    return DiskBucket(tmp_path)


@pytest.fixture
def shelf(bucket: DiskBucket) -> Shelf:
    return Shelf(bucket)


# --- entries ----------------------------------------------------------------------------------------


@given(st.dictionaries(names, st.binary(max_size=200), max_size=5))
def test_what_was_wrapped_comes_out_as_it_was(files: dict[str, bytes]) -> None:
    assert unwrap(wrap(files)) == files


def test_a_file_put_there_is_found_again(shelf: Shelf) -> None:
    assert shelf.put("k", FILES)
    assert shelf.get("k") == FILES


def test_what_was_never_put_there_is_a_miss(shelf: Shelf) -> None:
    assert shelf.get("k") is None


def test_the_last_one_put_there_is_the_one_that_is_found(shelf: Shelf) -> None:
    shelf.put("k", {"a": b"1"})
    assert shelf.put("k", {"a": b"2"})
    assert shelf.get("k") == {"a": b"2"}


@pytest.mark.parametrize("bit", [0, 7])
def test_an_entry_with_one_bit_turned_is_a_miss_wherever_it_is(bit: int) -> None:
    whole = wrap(FILES)
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << bit
        with pytest.raises(ValueError, match="damaged"):
            unwrap(bytes(damaged))


def test_an_entry_that_was_cut_off_is_a_miss_wherever_it_was(shelf: Shelf, bucket: DiskBucket) -> None:
    whole = wrap(FILES)
    for length in (*range(0, len(whole), 17), DIGEST_CHARS - 1, DIGEST_CHARS, DIGEST_CHARS + 1, len(whole) - 1):
        bucket.put(f"{FOLDER}k", whole[:length], replace=True)
        assert shelf.get("k") is None


def test_a_damaged_entry_is_replaced_by_the_next_one(shelf: Shelf, bucket: DiskBucket) -> None:
    bucket.put(f"{FOLDER}k", b"half a fi")
    assert shelf.put("k", FILES)
    assert shelf.get("k") == FILES


def test_an_entry_made_by_somebody_who_knows_the_digest_is_still_only_a_miss(shelf: Shelf, bucket: DiskBucket) -> None:
    """Sound on the outside, nonsense within: neither may reach a job as an error."""
    import hashlib

    for body in (b"", b"[]\n", b'"x"\n', b"{}", b'{"a": "b"}\n', b'{"a": null}\n'):
        bucket.put(f"{FOLDER}k", hashlib.sha256(body).hexdigest().encode() + body, replace=True)
        assert not shelf.get("k")


@pytest.mark.parametrize("error", [OSError("full"), ValueError("?"), MemoryError(), RecursionError(), KeyError("k")])
def test_a_broken_shelf_fails_no_job(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(BrokenBlobs(error))
    with caplog.at_level(logging.WARNING):
        assert shelf.get("k") is None
        assert not shelf.put("k", FILES)
    assert "could not put" in caplog.text


# --- keys -------------------------------------------------------------------------------------------


def key(stage: Stage, brief: Brief | None = None, **given: bytes) -> str:
    return shelf_key(
        stage, stage.params(brief or Brief()), GIVEN | {f"{name}.npz": data for name, data in given.items()}
    )


def test_equal_work_has_one_key() -> None:
    assert key(Points(), Brief(prompt="cat")) == key(Points(), Brief(prompt="cat"))


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_key_can_be_a_files_name(stage: Stage) -> None:
    assert checked_name(FOLDER + key(stage))


def test_each_stage_has_keys_of_its_own() -> None:
    assert len({key(stage) for stage in STAGES}) == len(STAGES)


def test_another_version_is_another_key() -> None:
    assert key(Plan()) != key(replace(Plan(), version=2))


def test_another_input_is_another_key() -> None:
    assert key(Points(), parts=b"one") != key(Points(), parts=b"two")


def test_a_file_that_the_stage_does_not_read_is_not_in_its_key() -> None:
    assert key(Points(), other=b"one") == key(Points(), other=b"two")


def test_another_parameter_is_another_key() -> None:
    stage = acting("echo")
    assert shelf_key(stage, {"a": 1}, {}) != shelf_key(stage, {"a": 2}, {})
    assert shelf_key(stage, {"a": 1}, {}) != shelf_key(stage, {"b": 1}, {})
    assert shelf_key(stage, {"a": 1, "b": 2}, {}) == shelf_key(stage, {"b": 2, "a": 1}, {})
    assert shelf_key(stage, {"a": None}, {}) != shelf_key(stage, {}, {})


def test_two_inputs_exchanged_are_another_key() -> None:
    stage = Acting("echo", acting("echo").act, reads=("a", "b"))
    assert shelf_key(stage, {}, {"a": b"1", "b": b"2"}) != shelf_key(stage, {}, {"a": b"2", "b": b"1"})


#: What of a brief each stage's output depends on; whoever adds a stage or a field decides here, too.
DEPENDS = {
    "plan": {"prompt", "verb"},
    "shape": {"quality", "seed"},
    "clean": set(),
    "points": {"points", "seed"},
    "export": set(),
    "preview": set(),
}
OTHER = Brief(prompt="cat", verb="sitting", quality="high", num_parts=3, seed=9, points=512, image=b"x")


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
@pytest.mark.parametrize("field", Brief.__dataclass_fields__)
def test_a_key_changes_with_what_the_stage_depends_on_and_with_nothing_else(stage: Stage, field: str) -> None:
    brief = Brief(prompt="bird")
    changed = replace(brief, **{field: getattr(OTHER, field)})
    assert (key(stage, brief) != key(stage, changed)) == (field in DEPENDS[stage.name])
