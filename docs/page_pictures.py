"""The README's pictures of the page, taken by a browser from `lumen dev` and the built page: `make pictures`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect

from tests.browser.house import PageHouse, a_house
from tests.chromium import chromium
from tests.waiting import until
from web.built import FOLDER

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1280, "height": 880}  # the tools below the object are on it
STILL = """document.getAnimations().every((each) => each.playState !== 'running')
    && [...document.images].every((each) => each.complete)"""
THINGS = ("cat", "office chair", "sports car", "oak tree", "owl", "airplane")


def main() -> None:
    with a_busy_house() as house, chromium() as browser:
        page = browser.new_page(base_url=house.url, viewport=SIZE)
        bird = house.made("flying bird", quality="standard")
        with page.expect_response("**/object.glb"):
            page.goto(f"/#/jobs/{bird.id}")
        take(page, "page.png")
        page.goto("/#/ops")
        for heading in ("Workers take jobs", "By status"):
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text("Queued", exact=True).locator("..")).to_contain_text("0")
        take(page, "page-ops.png")


@contextmanager
def a_busy_house() -> Iterator[PageHouse]:
    """One in which things were made, and some went wrong."""
    with TemporaryDirectory() as folder, a_house(Path(folder), FOLDER) as house:
        house.dev()
        house.broken("haunted house", stage="shape")
        house.broken("hollow earth", stage="clean")
        for thing in THINGS:
            house.made(thing, quality="standard")
        yield house


def take(page: Page, name: str) -> None:
    """The window, once everything in it has come and whatever moved is still."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    until(lambda: page.evaluate(STILL), "nothing moves and every picture is there")
    page.screenshot(path=IMAGES / name)


if __name__ == "__main__":
    main()
