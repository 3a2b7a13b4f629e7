"""From a worker's progress write to the page's DOM: by Firestore's own listener, and by the API's events.

One `lumen dev` over Google's emulators with the rules; two pages of the same job in one Chromium, of which one is told
that there is no Firebase. The writes come at a worker's pace, unevenly, so that nobody is in step with them.
"""

import json
import os
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from jobs.fields import Lease, Report
from jobs.job import Job
from tests.browser.house import PageHouse, a_house
from tests.browser.program import PAGE
from tests.builders import LEASE_FOR, claim, lease_of
from tests.chromium import chromium
from tests.emulators.google import Google, emulators, new_project
from tests.emulators.rules_as_jwt import load_rules
from web.built import FOLDER

WRITES = 20
PACE_S = (0.6, 1.4)
NOTE_TIMES = """() => {
  window.seen = {};
  const note = () => {
    const value = document.querySelector("progress")?.value;
    if (value) window.seen[value] ??= performance.timeOrigin + performance.now();
  };
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def main() -> None:
    with ExitStack() as stack:
        hosts = stack.enter_context(emulators())
        os.environ.update(hosts)
        google = Google(hosts, new_project())
        load_rules(google)
        app = {"apiKey": "k", "authDomain": "a.example", "projectId": google.project, "appId": "1:2:web:3"}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        env = {**google.env, "LUMEN_FIREBASE_WEB": json.dumps(app)}
        house = stack.enter_context(a_house(folder, Path(os.environ.get(PAGE, FOLDER)), **env))
        house.lumen("init")
        house.dev()
        browser = stack.enter_context(chromium())
        stack.enter_context(house.paused("a benchmark works on it"))
        measured(house, browser)


def measured(house: PageHouse, browser: Browser) -> None:
    job = house.submit("cat")
    lease = lease_of(claim(house.platform.store, job.id, lease_s=600))
    pages = {
        "firestore": opened(house, browser, job, firebase=True),
        "events": opened(house, browser, job, firebase=False),
    }
    begun = {percent: wrote(house, job, lease, percent) for percent in range(1, WRITES + 1)}
    time.sleep(max(PACE_S))  # the last one arrives too
    print(f"{'':<12}{'median':>8}{'max':>8}     ms from the beginning of the write to the DOM, {WRITES} writes")
    for name, page in pages.items():
        seen = page.evaluate("window.seen")
        took = [seen[str(percent)] - at for percent, at in begun.items()]
        print(f"{name:<12}{statistics.median(took):>8.0f}{max(took):>8.0f}")


def opened(house: PageHouse, browser: Browser, job: Job, *, firebase: bool) -> Page:
    page = browser.new_context(base_url=house.url).new_page()
    if not firebase:
        page.route("**/v1/page", without_firebase)
    page.goto(f"/#/jobs/{job.id}")
    page.get_by_role("progressbar").wait_for()
    page.evaluate(NOTE_TIMES)
    return page


def without_firebase(route: Route) -> None:
    route.fulfill(json={"firebase": None})


def wrote(house: PageHouse, job: Job, lease: Lease, percent: int) -> float:
    """When it began, in ms since 1970: the browser's clock is this machine's too."""
    time.sleep(random.uniform(*PACE_S))
    begun = time.time() * 1000
    house.platform.store.update(
        job.id, lambda job, now: job.beat(lease, Report(progress=percent), now=now, lease_for=LEASE_FOR)
    )
    return begun


if __name__ == "__main__":
    main()
