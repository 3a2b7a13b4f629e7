"""A folder keeps the promises of the bucket."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobs.bucket import Bucket
from jobs.buckets.disk import PARTIAL, WRITING_S, DiskBucket
from jobs.errors import BackendDown
from tests.contracts.bucket import ROOT, BucketContract, names


class TestDiskBucket(BucketContract):
    @pytest.fixture
    def open_bucket(self, tmp_path: Path) -> Callable[[], Bucket]:
        return lambda: DiskBucket(tmp_path / "bucket")

    @pytest.fixture
    def opening(self, tmp_path: Path) -> str:
        lines = ["from pathlib import Path", "from jobs.buckets.disk import DiskBucket"]
        return "\n".join([*lines, f"bucket = DiskBucket(Path({str(tmp_path / 'bucket')!r}))"])

    def test_a_folder_that_is_not_there_holds_nothing(self, bucket: Bucket) -> None:
        assert list(bucket.find("")) == []

    def test_a_folder_that_cannot_be_made_is_an_outage(self, bucket: Bucket, tmp_path: Path) -> None:
        (tmp_path / "bucket").write_bytes(b"in the way")
        with pytest.raises(BackendDown):
            bucket.put("a", b"")

    def test_nothing_is_left_beside_the_files(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.put("a", b"first")
        bucket.put("a", b"first")
        bucket.put("a", b"other", replace=True)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a"]

    def test_what_was_put_was_first_written_to_the_disk_and_then_its_name(
        self, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No test can cut the power; this one sees what the kernel was asked to keep."""
        kept: list[str] = []
        fsync = os.fsync

        def remember(handle: int) -> None:
            kept.append(str(Path(f"/proc/self/fd/{handle}").readlink()).removeprefix(str(tmp_path / "bucket")))
            fsync(handle)

        monkeypatch.setattr(os, "fsync", remember)
        for replace in (False, True):
            kept.clear()
            bucket.put("one/two/a", b"abc", replace=replace)
            partial, *folders = kept
            assert partial.startswith("/.partial/")
            assert folders == ["/one/two", "/one", ""]

    def test_what_cannot_be_looked_at_is_an_outage_and_not_empty(
        self, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bucket.put("dir/a", b"")

        def broken(folder: object) -> Iterator[object]:
            raise OSError(errno.EIO, "The test broke the disk.")

        monkeypatch.setattr(os, "scandir", broken)
        with pytest.raises(BackendDown):
            list(bucket.find("dir/"))

    def test_what_somebody_else_keeps_there_is_not_ours(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.put("dir/a", b"")
        for name in (".hidden", ".git/config", "dir/.partialx", "dir/a b", "größe"):
            path = tmp_path / "bucket" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"")
        assert names(bucket) == names(bucket, "dir/") == ["dir/a"]
        assert names(bucket, "dir/.") == names(bucket, ".git/") == []

    def test_a_prefix_leads_nowhere_out_of_the_bucket(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.put("dir/a", b"")
        (tmp_path / "outside").write_bytes(b"")
        assert names(bucket, "../") == names(bucket, "dir/../") == names(bucket, f"{tmp_path}/") == []

    def test_the_uri_leads_to_the_file(self, bucket: Bucket, tmp_path: Path) -> None:
        assert bucket.put("dir/a", b"").uri == (tmp_path / "bucket" / "dir" / "a").as_uri()

    def test_a_link_is_the_files_own_address_and_does_not_end(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.put("dir/a", b"")
        assert bucket.link("dir/a", for_s=1e-9) == (tmp_path / "bucket" / "dir" / "a").as_uri()

    # --- writers that did not live to finish ---

    def test_what_a_killed_writer_left_is_hidden_and_gone_after_an_hour(
        self, bucket: Bucket, partials: Path, opening: str
    ) -> None:
        partial = killed_in_the_middle(opening, partials)
        assert names(bucket) == []
        bucket.put("a", b"")
        assert list(partials.iterdir()) == [partial], "its writer may be at it still"
        age(partial, WRITING_S + 1)
        bucket.put("a", b"", replace=True)
        assert list(partials.iterdir()) == []
        assert names(bucket) == ["a"]

    def test_the_hour_is_the_file_systems_and_not_ours(
        self, bucket: Bucket, partials: Path, opening: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        partial = killed_in_the_middle(opening, partials)
        monkeypatch.setattr(time, "time", lambda: partial.stat().st_mtime + 2 * WRITING_S)
        bucket.put("a", b"")
        assert list(partials.iterdir()) == [partial]

    def test_room_is_made_before_it_is_needed(self, bucket: Bucket, partials: Path, opening: str) -> None:
        """The leftovers may be what fills the disk."""
        age(killed_in_the_middle(opening, partials), WRITING_S + 1)
        with pytest.raises(BackendDown), file_size_max(1000):
            bucket.put("a", bytes(2000))
        assert list(partials.iterdir()) == []

    @pytest.mark.parametrize("replace", [False, True])
    def test_a_full_disk_is_an_outage_and_leaves_nothing(self, bucket: Bucket, tmp_path: Path, replace: bool) -> None:
        bucket.put("dir/a", b"first")
        with pytest.raises(BackendDown), file_size_max(1000):
            bucket.put("dir/b", bytes(2000), replace=replace)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a"]
        bucket.put("dir/b", bytes(2000), replace=replace)

    @pytest.mark.parametrize("replace", [False, True])
    def test_a_name_that_cannot_be_given_leaves_nothing(self, bucket: Bucket, partials: Path, replace: bool) -> None:
        bucket.put("dir/a", b"")
        with pytest.raises(BackendDown):
            bucket.put("dir", b"", replace=replace)
        with pytest.raises(BackendDown):
            bucket.put("dir/a/b/c", b"", replace=replace)
        assert list(partials.iterdir()) == []

    def test_a_leftover_that_cannot_be_removed_costs_no_put(self, bucket: Bucket, partials: Path) -> None:
        bucket.put("a", b"")
        (partials / "in the way").mkdir()
        age(partials / "in the way", WRITING_S + 1)
        bucket.put("b", b"")
        assert names(bucket) == ["a", "b"]


@pytest.fixture
def partials(tmp_path: Path) -> Path:
    return tmp_path / "bucket" / PARTIAL


def killed_in_the_middle(opening: str, partials: Path) -> Path:
    """What a writer leaves that is killed with a file half written: the program stops itself there."""
    program = f"{opening}\nimport os, signal\nos.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)"
    done = subprocess.run([sys.executable, "-c", f"{program}\nbucket.put('a', b'abc')"], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    (partial,) = partials.iterdir()
    return partial


def age(path: Path, seconds: float) -> None:
    there = path.stat()
    os.utime(path, (there.st_atime, there.st_mtime - seconds))


@contextmanager
def file_size_max(size: int) -> Iterator[None]:
    """No file of this process may grow beyond that: to who writes it is like a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
