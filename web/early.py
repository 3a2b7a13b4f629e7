"""Files that can be seen before a job is over: outputs of finished stages, which lie on the shelf.

A checkpoint in the document says where. The names are those of `models/stages.py` and of the stages, repeated here so
that the web process starts without them; a test holds the two together.
"""

from collections.abc import Mapping
from types import MappingProxyType

from jobs.bucket import Bucket
from jobs.errors import NotFound
from jobs.job import Job

# File name to the stages that leave it: a picture is drawn from words, or read from an upload.
STAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"picture.png": ("text_to_image", "read_picture"), "preview.png": ("preview",)}
)
PNG = "image/png"  # all of them are


def early_files(job: Job) -> dict[str, str]:
    """Which there are by now, and under which key each lies on the shelf."""
    return {
        name: job.checkpoints[stage].key
        for name, stages in STAGES.items()
        for stage in stages
        if stage in job.checkpoints
    }


def early_file(bucket: Bucket, job: Job, name: str) -> bytes:
    """What is in one of them. Raises: NotFound when the shelf has lost it, as it may; BackendDown."""
    from models.shelf import Shelf

    files = Shelf(bucket).get(early_files(job)[name])
    if files is None or name not in files:
        raise NotFound(f"{name} of {job.id} is not kept any more.")
    return files[name]
