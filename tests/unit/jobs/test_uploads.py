"""Pictures that clients bring: kept under their owner, found by him alone, and forgotten in time."""

import hashlib
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs import uploads
from jobs.bucket import UPLOADS
from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.errors import InvalidRequest
from jobs.job_store import JobQuery, JobStore
from jobs.queue import JobQueue
from jobs.records import Records
from jobs.request import JobRequest, parse_request
from tests.fakes import FakeClock
from tests.pictures import file, photo

PICTURE = file(photo(), "PNG")
ID = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def client(store: JobStore, records: Records, queue: JobQueue, bucket: DiskBucket, clock: FakeClock) -> JobClient:
    return JobClient(store, records, queue, bucket, clock, owner="ada lovelace/1")


def of(upload_id: str) -> JobRequest:
    return parse_request({"input": {"image": upload_id}})


def test_a_picture_has_the_id_of_its_bytes_and_is_kept_once(client: JobClient, bucket: DiskBucket) -> None:
    assert [client.upload(io.BytesIO(PICTURE)) for _ in range(2)] == [ID, ID]
    (found,) = bucket.find(UPLOADS)
    assert bucket.get(found.name) == PICTURE
    assert uploads.read(bucket, client.owner, ID) == PICTURE
    assert client.submit(of(ID)).input.image == ID


def test_what_is_no_picture_is_not_kept(client: JobClient, bucket: DiskBucket) -> None:
    with pytest.raises(InvalidRequest, match=r"input\.image: is a GIF; PNG, JPEG and WebP are read"):
        client.upload(io.BytesIO(b"GIF89a" + PICTURE))
    assert list(bucket.find(UPLOADS)) == []


@pytest.mark.parametrize(
    "upload_id, said", [(ID, "there is no upload"), ("../secrets", "not the id"), ("x", "not the id")]
)
def test_a_job_for_a_picture_that_is_not_there_is_refused_before_it_is_written(
    client: JobClient, upload_id: str, said: str
) -> None:
    with pytest.raises(InvalidRequest, match=said):
        client.submit(of(upload_id))
    assert client.find(JobQuery()) == []


def test_another_owners_picture_is_not_there(client: JobClient) -> None:
    client.upload(io.BytesIO(PICTURE))
    with pytest.raises(InvalidRequest, match="there is no upload"):
        replace(client, owner="bob").submit(of(ID))


def test_old_ones_are_forgotten_and_one_that_is_kept_again_is_new(client: JobClient, bucket: DiskBucket) -> None:
    client.upload(io.BytesIO(PICTURE))
    (found,) = bucket.find(UPLOADS)
    assert uploads.forget(bucket, before=found.used_at) == 0
    assert uploads.forget(bucket, before=found.used_at + timedelta(seconds=1)) == 1
    assert list(bucket.find(UPLOADS)) == []


def test_they_are_forgotten_some_at_a_time(bucket: DiskBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FORGET_MAX", 2)
    for n in range(3):
        found = bucket.put(uploads.name_of("ada", f"{n:064x}"), b"x")
    later = next(bucket.find(found.name)).used_at + timedelta(seconds=1)
    assert [uploads.forget(bucket, before=later) for _ in range(3)] == [2, 1, 0]
