"""Schemathesis asks every address what its description allows, and what it does not. The description holds."""

from contextlib import closing, nullcontext
from typing import Any
from wsgiref.types import WSGIApplication

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.serialization import Binary

from jobs.bucket import files_of
from models.mesh.export import glb
from models.parts import PartMesh
from tests.builders import a_job, a_request, claim, fail, finish, lease_of
from tests.fakes import FakeClock
from tests.pictures import file, photo
from tests.web.asking import a_door
from web.api import ENDPOINTS
from web.callers import OnePerson
from web.endpoint import AnyEndpoint
from web.openapi import EVENTS, VARIABLE

GLB = glb((PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32)),))
PNG = Binary(file(photo(), "PNG"))
NO_LIMITS = {"rate_max": 1_000_000, "jobs_open_max": 100_000}  # or most answers would be 429
EXAMPLES_MAX = 10  # of each address in each of the two ways
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
JOBS = ("queued", "running", "succeeded", "failed")
# What nobody guesses: ids and files that are there, words and addresses that are taken.
KNOWN = {"job_id": st.sampled_from(JOBS), "file": st.sampled_from(["object.glb", "object.stl"])}
WORDS = st.sampled_from(["cat", "猫", "<script>alert(1)</script>", "'; DROP TABLE jobs; --"])
# Without streams, which end with their job only. What deletes comes last: all share one house.
BOUNDED = sorted(
    (each for each in ENDPOINTS if EVENTS not in each.answers.values()), key=lambda each: each.method == "DELETE"
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    """The app over a house in which there is a job of each kind. A wait costs no time: the clock is a fake."""
    door = a_door(tmp_path_factory.mktemp("house"), clock=FakeClock(), callers=OnePerson("ada"), **NO_LIMITS)
    store = door.platform.store
    for name in JOBS:
        store.create(a_job(name, request=a_request(f"bird {name}")))
    leases = {name: lease_of(claim(store, name)) for name in JOBS if name != "queued"}
    finish(store, "succeeded", leases["succeeded"])
    fail(store, "failed", leases["failed"])
    door.platform.bucket.put(f"{files_of('succeeded')}1/object.glb", GLB)
    return schemathesis.openapi.from_wsgi("/openapi.json", read_to_its_end(door.app))


def read_to_its_end(app: WSGIApplication) -> WSGIApplication:
    """What every server does and Schemathesis leaves out: a body is closed, with the file that it comes from."""

    def served(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = app(environ, start_response)
        with closing(body) if hasattr(body, "close") else nullcontext():
            return [b"".join(body)]

    return served


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("endpoint", BOUNDED, ids=lambda each: f"{each.method} {each.path}")
def test_no_answer_is_other_than_described(api: BaseSchema, endpoint: AnyEndpoint, mode: GenerationMode) -> None:
    positive = mode is GenerationMode.POSITIVE
    what_is_there = st.fixed_dictionaries(KNOWN) if positive else st.fixed_dictionaries({}, optional=KNOWN)
    operation = api[VARIABLE.sub(r"{\1}", endpoint.path)][endpoint.method]

    @settings(max_examples=EXAMPLES_MAX, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode), known=what_is_there, words=WORDS)
    def ask(case: Case, known: dict[str, str], words: str) -> None:
        if positive:
            case.body = sensible(case.body, words)
        case.path_parameters |= {name: value for name, value in known.items() if name in case.path_parameters}
        case.call_and_validate(checks=CHECKS)

    ask()


def sensible(body: Any, words: str) -> Any:
    """What a schema cannot say: inputs have words or a picture, an address is in the outer world, bytes are a PNG."""
    if isinstance(body, list):
        return [sensible(each, words) for each in body]
    if isinstance(body, dict):
        own = {"input": {"prompt": words}, "url": "https://8.8.8.8/told"}
        return {name: own.get(name) or sensible(value, words) for name, value in body.items()}
    return PNG if isinstance(body, Binary) else body
