"""A house with a page: `lumen dev` or `lumen web` as real processes, and orders for the stages behind them."""

import json
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.web import gunicorn
from jobs.job import Job
from jobs.keys import Grant, Keys, Scope, new_key_id
from jobs.pause import Pauses
from jobs.status import JobStatus
from models.shelf import FOLDER
from tests.browser.program import PAGE
from tests.browser.stages import BREAK, HOLD, ORDERS, REFUSE
from tests.house import PATIENCE_S, House, Running
from tests.ports import free_port
from tests.waiting import until

# A busy machine must not cost anybody their lease, what breaks is over at once, and tests ask more than a person.
CALM = {"LUMEN_LEASE_S": "10", "LUMEN_ATTEMPTS_MAX": "1", "LUMEN_RATE_MAX": "100000"}
PROGRAM = [sys.executable, "-m", "tests.browser.program"]


@dataclass
class PageHouse(House):
    """`page`: the folder of the built page. `url` is where whoever was started last is found."""

    page: Path = field(default_factory=Path)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.running[-1].port}"

    @property
    def orders(self) -> Path:
        path = self.folder / "orders"
        path.mkdir(exist_ok=True)
        return path

    def env(self, **more: str) -> Mapping[str, str]:
        ours = {PAGE: str(self.page), ORDERS: str(self.orders)}
        return super().env(**CALM | ours | self.more | more)

    # --- processes ------------------------------------------------------------------------------

    def start(self, *args: str, **env: str) -> Running:
        return self.run([*PROGRAM, "-v", *args], args[0], **env)

    def web(self, **env: str) -> Running:
        """The API and the page under gunicorn, as `lumen web` has them: whoever comes needs a key. No worker."""
        port = free_port()
        command = gunicorn("tests.browser.program:web()", bind=f"127.0.0.1:{port}", streams_max=8)
        running = self.run(command, "web", **env)
        running.port = port
        self.ready(running)
        return running

    def key(self, owner: str, *scopes: str) -> str:
        """A key for whoever comes to `web`: what `lumen keys create` prints, a second sooner."""
        grant = Grant(owner=owner, name="default", scopes=tuple(map(Scope, scopes)))
        return Keys(self.platform.records).create(new_key_id(), grant).token

    # --- orders ---------------------------------------------------------------------------------

    def hold(self, stage: str) -> None:
        """From now on whatever reaches this stage waits there, stepping, until `release`."""
        self._order(stage, HOLD)

    def breaks(self, stage: str) -> None:
        """From now on this stage fails."""
        self._order(stage, BREAK)

    def refuses(self, stage: str) -> None:
        """From now on what this stage makes is refused."""
        self._order(stage, REFUSE)

    def _order(self, stage: str, order: str) -> None:
        (self.orders / stage).write_text(order)
        bucket = self.platform.bucket  # a stage whose output lies on the shelf is not run
        for found in list(bucket.find(FOLDER)):
            bucket.delete(found.name)

    def release(self, stage: str | None = None) -> None:
        """That order is off, or all of them are."""
        for path in [self.orders / stage] if stage else list(self.orders.iterdir()):
            path.unlink(missing_ok=True)

    @contextmanager
    def paused(self, reason: str = "a test") -> Iterator[None]:
        """Nobody claims a job meanwhile: what is submitted stays queued."""
        pauses = Pauses(self.platform.records)
        pauses.begin(by="ops", reason=reason)
        try:
            yield
        finally:
            pauses.end(by="ops", reason=reason)

    # --- jobs -----------------------------------------------------------------------------------

    def made(self, prompt: str = "flying bird", **wanted: object) -> Job:
        """A job of the house that has succeeded."""
        return self.becomes(self.submit(prompt, **{"quality": "draft"} | wanted).id, JobStatus.SUCCEEDED)

    def broken(self, prompt: str = "broken bird", *, stage: str = "shape", **wanted: object) -> Job:
        """A job that has failed in that stage."""
        self.breaks(stage)
        try:
            return self.becomes(self.submit(prompt, **wanted).id, JobStatus.FAILED)
        finally:
            self.release(stage)

    def reaches(self, job_id: str, stage: str) -> Job:
        """The job once it runs in this stage."""

        def there() -> bool:
            job = self.job(job_id)
            assert not job.done, f"{job_id} is {job.status}: {job.error}"
            return job.stage is not None and job.stage.name == stage

        until(there, f"{job_id} is in {stage}", within_s=PATIENCE_S)
        return self.job(job_id)

    def asked(self, path: str) -> Any:
        """What the API answers to a GET."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE_S) as answer:
            return json.load(answer)


@contextmanager
def a_house(folder: Path, page: Path, **env: str) -> Iterator[PageHouse]:
    """A house in which nobody was started yet."""
    house = PageHouse(folder, page=page, more=dict(env))
    try:
        yield house
    finally:
        house.close()
