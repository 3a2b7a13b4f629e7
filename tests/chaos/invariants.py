"""What must be so whatever happened: pure functions over the evidence; each says in sentences what is wrong.

Nothing here knows of a clock: every time is one that the documents and messages carry.
"""

from collections.abc import Callable, Iterator

from tests.chaos import job_invariants as jobs
from tests.chaos import message_invariants as messages
from tests.chaos.history import Evidence

Invariant = Callable[[Evidence], Iterator[str]]

INVARIANTS: tuple[Invariant, ...] = (
    jobs.every_job_ends_exactly_once,
    jobs.no_job_is_removed_before_it_ends,
    jobs.every_version_is_a_job,
    jobs.every_move_is_in_the_table,
    jobs.only_a_replay_reopens,
    jobs.what_waits_or_is_over_stays_as_it_is,
    jobs.who_asked_for_the_end_gets_it,
    jobs.every_claim_has_a_token_of_its_own,
    jobs.only_its_worker_changes_a_running_job,
    jobs.attempts_stay_within_the_budget,
    jobs.progress_never_goes_backwards,
    messages.listed_artifacts_are_in_the_bucket,
    messages.a_removed_job_leaves_no_files,
    messages.every_failed_job_has_its_letter,
    messages.garbage_is_on_record_exactly_once,
    messages.a_wake_up_comes_after_its_job,
    messages.nothing_is_acked_before_it_is_durable,
    messages.no_due_job_is_forgotten,
)


def violations(evidence: Evidence) -> list[str]:
    return [sentence for invariant in INVARIANTS for sentence in invariant(evidence)]
