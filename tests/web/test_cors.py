"""Pages of other origins: those on the list may call, and the list is empty unless somebody fills it."""

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from jobs.errors import SettingsInvalid
from tests.web.asking import Door, a_door
from web.api import ENDPOINTS
from web.cors import Cors

OURS, FOREIGN = "https://app.example", "https://evil.example"
WANTED = "authorization, content-type, idempotency-key, if-none-match, last-event-id, prefer, x-request-id"


@pytest.fixture
def listed(tmp_path: Path) -> Door:
    return a_door(tmp_path / "house", cors_origins=(OURS, "http://localhost:5173"))


def preflight(door: Door, path: str = "/v1/jobs", origin: str = OURS, method: str = "POST") -> TestResponse:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": WANTED}
    return door.ask("OPTIONS", path, as_=None, headers=asked)


def cors_of(answer: TestResponse) -> set[str]:
    return {name for name, _ in answer.headers if name.startswith("Access-Control-")}


def words(header: str) -> set[str]:
    return {each.strip().lower() for each in header.split(",")}


# --- preflight ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [OURS, "http://localhost:5173"])
def test_a_page_of_ours_may_ask_with_what_the_api_takes(listed: Door, origin: str) -> None:
    answer = preflight(listed, origin=origin)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert words(answer.headers["Access-Control-Allow-Methods"]) == {"get", "head", "options", "post"}
    assert words(WANTED) <= words(answer.headers["Access-Control-Allow-Headers"])
    assert answer.headers["Access-Control-Max-Age"] == "7200"
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "null",
        "https://app.example.evil.example",
        "https://app.example:8443",
        "http://app.example",
        "https://APP.example",
        "https://app.example, https://evil.example",
    ],
)
def test_a_foreign_page_is_told_nothing(listed: Door, origin: str) -> None:
    for answer in (preflight(listed, origin=origin), listed.get("/v1/jobs", headers={"Origin": origin})):
        assert answer.status_code in {204, 200}
        assert cors_of(answer) == set()
        assert "Origin" in answer.headers["Vary"], "or a cache would give it what a page of ours was told"


def test_without_a_list_there_is_no_word_of_it(door: Door) -> None:
    for answer in (preflight(door), door.get("/v1/jobs", headers={"Origin": OURS})):
        assert cors_of(answer) == set()
        assert "Origin" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("path", sorted({each.path.replace("<", "").replace(">", "") for each in ENDPOINTS}))
def test_options_of_every_address_needs_no_key(listed: Door, path: str) -> None:
    methods = {each.method for each in ENDPOINTS if each.path.replace("<", "").replace(">", "") == path}
    answer = preflight(listed, path)
    assert answer.status_code == 204
    assert methods <= {each.upper() for each in words(answer.headers["Allow"])}


def test_options_of_nowhere_is_nowhere(listed: Door) -> None:
    assert preflight(listed, "/nowhere").status_code == 404


# --- the request itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("path, status", [("/v1/jobs", 200), ("/v1/jobs/j_x", 404), ("/v1/jobs?page_size=0", 400)])
def test_a_page_of_ours_can_read_answers_errors_and_heads(listed: Door, path: str, status: int) -> None:
    answer = listed.get(path, headers={"Origin": OURS})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    shown = words(answer.headers["Access-Control-Expose-Headers"])
    assert {"etag", "location", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id"} <= shown


def test_cookies_and_the_like_are_never_asked_for(listed: Door) -> None:
    for answer in (preflight(listed), listed.get("/v1/jobs", headers={"Origin": OURS})):
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["*", "https://app.example/", "app.example", "https://*.example", "null", "https://APP.example", ""]
)
def test_what_no_browser_sends_as_its_origin_is_not_taken_for_one(origin: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"^LUMEN_CORS_ORIGINS: "):
        Cors.of((origin,))
