"""Firestore heard in a real Chromium: the documented snippet under the rules, and the page with its option."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from jobs.fields import Report
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.status import JobStatus
from jobs.stores.firestore import FirestoreDocumentStore
from tests.browser.house import PageHouse, a_house
from tests.browser.program import PAGE
from tests.browser.visit import Visit
from tests.builders import LEASE_FOR, a_job, claim, finish, lease_of
from tests.chromium import PATIENCE_MS, chromium
from tests.emulators.google import ROOT, Google, new_project
from tests.emulators.rules_as_jwt import Rest, load_rules, token_of
from tests.needs import needs, needs_chromium
from tests.waiting import until
from web.answers import JobAnswer
from web.built import FOLDER

HERE = Path(__file__).parent / "listening"
MODULES = ROOT / "web" / "page"
ALIASES = [f"--alias:firebase/{name}=@firebase/{name}" for name in ("app", "auth", "firestore")]
PATIENCE_OF_THE_PAGE_MS = 8_000  # web/page/firestore/follow.ts

pytestmark = [
    needs_chromium,
    needs((MODULES / "node_modules").exists(), "web/page/node_modules is not there: make page"),
]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


# --- the snippet -----------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Shop:
    """A project with the rules, its jobs, and a web app over them."""

    google: Google
    url: str
    browser: Browser
    store: JobStore
    visits: list[Visit] = field(default_factory=list)

    def app(self, job_id: str, uid: str) -> Page:
        """The snippet in a page of this person's."""
        host = self.google.hosts["FIRESTORE_EMULATOR_HOST"]
        context = self.browser.new_context()
        self.visits.append(Visit(context, self.url, origins=[f"http://{host}"]))
        page = context.new_page()
        asked = {"emulator": host, "project": self.google.project, "uid": uid, "job": job_id}
        page.goto(f"{self.url}/?{urlencode(asked)}")
        return page

    def shows(self, job: Job, percent: int) -> None:
        """As a worker tells of its progress."""
        report = Report(progress=percent)
        self.store.update(job.id, lambda job, now: job.beat(lease_of(job), report, now=now, lease_for=LEASE_FOR))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The snippet, bundled as a web app would be."""
    folder = tmp_path_factory.mktemp("listening")
    bundle = ["node_modules/.bin/esbuild", str(HERE / "app.js"), "--bundle", "--format=esm", *ALIASES]
    subprocess.run([*bundle, f"--outfile={folder / 'app.js'}", "--log-level=error"], cwd=MODULES, check=True)
    shutil.copy(HERE / "index.html", folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def shop(hosts: Mapping[str, str], browser: Browser, served: str) -> Iterator[Shop]:
    google = Google(hosts, new_project())
    load_rules(google)
    shop = Shop(google, served, browser, JobStore(FirestoreDocumentStore(google.project)))
    yield shop
    for visit in shop.visits:
        visit.context.close()
    assert [wrong for visit in shop.visits for wrong in visit.wrong] == []


def test_progress_that_a_worker_writes_is_seen_and_a_cancel_reaches_the_worker(shop: Shop) -> None:
    job = shop.store.create(a_job("hers"))
    page = shop.app(job.id, "ada")
    shown = page.locator("#progress")
    expect(shown).to_have_text("queued 0")
    expect(page.locator("#list")).to_have_text(job.id)
    claim(shop.store, job.id)
    for percent in (7, 62):
        shop.shows(job, percent)
        expect(shown).to_have_text(f"running {percent}")
    page.get_by_role("button").click()
    expect(shown).to_have_text("running 62 canceling")
    assert until(lambda: shop.store.get(job.id).cancel_requested, "the flag is in the document")


def test_a_stranger_sees_nothing_of_it(shop: Shop) -> None:
    shop.store.create(a_job("of-ada"))
    page = shop.app("of-ada", "bob")
    expect(page.locator("#progress")).to_have_text("permission-denied")
    expect(page.locator("#list")).to_have_text("")
    assert not shop.store.get("of-ada").cancel_requested


def test_the_pages_translation_of_a_document_is_the_apis_answer(shop: Shop) -> None:
    job = shop.store.create(a_job("whole", owner="eve"))
    page = shop.app(job.id, "eve")
    finish(shop.store, job.id, lease_of(claim(shop.store, job.id)))
    expect(page.locator("#progress")).to_have_text("succeeded 100")
    said = json.loads(page.locator("#answer").text_content() or "")
    whole = JobAnswer.of(shop.store.get(job.id)).model_dump(mode="json")
    assert said == whole | {"links": {"self": whole["links"]["self"], "artifacts": whole["links"]["artifacts"]}}


# --- the page --------------------------------------------------------------------------------------------


@dataclass
class Office:
    """`lumen dev` over the emulators with the page's option, and visits to it."""

    house: PageHouse
    google: Google
    browser: Browser

    def visit(self) -> tuple[Page, Visit]:
        context = self.browser.new_context(base_url=self.house.url)
        visit = Visit(context, self.house.url, origins=[f"http://{self.google.hosts['FIRESTORE_EMULATOR_HOST']}"])
        return context.new_page(), visit


