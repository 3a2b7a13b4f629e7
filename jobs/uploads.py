"""Pictures that clients bring, until the jobs made from them are over."""

import hashlib
import re
from datetime import datetime, timedelta
from itertools import islice
from typing import IO

from jobs.bucket import UPLOADS, Bucket
from jobs.errors import BlobMissing, InvalidRequest
from jobs.images import checked

KEPT_FOR = timedelta(days=7)  # it is read when its job is made, and a job waits for days at most
FORGET_MAX = 200  # of one call: two requests each, so it is over within 20 s
ID = re.compile(r"[0-9a-f]{64}")  # the sha256 of what was uploaded: the same picture is kept once


def keep(bucket: Bucket, owner: str, picture: IO[bytes]) -> str:
    """Keep a picture for a job to come; the id that a request names it by.

    It is read in chunks and looked at before it is kept; docs/image-input.md says what is refused. Kept again, it is
    as new.

    Raises: InvalidRequest, BackendDown.
    """
    with checked(picture) as found:
        bucket.put_file(name_of(owner, found.sha256), found.path, replace=True)
    return found.sha256


def require(bucket: Bucket, owner: str, upload_id: str) -> None:
    """Raises: InvalidRequest for a picture that this owner has not uploaded, or too long ago; BackendDown."""
    try:
        bucket.stat(name_of(owner, upload_id))
    except BlobMissing:
        raise _gone(upload_id) from None


def read(bucket: Bucket, owner: str, upload_id: str) -> bytes:
    """Raises: InvalidRequest as `require`; BackendDown."""
    try:
        return bucket.get(name_of(owner, upload_id))
    except BlobMissing:
        raise _gone(upload_id) from None


def forget(bucket: Bucket, *, before: datetime) -> int:
    """Remove those that were kept before that, some at a time; how many. A bucket with a lifecycle does so by itself.

    Raises: BackendDown.
    """
    old = (found for found in bucket.find(UPLOADS) if found.used_at < before)
    names = [found.name for found in islice(old, FORGET_MAX)]
    for name in names:
        bucket.delete(name)
    return len(names)


def name_of(owner: str, upload_id: str) -> str:
    """Where an upload lies: with its owner's others, so that an id alone opens nobody's picture.

    An owner may be called anything and a file may not, so the folder is named after a digest. Raises: InvalidRequest.
    """
    if not ID.fullmatch(upload_id):
        raise InvalidRequest("input.image", "is not the id of an upload")
    return f"{UPLOADS}{hashlib.sha256(owner.encode()).hexdigest()[:32]}/{upload_id}"


def _gone(upload_id: str) -> InvalidRequest:
    return InvalidRequest("input.image", f"there is no upload {upload_id}, or not any more")
