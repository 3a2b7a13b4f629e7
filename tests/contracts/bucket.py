"""The promises of `jobs/bucket.py`. A backend joins by giving the fixtures `open_bucket` and `opening`."""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from urllib.request import urlopen

import pytest

from jobs.bucket import NAME_CHARS_MAX, Bucket
from jobs.errors import BlobExists, BlobMissing, InvalidRequest
from tests.waiting import until

ROOT = Path(__file__).parents[2]
OpenBucket = Callable[[], Bucket]
BIG = 8 << 20

REFUSED = [
    "",
    "/x",
    "../x",
    "a/../x",
    "a/..",
    "..",
    ".",
    "./x",
    "a//b",
    "a/",
    ".hidden",
    "a/.hidden",
    "a\\b",
    "a b",
    "a\n",
    "a\x00b",
    "C:x",
    "größe",
    "~root",
    "-rf",
    "x" * 600,
    "x/" * 300 + "x",
]

#: Says by how many bytes a big file, on its way in and out again, made this process larger. (Not by getrusage: its
#: peak is handed down from the process that started this one.)
MOVED = """
from pathlib import Path

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

bucket.put_file("small", Path(FOLDER, "small"))
bucket.get_file("small", Path(FOLDER, "small"))
before = peak()
put = bucket.put_file("big", Path(FOLDER, "from"))
assert bucket.get_file("big", Path(FOLDER, "to")) == put
print(peak() - before)
"""

#: Puts big files one after another until it is killed; a line says that the next one begins.
PUT_FOR_EVER = """
for n in range(1000):
    print(n, flush=True)
    bucket.put(f"big/{n}", bytes([n % 256]) * SIZE)
    bucket.put("big/same", bytes([n % 256]) * SIZE, replace=True)
"""


def read(address: str) -> bytes:
    with urlopen(address, timeout=10) as answer:
        return bytes(answer.read())


def names(bucket: Bucket, prefix: str = "") -> list[str]:
    return [found.name for found in bucket.find(prefix)]


