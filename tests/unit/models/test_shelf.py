"""The shelf finds what was made, never what is damaged, and never stands in the way."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.bucket import SHELF, Found, checked_name
from jobs.buckets.disk import PARTIAL, DiskBucket
from models.craft import Craft
from models.routes import all_stages, routes_of
from models.shelf import (
    DIGEST_CHARS,
    FOLDER,
    REMOVALS_MAX,
    TOUCH_EVERY_S,
    TOUCHED_MAX,
    Entry,
    Shelf,
    shelf_key,
    unwrap,
    wrap,
)
from models.stage import Brief, Stage
from models.stages import Plan, Points
from tests.fakes import FakeClock
from tests.support_stages import Acting, acting

FILES = {"parts.npz": bytes(range(256)), "facts.json": b"{}", "empty": b""}
STAGES = all_stages(routes_of(Craft()))
GIVEN = {name: b"something" for stage in STAGES for name in stage.reads}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = timedelta(days=90)
ROOT = Path(__file__).parents[3]
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


class BrokenBlobs:
    """A bucket whose every call ends with the error it was made with."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def put(self, name: str, data: bytes, *, replace: bool = False) -> object:
        raise self._error

    def get(self, name: str) -> bytes:
        raise self._error

    def find(self, prefix: str) -> Iterable[Entry]:
        raise self._error

    def touch(self, name: str) -> None:
        raise self._error

    def delete(self, name: str) -> None:
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
        assert trim(shelf) == []
    assert "could not put" in caplog.text
    assert "could not trim" in caplog.text


# --- uses -------------------------------------------------------------------------------------------


class Touched(DiskBucket):
    """Remembers what was touched; says no when the test wants it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.names: list[str] = []
        self.broken = False

    def touch(self, name: str) -> None:
        self.names.append(name)
        if self.broken:
            raise OSError("The test pulled the plug.")
        super().touch(name)


@pytest.fixture
def touched(tmp_path: Path) -> Touched:
    return Touched(tmp_path)


def test_a_hit_is_a_use_and_a_miss_is_none(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    for key in ("s/hit", "s/damaged", "s/other"):
        shelf.put(key, FILES)
    bucket.put(f"{FOLDER}s/damaged", b"half a fi", replace=True)
    for key in ("s/hit", "s/damaged", "s/other"):
        use(tmp_path, key, NOW)
    assert shelf.get("s/hit") == FILES
    assert shelf.get("s/damaged") is None
    used = {found.name: found.used_at for found in bucket.find(FOLDER)}
    assert used.pop(f"{FOLDER}s/hit") > NOW
    assert set(used.values()) == {NOW}


def test_many_hits_in_an_hour_are_one_touch(touched: Touched) -> None:
    clock = FakeClock()
    shelf = Shelf(touched, clock.monotonic)
    shelf.put("s/hot", FILES)
    for _ in range(8):
        assert shelf.get("s/hot") == FILES
        clock.advance(TOUCH_EVERY_S / 4)
    assert touched.names == [f"{FOLDER}s/hot"] * 2


def test_a_touch_that_fails_costs_a_line_and_is_not_tried_at_the_next_hit(
    touched: Touched, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(touched, FakeClock().monotonic)
    shelf.put("s/hot", FILES)
    touched.broken = True
    assert [shelf.get("s/hot") for _ in range(3)] == [FILES] * 3
    assert len(touched.names) == caplog.text.count("could not touch s/hot") == 1


def test_what_was_touched_is_not_remembered_without_bound(touched: Touched) -> None:
    """The one that was touched longest ago is forgotten first: its next hit is one touch more."""
    clock = FakeClock()
    shelf = Shelf(touched, clock.monotonic)
    for key in ("s/a", "s/b", "s/a"):
        clock.advance(TOUCH_EVERY_S / 2)
        shelf.put(key, FILES)
        shelf.get(key)
    for n in range(TOUCHED_MAX - 1):
        shelf._touch(f"s/{n}")
    assert len(shelf._touched) == TOUCHED_MAX
    touched.names.clear()
    shelf.get("s/a")
    shelf.get("s/b")
    assert touched.names == [f"{FOLDER}s/b"]


# --- what goes --------------------------------------------------------------------------------------


def use(root: Path, key: str, at: datetime) -> None:
    """As if the entry had last been used then."""
    os.utime(root / FOLDER / key, (at.timestamp(), at.timestamp()))


def lay(root: Path, key: str, at: datetime = NOW) -> None:
    """An entry, quickly."""
    path = root / FOLDER / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wrap(FILES))
    use(root, key, at)


def trim(shelf: Shelf, unused_since: datetime = NOW - DAYS, entries_max: int = 5000) -> list[str]:
    return shelf.trim(unused_since=unused_since, entries_max=entries_max)


def left(bucket: DiskBucket) -> list[str]:
    return [found.name.removeprefix(FOLDER) for found in bucket.find(FOLDER)]


def test_the_core_and_the_craft_mean_the_same_folder() -> None:
    """The bucket's lifecycle deletes there."""
    assert SHELF == FOLDER


