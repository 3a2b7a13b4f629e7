"""The OpenAPI document says what the app does."""

import json
from typing import Any

import jsonschema_rs
import pytest
from pydantic import BaseModel
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from jobs.errors import REASONS, Reason
from tests.web.asking import Door
from web.api import ENDPOINTS
from web.examples import EXAMPLES
from web.openapi import VARIABLE, document
from web.openapi_page import POLICY, STYLE

DOCUMENT = document(ENDPOINTS)
OPERATIONS = [(path, method, said) for path, item in DOCUMENT["paths"].items() for method, said in item.items()]


def refs(value: Any) -> set[str]:
    """Every `$ref` in it."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs(each) for each in value.values()))
    return set().union(*(refs(each) for each in value)) if isinstance(value, list) else set()


def test_every_address_of_the_app_is_in_the_document() -> None:
    said = {(method.upper(), path) for path, method, _ in OPERATIONS}
    assert said == {(each.method, VARIABLE.sub(r"{\1}", each.path)) for each in ENDPOINTS}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_is_for() -> None:
    names = [said["operationId"] for _, _, said in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(said["summary"] and said["description"] for _, _, said in OPERATIONS)


def test_every_reference_leads_to_a_definition_and_every_definition_is_used() -> None:
    there = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert refs(DOCUMENT) == there


def test_the_document_is_an_openapi_document() -> None:
    """Held against OpenAPI's own schema, which Schemathesis brings along."""
    OPENAPI_31_VALIDATOR.validate(DOCUMENT)
    with pytest.raises(jsonschema_rs.ValidationError, match="responses"):
        OPENAPI_31_VALIDATOR.validate({**DOCUMENT, "paths": {"/x": {"get": {"responses": 7}}}})


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_definition_is_a_json_schema(name: str) -> None:
    jsonschema_rs.meta.validate(DOCUMENT["components"]["schemas"][name])


def test_every_variable_of_a_path_is_a_parameter() -> None:
    for path, _, said in OPERATIONS:
        named = {each["name"] for each in said["parameters"] if each["in"] == "path"}
        assert {f"{{{name}}}" for name in named} == {part for part in path.split("/") if part.startswith("{")}


def test_what_may_be_refused_is_a_problem_with_its_reasons() -> None:
    for _, _, said in OPERATIONS:
        for status, answer in said["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]
                reasons = [line.split("`")[1] for line in answer["description"].splitlines() if "`" in line]
                assert {str(REASONS[Reason(reason)].http) for reason in reasons} <= {status}


def test_what_needs_a_key_says_which_scope() -> None:
    for endpoint in ENDPOINTS:
        said = DOCUMENT["paths"][VARIABLE.sub(r"{\1}", endpoint.path)][endpoint.method.lower()]
        assert said["security"] == ([{"key": [endpoint.scope]}] if endpoint.scope else [])
        assert endpoint.scope is None or {"401", "403", "429"} <= set(said["responses"])


def test_headers_are_named_where_they_mean_something() -> None:
    heads = {
        (said["operationId"], each["name"])
        for _, _, said in OPERATIONS
        for each in said["parameters"]
        if each["in"] == "header"
    }
    assert {("submit", "Idempotency-Key"), ("submit", "Prefer"), ("get_job", "If-None-Match")} <= heads
    assert ("get_job", "Idempotency-Key") not in heads
    assert all((said["operationId"], "X-Request-ID") in heads for _, _, said in OPERATIONS)


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.__name__)
def test_examples_are_what_the_models_take(model: type[BaseModel]) -> None:
    model.model_validate(EXAMPLES[model], extra="forbid")


def test_a_request_has_less_in_it_than_the_answer() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert "required" not in schemas["GivenJobInput"], "all that a caller leaves out has a default"
    assert set(schemas["JobInput"]["required"]) == set(schemas["JobInput"]["properties"])


# --- served -----------------------------------------------------------------------------------------


def test_the_document_is_served_to_anybody_and_kept_by_its_etag(door: Door) -> None:
    answer = door.get("/openapi.json", as_=None)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json()["paths"] == json.loads(json.dumps(DOCUMENT["paths"]))
    assert door.get("/openapi.json", as_=None, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_page_names_every_address_and_loads_nothing(door: Door) -> None:
    answer = door.get("/docs", as_=None)
    text = answer.get_data(as_text=True)
    assert answer.content_type == "text/html; charset=utf-8"
    assert all(f"{method.upper()} {path}</h3>" in text for path, method, _ in OPERATIONS)
    assert not any(word in text for word in ("<script", "<img", "<link", "@import", "url(", " style="))
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert f"<style>{STYLE}</style>" in text, "the policy allows this very text"
