"""One job's room: what it shows while the job goes on, what it offers, and that it stays right whoever looks when."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from jobs.errors import REASONS, JobMissing, Reason
from jobs.fields import Checkpoint
from jobs.job import Job
from jobs.status import JobStatus
from models.shelf import Shelf
from tests.browser.conftest import SOURCES, Visiting
from tests.browser.house import PageHouse
from tests.browser.visit import Visit
from tests.pictures import file, photo

SECONDS = re.compile(r"\d s|\d\.\d s|from the shelf")
HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
}"""

DRAWN_TWICE = """log => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    setTimeout(() => done(log.scrollTop)))))"""


@pytest.fixture(scope="module")
def bird(house: PageHouse) -> Job:
    """A job that has succeeded."""
    return house.made("flying bird")


def held(house: PageHouse, stage: str, prompt: str) -> Job:
    """A job that waits in that stage until it is let go."""
    house.hold(stage)
    return house.reaches(house.submit(prompt, quality="draft").id, stage)


def canceled(house: PageHouse, prompt: str) -> Job:
    """A job that nobody ever began, for what needs one that is over."""
    with house.paused():
        return house.client.cancel(house.submit(prompt, quality="draft").id)


def room(page: Page, job: Job) -> Locator:
    page.goto(f"/#/jobs/{job.id}")
    return page.locator(".job-room")


def steps(page: Page) -> Locator:
    return page.get_by_role("list", name="Steps").get_by_role("listitem")


def status(page: Page) -> Locator:
    return page.locator(".job-room .title .status")


# --- while it goes on -------------------------------------------------------------------------------------


def test_stages_advance_with_their_seconds_and_the_title_follows(house: PageHouse, page: Page) -> None:
    job = held(house, "points", "cat")
    room(page, job)
    running = page.locator(".steps .running")
    expect(running).to_contain_text("Sampling points")
    expect(running).to_contain_text(re.compile(r"step \d+ of 28"))
    expect(page.locator(".steps .to-come")).to_have_count(2)
    for name in ("Waiting", "Words", "Shape", "Cleaning"):
        expect(steps(page).filter(has_text=name)).to_contain_text(SECONDS)
    expect(page).to_have_title(re.compile(r"^\d+ % cat - Lumen$"))
    house.release()
    expect(status(page)).to_have_text("succeeded")
    expect(steps(page).filter(has_text="Preview")).to_contain_text(SECONDS)
    expect(page).to_have_title("succeeded cat - Lumen")


def test_a_reload_in_the_middle_comes_back_to_the_same_with_its_log(house: PageHouse, page: Page) -> None:
    job = held(house, "export", "office chair")
    room(page, job)
    expect(page.locator(".steps .running")).to_contain_text("step 27 of 28")
    before = steps(page).locator(".name").all_inner_texts()
    page.reload()
    expect(page.locator(".steps .running")).to_contain_text("step 27 of 28")
    assert steps(page).locator(".name").all_inner_texts() == before
    for said in ("Asked for.", "1st try begins", "Words: ", "Shape: ", "Writing the object: step 27 of 28"):
        expect(page.get_by_role("log")).to_contain_text(said)
    house.client.cancel(job.id)


def test_the_log_follows_until_somebody_scrolls_up(house: PageHouse, page: Page) -> None:
    house.hold("preview")
    house.hold("export")
    job = held(house, "points", "horse")
    room(page, job)
    log = page.get_by_role("log")
    expect(log).to_contain_text("Sampling points")
    log.evaluate("log => { log.style.maxHeight = '4rem' }")
    house.release("points")
    expect(log).to_contain_text("Writing the object")
    page.wait_for_function("log => log.scrollTop + log.clientHeight >= log.scrollHeight - 1", arg=log.element_handle())
    log.evaluate("log => { log.scrollTop = 0 }")
    house.release("export")
    expect(log).to_contain_text("Taking the picture")
    assert log.evaluate(DRAWN_TWICE) == 0
    house.client.cancel(job.id)


def test_a_picture_appears_as_soon_as_there_is_one(house: PageHouse, page: Page) -> None:
    """The procedural route draws none, so one is put where the stage that draws would have left it."""
    key = f"text_to_image/{0:064}"
    with house.paused():
        job = house.submit("dog", quality="draft")
        here = room(page, job)
        expect(page.locator(".waiting")).to_be_visible()
        expect(here.locator(".early img")).to_have_count(0)
        Shelf(house.platform.bucket).put(key, {"picture.png": file(photo(), "PNG")})
        checkpoint = {"text_to_image": Checkpoint(key=key, seconds=1)}
        house.platform.store.update(job.id, lambda job, _now: job.model_copy(update={"checkpoints": checkpoint}))
        expect(here.locator(".early")).to_contain_text("What the shape is made from")
        expect(here.locator(".early img")).to_have_js_property("complete", True)
        house.client.cancel(job.id)


def test_who_waits_is_told_its_place_and_that_ops_have_paused(house: PageHouse, page: Page) -> None:
    with house.paused():
        before = house.submit("flying bird", quality="draft")
        job = house.submit("lamp", quality="draft")
        room(page, job)
        expect(page.locator(".waiting")).to_contain_text("1 ahead of it; paused by ops")
        expect(page.get_by_role("progressbar", name="Progress")).not_to_have_attribute("value", re.compile(".*"))
        expect(page).to_have_title("queued lamp - Lumen")
        house.client.cancel(before.id)
        expect(page.locator(".waiting")).to_contain_text("It is next; paused by ops")
    expect(status(page)).not_to_have_text("queued")


