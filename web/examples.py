"""What requests and answers look like, for the OpenAPI document. A test holds each against its model."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from jobs.errors import REASONS, Reason, runbook_link
from jobs.job import job_id_for, new_job
from jobs.request import JobRequest, parse_request
from web.answers import JobAnswer
from web.problems import Problem

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS: dict[str, Any] = {"input": {"prompt": "flying bird", "quality": "draft", "seed": 7}, "tags": ["birds"]}


def _queued() -> dict[str, Any]:
    """A job as the API tells of it right after it was submitted."""
    job = new_job(
        parse_request(WORDS),
        job_id=job_id_for("ada", "example"),
        owner="ada",
        now=NOON,
        attempts_left=5,
        expires_at=NOON + timedelta(days=30),
        source="api",
    )
    return JobAnswer.of(job, position=0).model_dump(mode="json")


def _refused() -> dict[str, Any]:
    reason = Reason.INVALID_INPUT
    return Problem.model_validate(
        {
            "type": runbook_link(reason),
            "title": REASONS[reason].sentence,
            "status": REASONS[reason].http,
            "detail": "input.prompt: is empty",
            "instance": "/v1/jobs",
            "reason": reason,
            "retryable": False,
            "errors": [{"field": "input.prompt", "message": "is empty"}],
            "request_id": "q_4f1c9a7be2d05836aa17",
        }
    ).model_dump(mode="json")


EXAMPLES: Mapping[type[BaseModel], Any] = MappingProxyType(
    {JobRequest: WORDS, JobAnswer: _queued(), Problem: _refused()}
)
