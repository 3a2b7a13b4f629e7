"""A folder keeps the promises of the bucket."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.bucket import Bucket
from jobs.buckets.disk import DiskBucket
from jobs.errors import BackendDown
from tests.contracts.bucket import BucketContract


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

    def test_the_uri_leads_to_the_file(self, bucket: Bucket, tmp_path: Path) -> None:
        assert bucket.put("dir/a", b"").uri == (tmp_path / "bucket" / "dir" / "a").as_uri()

    def test_a_link_is_the_files_own_address_and_does_not_end(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.put("dir/a", b"")
        assert bucket.link("dir/a", for_s=1e-9) == (tmp_path / "bucket" / "dir" / "a").as_uri()
