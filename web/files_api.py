"""The files of a job over HTTP: those of its result, its mesh in other formats, and what can be seen early.

A name is looked up, in the document and in two tables. It never becomes part of a path before it was found there, so
there is nothing to traverse.
"""

import hashlib
import re
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Request, Response, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import quote_etag

from jobs.bucket import Blob, files_of
from jobs.errors import BlobExists, BlobMissing, InvalidRequest, NotFound, Overloaded, Reason
from jobs.fields import Artifact
from jobs.job import Job
from jobs.keys import Scope
from models.mesh.conversion import FILES, converted
from web.early import PNG, early_file, early_files
from web.endpoint import Asked, Endpoint, Nothing
from web.house import House
from web.jobs_api import job_of
from web.problems import Problem, problem

BYTES = "application/octet-stream"
GLB = "object.glb"
FORMAT_OF = {file: name for name, file in FILES.items()}
LINK_S = 300  # of a signed address: time to follow it, also for somebody who clicks; a download may last longer
# 300 000 faces, the most that is made (models/stages.py), have 25 MB where no two share a corner. While it is
# converted a GLB takes 20 times its size (4.7 MB as obj: 0.25 s and 80 MB, 2 cores, 2026-11-26).
GLB_BYTES_MAX = 32_000_000
CONVERSIONS_MAX = 2  # at a time: as many as a small machine has cores
CONVERSION_S = 2  # what one of the largest takes
WORDS_MAX = 60  # characters of a prompt that a file's name begins with
NO_WORDS = re.compile(r"[^\w]+")
# From here to there, from here on, or the last so many. 18 digits are more than any file has bytes.
ONE_RANGE = re.compile(r"bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-([1-9][0-9]{0,17}))")
# A file of a result never changes. A year stands for ever.
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def get_artifact(asked: Asked[Nothing, Nothing]) -> Response:
    """One file of a job, whole or a range of it; on Google a redirect to an address that is good for five minutes.

    `object.obj.zip`, `object_mesh.ply` and `object.stl` are made from `object.glb` when they are first asked for.
    `picture.png` and `preview.png` are there as soon as their stage is done.
    """
    job, name = job_of(asked), asked.path["file"]
    files = job.output.files if job.output else {}
    if name in files:
        return kept(asked, job, name, files[name])
    if name in FORMAT_OF and GLB in files:
        return kept(asked, job, name, in_other_format(asked.house, job, name, files[GLB]))
    if name in early_files(job):
        return early(asked, job, name)
    raise NotFound(f"{job.id} has no file {name[:80]!r}.")


# --- where the bytes come from ---------------------------------------------------------------------


def kept(asked: Asked[Any, Any], job: Job, name: str, file: Artifact | Blob) -> Response:
    """A file in the bucket: from the disk if it lies there, otherwise a redirect to where it lies."""
    if asked.http.if_none_match.contains(file.sha256):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": quote_etag(file.sha256), **FOREVER})
    address = asked.house.platform.bucket.link(in_bucket(job, name), for_s=LINK_S)
    if not address.startswith("file:"):
        return Response(status=HTTPStatus.FOUND, headers={"Location": address, "Cache-Control": "private, no-store"})
    response = from_disk(unquote(urlsplit(address).path), job, name, file)
    response.headers.update(FOREVER)
    return ranged(response, asked.http, file.bytes)


def from_disk(path: str, job: Job, name: str, file: Artifact | Blob) -> Response:
    """Never in memory as a whole. Raises: BlobMissing."""
    try:
        return send_file(
            path,
            mimetype=file.content_type,
            as_attachment=True,
            download_name=download_name(job, name),
            conditional=False,  # that comes behind, with ranges of our choice
            etag=file.sha256,
        )
    except FileNotFoundError:
        raise BlobMissing(name) from None


def early(asked: Asked[Any, Any], job: Job, name: str) -> Response:
    """A file on the shelf. The next attempt may make another one: it is asked for again, and not sent again."""
    data = early_file(asked.house.platform.bucket, job, name)
    response = Response(data, content_type=PNG)
    response.headers.set("Content-Disposition", "inline", filename=name)
    response.set_etag(hashlib.sha256(data).hexdigest())
    return ranged(response, asked.http, len(data))


def in_other_format(house: House, job: Job, name: str, glb: Artifact) -> Blob:
    """The mesh in the format of that file, made once and kept beside the GLB.

    Raises: InvalidRequest for a GLB that is too large, Overloaded, BlobMissing, BackendDown.
    """
    bucket, at = house.platform.bucket, in_bucket(job, name)
    with suppress(BlobMissing):  # nobody has asked for it yet
        return bucket.stat(at)
    if glb.bytes > GLB_BYTES_MAX:
        raise InvalidRequest("", f"{GLB} has {glb.bytes} bytes; {GLB_BYTES_MAX} are converted at most")
    bench = house.benches.take(CONVERSIONS_MAX)
    if bench is None:
        raise Overloaded("Other files are being converted.", retry_after_s=CONVERSION_S)
    with bench:
        data = converted(bucket.get(in_bucket(job, GLB)), FORMAT_OF[name])
        try:
            return bucket.put(at, data)
        except BlobExists:
            return bucket.stat(at)  # another version of this program was faster; its file is as good


def in_bucket(job: Job, name: str) -> str:
    """What a file of the attempt that finished the job is called there."""
    return f"{files_of(job.id)}{job.claims}/{name}"


# --- how they are sent -----------------------------------------------------------------------------


def ranged(response: Response, http: Request, size: int) -> Response:
    """The answer, or the one range of it that was asked for, or 416.

    Several ranges at once and other units are passed over, and so is any range of a HEAD (RFC 9110, 14.2).
    """
    environ = dict(http.environ)
    wanted = ONE_RANGE.fullmatch(http.headers.get("Range", "")) if http.method == "GET" else None
    if wanted is None:
        environ.pop("HTTP_RANGE", None)
    elif wanted[1] and int(wanted[1]) > size:
        environ["HTTP_RANGE"] = "bytes=0-"  # the last million of a hundred are all of them
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        response = problem(Reason.INVALID_INPUT, f"The file has {size} bytes.", status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
    return response


def download_name(job: Job, name: str) -> str:
    """What a browser saves it as: the job's words, then what it is. Letters and digits of any script, joined.

    A picture has no words: then it is the job's id.
    """
    words = NO_WORDS.sub("-", (job.input.prompt or job.id)[:WORDS_MAX]).strip("-_")
    return f"{words or job.id}-{name}"


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/jobs/<job_id>/artifacts/<file>",
        get_artifact,
        "Get a file of a job",
        scope=Scope.READ,
        answers={200: BYTES, 206: BYTES, 302: None, 304: None, 416: Problem},
        reasons=(Reason.NOT_FOUND, Reason.INVALID_INPUT, Reason.OVERLOADED),
    ),
)