@pytest.fixture(scope="module")
def office(hosts: Mapping[str, str], browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    google = Google(hosts, new_project())
    load_rules(google)
    app = {"apiKey": "k", "authDomain": "a.example", "projectId": google.project, "appId": "1:2:web:3"}
    page = Path(os.environ.get(PAGE, FOLDER))
    with a_house(tmp_path_factory.mktemp("office"), page, **google.env, LUMEN_FIREBASE_WEB=json.dumps(app)) as house:
        house.lumen("init")
        house.dev()
        yield Office(house, google, browser)


def listened(visit: Visit) -> bool:
    return any("google.firestore.v1.Firestore/Listen" in line for line in visit.log)


def test_the_page_follows_a_job_in_firestore_alone_to_its_end(office: Office) -> None:
    page, visit = office.visit()
    visit.allow(r"ERR_FAILED")
    page.route("**/v1/jobs/*/events", lambda route: route.abort())
    office.house.hold("shape")
    job = office.house.submit("cat", quality="draft")
    office.house.reaches(job.id, "shape")
    page.goto(f"/#/jobs/{job.id}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    office.house.release("shape")
    office.house.becomes(job.id, JobStatus.SUCCEEDED)
    expect(page.get_by_role("heading", name="How it went")).to_be_visible()
    assert listened(visit)
    assert visit.wrong == []
    page.context.close()


def test_where_firestore_cannot_be_reached_the_page_hears_events(office: Office) -> None:
    page, visit = office.visit()
    # To tell an outage Google's client looks for a picture at google.com. The page's policy stops it at the door.
    visit.allow(r"ERR_FAILED", r"cleardot\.gif.* violates", r"cleardot\.gif.*CSP")
    # Files are fetched where there is time before the end; the bucket's emulator knows no deploy/bucket.cors.json.
    visit.allow(r"/download/storage/.* blocked by CORS policy")
    visit.origins += ["https://www.google.com", office.google.hosts["STORAGE_EMULATOR_HOST"]]
    page.clock.install()
    page.route(f"http://{office.google.hosts['FIRESTORE_EMULATOR_HOST']}/**", lambda route: route.abort())
    office.house.hold("shape")
    job = office.house.submit("dog", quality="draft")
    office.house.reaches(job.id, "shape")
    with page.expect_request("**/google.firestore.v1.Firestore/Listen/**"):
        page.goto(f"/#/jobs/{job.id}")
    with page.expect_request(lambda asked: asked.headers.get("accept") == "text/event-stream"):
        page.clock.fast_forward(PATIENCE_OF_THE_PAGE_MS + 1)
    office.house.release("shape")
    office.house.becomes(job.id, JobStatus.SUCCEEDED)
    expect(page.get_by_role("heading", name="How it went")).to_be_visible()
    assert visit.wrong == []
    page.context.close()


def test_a_flag_set_through_the_rules_stops_a_running_job_and_a_waiting_one(office: Office) -> None:
    """Without a page: any client of Firestore's can do it."""
    house, me = office.house, Rest(office.google, token_of("local"))
    house.hold("shape")
    running, waiting = house.submit("fish", quality="draft"), house.submit("horse", quality="draft")
    house.reaches(running.id, "shape")
    for job in (waiting, running):  # the waiting one first: the worker is busy, sweep has to find it
        assert me.change(f"jobs/{job.id}", cancel_requested=True) == 200
        assert house.becomes(job.id, JobStatus.CANCELED).cancel_requested
    house.release()
