"""One schema for all: what a worker writes is what the API serves, what its description says, and what clients read."""

import json
from typing import Any

import jsonschema_rs
import pytest

from jobs.http_client.job import RemoteJob
from jobs.job import Job
from jobs.job_document import to_fields
from jobs.status import JobStatus
from tests.web.asking import OPS, Door
from tests.web.contract import JOBS
from web.answers import JobAnswer
from web.api import ENDPOINTS
from web.openapi import document

DOCUMENT = document(ENDPOINTS)


def held_against(name: str, value: Any) -> None:
    """Raises: jsonschema_rs.ValidationError for what is not as described, and for what is not described."""
    schemas = json.loads(json.dumps(DOCUMENT["components"]["schemas"]))
    for schema in schemas.values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(value)


def served(door: Door, job: Job) -> dict[str, Any]:
    """Written into the store as the worker's fields, read over HTTP."""
    door.platform.store.documents.create("jobs", job.id, to_fields(job))
    return dict(door.get(f"/v1/jobs/{job.id}", as_=OPS).get_json())


def test_each_status_is_looked_at() -> None:
    assert {job.status for job in JOBS.values()} == set(JobStatus)


def test_each_field_is_said_by_some_job() -> None:
    """A field that is empty in all of them would be held against nothing."""
    said = {name for job in JOBS.values() for name, value in job if value not in (None, (), {}, "", 0, False)}
    assert set(Job.model_fields) - said == set()


@pytest.mark.parametrize("name", JOBS)
def test_what_a_worker_writes_is_served_as_described_and_read_by_the_client(door: Door, name: str) -> None:
    answer = served(door, JOBS[name])
    held_against("JobAnswer", answer)
    read = RemoteJob.model_validate_json(json.dumps(answer))
    job = JOBS[name]
    assert (read.id, read.status, read.done, read.progress) == (job.id, job.status, job.done, job.progress)
    assert (read.stage, read.output, read.metrics) == (job.stage, job.output, job.metrics)
    assert (read.error.reason if read.error else None) == (job.error.reason if job.error else None)
    assert Job.model_validate_json(json.dumps(answer)) == job, "nothing is lost or changed on the way"


def test_every_field_that_the_client_reads_is_one_that_the_api_serves() -> None:
    assert set(RemoteJob.model_fields) <= set(JobAnswer.model_fields)


def test_a_page_of_jobs_is_as_described(door: Door) -> None:
    for job in JOBS.values():
        served(door, job)
    page = door.get("/v1/jobs", as_=OPS).get_json()
    assert {each["id"] for each in page["jobs"]} == {job.id for job in JOBS.values()}
    held_against("JobPage", page)


@pytest.mark.parametrize("wrong", [{"status": "sleeping"}, {"progress": 101}, {"created_at": "yesterday"}, {"mood": 7}])
def test_what_is_not_as_described_is_found(door: Door, wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        held_against("JobAnswer", served(door, JOBS["succeeded"]) | wrong)
