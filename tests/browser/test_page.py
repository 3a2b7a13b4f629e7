"""The page as a whole: what it asks for, where one can go, and what it says when it cannot run."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Visiting
from tests.browser.house import PageHouse
from tests.browser.visit import Visit

VIOLATIONS = "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective))"
VIEWER = "**/page/viewer-*.js"


@pytest.fixture(scope="module")
def bird(house: PageHouse) -> str:
    """The address of a job that has succeeded."""
    return f"/#/jobs/{house.made().id}"


# --- a visit ----------------------------------------------------------------------------------------------


def test_a_job_lives_its_whole_life_in_the_house(house: PageHouse, page: Page, visits: list[Visit]) -> None:
    """From words to files; that nothing was asked elsewhere and no policy was broken is held when the test ends."""
    page.add_init_script(VIOLATIONS)
    page.goto("/")
    house.hold("shape")
    page.get_by_label("What shall be made?").fill("flying bird")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/#/jobs/*")
    room = page.get_by_role("main")
    house.reaches(page.url.rpartition("/")[2], "shape")
    expect(room.get_by_text("running", exact=True).first).to_be_visible()
    with page.expect_response("**/object.glb"):
        house.release("shape")
    expect(room.get_by_text("succeeded", exact=True).first).to_be_visible()
    expect(page.locator("canvas")).to_be_visible()
    assert any("/events" in line for line in visits[0].log), "what was asked is seen here"


def test_what_a_browser_complains_of_is_not_overlooked(house: PageHouse, page: Page, visits: list[Visit]) -> None:
    """The guard of every other test here."""
    page.add_init_script(VIOLATIONS)
    page.goto("/")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("fetch('https://elsewhere.example/').catch(() => {})")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    with page.expect_console_message(lambda message: message.text == "last"):
        page.evaluate("setTimeout(() => console.info('last'))")
    said = "\n".join(visits[0].wrong)
    assert all(each in said for each in ("policy style-src", "policy connect-src", "uncaught: "))
    visits[0].wrong.clear()


def test_the_browser_got_what_was_compressed_beforehand(page: Page, built_page: Path) -> None:
    answers: dict[str, Response] = {}
    page.on("response", lambda answer: answers.setdefault(answer.url.rpartition("/")[2] or "index.html", answer))
    page.goto("/")
    expect(page.get_by_label("What shall be made?")).to_be_visible()
    sizes = json.loads((built_page / "manifest.json").read_text())["sizes"]
    loaded = {name: answer for name, answer in answers.items() if name in sizes}
    assert {"index.html"} < set(loaded)
    for name, answer in loaded.items():
        assert answer.header_value("content-encoding") == "br", name
        assert int(answer.header_value("content-length") or 0) == sizes[name]["brotli"], name
        assert len(answer.body()) == sizes[name]["bytes"], name


# --- where one can go -------------------------------------------------------------------------------------


def test_back_and_forward_lead_where_one_was(page: Page, bird: str) -> None:
    page.goto("/")
    words, room = page.get_by_label("What shall be made?"), page.get_by_role("heading", name="flying bird", exact=True)
    expect(words).to_be_visible()
    page.goto(bird)
    expect(room).to_be_visible()
    page.goto("/#/ops")
    expect(room).not_to_be_attached()
    page.go_back()
    expect(room).to_be_visible()
    page.go_back()
    expect(words).to_be_visible()
    expect(room).not_to_be_attached()
    page.go_forward()
    expect(room).to_be_visible()


def test_an_address_that_leads_nowhere_says_so_and_leads_back(page: Page) -> None:
    for address in ("/#/nowhere", "/#/nowhere/at/all?list=failed", "/#nonsense"):
        page.goto(address)
        expect(page.get_by_text("There is nothing here")).to_be_visible()
        page.get_by_role("main").get_by_role("link", name="jobs").click()
        expect(page.get_by_text("There is nothing here")).not_to_be_attached()


def test_an_address_with_a_broken_escape_does_not_break_the_page(page: Page, allow: Callable[..., None]) -> None:
    allow("404")
    page.goto("/#/jobs/%E0%A4%A")
    expect(page.get_by_role("main").get_by_role("link", name="jobs")).to_be_visible()


# --- when it cannot run -----------------------------------------------------------------------------------


def test_without_javascript_it_says_what_else_there_is(house: PageHouse, visiting: Visiting) -> None:
    page = visiting(house, java_script_enabled=False)
    page.goto("/")
    expect(page.locator("noscript p")).to_contain_text("This page needs JavaScript")
    expect(page.locator("noscript a")).to_have_attribute("href", "/docs")


def test_a_part_of_the_page_that_is_gone_offers_a_way_on(page: Page, bird: str, allow: Callable[..., None]) -> None:
    """A new version was deployed while the page was open: the old one's files are no longer there."""
    allow("ERR_FAILED|Failed to load|Failed to fetch")
    page.route(VIEWER, lambda route: route.abort())
    page.goto(bird)
    again = page.get_by_role("button", name="Load the page again")
    expect(again).to_be_visible()
    page.unroute(VIEWER)
    again.click()
    expect(page.locator("canvas")).to_be_visible()
