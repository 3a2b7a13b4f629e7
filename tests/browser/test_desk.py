"""The desk: the form, the list, the door, and what is said when something is refused or away."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from jobs.http_client import Client
from jobs.job_store import JobQuery
from jobs.keys import Grant, Keys, Scope, new_key_id
from tests.browser.conftest import NewHouse, Visiting
from tests.browser.house import PageHouse, a_house
from tests.browser.visit import Visit
from tests.pictures import file, photo
from tests.waiting import until

PHONE = {"width": 390, "height": 844}
PAGE_JOBS = 50  # LIST_MAX, web/page/core/jobs.ts
LIMIT = 4  # what the page asks for before somebody submits are three requests

Allow = Callable[..., None]


def ask_for(page: Page, prompt: str) -> None:
    page.get_by_label("What shall be made?").fill(prompt)
    page.get_by_role("button", name="Generate").click()


def the_room_of(page: Page, prompt: str) -> None:
    expect(page.get_by_role("heading", level=1, name=prompt)).to_be_visible()


def asked_for(house: PageHouse, prompt: str) -> int:
    """How many jobs there are of these words."""
    return sum(job.input.prompt == prompt for job in house.client.find(JobQuery(), limit=100))


# --- the form ---------------------------------------------------------------------------------------


def test_words_become_a_job_and_its_room_is_entered(house: PageHouse, page: Page) -> None:
    page.goto("/")
    ask_for(page, "flying bird")
    the_room_of(page, "flying bird")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_label("What shall be made?")).to_have_value("")
    expect(page.locator(".job[aria-current=true] .words")).to_have_text("flying bird")


def test_the_row_is_there_before_the_server_has_answered(house: PageHouse, page: Page) -> None:
    held: list[Route] = []
    page.route("**/v1/jobs", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.goto("/")
    ask_for(page, "a patient cat")
    expect(page.locator(".job", has_text="a patient cat")).to_contain_text("sending")
    expect(page.get_by_role("button", name="Sending")).to_be_disabled()
    held[0].continue_()
    the_room_of(page, "a patient cat")


def test_an_example_is_one_click(house: PageHouse, page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="office chair").click()
    the_room_of(page, "office chair")


def test_options_are_sent_and_a_number_out_of_bounds_is_shown_where_it_is(house: PageHouse, page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Parts").fill("17")
    page.get_by_role("radio", name="draft").check(force=True)
    page.get_by_role("button", name="Options").click()
    ask_for(page, "numbered cat")
    expect(page.get_by_label("Parts")).to_be_focused()
    page.get_by_label("Parts").fill("")
    page.get_by_role("button", name="Generate").click()
    the_room_of(page, "numbered cat")
    (job,) = [job for job in house.client.find(JobQuery(), limit=100) if job.input.prompt == "numbered cat"]
    assert (job.input.seed, job.input.num_parts, job.input.quality) == (7, None, "draft")


def test_refused_words_stay_in_the_form_until_they_are_better(house: PageHouse, page: Page, allow: Allow) -> None:
    allow("400")
    page.goto("/")
    ask_for(page, "12345")
    expect(page.get_by_role("alert")).to_contain_text("Has only digits; name a thing.")
    expect(page.get_by_label("What shall be made?")).to_have_value("12345")
    page.get_by_label("What shall be made?").fill("12345 cats")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_who_writes_too_much_is_told_before_it_is_sent(house: PageHouse, page: Page) -> None:
    page.goto("/")
    page.get_by_label("What shall be made?").fill("🐈" * 190)
    expect(page.get_by_text("10 left")).to_be_visible()
    page.get_by_label("What shall be made?").fill("🐈" * 203)
    expect(page.get_by_text("3 too many")).to_be_visible()
    expect(page.get_by_role("button", name="Generate")).to_be_disabled()


def test_a_picture_is_seen_before_it_is_sent_and_makes_a_job(house: PageHouse, page: Page) -> None:
    page.goto("/")
    picture = page.locator("input[type=file]")
    picture.set_input_files({"name": "cat.gif", "mimeType": "image/gif", "buffer": b"GIF89a"})
    expect(page.get_by_role("alert")).to_contain_text("PNG, JPEG and WebP are read; cat.gif is image/gif.")
    picture.set_input_files({"name": "cat.png", "mimeType": "image/png", "buffer": file(photo(), "PNG")})
    expect(page.get_by_role("img", name="What shall be made")).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    the_room_of(page, "a picture")


def test_a_picture_may_be_dropped_or_pasted_and_a_broken_one_is_refused(
    house: PageHouse, page: Page, allow: Allow
) -> None:
    allow("400")
    page.goto("/")
    expect(page.get_by_label("What shall be made?")).to_be_visible()
    for kind, of in (("drop", "DragEvent"), ("paste", "ClipboardEvent")):
        page.evaluate(
            f"""() => {{
                const data = new DataTransfer();
                data.items.add(new File(["no picture"], "{kind}.png", {{ type: "image/png" }}));
                const init = {{ bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data }};
                document.body.dispatchEvent(new {of}("{kind}", init));
            }}"""
        )
        expect(page.get_by_text(f"{kind}.png")).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("paste.png")).to_be_visible()


def test_a_picture_is_taken_from_the_instant_in_which_the_page_appears(page: Page) -> None:
    page.add_init_script(
        """new MutationObserver((_, observer) => {
            if (!document.querySelector("label.words")) return;
            observer.disconnect();
            const data = new DataTransfer();
            data.items.add(new File(["no picture"], "early.png", { type: "image/png" }));
            document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.goto("/")
    expect(page.get_by_text("early.png")).to_be_visible()


def test_a_lost_answer_makes_no_second_job(house: PageHouse, page: Page, allow: Allow) -> None:
    allow("ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()  # the server takes it on, and nobody hears of it
        route.abort()

    page.goto("/")
    page.route("**/v1/jobs", lose, times=1)
    ask_for(page, "twice sent cat")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.get_by_role("button", name="Send again").click()
    the_room_of(page, "twice sent cat")
    assert asked_for(house, "twice sent cat") == 1


# --- the keyboard, and a phone ------------------------------------------------------------------------


def test_a_job_is_made_without_a_mouse(house: PageHouse, page: Page) -> None:
    page.goto("/")
    expect(page.get_by_label("What shall be made?")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("What shall be made?")).to_be_focused()
    page.keyboard.type("cat/dog")
    page.keyboard.press("Enter")
    the_room_of(page, "cat/dog")


def test_on_a_phone_list_and_room_are_two_screens(house: PageHouse, visiting: Visiting) -> None:
    page = visiting(house, viewport=PHONE)
    job = house.submit("a cat with quite a lot of words to it, more than fit on a line of a phone", quality="draft")

    def nothing_is_cut_off() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"/#/jobs/{job.id}")
    the_room_of(page, "a cat with")
    expect(page.get_by_label("What shall be made?")).to_be_hidden()
    nothing_is_cut_off()
    page.get_by_role("link", name="All jobs").click()
    expect(page.locator(".job", has_text="a cat with")).to_be_visible()
    nothing_is_cut_off()
    page.locator(".job", has_text="a cat with").click()
    the_room_of(page, "a cat with")


# --- the list -----------------------------------------------------------------------------------------


def test_a_filter_in_the_address_survives_a_reload(house: PageHouse, page: Page) -> None:
    house.broken("a cat that failed")
    house.client.cancel(house.submit("a cat nobody wants").id)
    page.goto("/")
    expect(page.locator(".job", has_text="a cat nobody wants")).to_be_visible()
    page.get_by_role("link", name="failed", exact=True).click()
    for _ in range(2):
        expect(page.locator(".job", has_text="a cat that failed")).to_be_visible()
        expect(page.locator(".job", has_text="a cat nobody wants")).to_have_count(0)
        expect(page.get_by_role("link", name="failed", exact=True)).to_have_attribute("aria-current", "true")
        page.reload()


def test_how_often_it_looks_is_kept(house: PageHouse, page: Page) -> None:
    page.goto("/")
    page.get_by_label("Look again").select_option("paused")
    page.reload()
    expect(page.get_by_label("Look again")).to_have_value("0")
    page.get_by_label("Look again").select_option("every 1 s")
    house.submit("a cat from elsewhere", quality="draft")
    expect(page.locator(".job", has_text="a cat from elsewhere")).to_be_visible()


def test_a_row_says_how_far_its_job_is(house: PageHouse, page: Page) -> None:
    house.hold("shape")
    first = house.submit("the cat that runs", quality="draft")
    house.reaches(first.id, "shape")
    house.submit("the cat that waits", quality="draft")
    page.goto("/?#/?list=active")
    expect(page.locator(".job", has_text="the cat that runs")).to_contain_text("%")
    expect(page.locator(".job", has_text="the cat that waits")).to_contain_text("next")
    expect(page.locator(".queue")).to_contain_text("1 runs")


# --- what is away, or refuses -----------------------------------------------------------------------


def test_who_is_cut_off_is_told_and_comes_back_by_themselves(
    house: PageHouse, page: Page, visits: list[Visit], allow: Allow
) -> None:
    allow("ERR_INTERNET_DISCONNECTED")
    page.goto("/")
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    context = visits[0].context
    context.set_offline(True)
    expect(page.get_by_role("status").filter(has_text="Reconnecting.")).to_be_visible()
    page.get_by_label("Look again").select_option("paused")  # so that nothing else asks whether it is back
    house.submit("a cat made meanwhile", quality="draft")
    context.set_offline(False)
    expect(page.get_by_text("Reconnecting.")).to_be_hidden()
    page.get_by_label("Look again").select_option("every 1 s")
    expect(page.locator(".job", has_text="a cat made meanwhile")).to_be_visible()


def test_an_address_that_leads_nowhere_leads_back(house: PageHouse, page: Page) -> None:
    page.goto("/#/nowhere/%")
    the_room_of(page, "There is nothing here")
    page.get_by_role("link", name="To your jobs").click()
    the_room_of(page, "Words become objects")


def test_who_is_too_fast_sees_when_to_send_again(new_house: NewHouse, visiting: Visiting, visits: list[Visit]) -> None:
    house = new_house(LUMEN_RATE_MAX=str(LIMIT), LUMEN_RATE_S="3")
    house.dev()
    page = visiting(house)
    visits[0].allow("429")
    page.add_init_script("localStorage.setItem('lumen.refresh', '0')")
    page.goto("/")
    expect(page.get_by_text("No jobs yet")).to_be_visible()
    with Client(house.url, "") as client:
        for n in range(LIMIT):
            client.submit(f"cat {n}", quality="draft")
    ask_for(page, "one cat too many")
    again = page.get_by_role("button", name="Send again")
    expect(page.get_by_role("alert")).to_contain_text("At most 4 requests in 3 s.")
    expect(again).to_be_disabled()
    expect(again).to_contain_text("Send again in ")
    expect(again).to_be_enabled()
    again.click()
    until(lambda: asked_for(house, "one cat too many") == 1, "it is taken on")


# --- the door -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, built_page: Path) -> Iterator[PageHouse]:
    """`lumen web`: nobody comes in without a key, and no worker takes a job."""
    with a_house(tmp_path_factory.mktemp("web"), built_page) as house:
        house.web()
        yield house


@pytest.fixture
def at_the_door(web: PageHouse, visiting: Visiting, visits: list[Visit]) -> Page:
    page = visiting(web)
    visits[0].allow("401")
    return page


def a_key(house: PageHouse, owner: str, *scopes: Scope) -> str:
    grant = Grant(owner=owner, name="browser", scopes=scopes)
    return Keys(house.platform.records).create(new_key_id(), grant, good_for=timedelta(days=1)).token


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def test_a_key_opens_the_door_to_where_somebody_wanted_to_go(web: PageHouse, at_the_door: Page) -> None:
    page = at_the_door
    key = a_key(web, "ada", Scope.SUBMIT, Scope.READ)
    with Client(web.url, key) as ada:
        job = ada.submit("a cat behind a door")
    page.goto(f"/#/jobs/{job.id}")
    sign_in(page, "lk_nobody_has_this")
    expect(page.get_by_role("alert")).to_contain_text("This key opens nothing here.")
    sign_in(page, key)
    the_room_of(page, "a cat behind a door")
    expect(page.locator(".job", has_text="behind a door")).to_contain_text("next")
    page.reload()
    the_room_of(page, "a cat behind a door")
    page.get_by_role("button", name="Sign out").click()
    the_room_of(page, "Sign in")
    expect(page.get_by_text("behind a door")).to_have_count(0)
    page.reload()
    the_room_of(page, "Sign in")


def test_a_key_may_be_for_less_than_the_page_can(web: PageHouse, at_the_door: Page, visits: list[Visit]) -> None:
    visits[0].allow("403")
    page = at_the_door
    page.goto("/")
    sign_in(page, a_key(web, "bob", Scope.SUBMIT))
    expect(page.get_by_role("alert")).to_contain_text("Ask for one with the scope read.")
    sign_in(page, a_key(web, "eve", Scope.READ))
    expect(page.get_by_text("Your key may look at jobs, but not submit any.")).to_be_visible()
    expect(page.get_by_role("button", name="Generate")).to_have_count(0)


def test_a_long_list_is_read_on_and_ops_see_whose_jobs_they_are(web: PageHouse, at_the_door: Page) -> None:
    page = at_the_door
    oldest, *_ = [web.submit(f"cat {n}") for n in range(PAGE_JOBS + 1)]
    page.goto("/")
    sign_in(page, a_key(web, "olga", Scope.READ, Scope.OPS))
    expect(page.locator(".job")).to_have_count(PAGE_JOBS)
    page.get_by_role("button", name="Older jobs").click()
    row = page.locator(f'.job[href*="{oldest.id}"]')
    expect(row).to_contain_text("local")
    page.get_by_label("Look again").select_option("every 1 s")
    with page.expect_response("**/v1/queue"), page.expect_response("**/v1/jobs?*"):
        pass
    expect(row, "a look at the newest takes no older ones away").to_be_visible()
