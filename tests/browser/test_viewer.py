"""The object in a canvas: its parts by their colours, hidden, lit and taken apart; and what is there without WebGL."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from jobs.job import Job
from models.palette import colour, linear
from tests.browser.conftest import Visiting
from tests.browser.house import PageHouse
from tests.browser.visit import Visit
from tests.chromium import PATIENCE_MS
from tests.waiting import until

PATIENCE_S = 15  # only a failing test waits that long
HEAD, LEFT_WING, RIGHT_WING = 0, 2, 3
LOSE = "document.querySelector('canvas').getContext('webgl2').getExtension('WEBGL_lose_context')"
SMALL: Any = {"viewport": {"width": 420, "height": 1200}, "reduced_motion": "reduce"}
DITHER = 4  # of 255
GREY = (1 / 3, 1 / 3, 1 / 3)


@pytest.fixture(scope="module")
def bird(house: PageHouse) -> Job:
    return house.made("flying bird")


@dataclass
class View:
    """The viewer as somebody sees it. Without motion, so that a picture is the last one at once."""

    page: Page
    job: Job

    @property
    def at(self) -> str:
        return f"/#/jobs/{self.job.id}"

    @property
    def canvas(self) -> Locator:
        return self.page.locator("canvas")

    @property
    def stand(self) -> Locator:
        return self.page.get_by_role("tabpanel")

    @property
    def excuse(self) -> Locator:
        return self.page.get_by_label("The object").get_by_role("status")

    def open(self) -> "View":
        self.page.goto(self.at)
        self.stand.scroll_into_view_if_needed()
        expect(self.stand).to_have_attribute("aria-busy", "false")
        return self

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()
        expect(self.stand).to_have_attribute("aria-busy", "false")

    def row(self, name: str) -> Locator:
        return self.page.get_by_role("row", name=name)

    def picture(self) -> NDArray[np.uint8]:
        return np.asarray(Image.open(io.BytesIO(self.canvas.screenshot())).convert("RGB"))

    def parts(self) -> NDArray[np.int64]:
        """Which part's colour each pixel has, -1 for none: light changes how bright a colour is, not which."""
        assert self.job.output
        light = linear_light(self.picture())
        paints = np.array([linear(colour(part.id)) for part in self.job.output.parts])
        tints = np.vstack([paints / paints.sum(axis=1, keepdims=True), [GREY]])
        tint = light / np.maximum(light.sum(axis=2, keepdims=True), 1e-6)
        nearest = np.linalg.norm(tint[:, :, None] - tints, axis=3).argmin(axis=2)
        return np.where(nearest == len(paints), -1, nearest)

    def sees(self, part: int) -> int:
        """How many pixels have its colour."""
        return int((self.parts() == part).sum())

    def changes(self, since: NDArray[np.uint8], what: str) -> NDArray[np.uint8]:
        """The next picture that is another one."""
        seen = [since]

        def another() -> bool:
            seen.append(self.picture())
            return not alike(seen[-1], since)

        until(another, what, within_s=PATIENCE_S)
        return seen[-1]


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two pictures show the same: Chromium dithers the ground behind the object, not always alike."""
    return bool(np.abs(one.astype(int) - other).max() <= DITHER)


def middle(parts: NDArray[np.int64], part: int) -> NDArray[np.float64]:
    """Where a part is, x and y: the median, because an outline here and there has its colour too."""
    rows, columns = np.nonzero(parts == part)
    return np.array([np.median(columns), np.median(rows)])


def linear_light(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    value = picture / 255
    light: NDArray[np.float64] = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light


@pytest.fixture(scope="module")
def visit(house: PageHouse, browser: Browser) -> Iterator[Visit]:
    """One page for most tests: each opens the object anew, and none loads the page again."""
    context = browser.new_context(base_url=house.url, **SMALL)
    context.set_default_timeout(PATIENCE_MS)
    yield Visit(context, house.url)
    context.close()


@pytest.fixture
def view(visit: Visit, bird: Job) -> Iterator[View]:
    page = visit.context.pages[0] if visit.context.pages else visit.context.new_page()
    page.mouse.move(1, 1)  # over no part of the object
    page.goto("/#/")
    expect(page.get_by_role("tabpanel")).to_have_count(0)
    yield View(page, bird).open()
    assert not visit.wrong


@pytest.fixture
def fresh(house: PageHouse, bird: Job, visiting: Visiting) -> View:
    """A page of its own, that was not anywhere yet."""
    return View(visiting(house, **SMALL), bird)


# --- the canvas --------------------------------------------------------------------------------------


def test_every_part_is_seen_in_its_own_colour(view: View) -> None:
    picture, parts = view.picture(), view.parts()
    assert view.job.output
    for part in view.job.output.parts[:4]:  # head, body and wings; tail and legs are behind them
        pixels = picture[parts == part.id].astype(float)
        assert len(pixels) > 500, part.name
        middle = np.median(pixels, axis=0)
        assert np.abs(middle - np.array(colour(part.id))).max() < 45, (part.name, middle)


def test_a_hidden_part_is_gone_and_comes_back(view: View) -> None:
    before = view.sees(LEFT_WING)
    view.page.get_by_label("Show left wing").uncheck()
    until(lambda: view.sees(LEFT_WING) < before / 50, "the left wing is gone", within_s=PATIENCE_S)
    expect(view.row("left wing")).to_be_visible()
    view.page.get_by_role("button", name="Show only head").click()
    until(lambda: view.sees(RIGHT_WING) == 0, "there is a head alone", within_s=PATIENCE_S)
    view.page.get_by_role("button", name="Show all").click()
    until(lambda: view.sees(LEFT_WING) == pytest.approx(before, rel=0.02), "everything is back", within_s=PATIENCE_S)


def test_explode_moves_the_parts_away_from_each_other(view: View) -> None:
    def apart() -> float:
        """From wing to wing, in lengths of the head's outline: the camera stands back meanwhile."""
        parts = view.parts()
        between = middle(parts, LEFT_WING) - middle(parts, RIGHT_WING)
        return float(np.linalg.norm(between)) / float((parts == HEAD).sum()) ** 0.5

    before = apart()
    view.page.get_by_label("Explode").fill("1")
    until(lambda: apart() > 1.5 * before, "the wings are apart", within_s=PATIENCE_S)
    inside = view.parts()
    assert (inside[:, [0, -1]] == -1).all(), "a part leaves the canvas"


