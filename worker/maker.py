"""Between the core and the craft: a claimed job in, kept results out."""

from dataclasses import asdict, dataclass

from jobs.bucket import Bucket, files_of
from jobs.errors import InvalidRequest
from jobs.fields import Artifact, Bounds, Output, PartInfo
from jobs.job import Job
from models.pipeline import Made, Pipeline
from models.stage import Brief, Deadline, Watcher


@dataclass(frozen=True, slots=True)
class Maker:
    """Has a job's object made, and keeps its files under the name of the attempt."""

    pipeline: Pipeline
    bucket: Bucket
    work_s: float

    def make(self, job: Job, watcher: Watcher) -> Output:
        """Raises: what the pipeline raises; InvalidRequest; BackendDown."""
        made = self.pipeline.make(brief_for(job), deadline=Deadline.after(self.work_s), watcher=watcher)
        return self._keep(job, made)

    def _keep(self, job: Job, made: Made) -> Output:
        """The token is in the name: a worker that lost its lease overwrites nothing."""
        folder = f"{files_of(job.id)}{job.claims}/"
        blobs = {name: self.bucket.put(folder + name, data) for name, data in made.files.items()}
        low, high = made.bounds
        return Output(
            files={
                name: Artifact(uri=blob.uri, bytes=blob.bytes, sha256=blob.sha256, content_type=blob.content_type)
                for name, blob in blobs.items()
            },
            template=made.template,
            route=made.route,
            parts=tuple(PartInfo(**asdict(part)) for part in made.parts),
            refusals=made.refusals,
            bounds=Bounds(low=low, high=high),
            watertight=made.watertight,
        )


def brief_for(job: Job) -> Brief:
    """What the craft needs to know of a job. Raises: InvalidRequest for input no route here can work with."""
    wanted = job.input
    if wanted.prompt is None:
        raise InvalidRequest("input.image", "no route of this worker reads images")
    return Brief(
        prompt=wanted.prompt,
        verb=wanted.verb,
        quality=wanted.quality.value,
        num_parts=wanted.num_parts,
        seed=wanted.seed,
        points=wanted.points,
    )
