"""A real Chromium visits real processes. How to write a test here:

def test_a_bird_is_made(house: PageHouse, page: Page) -> None:
    page.goto(f"/#/jobs/{house.made().id}")
    expect(page.get_by_text("succeeded")).to_be_visible()

A test fails as well for what it did not look at: errors and warnings in the console, and requests to other houses.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import PageHouse, a_house
from tests.browser.program import PAGE
from tests.browser.visit import Visit
from tests.chromium import PATIENCE_MS, chromium
from tests.house import ROOT
from tests.needs import needs_chromium

SOURCES = ROOT / "web" / "page"
DESK = {"width": 1280, "height": 800}
FAILED = pytest.StashKey[bool]()

Visiting = Callable[..., Page]
NewHouse = Callable[..., PageHouse]
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(needs_chromium)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def built_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as its sources are now; without node the one that is kept with them, which is the same.

    BROWSER_PAGE names another folder, for whoever has built the page already.
    """
    if given := os.environ.get(PAGE):
        return Path(given)
    if not (SOURCES / "node_modules").exists():
        return SOURCES / "built"
    folder = tmp_path_factory.mktemp("page")
    done = subprocess.run(
        ["node", "build.mjs", "--out", str(folder)], cwd=SOURCES, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, f"the page cannot be built\n{done.stderr}"
    return folder


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, built_page: Path) -> Iterator[PageHouse]:
    """`lumen dev`, for all tests of a file: each makes jobs of its own, and none counts those of others."""
    with a_house(tmp_path_factory.mktemp("house"), built_page) as house:
        house.dev()
        yield house


@pytest.fixture
def new_house(tmp_path: Path, built_page: Path) -> Iterator[NewHouse]:
    """A house for one test, with settings: `new_house(LUMEN_RATE_MAX="3")`; then `.dev()` or `.web()`."""
    with ExitStack() as houses:
        count = iter(range(100))

        def build(**env: str) -> PageHouse:
            folder = tmp_path / f"house-{next(count)}"
            folder.mkdir()
            return houses.enter_context(a_house(folder, built_page, **env))

        yield build


@pytest.fixture(autouse=True)
def _no_orders_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "house" in request.fixturenames:
        request.getfixturevalue("house").release()


@pytest.fixture
def visits() -> list[Visit]:
    """Every visit of the test, the first first."""
    return []


@pytest.fixture
def visiting(
    request: pytest.FixtureRequest, browser: Browser, visits: list[Visit], tmp_path: Path
) -> Iterator[Visiting]:
    """`visiting(house, **options of a context)` is a page in a fresh context that nobody else sees."""

    def visit(house: PageHouse, **options: Any) -> Page:
        context = browser.new_context(**{"base_url": house.url, "viewport": DESK} | options)
        context.set_default_timeout(PATIENCE_MS)
        visits.append(Visit(context, house.url))
        return context.new_page()

    yield visit
    wrong = [each for visit in visits for each in visit.wrong]
    if wrong or request.node.stash.get(FAILED, False):
        for number, visit in enumerate(visits):
            visit.keep(tmp_path / f"visit-{number}")
        request.node.add_report_section("teardown", "browser", f"pictures and logs: {tmp_path}/visit-*")
    for visit in visits:
        visit.context.close()
    assert not wrong, "\n".join(["the browser complained:", *wrong])


@pytest.fixture
def page(house: PageHouse, visiting: Visiting) -> Page:
    """A page that was not anywhere yet; addresses without a host are those of `house`."""
    return visiting(house)


@pytest.fixture
def allow(visits: list[Visit], page: Page) -> Callable[..., None]:
    """`allow("404")`: what the console of `page` may say."""
    return visits[0].allow