def test_a_wireframe_can_be_seen_through(view: View) -> None:
    before = view.picture()
    view.page.get_by_label("Wireframe").check()
    wires = view.changes(before, "wires are drawn")
    assert (np.abs(before.astype(int) - wires).max(axis=2) > DITHER).mean() > 0.05


def test_points_have_the_colours_of_their_parts(view: View) -> None:
    before = view.sees(RIGHT_WING)
    view.tab("Points")
    until(lambda: 200 < view.sees(RIGHT_WING) < before, "there are points", within_s=PATIENCE_S)
    view.page.get_by_label("Show right wing").uncheck()
    until(lambda: view.sees(RIGHT_WING) < 20, "its points are gone", within_s=PATIENCE_S)


def test_a_row_under_the_pointer_leaves_the_other_parts_pale(view: View) -> None:
    before = view.sees(RIGHT_WING)
    view.row("left wing").hover()
    until(lambda: view.sees(RIGHT_WING) < before / 2, "the right wing is a ghost", within_s=PATIENCE_S)
    assert view.sees(LEFT_WING) > 500
    view.page.mouse.move(1, 1)
    until(lambda: view.sees(RIGHT_WING) == pytest.approx(before, rel=0.02), "it is back", within_s=PATIENCE_S)


def test_a_part_under_the_pointer_is_named_and_a_click_chooses_it(view: View) -> None:
    x, y = middle(view.parts(), LEFT_WING).tolist()
    view.canvas.hover(position={"x": x, "y": y})
    expect(view.row("left wing")).to_contain_class("pointed")
    expect(view.stand.get_by_text("left wing")).to_be_visible()
    view.canvas.click(position={"x": x, "y": y})
    chosen = view.page.get_by_role("button", name="left wing", pressed=True)
    expect(chosen).to_be_visible()
    view.canvas.press("Escape")
    expect(chosen).to_have_count(0)


