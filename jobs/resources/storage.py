"""The bucket: private as a whole, so that no single file can be opened to everybody."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property

from google.api_core.exceptions import Conflict, NotFound
from google.cloud.storage import Bucket, Client
from google.cloud.storage.constants import PUBLIC_ACCESS_PREVENTION_ENFORCED

from jobs.gcp import CALL_S, speaking_our_errors
from jobs.resource import MISSING, Fault


class StorageBucket:
    """A bucket in Cloud Storage. One that is there already stays where it is: a bucket cannot be moved."""

    def __init__(self, project: str, bucket: str, location: str) -> None:
        self.name = f"bucket {bucket}"
        self._project = project
        self._bucket = bucket
        self._location = location

    @cached_property
    def _client(self) -> Client:
        return Client(project=self._project)

    def faults(self) -> Sequence[Fault]:
        there = self._there()
        return [MISSING] if there is None else _differences(there)

    def mend(self) -> None:
        """Make it, then look at what was made: the emulator heeds only a change."""
        if self._there() is None:
            self._make()
        there = self._there()
        if there is not None and _differences(there):
            with speaking_our_errors(self.name):
                _closed(there).patch(retry=None, timeout=CALL_S)

    def _make(self) -> None:
        with speaking_our_errors(self.name), suppress(Conflict):
            bucket = _closed(self._client.bucket(self._bucket))
            self._client.create_bucket(bucket, location=self._location, retry=None, timeout=CALL_S)

    def _there(self) -> Bucket | None:
        with speaking_our_errors(self.name):
            try:
                return self._client.get_bucket(self._bucket, retry=None, timeout=CALL_S)
            except NotFound:
                return None


def _closed(bucket: Bucket) -> Bucket:
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.iam_configuration.public_access_prevention = PUBLIC_ACCESS_PREVENTION_ENFORCED
    return bucket


def _differences(bucket: Bucket) -> Sequence[Fault]:
    access = bucket.iam_configuration
    faults = []
    if not access.uniform_bucket_level_access_enabled:
        faults.append(Fault("access by file", "uniform access"))
    if access.public_access_prevention != PUBLIC_ACCESS_PREVENTION_ENFORCED:
        faults.append(Fault("public access possible", "public access prevented"))
    return faults
