"""What is done around every request, whatever it is for."""

import pytest

from jobs.keys import Scope
from tests.web.asking import ADA, BOB, OPS, Door
from web.api import ENDPOINTS
from web.endpoint import Nothing


def addresses(door: Door) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in door.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


OPEN = {"/", "/page/<file>", "/openapi.json", "/docs", "/health/live", "/health/ready", "/v1/version", "/v1/page"}
OWN_GUARD = {"/internal/sweep"}  # a token of Google's, see tests/web/test_sweep_door.py


def test_the_app_has_the_addresses_of_the_table_and_no_other(door: Door) -> None:
    assert addresses(door) == {(each.method, each.path) for each in ENDPOINTS}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.path}")
def test_every_address_has_a_guard_and_says_who_may(door: Door, endpoint) -> None:
    """What is open is in a list of its own; of everything else nobody gets anything without a key."""
    assert (endpoint.scope is None) == (endpoint.path in OPEN | OWN_GUARD)
    answer = door.ask(endpoint.method, endpoint.path.replace("<", "").replace(">", ""), as_=None)
    assert answer.status_code in ({401} if endpoint.scope else {200, 401, 403, 404, 503})


def test_a_key_without_the_scope_is_told_which_it_needs(door: Door) -> None:
    answer = door.post("/v1/jobs", {"input": {"prompt": "cat"}}, as_="Bearer reader")
    assert answer.status_code == 403
    assert "scope submit" in answer.get_json()["detail"]


def test_somebody_elses_job_is_as_if_it_were_not_there(door: Door) -> None:
    job = door.submitted(as_=ADA)
    theirs, nobodys = (door.get(f"/v1/jobs/{each}", as_=BOB) for each in (job["id"], "j_nobodys"))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_json()["detail"].replace(job["id"], "j_nobodys") == nobodys.get_json()["detail"]
    for method, path in (("POST", "/cancel"), ("DELETE", "")):
        assert door.ask(method, f"/v1/jobs/{job['id']}{path}", as_=BOB).status_code == 404
    assert door.get("/v1/jobs", as_=BOB).get_json()["jobs"] == []
    assert door.get(f"/v1/jobs/{job['id']}", as_=OPS).status_code == 200, "ops see all"


# --- errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method, path, status, reason",
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("PUT", "/v1/jobs", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/v1/jobs?page_size=0", 400, "INVALID_INPUT"),
        ("GET", "/v1/jobs?colour=red", 400, "INVALID_INPUT"),
        ("GET", "/v1/jobs?status=queued&status=failed", 400, "INVALID_INPUT"),
        ("POST", "/v1/jobs", 415, "UNSUPPORTED_MEDIA"),
    ],
)
def test_every_refusal_is_a_problem_of_one_shape(door: Door, method: str, path: str, status: int, reason: str) -> None:
    answer = door.ask(method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    said = answer.get_json()
    assert (said["status"], said["reason"]) == (status, reason)
    assert said["instance"] == path.partition("?")[0]
    assert said["request_id"] == answer.headers["X-Request-ID"]


def test_a_wrong_field_is_named(door: Door) -> None:
    answer = door.post("/v1/jobs", {"input": {"prompt": "cat", "points": 1}})
    assert [each["field"] for each in answer.get_json()["errors"]] == ["input.points"]


def test_a_fault_of_ours_is_on_record_and_not_told(door: Door, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("jobs.client.JobClient.get", broken)
    answer = door.get("/v1/jobs/j_x", headers={"X-Request-ID": "mine-1"})
    assert (answer.status_code, answer.get_json()["reason"]) == (500, "INTERNAL")
    assert "secret" not in answer.get_data(as_text=True)
    assert "mine-1" in caplog.text
    assert "ZeroDivisionError" in caplog.text


# --- the request's id -------------------------------------------------------------------------------


@pytest.mark.parametrize("given, kept", [("abc-123", True), ("", False), ("a b", False), ("x" * 129, False)])
def test_the_id_of_a_request_is_taken_if_it_is_one_and_made_otherwise(door: Door, given: str, kept: bool) -> None:
    got = door.get("/v1/jobs", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (got == given) is kept
    assert got


def test_nothing_is_asked_where_nothing_is_taken() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.method in {"GET", "DELETE"}:
            assert endpoint.body is Nothing, f"{endpoint.path}: a body would be lost on the way"
        if endpoint.scope is Scope.READ:
            assert endpoint.method == "GET", f"{endpoint.path}: who may read changes nothing"


def test_the_id_of_the_request_stays_with_the_job_it_made(door: Door) -> None:
    job = door.submitted(as_=ADA)
    answer = door.post("/v1/jobs", {"input": {"prompt": "dog"}}, headers={"X-Request-ID": "mine-2"})
    assert answer.get_json()["request_id"] == "mine-2"
    assert job["request_id"].startswith("q_")


@pytest.mark.parametrize(
    "given, kept",
    [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", True),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", False),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\t", False),
        ("x" * 4_000, False),
        ("", False),
    ],
)
def test_the_trace_of_a_caller_goes_on_if_it_is_one(door: Door, given: str, kept: bool) -> None:
    answer = door.post("/v1/jobs", {"input": {"prompt": "cat"}}, headers={"traceparent": given})
    assert (answer.get_json()["trace"] == given) is kept
    assert answer.get_json()["trace"].startswith("00-")


# --- the log ----------------------------------------------------------------------------------------


def test_every_request_is_a_line_that_says_who_and_what_came_of_it(door: Door, caplog) -> None:
    caplog.set_level("INFO", "web.access")
    door.get("/v1/jobs/j_x%0AINFO%20forged", as_=ADA, headers={"X-Request-ID": "mine-3"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "web.access"]
    assert line.startswith("GET /v1/jobs/j_x\\nINFO forged 404 in ")
    assert line.endswith("(request mine-3, ada, key k_ada)")


def test_the_log_has_no_keys_and_no_probes(door: Door, caplog) -> None:
    caplog.set_level("INFO")
    door.get("/v1/jobs", as_="Bearer lk_secret_of_somebody")
    door.get("/health/live", as_=None)
    assert "secret" not in caplog.text
    assert "health" not in caplog.text


# --- pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/dead-letters", "/v1/batches"])
def test_a_page_token_that_leads_nowhere_is_the_callers_fault(door: Door, path: str) -> None:
    answer = door.get(f"{path}?page_token=j_nowhere", as_=OPS)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (400, "page_token")


def test_a_problems_type_leads_to_where_its_reason_is_explained(door: Door) -> None:
    page, _, reason = door.get("/nowhere").get_json()["type"].partition("#")
    assert f'id="{reason}"' in door.get(page, as_=None).get_data(as_text=True)


def test_an_answer_says_the_time_once_when_it_is_served(door: Door) -> None:
    assert "Date" not in door.get("/v1/jobs").headers, "the server adds it"
