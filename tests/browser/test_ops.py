"""The room for ops: what it says is what the API says, and whatever is done there stands in the audit."""

from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

from jobs.dead_filter import parse_filter
from jobs.errors import Reason
from jobs.fields import Failure
from jobs.job import Job
from jobs.pause import Pauses
from jobs.queue import Message
from jobs.request import parse_request
from jobs.status import JobStatus
from tests.browser.conftest import NewHouse, Visiting
from tests.browser.house import PageHouse
from tests.browser.visit import Visit
from tests.builders import a_job, claimed, lease_of
from tests.waiting import until

REFRESH_MS = 5000  # web/page/ops/overview.tsx
AUDIT_PAGE = 50  # PAGE, web/page/ops/audit.tsx
numbers = count()


def dead(house: PageHouse, tag: str, *, reason: Reason = Reason.GENERATION_FAILED) -> Job:
    """A job that failed as soon as it was claimed; the house would make it."""
    platform, number = house.platform, next(numbers)
    now = platform.store.now()
    request = parse_request({"input": {"prompt": f"bird {number}", "quality": "draft"}, "tags": [tag]})
    job = claimed(a_job(f"dead{number}", now=now, request=request), now=now)
    failure = Failure(reason=reason, message="It broke.", retryable=reason is Reason.GENERATION_FAILED, at=now)
    job = job.fail(lease_of(job), failure, now=now)
    platform.store.create(job)
    return job


def garbage(house: PageHouse, data: bytes) -> str:
    message_id = f"msg{next(numbers)}"
    house.platform.letters.reject(Message(data), message_id=message_id, why="no job_id in it")
    house.platform.letters.drain(limit=9)
    return f"m-{message_id}"


