"""Every room in every state, for those who do not see it, do not point, or see it on a phone or in the dark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import SOURCE, findings
from tests.browser.conftest import DESK, Visiting
from tests.browser.house import PageHouse, a_house
from tests.browser.visit import Visit
from tests.needs import needs
from tests.waiting import until

PHONE = {"width": 390, "height": 844}
LAYOUT = ("page-has-heading-one", "heading-order", "landmark-one-main", "scrollable-region-focusable", "target-size")
TARGET_PX = 24  # WCAG 2.2, 2.5.8
needs_axe = needs(SOURCE.exists(), "axe-core is not installed: make page")
Addresses = dict[str, str]


@pytest.fixture(scope="module")
def rooms(house: PageHouse) -> Addresses:
    """A job in every way of being over, and where they are found. The failed one has a dead letter."""
    made, broken = house.made(), house.broken()
    house.lumen("keys", "create", "--owner", "ada", "--scope", "read")  # which stands in the audit
    with house.paused():
        canceled = house.submit("canceled bird")
        house.client.cancel(canceled.id)
    return {
        "desk": "/#/",
        "no match": "/#/?list=active",
        "succeeded": f"/#/jobs/{made.id}",
        "failed": f"/#/jobs/{broken.id}",
        "canceled": f"/#/jobs/{canceled.id}",
        "not there": "/#/jobs/j_nowhere",
        "nowhere": "/#/nowhere",
        "overview": "/#/ops",
        "dead letters": "/#/ops/dead",
        "dead letter": f"/#/ops/dead/{broken.id}",
        "audit": "/#/ops/audit",
    }


#: What a room shows once it has its answers.
THERE = {
    "succeeded": "left wing",
    "failed": "the kiln went cold",
    "overview": "By status",
    "dead letters": "broken bird",
    "dead letter": "the kiln went cold",
    "audit": "keys.create",
}


def settled(page: Page, room: str = "") -> None:
    """Whatever the room asks for was answered."""
    if room in THERE:
        expect(page.get_by_role("main").get_by_text(THERE[room]).filter(visible=True).first).to_be_visible()
    expect(page.locator("h1:visible").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def assert_clean(page: Page) -> None:
    """Light with every rule, dark with the one that colours can break."""
    assert in_any_light(page) == []


def in_any_light(page: Page) -> list[str]:
    page.emulate_media(color_scheme="light")
    light = findings(page)
    page.emulate_media(color_scheme="dark")
    return light + [f"dark: {finding}" for finding in findings(page, "color-contrast")]


def on_a_phone(page: Page) -> list[str]:
    """With the rules that another layout can break."""
    page.set_viewport_size(PHONE)
    found = [f"phone: {finding}" for finding in findings(page, *LAYOUT)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("phone: it scrolls sideways")
    page.set_viewport_size(DESK)
    return found


# --- axe ----------------------------------------------------------------------------------------------------


@needs_axe
@pytest.mark.parametrize(
    "names",
    [
        ["desk", "no match", "succeeded", "failed", "canceled", "not there", "nowhere"],
        ["overview", "dead letters", "dead letter", "audit"],
    ],
    ids=["jobs", "ops"],
)
def test_axe_finds_nothing(page: Page, rooms: Addresses, allow: Callable[..., None], names: list[str]) -> None:
    allow("404")
    found = {}
    for name in names:
        page.goto(rooms[name])
        settled(page, name)
        found[name] = in_any_light(page) + on_a_phone(page)
    assert {name: each for name, each in found.items() if each} == {}


@needs_axe
def test_axe_finds_nothing_while_a_job_waits_and_runs(house: PageHouse, page: Page) -> None:
    house.hold("shape")
    running, queued = house.submit("slow bird"), house.submit("late bird")
    house.reaches(running.id, "shape")
    for job in (running, queued):
        page.goto(f"/#/jobs/{job.id}")
        expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text(str(job.input.prompt))
        assert_clean(page)


@needs_axe
@pytest.mark.parametrize("room, opens", [("canceled", "Delete"), ("overview", "Pause")])
def test_axe_finds_nothing_in_a_dialog(page: Page, rooms: Addresses, room: str, opens: str) -> None:
    page.goto(rooms[room])
    page.get_by_role("main").get_by_role("button", name=opens).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_clean(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name=opens)).to_be_focused()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, built_page: Any) -> Iterator[PageHouse]:
    """A house that asks who somebody is."""
    with a_house(tmp_path_factory.mktemp("guarded"), built_page) as house:
        house.web()
        yield house


@needs_axe
def test_axe_finds_nothing_at_the_door_nor_behind_it(
    guarded: PageHouse, visiting: Visiting, visits: list[Visit]
) -> None:
    """The door, a key that is none, an empty list, and the room for ops whose key is not for it."""
    page = visiting(guarded)
    visits[0].allow("401")
    page.goto("/#/ops")
    key = page.get_by_label("Your key")
    expect(key).to_be_visible()
    assert_clean(page)
    key.fill("lk_nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_clean(page)
    key.fill(guarded.key("ada", "submit", "read"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("This room is for ops")).to_be_visible()
    assert_clean(page)
    page.goto("/#/")
    expect(page.get_by_label("What shall be made?")).to_be_visible()
    settled(page)
    assert_clean(page)


@needs_axe
def test_axe_would_find_something(page: Page) -> None:
    page.goto("/")
    settled(page)
    page.evaluate("document.querySelector('main').append(Object.assign(document.createElement('img'), {src: ''}))")
    assert any("image-alt" in finding for finding in findings(page))


# --- keys and motion ------------------------------------------------------------------------------------------

CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
# Each control gets a number, and all radio buttons of a group the same: Tab comes to one of them.
MARK = """(controls) => {
    const groups = {};
    const here = [...document.querySelectorAll(controls)].filter(
        (each) => each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0);
    return here.map((each, n) => {
        each.dataset.stop = each.type === 'radio' ? (groups[each.name] ??= n) : n;
        return each.dataset.stop;
    });
}"""
FOCUSED = """() => {
    const each = document.activeElement, box = each.getBoundingClientRect();
    const seen = ({outlineWidth, outlineStyle, boxShadow}) =>
        (parseFloat(outlineWidth) > 0 && outlineStyle !== 'none') || boxShadow !== 'none';
    const shown = [each, each.closest('label')].some((one) => one && seen(getComputedStyle(one)));
    const inside = box.bottom > 0 && box.top < innerHeight;
    const {dataset: {stop = ''}, outerHTML} = each;
    return {stop, what: outerHTML.slice(0, 100), shown, inside, out: each === document.body};
}"""


def walk(page: Page) -> list[dict[str, Any]]:
    """Where Tab leads, from the top until it leaves the page."""
    page.evaluate("document.activeElement.blur()")
    stops: list[dict[str, Any]] = []
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["out"]:
            return stops
        stops.append(stop)
    raise AssertionError("Tab is caught somewhere")


@pytest.mark.parametrize("room", ["succeeded", "failed"])
def test_tab_reaches_every_control_and_shows_where_it_is(page: Page, rooms: Addresses, room: str) -> None:
    page.goto(rooms[room])
    settled(page, room)
    expected = page.evaluate(MARK, CONTROLS)
    stops = walk(page)
    assert set(expected) - {stop["stop"] for stop in stops} == set()
    assert [stop["what"] for stop in stops if not (stop["shown"] and stop["inside"])] == []


def test_nothing_moves_by_itself_for_who_wants_no_motion(house: PageHouse, page: Page) -> None:
    moving = "document.getAnimations().some((each) => each.playState === 'running')"
    with house.paused():
        job = house.submit("patient bird")
        page.goto(f"/#/jobs/{job.id}")
        until(lambda: page.evaluate(moving), "a bar goes to and fro")
        page.emulate_media(reduced_motion="reduce")
        until(lambda: not page.evaluate(moving), "it stands still")
        house.client.cancel(job.id)


def test_what_is_touched_on_a_phone_is_large_enough(house: PageHouse, visiting: Visiting, rooms: Addresses) -> None:
    page = visiting(house, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(rooms["succeeded"])
    settled(page, "succeeded")
    small = """(px) => [...document.querySelectorAll('button, summary, select')]
        .map((each) => [each.getBoundingClientRect(), each.outerHTML.slice(0, 100)])
        .filter(([{width, height}]) => width > 0 && Math.min(width, height) < px)"""
    assert page.evaluate(small, TARGET_PX) == []
