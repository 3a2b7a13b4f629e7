"""The core: what a job is, how it may move, and where its document, messages and files live.

    from jobs import Settings, parse_request, wire

    client = wire(Settings()).client()
    job = client.submit(parse_request({"input": {"prompt": "flying bird"}}))
    for job in client.watch(job.id):
        print(job.status, job.progress)

Names are loaded when first used, so that `import jobs` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.client import JobClient
    from jobs.errors import LumenError, Reason
    from jobs.job import Job
    from jobs.request import JobInput, JobRequest, Priority, Quality, parse_request
    from jobs.settings import Settings
    from jobs.status import JobStatus
    from jobs.wiring import Platform, wire

_HOMES = {
    "JobClient": "jobs.client",
    "LumenError": "jobs.errors",
    "Reason": "jobs.errors",
    "Job": "jobs.job",
    "JobInput": "jobs.request",
    "JobRequest": "jobs.request",
    "Priority": "jobs.request",
    "Quality": "jobs.request",
    "parse_request": "jobs.request",
    "Settings": "jobs.settings",
    "JobStatus": "jobs.status",
    "Platform": "jobs.wiring",
    "wire": "jobs.wiring",
}

__all__ = [
    # what a job is
    "Job",
    "JobInput",
    "JobRequest",
    "JobStatus",
    "Priority",
    "Quality",
    "parse_request",
    # how to reach it
    "JobClient",
    "Platform",
    "Settings",
    "wire",
    # what can go wrong
    "LumenError",
    "Reason",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
