"""The life of a job: how it may move, who may move it, and what that costs."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from jobs.errors import JobUnreadable, Reason
from jobs.job_document import to_job
from jobs.status import TRANSITIONS, Event, JobStatus
from jobs.store import Document
from tests.chaos.history import Evidence, Fields, Step, Written, over, token

Budget = tuple[int, int]  #: attempts made, attempts left

TABLE: Mapping[tuple[str, str], str] = {(str(a), str(b)): str(c) for (a, b), c in TRANSITIONS.items()}
BEATS = {"lease", "progress", "stage", "stages", "checkpoints", "eta_at"}  #: what its worker shows of a running job
LAPSES = {Reason.WORKER_LOST, Reason.MAX_ATTEMPTS_EXCEEDED}  #: what is said of a worker that went silent


# --- the life of a job ------------------------------------------------------------------------------


def every_job_ends_exactly_once(seen: Evidence) -> Iterator[str]:
    for job_id in sorted({*seen.accepted, *seen.lives}):
        if job_id not in seen.lives:
            yield f"{job_id} was accepted, and there never was such a job"
        elif not over(seen.last[job_id]):
            yield f"{job_id} never ended: it is {seen.last[job_id]['status']}"
        elif (ends := _ends(seen, job_id)) != 1:
            yield f"{job_id} ended {ends} times since it was last replayed"


def no_job_is_removed_before_it_ends(seen: Evidence) -> Iterator[str]:
    for job_id, life in seen.lives.items():
        for old, new in pairwise(life):
            if new.fields is None and old.fields is not None and not over(old.fields):
                yield f"{job_id} was removed while it was {old.fields['status']}"


def every_version_is_a_job(seen: Evidence) -> Iterator[str]:
    """Halves of two writes that lie in one document contradict each other."""
    for job_id, life in seen.lives.items():
        for each in life:
            if each.fields is not None and (why := _unreadable(each)):
                yield f"event {each.n} of the history left no job in {job_id}: {why}"


def every_move_is_in_the_table(seen: Evidence) -> Iterator[str]:
    for job_id, life in seen.lives.items():
        if life[0].fields is not None and life[0].fields["status"] != JobStatus.QUEUED:
            yield f"{job_id} began as {life[0].fields['status']}"
    for step in filter(lambda step: step.moved, seen.steps):
        if _after(step) != step.new["status"]:
            yield f"{step}: no row of the table leads there by {' and '.join(step.events) or 'nothing'}"


def only_a_replay_reopens(seen: Evidence) -> Iterator[str]:
    for step in seen.steps:
        if over(step.old) and not over(step.new) and _replays(step.new) != _replays(step.old) + 1:
            yield f"{step}: without a replay on record"


def what_waits_or_is_over_stays_as_it_is(seen: Evidence) -> Iterator[str]:
    """A queued job may be flagged for the end; a job that is over may get its dead letter noted."""
    for step in seen.steps:
        if step.moved or token(step.old) is not None:
            continue
        allowed = {"dead_letter"} if over(step.old) else {"cancel_requested"}
        if stray := step.changed - allowed:
            yield f"{step}: {', '.join(sorted(stray))} changed"


def who_asked_for_the_end_gets_it(seen: Evidence) -> Iterator[str]:
    """A flagged job goes nowhere but to its end: canceled, or finished if that came first."""
    for step in seen.steps:
        flagged = step.old["cancel_requested"] and Event.REPLAY not in step.events
        if flagged and step.moved and step.new["status"] not in {JobStatus.CANCELED, JobStatus.SUCCEEDED}:
            yield f"{step}: its client had asked for its end"


# --- leases -----------------------------------------------------------------------------------------


def every_claim_has_a_token_of_its_own(seen: Evidence) -> Iterator[str]:
    for step in seen.steps:
        before, after = step.old["claims"], step.new["claims"]
        if after != before + step.claimed:
            yield f"{step}: claims went from {before} to {after}"
        if (now := token(step.new)) not in {None, after}:
            yield f"{step}: the lease has token {now}, claims say {after}"


def only_its_worker_changes_a_running_job(seen: Evidence) -> Iterator[str]:
    """Under its very token, and by whoever claimed it. All others may flag it, or take it once its lease has ended."""
    owners: dict[tuple[str, int | None], str] = {}
    for step in seen.steps:
        if token(step.old) is not None:
            yield from _foul(step, owners.get((step.job_id, token(step.old)), ""))
        if step.claimed:
            owners[step.job_id, token(step.new)] = _writer(step.new)


def _foul(step: Step, owner: str) -> Iterator[str]:
    if step.changed <= {"cancel_requested"}:
        return
    if step.claimed or _lapsed(step):
        if step.old["lease"]["expires_at"] > step.new["updated_at"]:
            yield f"{step}: taken from its worker before its lease had ended"
    elif _writer(step.new) != owner:
        yield f"{step}: changed under token {token(step.old)} by somebody who does not hold it"
    elif not step.moved and (stray := step.changed - BEATS - {"cancel_requested"}):
        yield f"{step}: a beat changed {', '.join(sorted(stray))}"
    elif not step.moved and step.old["lease"]["holder"] != step.new["lease"]["holder"]:
        yield f"{step}: its lease changed hands under one token"


def attempts_stay_within_the_budget(seen: Evidence) -> Iterator[str]:
    """Spent by a claim, given back by a hand-back, renewed by a replay; nothing else touches them."""
    for step in seen.steps:
        made, left = _budget(step.old)
        events = step.events
        if Event.REPLAY in events:
            made, left = 0, max(_budget(step.new)[1], 1)
        spent = (Event.CLAIM in events) - (Event.HAND_BACK in events)
        if (wanted := (made + spent, left - spent)) != _budget(step.new) or min(wanted) < 0:
            yield f"{step}: attempts made and left are {_budget(step.new)}, not {wanted}"


def progress_never_goes_backwards(seen: Evidence) -> Iterator[str]:
    for step in seen.steps:
        if step.new["progress"] < step.old["progress"] and Event.REPLAY not in step.events:
            yield f"{step}: progress went from {step.old['progress']} to {step.new['progress']}"


# --- what a step says -------------------------------------------------------------------------------


def _after(step: Step) -> str | None:
    """Where the table says that these events lead."""
    status = step.old["status"]
    for event in step.events:
        status = TABLE.get((status, event))
    return str(status)


def _ends(seen: Evidence, job_id: str) -> int:
    """Since its last replay. Of one that was over when it was first seen, that is an end too."""
    first = seen.lives[job_id][0].fields
    ends = int(first is not None and over(first))
    for step in filter(lambda step: step.job_id == job_id, seen.steps):
        ends = ends + step.moved if over(step.new) else 0
    return ends


def _lapsed(step: Step) -> bool:
    """Taken from a worker that went silent, and given to nobody yet."""
    return step.moved and bool(step.new["attempts"]) and step.new["attempts"][-1].get("reason") in LAPSES


def _replays(fields: Fields) -> int:
    return fields["replay"]["count"] if fields.get("replay") else 0


def _budget(fields: Fields) -> Budget:
    return fields["attempt"], fields["attempts_left"]


def _writer(fields: Fields) -> str:
    """Which store wrote it: a process has one of its own."""
    return str((fields.get("last_write") or {}).get("holder"))


def _unreadable(version: Written) -> str:
    assert version.fields is not None
    try:
        to_job(Document(version.collection, version.key, version.fields, "", version.fields["updated_at"]))
    except JobUnreadable as error:
        return str(error)
    return ""
