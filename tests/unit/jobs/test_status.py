"""The table of moves, said once more by hand: a change of the design shows here."""

from itertools import product

import pytest

from jobs.errors import IllegalTransition, JobAlreadyDone
from jobs.status import DONE, TRANSITIONS, Event, JobStatus, after

DESIGN = """
queued    claim      running
queued    fail       failed
queued    cancel     canceled
running   finish     succeeded
running   retry      queued
running   hand_back  queued
running   lapse      queued
running   fail       failed
running   cancel     canceled
failed    replay     queued
canceled  replay     queued
"""
MOVES = {(JobStatus(a), Event(b)): JobStatus(c) for a, b, c in (line.split() for line in DESIGN.split("\n") if line)}
ILLEGAL = [pair for pair in product(JobStatus, Event) if pair not in MOVES]


def test_the_table_is_the_design() -> None:
    assert dict(TRANSITIONS) == MOVES


@pytest.mark.parametrize("status,event", MOVES)
def test_a_move_of_the_table_leads_where_it_says(status: JobStatus, event: Event) -> None:
    assert after(status, event) is MOVES[status, event]


@pytest.mark.parametrize("status,event", ILLEGAL)
def test_any_other_move_is_refused(status: JobStatus, event: Event) -> None:
    with pytest.raises(IllegalTransition) as caught:
        after(status, event)
    assert (type(caught.value) is JobAlreadyDone) == (status in DONE)
    assert str(caught.value) == f"A job that is {status.value} has no event {event.value}."


def test_success_is_final() -> None:
    assert not [event for status, event in TRANSITIONS if status is JobStatus.SUCCEEDED]


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[JobStatus.SUCCEEDED, Event.REPLAY] = JobStatus.QUEUED  # type: ignore[index]
