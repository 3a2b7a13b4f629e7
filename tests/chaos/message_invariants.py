"""What is kept and what is said: files, dead letters, garbage, wake-ups."""

from bisect import bisect
from collections.abc import Iterator, Mapping
from datetime import datetime

from jobs.status import JobStatus
from jobs.sweep import UNCLAIMED
from tests.chaos.history import LETTERS, WAKE_UPS, Evidence, Fields, Passed, Written, files_in, over, token

GARBAGE = "dead_letters"  #: collection of what came with no job


def listed_artifacts_are_in_the_bucket(seen: Evidence) -> Iterator[str]:
    kept = (fields for job_id, fields in seen.last.items() if seen.lives[job_id][-1].fields is not None)
    for name, artifact in ((name, each) for fields in kept for name, each in files_in(fields).items()):
        blob = seen.blobs.get(name)
        if blob is None:
            yield f"{name} is listed and is not in the bucket"
        elif (blob.uri, blob.bytes, blob.sha256) != (artifact["uri"], artifact["bytes"], artifact["sha256"]):
            yield f"{name} is another file than the one that is listed"


def a_removed_job_leaves_no_files(seen: Evidence) -> Iterator[str]:
    """Nobody would name them any more."""
    gone = (fields for job_id, fields in seen.last.items() if seen.lives[job_id][-1].fields is None)
    for name in (name for fields in gone for name in files_in(fields)):
        if name in seen.blobs:
            yield f"{name} is in the bucket, and its job was removed"


def every_failed_job_has_its_letter(seen: Evidence) -> Iterator[str]:
    """Published at least once after it failed, and noted only after that."""
    for job_id, life in seen.lives.items():
        failed = published = None
        for each in life:
            if each.fields is None or each.fields["status"] != JobStatus.FAILED:
                failed = None
                continue
            failed = failed or each.n
            published = (each.fields["dead_letter"] or {}).get("published_at")
            if published is not None and not _said(seen, job_id, failed, each.n):
                yield f"{job_id}: its dead letter is noted as published, and nobody published it"
        if failed is not None and published is None:
            yield f"{job_id} failed, and its dead letter is not noted as published"


def garbage_is_on_record_exactly_once(seen: Evidence) -> Iterator[str]:
    for message in _published(seen, WAKE_UPS):
        if message.job_id not in seen.lives:
            key = f"m-{message.id}"
            records = [each for each in seen.written if (each.collection, each.key) == (GARBAGE, key)]
            if len(records) != 1:
                yield f"message {message.id} names no job and was filed {len(records)} times"


def a_wake_up_comes_after_its_job(seen: Evidence) -> Iterator[str]:
    """Whoever is woken finds no job otherwise, and takes the wake-up for garbage."""
    for message in _published(seen, WAKE_UPS):
        if (life := seen.lives.get(message.job_id or "")) and message.n < life[0].n:
            yield f"the wake-up {message.id} went out before {message.job_id} was written"


def nothing_is_acked_before_it_is_durable(seen: Evidence) -> Iterator[str]:
    """A wake-up is done with once a job came to its end, or when none was due, or its garbage is on its way to ops."""
    taken: dict[str, Passed] = {}
    for each in filter(lambda each: each.topic == WAKE_UPS, seen.passed):
        if each.act == "taken":
            taken[each.id] = each
        elif each.act == "acked" and not _served(seen, taken[each.id], each.n):
            yield f"the wake-up {each.id} was acked (event {each.n}) with a job due and none brought to its end"


def no_due_job_is_forgotten(seen: Evidence) -> Iterator[str]:
    """As long as a job is due and nothing runs, there is a wake-up, or sweep soon makes one."""
    allowed_s = UNCLAIMED.total_seconds() + seen.late_s
    jobs: dict[str, Fields] = {}
    open_wake_ups: set[str] = set()
    now, bare_since = 0.0, None
    for each in seen.in_order:
        now = max(now, _time_of(each))
        if bare_since is not None and now - bare_since > allowed_s:
            yield f"for {now - bare_since:.0f} s a job was due and there was no wake-up (until event {each.n})"
        _note(each, jobs, open_wake_ups)
        if open_wake_ups or not _due(jobs, now) or any(map(token, jobs.values())):
            bare_since = None
        elif bare_since is None:
            bare_since = max(now, *(_seconds(jobs[job_id]["not_before"]) for job_id in _due(jobs, now)))


# --- what messages say ------------------------------------------------------------------------------


def _published(seen: Evidence, topic: str) -> Iterator[Passed]:
    return (each for each in seen.passed if (each.act, each.topic) == ("published", topic))


def _said(seen: Evidence, job_id: str, since: int, until: int) -> bool:
    """Whether a letter of this job went out between these events."""
    letters = _published(seen, LETTERS)
    return any(since < each.n < until and each.attributes.get("job_id") == job_id for each in letters)


def _served(seen: Evidence, taken: Passed, acked: int) -> bool:
    """Whether somebody had a right to ack what was taken then."""
    meanwhile = [step for step in seen.steps if taken.n < step.n < acked]
    if any(over(step.new) and not over(step.old) for step in meanwhile):
        return True
    letters = (each for each in _published(seen, LETTERS) if each.n < acked)
    if any(each.attributes.get("source_message_id") == taken.id for each in letters):
        return True
    moments = (taken.n, *(step.n for step in meanwhile))
    return any(not _due(_jobs_at(seen, n), taken.at or 0.0) for n in moments)


def _jobs_at(seen: Evidence, n: int) -> dict[str, Fields]:
    """Every job as it was right after that event."""
    found = {}
    for job_id, life in seen.lives.items():
        at = bisect([each.n for each in life], n)
        if at and (fields := life[at - 1].fields) is not None:
            found[job_id] = fields
    return found


def _due(jobs: Mapping[str, Fields], now: float) -> list[str]:
    """Ids of the jobs that wait for nothing but a worker."""
    return [
        job_id
        for job_id, fields in jobs.items()
        if fields["status"] == JobStatus.QUEUED and _seconds(fields["not_before"]) <= now
    ]


def _note(each: Written | Passed, jobs: dict[str, Fields], open_wake_ups: set[str]) -> None:
    match each:
        case Written(collection="jobs", fields=None):
            jobs.pop(each.key, None)
        case Written(collection="jobs"):
            assert each.fields is not None
            jobs[each.key] = each.fields
        case Passed(act="published", topic="jobs"):
            open_wake_ups.add(each.id)
        case Passed(act="acked"):
            open_wake_ups.discard(each.id)


def _time_of(each: Written | Passed) -> float:
    if isinstance(each, Passed):
        return each.at or 0.0
    return _seconds(each.fields["updated_at"]) if each.fields and each.collection == "jobs" else 0.0


def _seconds(at: datetime) -> float:
    return at.timestamp()
