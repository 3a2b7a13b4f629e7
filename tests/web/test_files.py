"""Files of a job: by their names and no other, whole or a range, made once when they are made on demand."""

import io
import zipfile
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from jobs.bucket import files_of
from jobs.buckets.disk import DiskBucket
from jobs.errors import BlobExists
from jobs.fields import Artifact, Checkpoint, Report
from jobs.job import Job
from models.mesh.conversion import FILES
from models.mesh.export import glb
from models.mesh.formats import FORMATS
from models.parts import PartMesh
from models.picture import ReadPicture
from models.shelf import Shelf
from models.stages import PICTURE, PREVIEW, Preview
from models.text_to_image import TextToImage
from tests.builders import LEASE_FOR, SOME_METRICS, an_output, claim, lease_of
from tests.web.asking import BOB, OPS, PEOPLE, Door
from web.app import create_app
from web.early import STAGES
from web.files_api import CONVERSIONS_MAX, GLB_BYTES_MAX
from web.house import House

CORNER = (PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32)),)
OBJECT = glb(CORNER)
PICTURE_BYTES = b"\x89PNG picture"


def done(door: Door, words: str = "flying bird", **files: bytes) -> Job:
    """A job that left files, as a worker keeps them."""
    job = claim(door.platform.store, door.submitted(words)["id"])
    kept = {}
    for name, data in ({"object.glb": OBJECT} | {name.replace("_", "."): data for name, data in files.items()}).items():
        blob = door.platform.bucket.put(f"{files_of(job.id)}{job.claims}/{name}", data)
        kept[name] = Artifact(uri=blob.uri, bytes=blob.bytes, sha256=blob.sha256, content_type=blob.content_type)
    output = an_output().model_copy(update={"files": kept})
    return door.platform.store.update(
        job.id, lambda job, now: job.finish(lease_of(job), output, SOME_METRICS, Report(), now=now)
    )


def at(job: Job, name: str) -> str:
    return f"/v1/jobs/{job.id}/artifacts/{name}"


def got(door: Door, path: str, **headers: str) -> Any:
    """An answer whose body has been read."""
    with door.get(path, headers=headers) as answer:
        answer.get_data()
        return answer


# --- a file of the result ---------------------------------------------------------------------------


def test_a_file_comes_as_it_is_and_says_what_it_is(door: Door) -> None:
    job = done(door)
    answer = got(door, at(job, "object.glb"))
    assert (answer.status_code, answer.get_data()) == (200, OBJECT)
    assert answer.content_type == "model/gltf-binary"
    assert answer.headers["Content-Length"] == str(len(OBJECT))
    assert job.output is not None
    assert answer.headers["ETag"] == f'"{job.output.files["object.glb"].sha256}"'
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_every_file_that_a_job_links_to_can_be_had(door: Door) -> None:
    job = done(door, points_ply=b"ply", report_json=b"{}")
    links = door.get(f"/v1/jobs/{job.id}").get_json()["links"]["artifacts"]
    assert {name: got(door, link).status_code for name, link in links.items()} == {
        "object.glb": 200,
        "points.ply": 200,
        "report.json": 200,
    }


def test_who_has_it_already_is_not_sent_it_again(door: Door) -> None:
    path = at(done(door), "object.glb")
    etag = got(door, path).headers["ETag"]
    for more in ({}, {"Range": "bytes=0-1"}):
        answer = got(door, path, **{"If-None-Match": etag, **more})
        assert (answer.status_code, answer.get_data(), answer.headers["ETag"]) == (304, b"", etag)
    assert got(door, path, **{"If-None-Match": '"another"'}).status_code == 200


def test_a_head_says_what_a_get_would_send(door: Door) -> None:
    path = at(done(door), "object.glb")
    with door.ask("HEAD", path, headers={"Range": "bytes=0-1"}) as answer:
        assert (answer.status_code, answer.get_data()) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(OBJECT))


SIZE = len(OBJECT)


@pytest.mark.parametrize(
    "wanted, first, last",
    [
        ("bytes=0-0", 0, 0),
        ("bytes=2-5", 2, 5),
        ("bytes=10-", 10, SIZE - 1),
        ("bytes=-4", SIZE - 4, SIZE - 1),
        (f"bytes=5-{SIZE + 100}", 5, SIZE - 1),
        (f"bytes=-{SIZE + 100}", 0, SIZE - 1),
    ],
)
def test_a_range_is_those_bytes_and_says_which(door: Door, wanted: str, first: int, last: int) -> None:
    answer = got(door, at(done(door), "object.glb"), Range=wanted)
    assert (answer.status_code, answer.get_data()) == (206, OBJECT[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 1}", "bytes=9-2"])
def test_a_range_that_is_not_there_is_416_with_the_size(door: Door, wanted: str) -> None:
    answer = got(door, at(done(door), "object.glb"), Range=wanted)
    assert (answer.status_code, answer.mimetype) == (416, "application/problem+json")
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,3-4", "lines=0-1", "bytes=", "bytes=a-b", "0-1", "bytes=-0", f"bytes={'9' * 5000}-"]
)
def test_several_ranges_and_what_is_none_get_all_of_it(door: Door, wanted: str) -> None:
    answer = got(door, at(done(door), "object.glb"), Range=wanted)
    assert (answer.status_code, len(answer.get_data())) == (200, SIZE)


