"""Between the core and the craft: a claimed job in, kept results out."""

from dataclasses import asdict, dataclass

from jobs import uploads
from jobs.bucket import Bucket, files_of
from jobs.fields import Artifact, Bounds, Output, PartInfo
from jobs.job import Job
from models.pipeline import Pipeline
from models.report import Made
from models.stage import Brief, Deadline, Watcher


@dataclass(frozen=True, slots=True)
class Maker:
    """Has a job's object made, and keeps its files under the name of the attempt."""

    pipeline: Pipeline
    bucket: Bucket
    work_s: float

    def make(self, job: Job, watcher: Watcher) -> Made:
        """Raises: what the pipeline raises; InvalidRequest, BackendDown."""
        known = frozenset(checkpoint.key for checkpoint in job.checkpoints.values())
        deadline = Deadline.after(self.work_s)
        return self.pipeline.make(self._brief(job), deadline=deadline, watcher=watcher, known=known)

    def _brief(self, job: Job) -> Brief:
        """What the craft needs to know of a job. Raises: InvalidRequest when its picture is gone; BackendDown."""
        image = job.input.image
        return brief_for(job, None if image is None else uploads.read(self.bucket, job.owner_uid, image))

    def keep(self, job: Job, made: Made, watcher: Watcher) -> Output:
        """Put its files into the bucket. May be asked again after an outage: equal files are no conflict.

        The token is in the name: a worker that lost its lease overwrites nothing.

        Raises: BackendDown, or what `watcher.interrupted()` returns.
        """
        folder = f"{files_of(job.id)}{job.claims}/"
        blobs = {}
        for name, data in made.files.items():
            if (problem := watcher.interrupted()) is not None:
                raise problem  # everything lies on the shelf: the next attempt has only this left to do
            blobs[name] = self.bucket.put(folder + name, data)
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
            remedies=made.remedies,
            models=made.models,
            licences=made.licences,
            bounds=Bounds(low=low, high=high),
            watertight=made.watertight,
        )


def brief_for(job: Job, image: bytes | None = None) -> Brief:
    wanted = job.input
    return Brief(
        prompt=wanted.prompt or "",
        verb=wanted.verb,
        quality=wanted.quality.value,
        num_parts=wanted.num_parts,
        seed=wanted.seed,
        reseed=job.reseed,
        points=wanted.points,
        image=image,
    )