class BucketContract:
    @pytest.fixture
    def open_bucket(self) -> OpenBucket:
        """Opens one more handle on the test's own, at first empty bucket."""
        raise NotImplementedError

    @pytest.fixture
    def opening(self) -> str:
        """Python that makes another process's `bucket` the test's own."""
        raise NotImplementedError

    @pytest.fixture
    def bucket(self, open_bucket: OpenBucket) -> Bucket:
        return open_bucket()

    # --- put, get, stat, delete ---

    @pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 4096], ids=["empty", "small", "1 MiB"])
    def test_what_was_put_is_got(self, bucket: Bucket, open_bucket: OpenBucket, data: bytes) -> None:
        put = bucket.put("jobs/a/1/object.glb", data)
        assert open_bucket().get("jobs/a/1/object.glb") == data
        assert put == open_bucket().stat("jobs/a/1/object.glb")
        assert (put.name, put.bytes, put.sha256) == ("jobs/a/1/object.glb", len(data), hashlib.sha256(data).hexdigest())

    def test_the_ending_says_what_it_is(self, bucket: Bucket) -> None:
        assert bucket.put("a.glb", b"").content_type == "model/gltf-binary"
        assert bucket.put("a.json", b"").content_type == "application/json"
        assert bucket.put("a.what", b"").content_type == "application/octet-stream"

    def test_what_is_not_there_is_missing(self, bucket: Bucket) -> None:
        bucket.put("dir/a", b"")
        for name in ("b", "dir/b", "dir", "dir/a/b"):
            with pytest.raises(BlobMissing):
                bucket.get(name)
            with pytest.raises(BlobMissing):
                bucket.stat(name)

    def test_other_bytes_do_not_change_what_is_there(self, bucket: Bucket) -> None:
        bucket.put("a", b"first")
        with pytest.raises(BlobExists):
            bucket.put("a", b"other")
        assert bucket.get("a") == b"first"

    def test_the_same_bytes_again_are_fine(self, bucket: Bucket) -> None:
        assert bucket.put("a", b"first") == bucket.put("a", b"first")

    def test_replacing_is_asked_for(self, bucket: Bucket) -> None:
        bucket.put("a", b"first", replace=True)
        bucket.put("a", b"other", replace=True)
        assert bucket.get("a") == b"other"

    def test_deleted_is_gone_and_deleting_nothing_is_fine(self, bucket: Bucket) -> None:
        bucket.put("dir/a", b"")
        bucket.delete("dir/a")
        bucket.delete("dir/a")
        bucket.delete("never/was")
        with pytest.raises(BlobMissing):
            bucket.get("dir/a")
        assert list(bucket.find("")) == []

    def test_what_was_deleted_makes_room_for_other_bytes(self, bucket: Bucket) -> None:
        bucket.put("dir/a", b"first")
        bucket.delete("dir/a")
        bucket.put("dir/a", b"other")
        assert bucket.get("dir/a") == b"other"

    # --- files of any size ---

    @pytest.mark.parametrize("size", [0, 3, BIG, BIG + 1], ids=["empty", "small", "8 MiB", "more"])
    def test_a_file_comes_back_as_it_was(self, bucket: Bucket, tmp_path: Path, size: int) -> None:
        data = bytes(range(251)) * (size // 251) + bytes(size % 251)
        (tmp_path / "from").write_bytes(data)
        put = bucket.put_file("weights/a/model.safetensors", tmp_path / "from")
        assert (put.bytes, put.sha256) == (size, hashlib.sha256(data).hexdigest())
        assert put == bucket.stat(put.name) == bucket.get_file(put.name, tmp_path / "new" / "to")
        assert (tmp_path / "new" / "to").read_bytes() == data == bucket.get(put.name)
        assert names(bucket) == [put.name]
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["to"]

    @pytest.mark.parametrize("size", [3, BIG + 1], ids=["small", "more"])
    def test_a_file_is_replaced_only_if_that_is_asked_for(self, bucket: Bucket, tmp_path: Path, size: int) -> None:
        first, other = tmp_path / "first", tmp_path / "other"
        first.write_bytes(bytes(size))
        other.write_bytes(b"x" * size)
        put = bucket.put_file("a", first)
        assert bucket.put_file("a", first) == put
        with pytest.raises(BlobExists):
            bucket.put_file("a", other)
        assert bucket.stat("a") == put
        assert bucket.put_file("a", other, replace=True) == bucket.stat("a") != put

    def test_what_is_not_there_leaves_a_file_as_it_was(self, bucket: Bucket, tmp_path: Path) -> None:
        path = tmp_path / "to"
        path.write_bytes(b"mine")
        with pytest.raises(BlobMissing):
            bucket.get_file("a", path)
        assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("to", b"mine")]

    def test_a_file_that_is_not_there_is_not_put(self, bucket: Bucket, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            bucket.put_file("a", tmp_path / "nothing")
        assert names(bucket) == []

    def test_a_large_file_is_never_in_memory_as_a_whole(self, bucket: Bucket, opening: str, tmp_path: Path) -> None:
        size = 12 * BIG
        for name, length in (("from", size), ("small", 1)):
            with (tmp_path / name).open("wb") as file:
                file.truncate(length)
        program = f"FOLDER = {str(tmp_path)!r}\n{opening}\n{MOVED}"
        moved = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        assert int(moved.stdout) < size / 2, "what it takes depends on the file"
        assert bucket.stat("big").bytes == size

    # --- link ---

    def test_whoever_has_the_link_reads_the_file(self, bucket: Bucket) -> None:
        name, data = "jobs/a/1/object.glb", bytes(range(256))
        bucket.put(name, data)
        link = bucket.link(name, for_s=60)
        assert "object.glb" in link
        assert read(link) == data

    def test_a_link_leads_to_its_own_file(self, bucket: Bucket) -> None:
        for name in ("a", "dir/a", "dir/a.b"):
            bucket.put(name, name.encode())
        assert [read(bucket.link(name, for_s=60)) for name in ("a", "dir/a", "dir/a.b")] == [b"a", b"dir/a", b"dir/a.b"]

    # --- names ---

    @pytest.mark.parametrize("name", REFUSED)
    def test_a_name_that_could_leave_the_bucket_or_hide_is_refused(self, bucket: Bucket, name: str) -> None:
        for replace in (False, True):
            with pytest.raises(InvalidRequest):
                bucket.put(name, b"", replace=replace)
            with pytest.raises(InvalidRequest):
                bucket.put_file(name, Path(__file__), replace=replace)
        with pytest.raises(InvalidRequest):
            bucket.get_file(name, Path("/nowhere/to"))
        for ask in (bucket.get, bucket.stat, bucket.touch, bucket.delete, lambda name: bucket.link(name, for_s=60)):
            with pytest.raises(InvalidRequest):
                ask(name)
        assert list(bucket.find("")) == []

    @pytest.mark.parametrize("name", ["a", "_a-b.c..d", "A/b/0/_/x.tar.gz", "/".join(["x" * 63] * 8)])
    def test_a_plain_name_is_fine(self, bucket: Bucket, name: str) -> None:
        assert len(name) <= NAME_CHARS_MAX
        bucket.put(name, b"x")
        assert names(bucket) == [name]

    # --- find ---

    def test_names_are_found_sorted_by_prefix(self, bucket: Bucket) -> None:
        for name in ("jobs/b/1/x", "jobs/a/2/x", "jobs/a/1/y", "jobs/a/1/x", "jobs/a.txt", "uploads/a"):
            bucket.put(name, b"")
        assert names(bucket, "jobs/a/") == ["jobs/a/1/x", "jobs/a/1/y", "jobs/a/2/x"]
        assert names(bucket, "jobs/a") == ["jobs/a.txt", "jobs/a/1/x", "jobs/a/1/y", "jobs/a/2/x"]
        assert names(bucket, "jobs/a/1/x") == ["jobs/a/1/x"]
        assert len(names(bucket)) == 6

    @pytest.mark.parametrize("prefix", ["nothing", "nothing/", "q/b", "q/x/", "q/b/c", *REFUSED[1:]])
    def test_a_prefix_of_nothing_finds_nothing(self, bucket: Bucket, prefix: str) -> None:
        bucket.put("q/x", b"")
        bucket.put("r", b"")
        assert names(bucket, prefix) == []

    def test_what_is_found_says_how_much_it_is(self, bucket: Bucket) -> None:
        for size in (0, 1, 100_000):
            bucket.put(f"dir/{size}", bytes(size))
        assert {found.name: found.bytes for found in bucket.find("")} == {"dir/0": 0, "dir/1": 1, "dir/100000": 100_000}

    def test_what_is_found_can_be_deleted_on_the_way(self, bucket: Bucket) -> None:
        for name in ("jobs/a/1/x", "jobs/a/2/x", "jobs/ab/1/x"):
            bucket.put(name, b"")
        for found in bucket.find("jobs/a/"):
            bucket.delete(found.name)
        assert names(bucket) == ["jobs/ab/1/x"]

    # --- use ---

    def test_a_file_says_when_it_was_put(self, bucket: Bucket) -> None:
        bucket.put("dir/a", b"first")
        (first,) = bucket.find("")
        assert first.used_at.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - first.used_at) < timedelta(minutes=1)

        def replaced() -> bool:
            bucket.put("dir/a", b"other", replace=True)
            (found,) = bucket.find("")
            return found.used_at > first.used_at

        until(replaced, "who replaces a file puts it anew")

    def test_what_was_touched_was_used_later_and_is_as_it_was(self, bucket: Bucket) -> None:
        bucket.put("dir/a", b"abc")
        bucket.put("dir/b", b"")
        before, put = list(bucket.find("")), bucket.stat("dir/a")

        def touched() -> bool:
            bucket.touch("dir/a")
            return next(bucket.find("dir/a")).used_at > before[0].used_at

        until(touched, "a touch moves the time")
        a, b = bucket.find("")
        assert (a.name, a.bytes, b) == (before[0].name, before[0].bytes, before[1])
        assert (bucket.stat("dir/a"), bucket.get("dir/a")) == (put, b"abc")

    def test_only_a_use_moves_the_time(self, bucket: Bucket) -> None:
        bucket.put("a", b"abc")
        before = list(bucket.find(""))
        bucket.get("a")
        bucket.stat("a")
        bucket.link("a", for_s=60)
        assert list(bucket.find("")) == before

    def test_touching_what_is_gone_is_fine_and_makes_nothing(self, bucket: Bucket) -> None:
        bucket.put("dir/a", b"")
        bucket.delete("dir/a")
        for name in ("dir/a", "dir/a/b", "never/was"):
            bucket.touch(name)
        assert names(bucket) == []

    # --- whole or not at all ---

    def test_of_many_writers_of_one_name_one_wins(self, open_bucket: OpenBucket) -> None:
        ready = Barrier(8)

        def put(n: int) -> bool:
            bucket = open_bucket()
            ready.wait()
            try:
                bucket.put("same", bytes([n]) * (1 << 20))
            except BlobExists:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(put, range(8)))
        assert won.count(True) == 1
        assert open_bucket().get("same") == bytes([won.index(True)]) * (1 << 20)
        assert names(open_bucket()) == ["same"]

    def test_one_handle_serves_many_threads(self, bucket: Bucket) -> None:
        def put_and_get(n: int) -> bool:
            name, data = f"dir/{n}", bytes([n]) * 100_000
            put = bucket.put(name, data)
            return bucket.get(name) == data and bucket.stat(name) == put

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(put_and_get, range(40)))
        assert len(list(bucket.find("dir/"))) == 40

    def test_a_reader_sees_the_old_or_the_new_but_no_mixture(self, open_bucket: OpenBucket) -> None:
        bucket = open_bucket()
        bucket.put("same", bytes(1 << 20))

        def read(_: int) -> bool:
            mine, whole = open_bucket(), True
            while (data := mine.get("same"))[:1] != b"\xff":
                whole = whole and len(data) == 1 << 20 and len(set(data[:: 1 << 12])) == 1
            return whole

        with ThreadPoolExecutor(2) as pool:
            readers = pool.map(read, range(2))
            for n in [*range(1, 20), 255]:
                bucket.put("same", bytes([n]) * (1 << 20), replace=True)
            assert all(readers)

    @pytest.mark.parametrize("files", [1, 3])
    def test_a_writer_that_is_killed_leaves_nothing_half(self, bucket: Bucket, opening: str, files: int) -> None:
        program = f"SIZE = {BIG}\n{opening}\n{PUT_FOR_EVER}"
        writer = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(files):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        for name in names(bucket):
            data = bucket.get(name)
            assert name.startswith("big/")
            assert len(data) == BIG, f"{name} is half there"
            assert data == data[:1] * BIG
        bucket.put("big/same", b"new", replace=True)
        assert bucket.get("big/same") == b"new"