def says_why(page: Page, button: str, why: str) -> None:
    """In the dialog that is open."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill(why)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).not_to_be_attached()


def row(page: Page | Locator, *words: str) -> Locator:
    found = page.locator("tbody tr")
    for each in words:
        found = found.filter(has_text=each)
    return found


def audited(house: PageHouse, why: str) -> list[dict[str, Any]]:
    return [entry for entry in house.asked("/v1/audit?page_size=100")["entries"] if entry["why"] == why]


# --- the overview -----------------------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_api(house: PageHouse, page: Page) -> None:
    house.made("numbered bird")
    house.broken("numbered cat")
    said = house.asked("/v1/stats?since=24h")
    page.goto("/#/ops")
    for status, number in said["by_status"].items():
        expect(row(page.get_by_label("By status"), status).locator(".number")).to_have_text(str(number))
    failed = row(page.get_by_label("Errors by reason"), "GENERATION_FAILED").locator(".number")
    expect(failed).to_have_text(str(said["by_reason"]["GENERATION_FAILED"]))
    run = row(page.get_by_label("Seconds", exact=True), "Run").locator(".number")
    measured = said["run_seconds"]
    expect(run).to_have_text([*(f"{measured[name]:.1f} s" for name in ("p50", "p95", "p99")), str(measured["of"])])
    route = row(page.get_by_label("By route", exact=True), "procedural").locator(".number").nth(1)
    expect(route).to_have_text(str(said["by_route"]["procedural"]["failed"]))
    expect(page.get_by_text(f"Of {said['of']} jobs made in the last 24 hours.")).to_be_visible()
    assert min(said["by_status"][status] for status in ("succeeded", "failed")) > 0


def test_how_far_back_the_numbers_go_is_in_the_address(house: PageHouse, page: Page) -> None:
    page.goto("/#/ops")
    page.get_by_role("link", name="last hour").click()
    expect(page.get_by_text("made in the last hour.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="last hour")).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("made in the last hour.")).to_be_visible()


def test_the_numbers_stand_still_when_somebody_wants_them_to(house: PageHouse, page: Page) -> None:
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url) if "/v1/stats" in request.url else None)
    page.clock.install()
    page.goto("/#/ops")
    expect(page.get_by_text("By status")).to_be_visible()
    page.clock.run_for(REFRESH_MS)
    until(lambda: len(looks) > 1, "it looks again by itself")
    with page.expect_response("**/v1/stats*"):
        page.get_by_label("Refresh by itself").uncheck()
    before = len(looks)
    page.clock.run_for(3 * REFRESH_MS)
    page.get_by_role("link", name="last hour").click()
    expect(page.get_by_text("made in the last hour.")).to_be_visible()
    assert len(looks) - before <= 2  # that of the last hour, and one that was on its way


def test_a_reason_leads_to_its_dead_letters(house: PageHouse, page: Page) -> None:
    out_of_memory = dead(house, "reasons", reason=Reason.GPU_OUT_OF_MEMORY)
    dead(house, "reasons")
    page.goto("/#/ops")
    page.get_by_role("link", name="GPU_OUT_OF_MEMORY").click()
    expect(page.get_by_label("Reason", exact=True)).to_have_value("GPU_OUT_OF_MEMORY")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(row(page, out_of_memory.id)).to_be_visible()


# --- dead letters -----------------------------------------------------------------------------------------


def test_a_filter_survives_a_reload(house: PageHouse, page: Page) -> None:
    mine = dead(house, "filtered")
    dead(house, "another")
    page.goto("/#/ops/dead")
    page.get_by_text("More filters").click()
    page.get_by_label("Tag", exact=True).fill("filtered")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(row(page, mine.id)).to_be_visible()
    expect(page.get_by_label("Tag", exact=True)).to_have_value("filtered")
    page.get_by_role("link", name="Clear").click()
    expect(row(page, mine.id)).to_be_visible()
    expect(page.locator("tbody tr")).not_to_have_count(1)


def test_what_is_typed_stays_while_the_list_changes_below(house: PageHouse, page: Page) -> None:
    job = dead(house, "typed")
    page.goto("/#/ops/dead?tag=typed")
    page.get_by_label("Stage", exact=True).fill("sha")
    page.get_by_label(job.id).check()
    expect(page.get_by_role("button", name="Replay selected (1)")).to_be_enabled()
    expect(page.get_by_label("Stage", exact=True)).to_have_value("sha")


def test_a_filter_that_makes_no_sense_is_refused_in_words(
    house: PageHouse, page: Page, allow: Callable[..., None]
) -> None:
    allow("400")
    job = dead(house, "sense")
    page.goto("/#/ops/dead?tag=sense")
    expect(row(page, job.id)).to_be_visible()
    page.get_by_label("Died since").fill("yesterday")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'yesterday' is neither an age")
    expect(page.locator("table")).to_have_count(0)


def test_one_is_seen_with_its_traceback_and_replayed_until_it_is_made(house: PageHouse, page: Page) -> None:
    job = house.broken("lost bird")
    page.goto("/#/ops/dead")
    page.get_by_role("link", name="lost bird").click()
    expect(page.get_by_text("Trying again can help.")).to_be_visible()
    expect(page.get_by_label("Traceback of attempt 1", exact=True)).to_contain_text("the kiln went cold")
    expect(page.get_by_text(f"lumen dlq show {job.id}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Replay").click()
    says_why(page, "Replay", "the kiln is warm")
    expect(page.locator(".letter .status")).to_have_text("succeeded")
    assert house.job(job.id).status == JobStatus.SUCCEEDED
    (entry,) = audited(house, "the kiln is warm")
    assert (entry["action"], entry["ids"], entry["counts"]) == ("dlq.replay", [job.id], {"replayed": 1})


def test_all_that_match_are_counted_first_and_no_more_are_replayed(house: PageHouse, page: Page) -> None:
    jobs = [dead(house, "many", reason=Reason.INVALID_INPUT), dead(house, "many"), dead(house, "many")]
    page.goto("/#/ops/dead?tag=many")
    page.get_by_role("button", name="Replay all matching").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 jobs, in about 2 s.")
    expect(dialog).to_contain_text("For 1 of them trying again changes nothing.")
    dialog.get_by_label("No more than").fill("2")
    dialog.get_by_label("Jobs a second").fill("50")
    expect(dialog).to_contain_text("2 jobs, in about 0 s.")
    assert [house.job(job.id).status for job in jobs] == [JobStatus.FAILED] * 3
    with house.paused():
        says_why(page, "Replay 2", "does it fit now?")
        expect(page.get_by_text("Done: 2 of 2 replayed.")).to_be_visible()
        assert [house.job(job.id).status for job in jobs] == [JobStatus.FAILED, JobStatus.QUEUED, JobStatus.QUEUED]
    (entry,) = audited(house, "does it fit now?")
    assert (entry["filter"], entry["of"], entry["counts"]) == (["tag=many"], 2, {"replayed": 2})


def test_those_that_were_chosen_are_replayed_but_for_who_was_quicker(
    house: PageHouse, page: Page, allow: Callable[..., None]
) -> None:
    allow("409")
    left, mine, other = (dead(house, "chosen") for _ in range(3))
    page.goto("/#/ops/dead?tag=chosen")
    for job in (mine, other):
        page.get_by_label(job.id).check()
    with house.paused():
        house.platform.client().replay(other.id, why="quicker")
        page.get_by_role("button", name="Replay selected (2)").click()
        says_why(page, "Replay", "only these")
        expect(page.get_by_text("1 dead letter replayed, 1 left as they were:")).to_be_visible()
        assert [house.job(job.id).status for job in (left, mine)] == [JobStatus.FAILED, JobStatus.QUEUED]
    expect(row(page, left.id)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_run_whose_process_ended_is_gone_on_with(house: PageHouse, page: Page) -> None:
    job = dead(house, "stopped")
    replays = house.platform.replays()
    run = replays.begin(replays.plan(parse_filter(["tag=stopped"])), why="cut off", who="ops")
    page.goto(f"/#/ops/runs/{run.id}")
    expect(page.get_by_text("0 of 1 replayed.")).to_be_visible()
    page.get_by_text("It stands still?").click()
    with house.paused():
        page.get_by_role("button", name="Go on with it").click()
        expect(page.get_by_text("Done: 1 of 1 replayed.")).to_be_visible()
        assert house.job(job.id).status == JobStatus.QUEUED


def test_garbage_is_read_as_text_or_in_hex_and_removed_with_a_reason(house: PageHouse, page: Page) -> None:
    text, binary = garbage(house, '{"job": "naïve"}'.encode()), garbage(house, b"\x00\xffPNG")
    page.goto(f"/#/ops/dead/{binary}")
    expect(page.locator("section[aria-label^='The message'] pre")).to_contain_text("00 ff 50 4e 47")
    page.goto(f"/#/ops/dead/{text}")
    expect(page.locator("section[aria-label^='The message'] pre")).to_have_text('{"job": "naïve"}')
    expect(page.get_by_role("button", name="Replay")).to_have_count(0)
    page.get_by_role("button", name="Remove").click()
    says_why(page, "Remove", "nobody knows what it is")
    expect(row(page, binary)).to_be_visible()
    expect(row(page, text)).to_have_count(0)
    (entry,) = audited(house, "nobody knows what it is")
    assert (entry["action"], entry["counts"]) == ("dlq.purge", {"purged": 1})


# --- the audit, and the pause -------------------------------------------------------------------------------


def test_the_audit_is_read_on_and_says_what_was_cut_off(house: PageHouse, page: Page) -> None:
    audit = house.platform.audit("reader")
    audit.entry("dlq.drain", ids=()).__enter__()
    for _ in range(AUDIT_PAGE):
        with audit.entry("dlq.drain", ids=()) as counts:
            counts["drained"] += 1
    page.goto("/#/ops/audit?who=reader")
    expect(page.locator("tbody tr")).to_have_count(AUDIT_PAGE)
    expect(page.get_by_text("not finished")).to_have_count(0)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("tbody tr")).to_have_count(AUDIT_PAGE + 1)
    expect(page.locator("tbody tr").last).to_contain_text("not finished")
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_pause_has_a_reason_and_stands_in_the_audit_as_its_end_does(house: PageHouse, page: Page) -> None:
    try:
        page.goto("/#/ops")
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        expect(page.get_by_role("dialog").get_by_label("Why")).to_be_focused()  # it is wanted
        assert house.asked("/v1/pause")["paused"] is False
        says_why(page, "Pause", "the quota is raised")
        expect(page.get_by_label("Pause", exact=True)).to_contain_text("Paused: no worker takes a job")
        expect(page.get_by_label("Pause", exact=True)).to_contain_text("the quota is raised")
        assert house.asked("/v1/pause")["paused"] is True
        page.get_by_role("button", name="Go on").click()
        says_why(page, "Go on", "it was")
        expect(page.get_by_label("Pause", exact=True)).to_contain_text("Workers take jobs")
    finally:
        Pauses(house.platform.records).end(by="ops", reason="")
    page.get_by_role("link", name="Audit").click()
    expect(row(page, "claims.pause", "the quota is raised")).to_be_visible()
    assert [entry["action"] for entry in audited(house, "the quota is raised")] == ["claims.pause"]
    expect(row(page, "claims.resume", "it was")).to_be_visible()


# --- who is not ops -----------------------------------------------------------------------------------------


def test_nobody_without_the_scope_sees_it(new_house: NewHouse, visiting: Visiting, visits: list[Visit]) -> None:
    house = new_house()
    house.web()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page = visiting(house)
    visits[0].allow("401")
    page.on("request", note)
    page.goto("/#/ops")
    page.get_by_label("Your key").fill(house.key("ada", "submit", "read"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This room is for ops")).to_be_visible()
    expect(page.get_by_role("link", name="Operations")).to_have_count(0)
    page.goto("/#/ops/dead")
    expect(page.get_by_role("heading", name="This room is for ops")).to_be_visible()
    assert [url for url in asked if any(path in url for path in ("/stats", "/dead-letters", "/pause", "/audit"))] == []