def test_a_range_of_another_version_gets_all_of_this_one(door: Door) -> None:
    path = at(done(door), "object.glb")
    etag = got(door, path).headers["ETag"]
    assert got(door, path, Range="bytes=0-1", **{"If-Range": etag}).status_code == 206
    assert got(door, path, Range="bytes=0-1", **{"If-Range": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    "words, name",
    [
        ("flying bird", "flying-bird-object.glb"),
        ("летящая птица", "летящая-птица-object.glb"),
        ('../../etc/passwd"; filename="x', "etc-passwd-filename-x-object.glb"),
        ("<b>cat</b>\\..\\", "b-cat-b-object.glb"),
        ("a" * 200, "a" * 60 + "-object.glb"),
    ],
)
def test_it_is_saved_under_the_words_and_under_nothing_dangerous(door: Door, words: str, name: str) -> None:
    header = got(door, at(done(door, words), "object.glb")).headers["Content-Disposition"]
    kind, _, names = header.partition("; ")
    assert kind == "attachment"
    saved_as = unquote(names.rpartition("UTF-8''")[2]) if "filename*" in names else names.removeprefix("filename=")
    assert saved_as == name
    assert not set('"\\/<>\r\n') & set(saved_as)


def test_words_without_a_letter_give_way_to_the_id(door: Door) -> None:
    job = done(door, "🐈!")
    assert f"{job.id}-object.glb" in got(door, at(job, "object.glb")).headers["Content-Disposition"]


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../../../lumen.db",
        "..%2F..%2F..%2Flumen.db",
        "%2e%2e/%2e%2e/lumen.db",
        "%2e%2e%2flumen.db",
        "..%5c..%5clumen.db",
        "..\\..\\lumen.db",
        "%2Fetc%2Fpasswd",
        "/etc/passwd",
        "object.glb%00.png",
        "object.glb%00",
        "object.glb/",
        "OBJECT.GLB",
        ".",
        "..",
        "%2e",
        "*",
        "object.glb%0d%0aX-Evil:%201",
        "{name}",
        "%25s%25n",
        "a" * 5000,
    ],
)
def test_what_is_not_among_the_names_is_not_there(door: Door, name: str) -> None:
    """`object.glb` lies at jobs/<id>/1/: three folders up is the bucket, and beside it the database."""
    job = done(door)
    answer = got(door, at(job, name))
    assert answer.status_code in {308, 404}, answer.get_data()
    assert b"SQLite format" not in answer.get_data()
    assert "X-Evil" not in answer.headers


def test_somebody_elses_files_are_not_there(door: Door) -> None:
    path = at(done(door), "object.glb")
    for as_, status in ((BOB, 404), (None, 401), (OPS, 200)):
        with door.get(path, as_=as_) as answer:
            assert answer.status_code == status


def test_a_job_that_is_not_over_has_no_files(door: Door) -> None:
    job = claim(door.platform.store, door.submitted()["id"])
    assert {got(door, at(job, name)).status_code for name in ("object.glb", *FILES.values(), "preview.png")} == {404}


def test_a_file_that_somebody_removed_is_missed_in_a_sentence(door: Door) -> None:
    job = done(door)
    door.platform.bucket.delete(f"{files_of(job.id)}{job.claims}/object.glb")
    answer = got(door, at(job, "object.glb"))
    assert (answer.status_code, answer.get_json()["reason"]) == (404, "NOT_FOUND")


