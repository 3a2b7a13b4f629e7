"""A checker that cannot fail is worth nothing: each invariant is shown a history in which it was broken.

The histories are those of real runs, with one lie in each.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from tests.chaos import job_invariants as jobs
from tests.chaos import message_invariants as messages
from tests.chaos.history import LETTERS, Evidence, Passed, Written, token
from tests.chaos.invariants import INVARIANTS, Invariant
from tests.chaos.message_invariants import GARBAGE
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.trials import street

Lie = Callable[[Evidence], Evidence]


@cache
def honest(name: str) -> Evidence:
    """What a run of this scenario left behind."""
    with street() as houses, houses.house(SCENARIOS[name]) as house:
        SCENARIOS[name].play(house)
        house.recover()
        assert house.findings() == []
        return house.evidence()


# --- how to lie -------------------------------------------------------------------------------------


def life(seen: Evidence, job: int = 0) -> list[Written]:
    return list(seen.lives[sorted(seen.lives)[job]])


def edited(seen: Evidence, at: int, **fields: Any) -> Evidence:
    """Version number `at` of the job says something else."""
    old = life(seen)[at]
    assert old.fields is not None
    new = replace(old, fields={**old.fields, **fields})
    return replace(seen, written=tuple(new if each is old else each for each in seen.written))


def without(seen: Evidence, *lost: Written | Passed) -> Evidence:
    written = tuple(each for each in seen.written if each not in lost)
    return replace(seen, written=written, passed=tuple(each for each in seen.passed if each not in lost))


def more(seen: Evidence, **fields: Any) -> Evidence:
    """The job is written once more, after all else."""
    return replace(
        seen, written=(*seen.written, Written(10**6, "jobs", life(seen)[-1].key, fields_of(seen, -1) | fields))
    )


def where(seen: Evidence, status: str, nth: int = 0) -> int:
    """Which version of the job is the nth of those with this status."""
    return [at for at, each in enumerate(life(seen)) if each.fields and each.fields["status"] == status][nth]


def fields_of(seen: Evidence, at: int) -> dict[str, Any]:
    fields = life(seen)[at].fields
    assert fields is not None
    return dict(fields)


def passed(seen: Evidence, act: str, topic: str) -> list[Passed]:
    return [each for each in seen.passed if (each.act, each.topic) == (act, topic)]


def attempt_says(seen: Evidence, at: int, **said: Any) -> Evidence:
    *before, last = fields_of(seen, at)["attempts"]
    return edited(seen, at, attempts=[*before, {**last, **said}])


def lease_says(seen: Evidence, at: int, **said: Any) -> Evidence:
    return edited(seen, at, lease={**fields_of(seen, at)["lease"], **said})


def written_by(seen: Evidence, at: int, holder: str) -> Evidence:
    return edited(seen, at, last_write={"holder": holder, "n": 1})


# --- the lies ---------------------------------------------------------------------------------------


def it_never_ended(seen: Evidence) -> Evidence:
    return without(seen, *life(seen)[1:])


def it_never_was(seen: Evidence) -> Evidence:
    return replace(seen, accepted=frozenset({*seen.accepted, "j_lost"}))


def it_ended_twice(seen: Evidence) -> Evidence:
    return more(seen, status="canceled")


def it_was_removed_while_queued(seen: Evidence) -> Evidence:
    second = life(seen)[1]
    return replace(seen, written=tuple(replace(each, fields=None) if each is second else each for each in seen.written))


def two_halves_make_no_job(seen: Evidence) -> Evidence:
    return edited(seen, where(seen, "running"), lease=None, done=True)


def it_began_running(seen: Evidence) -> Evidence:
    return without(seen, life(seen)[0])


def it_jumped_from_queued_to_succeeded(seen: Evidence) -> Evidence:
    return without(seen, *(each for each in life(seen) if each.fields and token(each.fields)))


def it_was_queued_again_by_an_event_that_does_not_do_that(seen: Evidence) -> Evidence:
    return attempt_says(seen, where(seen, "queued", 1), event="finish")


def it_was_reopened_without_a_replay(seen: Evidence) -> Evidence:
    for at in range(where(seen, "failed", -1) + 1, len(life(seen))):
        seen = edited(seen, at, replay=None)
    return seen


def somebody_wrote_into_a_queued_job(seen: Evidence) -> Evidence:
    first = life(seen)[0]
    rest = (each for each in seen.written if each is not first)
    return replace(seen, written=(first, replace(first, fields=fields_of(seen, 0) | {"progress": 7}), *rest))


def somebody_wrote_into_a_succeeded_job(seen: Evidence) -> Evidence:
    return more(seen, output={**fields_of(seen, -1)["output"], "template": "another"})


def it_was_flagged_and_queued_all_the_same(seen: Evidence) -> Evidence:
    return edited(seen, where(seen, "running"), cancel_requested=True)


def two_claims_had_one_token(seen: Evidence) -> Evidence:
    at = where(seen, "running", -1)
    return edited(lease_says(seen, at, token=2), at, claims=1)


def claims_went_back(seen: Evidence) -> Evidence:
    return edited(seen, -1, claims=0)


def a_stranger_finished_it(seen: Evidence) -> Evidence:
    return written_by(seen, where(seen, "succeeded"), "stranger")


def it_was_taken_before_its_lease_had_ended(seen: Evidence) -> Evidence:
    at = where(seen, "running")
    far = fields_of(seen, at)["lease"]["expires_at"] + timedelta(hours=1)
    return lease_says(seen, at, expires_at=far)


def a_beat_changed_the_input(seen: Evidence) -> Evidence:
    return edited(seen, where(seen, "running", 1), tags=["new"])


def a_lease_changed_hands(seen: Evidence) -> Evidence:
    return lease_says(seen, where(seen, "running", 1), holder="another")


def a_claim_cost_nothing(seen: Evidence) -> Evidence:
    at = where(seen, "running")
    return edited(seen, at, attempts_left=fields_of(seen, at)["attempts_left"] + 1)


def a_hand_back_gave_nothing_back(seen: Evidence) -> Evidence:
    at = where(seen, "queued", 1)
    return edited(seen, at, attempt=1, attempts_left=fields_of(seen, at)["attempts_left"] - 1)


def a_retry_gave_one_back(seen: Evidence) -> Evidence:
    at = where(seen, "queued", 1)
    return edited(seen, at, attempts_left=fields_of(seen, at)["attempts_left"] + 1)


def more_was_spent_than_there_was(seen: Evidence) -> Evidence:
    for at, made in ((0, 0), (1, 1)):
        seen = edited(seen, at, attempt=made, attempts_left=-made)
    return seen


def progress_went_back(seen: Evidence) -> Evidence:
    return edited(seen, where(seen, "succeeded"), progress=0)


def a_file_is_missing(seen: Evidence) -> Evidence:
    return replace(seen, blobs=dict(list(seen.blobs.items())[1:]))


def a_file_has_other_bytes(seen: Evidence) -> Evidence:
    name, blob = next(iter(seen.blobs.items()))
    return replace(seen, blobs={**seen.blobs, name: replace(blob, sha256="0" * 64)})


def its_document_was_removed(seen: Evidence) -> Evidence:
    return replace(seen, written=(*seen.written, Written(10**6, "jobs", life(seen)[-1].key, None)))


def the_letter_was_never_published(seen: Evidence) -> Evidence:
    return without(seen, *passed(seen, "published", LETTERS))


def the_letter_was_published_after_it_was_noted(seen: Evidence) -> Evidence:
    late = (replace(each, n=10**6) for each in passed(seen, "published", LETTERS))
    return replace(seen, passed=tuple(late))


def the_letter_was_never_noted(seen: Evidence) -> Evidence:
    return without(seen, life(seen)[-1])


def garbage_was_not_filed(seen: Evidence) -> Evidence:
    return without(seen, *(each for each in seen.written if each.collection == GARBAGE))


def garbage_was_filed_twice(seen: Evidence) -> Evidence:
    filed = next(each for each in seen.written if each.collection == GARBAGE)
    return replace(seen, written=(*seen.written, replace(filed, n=10**6)))


def it_was_written_after_its_wake_up(seen: Evidence) -> Evidence:
    first = life(seen)[0]
    return replace(seen, written=tuple(replace(each, n=10**6) if each == first else each for each in seen.written))


def acked_at_once(seen: Evidence) -> Evidence:
    """Every ack came right behind its take."""
    taken = {each.id: each.n for each in seen.passed if each.act == "taken"}
    at_once = tuple(
        replace(each, n=taken[each.id] + 1) if each.act == "acked" and each.id in taken else each
        for each in seen.passed
    )
    rooms = {n + 1 for n in taken.values()}
    later = tuple(replace(each, n=each.n + 1) if each.n in rooms else each for each in seen.written)
    return replace(seen, written=later, passed=tuple(sorted(at_once, key=lambda each: each.n)))


def nobody_was_woken_for_an_hour(seen: Evidence) -> Evidence:
    at = where(seen, "running")
    hour_later = fields_of(seen, at)["updated_at"] + timedelta(hours=1)
    return replace(edited(seen, at, updated_at=hour_later), passed=())


A, FAILS, DIES = "a_job_succeeds", "attempts_run_out", "a_worker_dies"
LIES: tuple[tuple[Invariant, str, Lie], ...] = (
    (jobs.every_job_ends_exactly_once, A, it_never_ended),
    (jobs.every_job_ends_exactly_once, A, it_never_was),
    (jobs.every_job_ends_exactly_once, A, it_ended_twice),
    (jobs.no_job_is_removed_before_it_ends, A, it_was_removed_while_queued),
    (jobs.every_version_is_a_job, A, two_halves_make_no_job),
    (jobs.every_move_is_in_the_table, A, it_began_running),
    (jobs.every_move_is_in_the_table, A, it_jumped_from_queued_to_succeeded),
    (jobs.every_move_is_in_the_table, A, it_ended_twice),
    (jobs.every_move_is_in_the_table, DIES, it_was_queued_again_by_an_event_that_does_not_do_that),
    (jobs.only_a_replay_reopens, "a_failed_job_is_replayed", it_was_reopened_without_a_replay),
    (jobs.what_waits_or_is_over_stays_as_it_is, A, somebody_wrote_into_a_queued_job),
    (jobs.what_waits_or_is_over_stays_as_it_is, A, somebody_wrote_into_a_succeeded_job),
    (jobs.who_asked_for_the_end_gets_it, DIES, it_was_flagged_and_queued_all_the_same),
    (jobs.every_claim_has_a_token_of_its_own, DIES, two_claims_had_one_token),
    (jobs.every_claim_has_a_token_of_its_own, A, claims_went_back),
    (jobs.only_its_worker_changes_a_running_job, A, a_stranger_finished_it),
    (jobs.only_its_worker_changes_a_running_job, DIES, it_was_taken_before_its_lease_had_ended),
    (jobs.only_its_worker_changes_a_running_job, "progress_is_shown", a_beat_changed_the_input),
    (jobs.only_its_worker_changes_a_running_job, "progress_is_shown", a_lease_changed_hands),
    (jobs.attempts_stay_within_the_budget, A, a_claim_cost_nothing),
    (jobs.attempts_stay_within_the_budget, "a_worker_is_told_to_end", a_hand_back_gave_nothing_back),
    (jobs.attempts_stay_within_the_budget, "a_retry_helps", a_retry_gave_one_back),
    (jobs.attempts_stay_within_the_budget, A, more_was_spent_than_there_was),
    (jobs.progress_never_goes_backwards, "progress_is_shown", progress_went_back),
    (messages.listed_artifacts_are_in_the_bucket, A, a_file_is_missing),
    (messages.listed_artifacts_are_in_the_bucket, A, a_file_has_other_bytes),
    (messages.a_removed_job_leaves_no_files, A, its_document_was_removed),
    (messages.every_failed_job_has_its_letter, FAILS, the_letter_was_never_published),
    (messages.every_failed_job_has_its_letter, FAILS, the_letter_was_published_after_it_was_noted),
    (messages.every_failed_job_has_its_letter, FAILS, the_letter_was_never_noted),
    (messages.garbage_is_on_record_exactly_once, "garbage_comes", garbage_was_not_filed),
    (messages.garbage_is_on_record_exactly_once, "garbage_comes", garbage_was_filed_twice),
    (messages.a_wake_up_comes_after_its_job, A, it_was_written_after_its_wake_up),
    (messages.nothing_is_acked_before_it_is_durable, A, acked_at_once),
    (messages.nothing_is_acked_before_it_is_durable, "garbage_comes", acked_at_once),
    (messages.no_due_job_is_forgotten, A, nobody_was_woken_for_an_hour),
)


@pytest.mark.parametrize("invariant, scenario, lie", LIES, ids=[f"{lie.__name__}-{name}" for _, name, lie in LIES])
def test_a_broken_promise_is_seen(invariant: Invariant, scenario: str, lie: Lie) -> None:
    seen = honest(scenario)
    assert list(invariant(seen)) == []
    assert list(invariant(lie(seen)))


def test_of_a_job_that_was_over_when_it_was_first_seen_that_is_its_end() -> None:
    seen = honest(A)
    late = replace(seen, written=tuple(life(seen)[-1:]))
    assert list(jobs.every_job_ends_exactly_once(late)) == []


def test_every_invariant_is_shown_a_lie() -> None:
    assert {invariant for invariant, *_ in LIES} == set(INVARIANTS)


def test_the_history_has_every_version_and_every_message_in_one_order() -> None:
    seen = honest("a_failed_job_is_replayed")
    statuses = [each.fields["status"] for each in life(seen) if each.fields]
    assert statuses == ["queued", "running", "failed", "failed", "queued", "running", "succeeded"]
    acts = [(each.act, each.topic) for each in seen.passed]
    assert acts == [
        ("published", "jobs"),
        ("taken", "jobs"),
        ("published", LETTERS),
        ("acked", "jobs"),
        ("taken", LETTERS),
        ("acked", LETTERS),
        ("published", "jobs"),
        ("taken", "jobs"),
        ("acked", "jobs"),
    ]
    numbers = [each.n for each in seen.in_order]
    assert len(numbers) == len(set(numbers))