def test_keys_turn_the_object_and_zero_turns_it_back(view: View) -> None:
    view.page.keyboard.press("Shift")  # whoever uses keys is shown the hint
    view.canvas.focus()
    expect(view.page.get_by_text("Arrow keys turn it")).to_be_visible()
    last = first = view.picture()
    for key in ("ArrowRight", "ArrowUp", "+", "-"):
        view.page.keyboard.press(key)
        last = view.changes(last, f"{key} does something")
    view.page.keyboard.press("0")
    until(lambda: alike(view.picture(), first), "it stands as before", within_s=PATIENCE_S)


def test_it_turns_by_itself_until_somebody_takes_hold_of_it(view: View) -> None:
    before = view.picture()
    turn = view.page.get_by_label("Rotate")
    expect(turn).not_to_be_checked()
    turn.check()
    view.changes(before, "it turns")
    view.canvas.click()
    expect(turn).not_to_be_checked()


def test_who_leaves_gives_the_graphics_card_back(view: View) -> None:
    context = view.page.evaluate_handle("document.querySelector('canvas').getContext('webgl2')")
    assert not context.evaluate("it => it.isContextLost()")
    view.page.goto("/#/")
    until(lambda: bool(context.evaluate("it => it.isContextLost()")), "it is given back", within_s=PATIENCE_S)


# --- without it --------------------------------------------------------------------------------------


def test_without_webgl_there_are_the_picture_and_a_sentence(fresh: View) -> None:
    view, asked = fresh, list[str]()
    view.page.on("request", lambda request: asked.append(request.url))
    view.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    view.open()
    expect(view.excuse).to_contain_text("no WebGL")
    expect(view.stand.get_by_role("img")).to_be_visible()
    expect(view.page.get_by_label("Explode")).to_have_count(0)
    assert not any(url.endswith("object.glb") for url in asked)


def test_a_lost_context_shows_the_picture_until_it_is_given_back(fresh: View, visits: list[Visit]) -> None:
    view = fresh.open()
    visits[0].allow("CONTEXT_LOST_WEBGL")
    before = view.sees(LEFT_WING)
    view.page.evaluate(f"window.card = {LOSE}; card.loseContext()")
    expect(view.excuse).to_contain_text("graphics card")
    expect(view.stand.get_by_role("img")).to_be_visible()
    view.page.evaluate("card.restoreContext()")
    expect(view.excuse).to_have_count(0)
    until(lambda: view.sees(LEFT_WING) == pytest.approx(before, rel=0.02), "it is drawn again", within_s=PATIENCE_S)


def test_a_damaged_file_shows_the_picture_and_its_points_all_the_same(fresh: View) -> None:
    view = fresh
    view.page.route("**/object.glb", lambda route: route.fulfill(body=b"glTF" + bytes(40)))
    view.open()
    expect(view.excuse).to_contain_text("The 3D file is damaged")
    expect(view.stand.get_by_role("img")).to_be_visible()
    view.tab("Points")
    expect(view.excuse).to_have_count(0)
    until(lambda: view.sees(RIGHT_WING) > 200, "there are points", within_s=PATIENCE_S)
    view.page.unroute("**/object.glb")
    view.tab("3D mesh")
    until(lambda: view.sees(RIGHT_WING) > 500, "there is an object", within_s=PATIENCE_S)
