"""What must be so when all is over: each sentence says what is not."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from jobs.bucket import files_of
from jobs.errors import BlobMissing
from jobs.job import Job
from jobs.job_document import readable
from jobs.job_store import JobQuery
from jobs.queue import Message
from models.concept import read
from models.mesh.load import parts_of
from models.stages import GLB
from models.templates import TEMPLATES
from tests.benchmarks.stress.strikes import Run
from tests.benchmarks.stress.submits import Accepted
from tests.chaos import job_invariants as moves
from tests.chaos.history import Evidence, over

ALL = 10_000
# The chaos tests' invariants of a job's life: of any, and of one whose versions were all told.
OF_ANY_LIFE = (
    moves.every_job_ends_exactly_once,
    moves.no_job_is_removed_before_it_ends,
    moves.every_version_is_a_job,
    moves.only_a_replay_reopens,
    moves.who_asked_for_the_end_gets_it,
    moves.progress_never_goes_backwards,
)
OF_A_WHOLE_LIFE = (
    moves.every_move_is_in_the_table,
    moves.what_waits_or_is_over_stays_as_it_is,
    moves.every_claim_has_a_token_of_its_own,
    moves.only_its_worker_changes_a_running_job,
    moves.attempts_stay_within_the_budget,
)


def violations(run: Run, letters: list[Message], garbage: int) -> list[str]:
    accepted = run.submits.accepted
    evidence = Evidence(tuple(run.versions.written), accepted=frozenset(accepted))
    found = [sentence for invariant in OF_ANY_LIFE for sentence in invariant(evidence)]
    whole = Evidence() if run.versions.broken else _whole(evidence)
    found += [sentence for invariant in OF_A_WHOLE_LIFE for sentence in invariant(whole)]
    found += [f"{job_id} was made, and nobody had asked for it" for job_id in strangers(run)]
    found += _changed_after_their_end(evidence)
    for each in accepted.values():
        if each.id in run.versions.latest:
            found += _of_one(run, each, run.scene.house.job(each.id))
    return found + list(_letters(run, letters, garbage))


def _whole(seen: Evidence) -> Evidence:
    """Of the jobs that still waited when the listener was told to follow them."""
    whole = {job_id for job_id, life in seen.lives.items() if (life[0].fields or {}).get("status") == "queued"}
    return Evidence(tuple(each for each in seen.written if each.key in whole))


def strangers(run: Run) -> list[str]:
    """Jobs that are there and were never accepted."""
    there = run.scene.house.platform.store.find(JobQuery(), limit=ALL)
    return [job.id for job in readable(there) if job.id not in run.submits.accepted]


def _changed_after_their_end(seen: Evidence) -> Iterator[str]:
    """But for the note that a dead letter is out."""
    for step in seen.steps:
        if over(step.old) and over(step.new) and (stray := step.changed - {"dead_letter"}):
            yield f"{step}: {', '.join(sorted(stray))} changed after its end"


def _of_one(run: Run, each: Accepted, job: Job) -> Iterator[str]:
    became = f"{job.status} {job.error.reason}" if job.error else str(job.status)
    if became != each.expected:
        yield f"{job.id} ({each.words}) is {became}, not {each.expected}"
    if [attempt.token for attempt in job.attempts] != list(range(1, job.claims + 1)):
        yield f"{job.id} was claimed {job.claims} times and has {len(job.attempts)} attempts on record"
    if sum(attempt.event == "finish" for attempt in job.attempts) != (job.output is not None):
        yield f"{job.id} was finished otherwise than once"
    if job.output is not None:
        yield from _files(run, job)
        yield from _parts(job, [part.name for part in job.output.parts], "the document")


def _files(run: Run, job: Job) -> Iterator[str]:
    """They are in the bucket, are the ones that are listed, and the object can be read."""
    assert job.output is not None
    for file, artifact in job.output.files.items():
        name = f"{files_of(job.id)}{job.claims}/{file}"
        try:
            data = run.scene.house.platform.bucket.get(name)
        except BlobMissing:
            yield f"{name} is listed and is not in the bucket"
            continue
        if (hashlib.sha256(data).hexdigest(), len(data)) != (artifact.sha256, artifact.bytes):
            yield f"{name} is another file than the one that is listed"
        elif file == GLB:
            yield from _parts(job, [part.name for part in parts_of(data)], file)


def _parts(job: Job, names: list[str], where: str) -> Iterator[str]:
    concept = read(job.input.prompt or "", job.input.verb)
    wanted = list(TEMPLATES[concept.template].partition(job.input.num_parts, concept.look))
    if names != wanted:
        yield f"{job.id} ({job.input.words}): {where} has {', '.join(names)}; wanted: {', '.join(wanted)}"


def _letters(run: Run, letters: list[Message], garbage: int) -> Iterator[str]:
    """Of every job that failed, and of all garbage; of nothing else."""
    said = Counter(letter.attributes.get("job_id", "") for letter in letters)
    rejected = said.pop("", 0)
    failed = {each.key for each in run.versions.written if each.fields and each.fields["status"] == "failed"}
    for job_id in sorted(failed ^ set(said)):
        what = "failed without a dead letter" if job_id in failed else "has a dead letter, and did not fail"
        yield f"{job_id} {what}"
    if rejected != garbage:
        yield f"{garbage} messages were garbage, and there are {rejected} dead letters of such"
