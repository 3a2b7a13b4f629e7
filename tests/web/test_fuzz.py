"""Schemathesis asks every address what its description allows, and what it does not. The description holds."""

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

from jobs.bucket import files_of
from models.mesh.export import glb
from models.parts import PartMesh
from tests.builders import a_job, a_request, claim, fail, finish, lease_of
from tests.fakes import FakeClock
from tests.web.asking import a_door
from web.api import ENDPOINTS
from web.callers import OnePerson
from web.endpoint import AnyEndpoint
from web.openapi import EVENTS, VARIABLE

GLB = glb((PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32)),))
EXAMPLES_MAX = 12  # of each address in each of the two ways
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
JOBS = ("queued", "running", "succeeded", "failed")
# What nobody guesses: ids and files that are there, and words that are taken.
KNOWN = {
    "job_id": st.sampled_from(JOBS),
    "file": st.sampled_from(["object.glb", "object.stl"]),
    "prompt": st.sampled_from(["cat", "猫", "<script>alert(1)</script>", "'; DROP TABLE jobs; --"]),
}
# Without streams, which end with their job only. What deletes comes last: all share one house.
BOUNDED = sorted(
    (each for each in ENDPOINTS if EVENTS not in each.answers.values()), key=lambda each: each.method == "DELETE"
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    """The app over a house in which there is a job of each kind. A wait costs no time: the clock is a fake."""
    door = a_door(tmp_path_factory.mktemp("house"), clock=FakeClock(), callers=OnePerson("ada"))
    store = door.platform.store
    for name in JOBS:
        store.create(a_job(name, request=a_request(f"bird {name}")))
    leases = {name: lease_of(claim(store, name)) for name in JOBS if name != "queued"}
    finish(store, "succeeded", leases["succeeded"])
    fail(store, "failed", leases["failed"])
    door.platform.bucket.put(f"{files_of('succeeded')}1/object.glb", GLB)
    return schemathesis.openapi.from_wsgi("/openapi.json", door.app)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("endpoint", BOUNDED, ids=lambda each: f"{each.method} {each.path}")
def test_no_answer_is_other_than_described(api: BaseSchema, endpoint: AnyEndpoint, mode: GenerationMode) -> None:
    operation = api[VARIABLE.sub(r"{\1}", endpoint.path)][endpoint.method]

    @settings(max_examples=EXAMPLES_MAX, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode), known=st.fixed_dictionaries({}, optional=KNOWN))
    def ask(case: Case, known: dict[str, str]) -> None:
        words = known.pop("prompt", "")
        if words and isinstance(case.body, dict) and isinstance(case.body.get("input"), dict):
            case.body["input"] = {"prompt": words}
        case.path_parameters |= {name: value for name, value in known.items() if name in case.path_parameters}
        case.call_and_validate(checks=CHECKS)

    ask()