def test_a_hidden_tab_holds_no_stream_and_is_right_when_looked_at_again(house: PageHouse, page: Page) -> None:
    job = held(house, "shape", "table")
    with page.expect_response("**/events"):
        room(page, job)
    expect(page.locator(".steps .running")).to_be_visible()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/events")):
        page.evaluate(HIDE, True)
    house.client.cancel(job.id)
    house.becomes(job.id, JobStatus.CANCELED)
    expect(status(page)).to_have_text("running")
    page.evaluate(HIDE, False)
    expect(status(page)).to_have_text("canceled")


# --- what somebody may do ---------------------------------------------------------------------------------


def test_a_cancel_is_asked_for_once_and_says_what_it_cost(house: PageHouse, page: Page) -> None:
    job = held(house, "shape", "bottle")
    room(page, job).get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Canceled")).to_be_visible()
    expect(page.get_by_text("of work had been done")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Somebody asked for it to be canceled.")
    assert house.job(job.id).status is JobStatus.CANCELED


def test_a_failed_job_says_why_and_is_tried_again_in_its_place(house: PageHouse, page: Page) -> None:
    job = house.broken("sad bird", quality="draft")
    here = room(page, job)
    expect(here.get_by_role("heading", name="It failed in “Shape”, on the route procedural")).to_be_visible()
    expect(here.get_by_text(REASONS[Reason.GENERATION_FAILED].sentence)).to_be_visible()
    expect(here.get_by_text("the kiln went cold", exact=False).first).to_be_visible()
    expect(here.get_by_text("Trying again can help.")).to_be_visible()
    expect(here.get_by_role("link", name="GENERATION_FAILED")).to_have_attribute("href", "/docs#generation_failed")
    house.hold("shape")
    here.get_by_role("button", name="Try again").click()
    expect(page.locator(".steps .running")).to_contain_text("step")
    assert page.url.endswith(job.id)
    expect(page.get_by_role("log")).to_contain_text("Tried again by")
    house.client.cancel(job.id)


def test_a_new_seed_makes_another_job(house: PageHouse, page: Page) -> None:
    job = canceled(house, "sofa")
    with house.paused():
        room(page, job).get_by_role("button", name="New seed").click()
        expect(page).not_to_have_url(re.compile(job.id))
        another = house.job(page.url.rpartition("/")[2])
        house.client.cancel(another.id)
    assert another.input == job.input.model_copy(update={"seed": another.input.seed})
    assert another.input.seed != job.input.seed


def test_what_is_hopeless_offers_other_words_first(house: PageHouse, page: Page) -> None:
    house.refuses("shape")
    job = house.becomes(house.submit("impossible bird", quality="draft").id, JobStatus.FAILED)
    expect(room(page, job).get_by_text("Trying the same again changes nothing")).to_be_visible()
    edit = page.locator(".actions button.main")
    expect(edit).to_have_text("Edit the words")
    edit.click()
    expect(page.get_by_label("What shall be made?")).to_have_value("impossible bird")


def test_a_job_is_deleted_only_by_who_means_it(house: PageHouse, page: Page) -> None:
    job = canceled(house, "unloved bird")
    room(page, job).get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep it").click()
    assert house.job(job.id).id == job.id
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page).not_to_have_url(re.compile(job.id))
    with pytest.raises(JobMissing):
        house.job(job.id)


def test_two_tabs_follow_one_job_also_when_one_of_them_tries_it_again(house: PageHouse, visiting: Visiting) -> None:
    job = held(house, "shape", "twin bird")
    first = visiting(house)
    second = first.context.new_page()
    for tab in (first, second):
        room(tab, job)
        expect(tab.locator(".steps .running")).to_be_visible()
    first.get_by_role("button", name="Cancel").click()
    for tab in (first, second):
        expect(tab.get_by_role("heading", name="Canceled")).to_be_visible()
    second.get_by_role("button", name="Try again").click()
    for tab in (second, first):
        expect(tab.locator(".steps .running")).to_contain_text("step")
    house.client.cancel(job.id)


# --- what comes of it -------------------------------------------------------------------------------------


def test_a_download_has_the_bytes_of_the_bucket(house: PageHouse, page: Page, bird: Job, tmp_path: Path) -> None:
    here = room(page, bird)
    for name in ("object.glb", "points.npz", "object.stl"):
        saved = downloaded(here, name, tmp_path)
        assert saved.name == f"flying-bird-{name}"
        assert saved.read_bytes() == house.platform.bucket.get(f"jobs/{bird.id}/{bird.claims}/{name}")
    document = json.loads(downloaded(here, "job.json", tmp_path).read_text())
    ours = {name: value for name, value in document.items() if name not in {"links", "queue_position"}}
    assert Job.model_validate_json(json.dumps(ours)) == bird


def downloaded(here: Locator, name: str, folder: Path) -> Path:
    with here.page.expect_download() as told:
        here.get_by_role("button", name=name).click()
    path = folder / told.value.suggested_filename
    told.value.save_as(path)
    return path


def test_the_facts_of_a_result_are_told(page: Page, bird: Job) -> None:
    facts = room(page, bird).get_by_role("region", name="Facts")
    assert bird.output
    for said in (bird.output.template, bird.output.route, "closed (watertight)", bird.id):
        expect(facts).to_contain_text(said)
    assert bird.output.watertight


def test_a_job_that_is_not_there_is_said_to_be_nowhere(page: Page, visits: list[Visit]) -> None:
    visits[0].allow("404")
    page.goto("/#/jobs/j_nothing")
    expect(page.get_by_text("There is no such job among yours", exact=False)).to_be_visible()


def test_the_sentences_of_reasons_are_those_of_the_table() -> None:
    said = re.findall(r'(\w+): "(.+)",', (SOURCES / "core" / "reasons.ts").read_text())
    assert len(said) > 10
    assert dict(said) == {name: REASONS[Reason(name)].sentence for name, _ in said}
