"""The files of a batch: each in a folder of its job's, fetched once, and packed without being in memory."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from cli.batch.download import download, folder_of
from cli.context import Context
from jobs.batch import Batch, Batches
from jobs.bucket import Blob, files_of
from jobs.buckets.disk import DiskBucket
from jobs.errors import BackendDown, InvalidRequest
from jobs.fields import Artifact, Report
from jobs.job import Job
from jobs.wiring import Platform
from tests.builders import SOME_METRICS, a_job, a_request, an_output, claim, fail, lease_of

NAMES = ("object.glb", "preview.png")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context({"LUMEN_DATA": str(tmp_path / "data")})


@pytest.fixture
def batch(context: Context) -> Batch:
    """Three jobs, the last of which has failed."""
    batches = Batches(context.client)
    plan = batches.plan("nightly", [a_request(words, custom_id=words) for words in ("ant", "../bee", "cow")])
    batch = batches.begin(plan)
    ant, bee, cow = (made.job for made in batches.make(plan))  # type: ignore[union-attr]
    for job in (ant, bee):
        succeed(context.platform, job)
    fail(context.platform.store, cow.id, lease_of(claim(context.platform.store, cow.id)))
    return batch


def data_of(job: Job, name: str) -> bytes:
    return f"{name} of {job.input.prompt}".encode() * 1000


def succeed(platform: Platform, job: Job) -> None:
    files = {}
    for name in NAMES:
        blob = platform.bucket.put(f"{files_of(job.id)}1/{name}", data_of(job, name))
        files[name] = Artifact(uri=blob.uri, bytes=blob.bytes, sha256=blob.sha256, content_type=blob.content_type)
    lease = lease_of(claim(platform.store, job.id))
    output = an_output().model_copy(update={"files": files})
    platform.store.update(job.id, lambda job, now: job.finish(lease, output, SOME_METRICS, Report(), now=now))


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is fetched from the bucket."""
    fetched: list[str] = []
    get_file = DiskBucket.get_file

    def counted(self: DiskBucket, name: str, path: Path) -> Blob:
        blob = get_file(self, name, path)
        fetched.append(name)
        return blob

    monkeypatch.setattr(DiskBucket, "get_file", counted)
    return fetched


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_job_that_succeeded_has_a_folder(context: Context, batch: Batch, tmp_path: Path) -> None:
    download(context, batch, tmp_path / "out")
    ant, bee = (folder_of(job) for job in Batches(context.client).jobs(batch) if job.output)
    assert ant == "ant"
    assert bee.startswith("bee--")
    assert below(tmp_path / "out") == sorted(f"{folder}/{name}" for folder in (ant, bee) for name in NAMES)
    assert (tmp_path / "out/ant/object.glb").read_bytes() == b"object.glb of ant" * 1000
    (tmp_path / "like others").write_bytes(b"")
    assert (tmp_path / "out/ant/object.glb").stat().st_mode == (tmp_path / "like others").stat().st_mode


def test_what_is_there_is_not_fetched_again_and_what_is_damaged_is(
    context: Context, batch: Batch, tmp_path: Path, fetches: list[str]
) -> None:
    download(context, batch, tmp_path / "out")
    assert len(fetches) == 4
    download(context, batch, tmp_path / "out")
    assert len(fetches) == 4
    (tmp_path / "out/ant/object.glb").write_bytes(b"damaged")
    (tmp_path / "out/ant/preview.png").unlink()
    download(context, batch, tmp_path / "out")
    assert [name.rpartition("/")[2] for name in fetches[4:]] == ["object.glb", "preview.png"]
    assert (tmp_path / "out/ant/object.glb").read_bytes() == b"object.glb of ant" * 1000


def test_an_archive_has_the_same_files(context: Context, batch: Batch, tmp_path: Path, fetches: list[str]) -> None:
    download(context, batch, tmp_path / "out")
    download(context, batch, tmp_path / "out.zip")
    with ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == below(tmp_path / "out")
        assert archive.read("ant/object.glb") == (tmp_path / "out/ant/object.glb").read_bytes()
    before = (tmp_path / "out.zip").read_bytes()
    fetches.clear()
    download(context, batch, tmp_path / "out.zip")
    assert (fetches, (tmp_path / "out.zip").read_bytes() == before) == ([], True)
    assert [path.name for path in tmp_path.iterdir() if "arriving" in path.name] == []


def test_an_archive_that_was_cut_off_goes_on_and_takes_from_the_old_one(
    context: Context, batch: Batch, tmp_path: Path, fetches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.zip"
    with monkeypatch.context() as patched:
        get_file = DiskBucket.get_file

        def cut_off(self: DiskBucket, name: str, to: Path) -> Blob:
            if len(fetches) == 3:
                raise BackendDown("The test pulled the plug.")
            return get_file(self, name, to)

        patched.setattr(DiskBucket, "get_file", cut_off)
        with pytest.raises(BackendDown):
            download(context, batch, path)
    assert not path.exists()
    download(context, batch, path)
    assert len(fetches) == len(set(fetches)) == 4
    batches = Batches(context.client)
    plan = batches.plan("nightly", [a_request("dog")])
    (dog,) = batches.make(plan)
    succeed(context.platform, dog.job)  # type: ignore[union-attr]
    fetches.clear()
    download(context, batch, path)
    assert len(fetches) == len(NAMES)
    with ZipFile(path) as archive:
        assert (archive.testzip(), len(archive.namelist())) == (None, 6)


def test_a_file_that_is_no_archive_is_not_replaced(context: Context, batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "out.zip").write_bytes(b"my thesis")
    with pytest.raises(InvalidRequest, match="is no ZIP"):
        download(context, batch, tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_bytes() == b"my thesis"


@pytest.mark.parametrize(
    "custom_id", ["../x", "/etc", "..", "a/b", "A", "", "-rf", "a--b", "x" * 101, "\x1b[2J", "con.", None]
)
def test_a_folder_is_named_harmlessly_and_after_no_other_job(custom_id: str | None) -> None:
    one, two = (a_job(name * 16, request=a_request("Cat & dog", custom_id=custom_id)) for name in "ab")
    assert folder_of(one) != folder_of(two)
    assert not set(folder_of(one)) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" in folder_of(one), "so it is no custom_id of another"
