"""Between the core and the craft: what a brief has of a job, and where its files are kept."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jobs.bucket import Blob
from jobs.buckets.disk import DiskBucket
from jobs.errors import BackendDown, BlobExists, InvalidRequest, ShuttingDown
from jobs.fields import Bounds, Checkpoint, Output
from jobs.job import Job
from jobs.request import parse_request
from jobs.uploads import name_of
from models.report import Made, MadePart
from models.stage import Brief, Deadline, Watcher
from tests.builders import a_job, claimed
from worker.maker import Maker, brief_for

FILES = {"object.glb": b"glb", "points.ply": b"ply", "preview.png": b"png", "report.json": b"{}"}
PARTS = (MadePart(0, "head", "#ff0000", 4, 3, 10), MadePart(1, "body", "#00ff00", 2, 5, 20))


@dataclass
class FakePipeline:
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    briefs: list[Brief] = field(default_factory=list)
    left_s: float = 0.0
    known: frozenset[str] = frozenset()

    def make(self, brief: Brief, *, deadline: Deadline, watcher: Watcher, known: frozenset[str]) -> Made:
        self.briefs.append(brief)
        self.known = known
        self.left_s = deadline.left_s()
        return Made(
            self.files,
            "quadruped",
            "procedural",
            PARTS,
            ("one: no head",),
            ("shape: again",),
            ("toy@1f2e",),
            ("mit",),
            ((0.0,) * 3, (1.0,) * 3),
            True,
        )


@dataclass
class Told:
    """A watcher that is told when it shall end."""

    problem: Exception | None = None

    def interrupted(self) -> Exception | None:
        return self.problem


@dataclass
class FullBucket:
    """Takes two files, then the disk is full."""

    taken: int = 0

    def put(self, name: str, data: bytes, *, replace: bool = False) -> Blob:
        self.taken += 1
        if self.taken > 2:
            raise BackendDown("The disk is full.")
        return Blob(name, f"x://{name}", len(data), "0", "x/y")


@pytest.fixture
def bucket(tmp_path: Path) -> DiskBucket:
    return DiskBucket(tmp_path)


@pytest.fixture
def pipeline() -> FakePipeline:
    return FakePipeline()


@pytest.fixture
def maker(pipeline: FakePipeline, bucket: DiskBucket) -> Maker:
    return Maker(pipeline, bucket, 510)  # type: ignore[arg-type]


def make(maker: Maker, job: Job, watcher: Told | None = None) -> Output:
    made = maker.make(job, None)  # type: ignore[arg-type]  # the fake pipeline tells nobody anything
    return maker.keep(job, made, watcher or Told())  # type: ignore[arg-type]


def test_the_output_says_what_was_made_and_where_it_lies(maker: Maker, bucket: DiskBucket) -> None:
    output = make(maker, claimed(a_job("a")))
    assert (output.template, output.route, output.refusals) == ("quadruped", "procedural", ("one: no head",))
    assert output.remedies == ("shape: again",)
    assert (output.models, output.licences) == (("toy@1f2e",), ("mit",))
    assert (output.bounds, output.watertight) == (Bounds(low=(0, 0, 0), high=(1, 1, 1)), True)
    assert [(part.id, part.name, part.color, part.points) for part in output.parts] == [
        (0, "head", "#ff0000", 10),
        (1, "body", "#00ff00", 20),
    ]
    assert set(output.files) == set(FILES)
    for name, artifact in output.files.items():
        assert bucket.get(f"jobs/a/1/{name}") == FILES[name]
        assert artifact.bytes == len(FILES[name])
        assert artifact.sha256 == hashlib.sha256(FILES[name]).hexdigest()
    assert output.files["object.glb"].content_type == "model/gltf-binary"


def test_each_attempt_has_a_folder_of_its_own(maker: Maker, pipeline: FakePipeline, bucket: DiskBucket) -> None:
    """A worker that lost its lease overwrites nothing: the token is in the name."""
    make(maker, claimed(a_job("a")))
    pipeline.files["object.glb"] = b"another"
    make(maker, claimed(a_job("a")).model_copy(update={"claims": 2}))
    assert bucket.get("jobs/a/1/object.glb") == b"glb"
    assert bucket.get("jobs/a/2/object.glb") == b"another"


def test_the_same_files_may_be_kept_twice_and_others_may_not(maker: Maker, pipeline: FakePipeline) -> None:
    make(maker, claimed(a_job("a")))
    make(maker, claimed(a_job("a")))
    pipeline.files["object.glb"] = b"another"
    with pytest.raises(BlobExists):
        make(maker, claimed(a_job("a")))


def test_a_full_bucket_is_a_backend_that_is_down(pipeline: FakePipeline) -> None:
    with pytest.raises(BackendDown, match="full"):
        make(Maker(pipeline, FullBucket(), 510), claimed(a_job("a")))  # type: ignore[arg-type]


def test_an_attempt_has_as_long_as_the_settings_say(maker: Maker, pipeline: FakePipeline) -> None:
    make(maker, claimed(a_job("a")))
    assert 0 < pipeline.left_s <= 510


def test_what_earlier_attempts_have_reached_is_told(maker: Maker, pipeline: FakePipeline) -> None:
    reached = {"shape": Checkpoint(key="shape/1", seconds=1, hit=False)}
    make(maker, claimed(a_job("a")).model_copy(update={"checkpoints": reached}))
    assert pipeline.known == {"shape/1"}


def test_nothing_more_is_kept_for_an_attempt_that_shall_end(maker: Maker, bucket: DiskBucket) -> None:
    with pytest.raises(ShuttingDown):
        make(maker, claimed(a_job("a")), Told(ShuttingDown("SIGTERM")))
    assert list(bucket.find("jobs/")) == []


def test_parts_that_were_refused_before_give_the_next_attempt_another_seed() -> None:
    seeds = {brief_for(a_job("a").model_copy(update={"reseed": n})).attempt_seed for n in range(5)}
    assert seeds == {0, 1, 2, 3, 4}


def test_a_brief_has_everything_the_client_asked_for() -> None:
    wanted = {"prompt": "cat", "verb": "sitting", "quality": "high", "num_parts": 3, "seed": 7, "points": 512}
    assert brief_for(a_job("a", request=parse_request({"input": wanted}))) == Brief(**wanted)


def test_a_picture_goes_into_the_brief_as_it_was_uploaded(bucket: DiskBucket) -> None:
    job = a_job("a", request=parse_request({"input": {"image": "a" * 64}}))
    bucket.put(name_of(job.owner_uid, "a" * 64), b"a picture")
    pipeline = FakePipeline()
    Maker(pipeline, bucket, 60).make(job, Told())  # type: ignore[arg-type]
    assert (pipeline.briefs[0].prompt, pipeline.briefs[0].image) == ("", b"a picture")


def test_nobody_gets_at_anothers_picture(bucket: DiskBucket) -> None:
    bucket.put(name_of("somebody else", "a" * 64), b"a picture")
    job = a_job("a", request=parse_request({"input": {"image": "a" * 64}}))
    with pytest.raises(InvalidRequest, match=r"input\.image: there is no upload a+, or not any more"):
        Maker(FakePipeline(), bucket, 60).make(job, Told())  # type: ignore[arg-type]


@pytest.mark.parametrize("upload_id", ["upload", "../" + "a" * 61, "A" * 64, "a" * 63])
def test_what_is_no_upload_id_is_refused(bucket: DiskBucket, upload_id: str) -> None:
    job = a_job("a", request=parse_request({"input": {"image": upload_id}}))
    with pytest.raises(InvalidRequest, match=r"input\.image"):
        Maker(FakePipeline(), bucket, 60).make(job, Told())  # type: ignore[arg-type]
