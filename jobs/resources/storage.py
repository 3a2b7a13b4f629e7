"""The bucket: private as a whole, so that no single file can be opened to everybody; and what it forgets by itself."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from google.api_core.exceptions import Conflict, NotFound, PreconditionFailed
from google.cloud.storage import Bucket, Client
from google.cloud.storage.constants import PUBLIC_ACCESS_PREVENTION_ENFORCED

from jobs.bucket import SHELF, UPLOADS
from jobs.errors import BackendDown
from jobs.gcp import CALL_S, speaking_our_errors
from jobs.resource import MISSING, Fault
from jobs.uploads import KEPT_FOR

UPLOAD_DAYS = KEPT_FOR.days
OUTRUN_MAX = 5  # of that many who change the bucket at the same moment, the last one gets through

Rule = Mapping[str, Any]  #: of a bucket's lifecycle, as Cloud Storage spells it


class StorageBucket:
    """A bucket in Cloud Storage. One that is there already stays where it is: a bucket cannot be moved.

    Ours are the rules that delete under one of our own prefixes and nothing else; all others are somebody else's.
    """

    def __init__(self, project: str, bucket: str, location: str, *, shelf_days: int) -> None:
        self.name = f"bucket {bucket}"
        self._project = project
        self._bucket = bucket
        self._location = location
        self._rules = (_deletion(SHELF, "daysSinceCustomTime", shelf_days), _deletion(UPLOADS, "age", UPLOAD_DAYS))

    @cached_property
    def _client(self) -> Client:
        return Client(project=self._project)

    def faults(self) -> Sequence[Fault]:
        there = self._there()
        return [MISSING] if there is None else self._differences(there)

    def mend(self) -> None:
        """Make it, then look at what was made: the emulator heeds only a change."""
        if self._there() is None:
            self._make()
        for _ in range(OUTRUN_MAX):
            there = self._there()
            if there is None or not self._differences(there) or self._mended(there):
                return
        raise BackendDown(f"{self.name}: others change it all the time.")

    def _make(self) -> None:
        with speaking_our_errors(self.name), suppress(Conflict):
            bucket = self._as_it_should_be(self._client.bucket(self._bucket))
            self._client.create_bucket(bucket, location=self._location, retry=None, timeout=CALL_S)

    def _mended(self, there: Bucket) -> bool:
        """False: somebody else changed it since we looked, perhaps the very rules that ours are written beside."""
        with speaking_our_errors(self.name):
            try:
                changed = self._as_it_should_be(there)
                changed.patch(if_metageneration_match=there.metageneration, retry=None, timeout=CALL_S)
            except PreconditionFailed:
                return False
        return True

    def _there(self) -> Bucket | None:
        with speaking_our_errors(self.name):
            try:
                return self._client.get_bucket(self._bucket, retry=None, timeout=CALL_S)
            except NotFound:
                return None

    def _as_it_should_be(self, bucket: Bucket) -> Bucket:
        bucket.iam_configuration.uniform_bucket_level_access_enabled = True
        bucket.iam_configuration.public_access_prevention = PUBLIC_ACCESS_PREVENTION_ENFORCED
        bucket.lifecycle_rules = [*(rule for rule in _rules_of(bucket) if _prefix(rule) is None), *self._rules]
        return bucket

    def _differences(self, bucket: Bucket) -> Sequence[Fault]:
        access = bucket.iam_configuration
        faults = []
        if not access.uniform_bucket_level_access_enabled:
            faults.append(Fault("access by file", "uniform access"))
        if access.public_access_prevention != PUBLIC_ACCESS_PREVENTION_ENFORCED:
            faults.append(Fault("public access possible", "public access prevented"))
        for wanted in self._rules:
            found = [rule for rule in _rules_of(bucket) if _prefix(rule) == _prefix(wanted)]
            if found != [wanted]:
                faults.append(Fault(_said(_prefix(wanted), found), _said(_prefix(wanted), [wanted])))
        return faults


def _deletion(prefix: str, condition: str, days: int) -> Rule:
    return {"action": {"type": "Delete"}, "condition": {condition: days, "matchesPrefix": [prefix]}}


def _rules_of(bucket: Bucket) -> list[Rule]:
    """As Cloud Storage told them: the library's own view leaves out kinds that it does not know."""
    rules: list[Rule] = bucket._properties.get("lifecycle", {}).get("rule", [])  # noqa: SLF001 (as said)
    return rules


def _prefix(rule: Rule) -> str | None:
    """The one of our prefixes that this rule deletes under; None for a rule of somebody else's."""
    prefixes = rule.get("condition", {}).get("matchesPrefix")
    return prefixes[0] if rule["action"]["type"] == "Delete" and prefixes in ([SHELF], [UPLOADS]) else None


def _said(prefix: str | None, rules: Sequence[Rule]) -> str:
    """In Google's own words for a condition, which are those of their console, too."""
    conditions = [rule["condition"] for rule in rules]
    when = [", ".join(f"{name} {each[name]}" for name in each if name != "matchesPrefix") for each in conditions]
    return f"{prefix} deleted at {' or '.join(when)}" if when else f"{prefix} never deleted"
