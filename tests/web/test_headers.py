"""What every answer tells a browser."""

import pytest

from tests.web.asking import Door

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "method, path",
    [("GET", "/v1/jobs"), ("GET", "/nowhere"), ("PUT", "/v1/jobs"), ("POST", "/v1/jobs"), ("OPTIONS", "/v1/jobs")],
)
@pytest.mark.parametrize("as_", ["Bearer ada", None])
def test_every_answer_is_guarded(door: Door, method: str, path: str, as_: str | None) -> None:
    answer = door.ask(method, path, as_=as_)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert "Strict-Transport-Security" not in answer.headers, "it came over plain HTTP"


def test_a_fault_of_ours_is_guarded_too(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("jobs.client.JobClient.get")
    answer = door.get("/v1/jobs/j_x")
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS


@pytest.mark.parametrize("proto, strict", [("https", True), ("HTTPS, http", True), ("http", False), ("", False)])
def test_only_who_came_over_https_is_told_to_keep_to_it(door: Door, proto: str, strict: bool) -> None:
    answer = door.get("/v1/jobs", headers={"X-Forwarded-Proto": proto})
    assert ("Strict-Transport-Security" in answer.headers) is strict


def test_https_without_a_proxy_counts_as_well(door: Door) -> None:
    answer = door.get("/v1/jobs", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_answer_may_have_a_policy_of_its_own(door: Door) -> None:
    @door.app.get("/page")
    def page() -> tuple[str, dict[str, str]]:
        return "hello", {"Content-Security-Policy": "default-src 'self'"}

    assert door.get("/page").headers["Content-Security-Policy"] == "default-src 'self'"


def test_script_in_a_prompt_comes_back_as_data(door: Door) -> None:
    """XSS: it is JSON, says so, and nobody may guess otherwise or run it."""
    words = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    answer = door.get(f"/v1/jobs/{door.submitted(words)['id']}")
    assert answer.mimetype == "application/json"
    assert answer.get_json()["input"]["prompt"] == words
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
