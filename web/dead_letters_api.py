"""Dead letters over HTTP: look at them, try one again, remove one for good."""

from http import HTTPStatus

from pydantic import Field

from jobs.dead_row import DeadRow
from jobs.deadletter import GARBAGE_KEY, id_of
from jobs.errors import InvalidRequest, Reason, RecordMissing
from jobs.keys import Scope
from jobs.records import Record, Records
from web.answers import JobAnswer
from web.dead_answers import DeadAnswer, DeadPage
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.paging import from_a_page
from web.replays_api import replays_of
from web.which import Which
from web.who import Reasoned, audit_of

PAGE_MAX = 100
TOKEN_CHARS_MAX = 256  # a job's id, or `m-` and a message's: 130 of ours


class DeadListing(Which):
    """Which dead letters, and how many at a time."""

    page_size: int = Field(default=20, ge=1, le=PAGE_MAX)
    page_token: str | None = Field(default=None, max_length=TOKEN_CHARS_MAX)


def list_dead_letters(asked: Asked[DeadListing, Nothing]) -> Answer:
    """Failed jobs, and messages in which no job was found, the last to die first."""
    platform, query = asked.house.platform, asked.query
    wanted = query.wanted(platform.store)
    with from_a_page():
        found = platform.letters.find(wanted, limit=query.page_size + 1, after=query.page_token)
    page = found[: query.page_size]
    more = id_of(page[-1]) if len(found) > query.page_size else None
    return Answer(DeadPage(dead_letters=[DeadRow.of(dead) for dead in page], next_page_token=more))


def get_dead_letter(asked: Asked[Nothing, Nothing]) -> Answer:
    """All that is known of one: why and where it failed, every attempt, the traceback; of garbage, the original.

    The id may be any job's: whoever replayed one may want to see what came of that.
    """
    key, platform = asked.path["letter_id"], asked.house.platform
    return Answer(DeadAnswer.of_all(platform.letters.get(key), debug_of(platform.records, key)))


def replay_dead_letter(asked: Asked[Nothing, Reasoned]) -> Answer:
    """Try one again in place: the same job and input, all its attempts before it. A canceled one too."""
    key, why = asked.path["letter_id"], asked.body.reason
    if key.startswith(GARBAGE_KEY):
        raise InvalidRequest("", f"{key} is a message without a job: there is nothing to try again.")
    with audit_of(asked).entry("dlq.replay", why=why, ids=(key,)) as counts:
        (tried,) = replays_of(asked).each((key,), why=why)
        counts[tried.outcome] += 1
    if tried.error:
        raise tried.error
    assert tried.job is not None  # there is one, or an error
    there = JobAnswer.of(tried.job, position=asked.client.position(tried.job))
    return Answer(there, HTTPStatus.ACCEPTED, {"Location": there.links.self})


def purge_dead_letter(asked: Asked[Reasoned, Nothing]) -> Answer:
    """Remove a failed job with its files, or a message, for good. Nothing else is removed, however it is named."""
    key, purge = asked.path["letter_id"], asked.house.platform.purge()
    purge.look(key)
    with audit_of(asked).entry("dlq.purge", why=asked.query.reason, ids=(key,)) as counts:
        (purged,) = purge.go((key,))
        counts["left" if purged.error else "purged"] += 1
    if purged.error:
        raise purged.error
    return Answer(status=HTTPStatus.NO_CONTENT)


def debug_of(records: Records, job_id: str) -> Record | None:
    """The traceback of a job's last attempt that went wrong."""
    try:
        return records.get(f"jobs/{job_id}/private", "debug")
    except RecordMissing:
        return None


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/dead-letters",
        list_dead_letters,
        "List dead letters",
        scope=Scope.OPS,
        query=DeadListing,
        answers={200: DeadPage},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "GET",
        "/v1/dead-letters/<letter_id>",
        get_dead_letter,
        "Get a dead letter",
        scope=Scope.OPS,
        answers={200: DeadAnswer},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "POST",
        "/v1/dead-letters/<letter_id>/replay",
        replay_dead_letter,
        "Try a dead letter again",
        scope=Scope.OPS,
        body=Reasoned,
        answers={202: JobAnswer},
        reasons=(Reason.NOT_FOUND, Reason.JOB_ALREADY_DONE, Reason.JOB_NOT_DONE, Reason.INVALID_INPUT),
        costs="ops",
    ),
    Endpoint(
        "DELETE",
        "/v1/dead-letters/<letter_id>",
        purge_dead_letter,
        "Remove a dead letter for good",
        scope=Scope.OPS,
        query=Reasoned,
        answers={204: None},
        reasons=(Reason.NOT_FOUND, Reason.JOB_NOT_DONE),
        costs="ops",
    ),
)