# --- other formats ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_the_mesh_comes_in_other_formats(door: Door, name: str) -> None:
    job = done(door)
    first, again = (got(door, at(job, FILES[name])) for _ in range(2))
    assert first.get_data() == again.get_data() == FORMATS[name].write(CORNER)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert got(door, at(job, FILES[name]), **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert got(door, at(job, FILES[name]), Range="bytes=0-3").get_data() == first.get_data()[:4]


def test_an_obj_is_a_zip_and_says_so(door: Door) -> None:
    answer = got(door, at(done(door), "object.obj.zip"))
    assert answer.content_type == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist() == ["object.obj", "object.mtl"]


def test_it_is_made_once_and_kept_beside_the_glb(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    job = done(door)
    got(door, at(job, "object.stl"))
    kept = {found.name.rpartition("/")[2] for found in door.platform.bucket.find(f"{files_of(job.id)}{job.claims}/")}
    assert kept == {"object.glb", "object.stl"}
    monkeypatch.setattr("web.files_api.converted", lambda *_: pytest.fail("it was made again"))
    assert got(door, at(job, "object.stl")).status_code == 200
    door.ask("DELETE", f"/v1/jobs/{job.id}")
    assert list(door.platform.bucket.find(files_of(job.id))) == []


def test_another_version_of_the_program_may_have_been_faster(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    job = done(door)

    def overtaken(glb: bytes, name: str) -> bytes:
        door.platform.bucket.put(f"{files_of(job.id)}{job.claims}/object.stl", b"theirs")
        return b"ours"

    monkeypatch.setattr("web.files_api.converted", overtaken)
    assert got(door, at(job, "object.stl")).get_data() == b"theirs"
    with pytest.raises(BlobExists):
        door.platform.bucket.put(f"{files_of(job.id)}{job.claims}/object.stl", b"ours")


def test_so_many_are_made_at_a_time_and_no_more(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(door.platform, PEOPLE)
    client = replace(door, app=(app := create_app(house)), http=app.test_client())
    job = done(client)
    benches = [house.benches.take(CONVERSIONS_MAX) for _ in range(CONVERSIONS_MAX)]
    refused = got(client, at(job, "object.stl"))
    assert (refused.status_code, refused.get_json()["reason"]) == (503, "OVERLOADED")
    assert refused.headers["Retry-After"] == "2"
    assert got(client, at(job, "object.glb")).status_code == 200
    for bench in benches:
        assert bench is not None
        bench.leave()
    assert got(client, at(job, "object.stl")).status_code == 200
    assert house.benches.taken == 0


@pytest.mark.parametrize("more, status", [(0, 200), (1, 400)])
def test_a_glb_beyond_all_measure_is_not_converted(door: Door, more: int, status: int) -> None:
    job = done(door)

    def larger(job: Job, now: object) -> Job:
        assert job.output is not None
        glb = job.output.files["object.glb"].model_copy(update={"bytes": GLB_BYTES_MAX + more})
        return job.model_copy(update={"output": job.output.model_copy(update={"files": {"object.glb": glb}})})

    door.platform.store.update(job.id, larger)
    assert got(door, at(job, "object.stl")).status_code == status


# --- a bucket that is somewhere else ----------------------------------------------------------------


class Elsewhere(DiskBucket):
    """A bucket whose links lead to another host, as those of Google's do."""

    def link(self, name: str, *, for_s: float) -> str:
        return f"https://storage.example/{name}?signed-for={for_s:g}"


@pytest.fixture
def far(door: Door) -> Door:
    platform = replace(door.platform, bucket=Elsewhere(door.platform.settings.data / "bucket"))
    app = create_app(House(platform, PEOPLE))
    return Door(app, platform, app.test_client())


@pytest.mark.parametrize("name", ["object.glb", "object.stl"])
def test_a_file_that_lies_elsewhere_is_pointed_to_for_five_minutes(far: Door, name: str) -> None:
    job = done(far)
    answer = got(far, at(job, name))
    assert (answer.status_code, answer.get_data()) == (302, b"")
    assert answer.headers["Location"] == f"https://storage.example/jobs/{job.id}/1/{name}?signed-for=300"
    assert answer.headers["Cache-Control"] == "private, no-store", "the address ends, and whoever has it needs no key"
    assert far.platform.bucket.stat(f"jobs/{job.id}/1/{name}").bytes > 0


def test_who_has_a_file_from_elsewhere_is_not_pointed_to_it_again(far: Door) -> None:
    job = done(far)
    etag = f'"{far.platform.bucket.stat(f"jobs/{job.id}/1/object.glb").sha256}"'
    assert got(far, at(job, "object.glb"), **{"If-None-Match": etag}).status_code == 304


# --- files that are there early -----------------------------------------------------------------------


def with_a_picture(door: Door, stage: str = "text_to_image") -> Job:
    """A running job that has drawn its picture."""
    key = f"{stage}/{'a' * 64}"
    assert Shelf(door.platform.bucket).put(key, {"picture.png": PICTURE_BYTES})
    job = claim(door.platform.store, door.submitted()["id"])
    report = Report(checkpoints={stage: Checkpoint(key=key, seconds=1)})
    return door.platform.store.update(
        job.id, lambda job, now: job.beat(lease_of(job), report, now=now, lease_for=LEASE_FOR)
    )


@pytest.mark.parametrize("stage", STAGES["picture.png"])
def test_the_picture_can_be_seen_while_the_job_runs(door: Door, stage: str) -> None:
    job = with_a_picture(door, stage)
    answer = got(door, at(job, "picture.png"))
    assert (answer.status_code, answer.content_type, answer.get_data()) == (200, "image/png", PICTURE_BYTES)
    assert answer.headers["Cache-Control"] == "no-cache", "the next attempt may draw another"
    assert got(door, at(job, "picture.png"), **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert got(door, at(job, "picture.png"), Range="bytes=1-3").get_data() == b"PNG"


def test_a_picture_that_the_shelf_has_lost_is_missed_in_a_sentence(door: Door) -> None:
    job = with_a_picture(door)
    door.platform.bucket.delete(f"shelf/{job.checkpoints['text_to_image'].key}")
    assert got(door, at(job, "picture.png")).status_code == 404


def test_the_names_here_are_those_of_the_stages() -> None:
    drawn, read, shown = (each.__dataclass_fields__["name"].default for each in (TextToImage, ReadPicture, Preview))
    assert {PICTURE: (drawn, read), PREVIEW: (shown,)} == STAGES
