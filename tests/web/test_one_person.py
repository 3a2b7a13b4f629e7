"""`lumen dev`: whoever asks is the owner of the terminal, but for pages of other sites in a browser beside it."""

from pathlib import Path

import pytest

from tests.web.asking import Door, a_door
from web.callers import OnePerson


@pytest.fixture
def dev(tmp_path: Path) -> Door:
    """As `lumen dev` has it."""
    return a_door(tmp_path / "house", callers=OnePerson("me", origins=("https://app.example",)))


def submit(dev: Door, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return dev.post("/v1/jobs", {"input": {"prompt": "cat"}}, as_=None, headers=named).status_code


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LocalHost:1"])
def test_on_loopback_nobody_has_to_say_who_they_are(dev: Door, host: str) -> None:
    assert submit(dev, Host=host) == 202
    assert dev.get("/v1/jobs", as_=None, headers={"Host": host}).get_json()["jobs"][0]["owner_uid"] == "me"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8080",
        "evil-localhost:8080",
        "127.0.0.2",
        "0.0.0.0:8080",
        "192.168.0.5:8080",
        "localhost:8080@evil.example",
        "localhost:",
        "[::2]:8080",
    ],
)
def test_a_name_that_is_made_to_lead_here_gets_nothing(dev: Door, host: str) -> None:
    """DNS rebinding: the browser believes that our answers are the page's own, so reading is refused too."""
    assert submit(dev, Host=host, Origin=f"http://{host}") in {400, 403}
    assert dev.get("/v1/jobs", as_=None, headers={"Host": host}).status_code in {400, 403}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:3000", "https://localhost:8080", "http://127.0.0.1:8080", "null", ""],
)
def test_a_page_of_another_site_may_change_nothing(dev: Door, origin: str) -> None:
    assert submit(dev, Host="localhost:8080", Origin=origin) == 403
    assert submit(dev, Host="localhost:8080", Origin=origin, Sec_Fetch_Site="same-origin") == 403
    assert dev.get("/v1/jobs", as_=None).get_json()["jobs"] == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_browser_without_an_origin_is_believed_when_it_says_whose_page_it_is(dev: Door, site: str) -> None:
    assert submit(dev, Sec_Fetch_Site=site) == 403
    assert dev.ask("DELETE", "/v1/jobs/j_1", as_=None, headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost:8080"},
        {"Origin": "https://app.example", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
    ],
    ids=str,
)
def test_our_own_page_allowed_origins_and_other_programs_may(dev: Door, headers: dict[str, str]) -> None:
    assert submit(dev, Host="localhost:8080", **headers) == 202


def test_looking_is_allowed_from_anywhere_on_this_machine(dev: Door) -> None:
    """A browser does not give the answer to a page whose origin is not allowed."""
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert dev.get("/v1/jobs", as_=None, headers=headers).status_code == 200