def test_what_nobody_used_for_long_goes(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    second = timedelta(seconds=1)
    for key, at in {"s/old": NOW - DAYS - second, "s/just": NOW - DAYS, "t/old": NOW - 2 * DAYS, "t/new": NOW}.items():
        lay(tmp_path, key, at)
    assert sorted(trim(shelf)) == ["s/old", "t/old"]
    assert left(bucket) == ["s/just", "t/new"]
    assert trim(shelf) == []


def test_of_each_stage_the_least_recently_used_go(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    for stage in ("s", "t"):
        for n, age in enumerate((3, 1, 2)):
            lay(tmp_path, f"{stage}/{n}", NOW - timedelta(hours=age))
    lay(tmp_path, "u/0", NOW - timedelta(hours=9))
    assert sorted(trim(shelf, entries_max=2)) == ["s/0", "t/0"]
    assert sorted(trim(shelf, entries_max=1)) == ["s/2", "t/2"]
    assert left(bucket) == ["s/1", "t/1", "u/0"]


def test_of_five_thousand_and_one_the_right_one_goes(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    for n in range(5001):
        lay(tmp_path, f"shape/{n:04}", NOW + timedelta(seconds=(n * 7 + 3) % 5001))  # each at another second
    first = next(n for n in range(5001) if (n * 7 + 3) % 5001 == 0)
    assert trim(shelf) == [f"shape/{first:04}"]
    assert left(bucket) == [f"shape/{n:04}" for n in range(5001) if n != first]


def test_an_old_entry_that_was_used_stays(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    for key in ("s/a", "s/b", "s/c"):
        lay(tmp_path, key, NOW - 2 * DAYS)
    shelf.get("s/b")
    shelf.put("s/c", FILES)
    assert trim(shelf) == ["s/a"]
    assert left(bucket) == ["s/b", "s/c"]


def test_what_lies_elsewhere_is_not_the_shelfs(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    bucket.put("jobs/a/1/object.glb", b"")
    bucket.put("shelf.txt", b"")
    assert trim(shelf, unused_since=datetime.now(UTC) + DAYS, entries_max=0) == []
    assert [found.name for found in bucket.find("")] == ["jobs/a/1/object.glb", "shelf.txt"]


def test_one_trim_removes_so_many_and_the_next_goes_on(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    for n in range(REMOVALS_MAX + 3):
        lay(tmp_path, f"s/{n:04}", NOW - timedelta(seconds=n))
    lay(tmp_path, "t/0", NOW - timedelta(days=1))
    removed = trim(shelf, entries_max=1)
    assert removed == [f"s/{n:04}" for n in range(REMOVALS_MAX + 2, 2, -1)]
    assert trim(shelf, entries_max=1) == ["s/0002", "s/0001"]
    assert left(bucket) == ["s/0000", "t/0"]


class Overtaken(DiskBucket):
    """Somebody else uses, replaces and removes entries between the listing and what is done about it."""

    def find(self, prefix: str) -> Iterator[Found]:
        listed = super().find(prefix)
        if prefix == FOLDER:
            self.touch(f"{FOLDER}s/used")
            self.put(f"{FOLDER}s/replaced", b"new", replace=True)
            self.delete(f"{FOLDER}s/removed")
        return listed


def test_what_is_used_meanwhile_stays(tmp_path: Path) -> None:
    for key in ("s/old", "s/removed", "s/replaced", "s/used"):
        lay(tmp_path, key, NOW - 2 * DAYS)
    bucket = Overtaken(tmp_path)
    assert trim(Shelf(bucket)) == ["s/old"]
    assert left(bucket) == ["s/replaced", "s/used"]


class Stubborn(DiskBucket):
    """Keeps one entry."""

    def delete(self, name: str) -> None:
        if name.endswith("b"):
            raise OSError("The test pulled the plug.")
        super().delete(name)


def test_a_trim_that_breaks_off_says_what_it_did_and_leaves_the_rest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for n, key in enumerate(("s/a", "s/b", "s/c")):
        lay(tmp_path, key, NOW - 2 * DAYS + timedelta(seconds=n))
    assert trim(Shelf(Stubborn(tmp_path))) == ["s/a"]
    assert caplog.text.count("could not trim the shelf") == 1
    assert trim(Shelf(DiskBucket(tmp_path))) == ["s/b", "s/c"]


#: Puts, gets and trims, and ends well only if nothing was logged: every refusal is a line of the log.
PUT_AND_TRIM = """
import logging, random, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from jobs.buckets.disk import DiskBucket
from models.shelf import Shelf

logging.basicConfig(level=logging.WARNING)
shelf, draw = Shelf(DiskBucket(Path(sys.argv[1]))), random.Random(int(sys.argv[2]))
for n in range(150):
    key, files = f"s/{draw.randrange(12)}", {"a": bytes(draw.randrange(5000))}
    assert shelf.put(key, files)
    found = shelf.get(f"s/{draw.randrange(12)}")
    assert found is None or not any(found["a"])
    shelf.trim(unused_since=datetime.now(UTC) - timedelta(days=1), entries_max=4)
"""


def test_two_processes_at_once_lose_nothing_but_entries(shelf: Shelf, bucket: DiskBucket, tmp_path: Path) -> None:
    bucket.put("jobs/a/1/object.glb", b"abc")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PUT_AND_TRIM, str(tmp_path), str(n)], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for n in range(2)
    ]
    assert [(each.communicate(timeout=60)[1], each.returncode) for each in both] == [("", 0)] * 2
    assert bucket.get("jobs/a/1/object.glb") == b"abc"
    trim(shelf, entries_max=4)
    assert len(left(bucket)) == 4
    assert all(shelf.get(key) for key in left(bucket))
    assert list((tmp_path / PARTIAL).iterdir()) == []


# --- keys -------------------------------------------------------------------------------------------


def key(stage: Stage, brief: Brief | None = None, **given: bytes) -> str:
    return shelf_key(
        stage, stage.params(brief or Brief()), GIVEN | {f"{name}.npz": data for name, data in given.items()}
    )


def test_equal_work_has_one_key() -> None:
    assert key(Points(), Brief(prompt="cat")) == key(Points(), Brief(prompt="cat"))


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_key_tells_its_stage_and_can_be_a_files_name(stage: Stage) -> None:
    folder, digest = key(stage).split("/")
    assert (folder, len(digest)) == (stage.name, DIGEST_CHARS)
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
    "plan": {"prompt", "verb", "num_parts"},
    "shape": {"quality", "seed"},
    "clean": {"quality"},
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
