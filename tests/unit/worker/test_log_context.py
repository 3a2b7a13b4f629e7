"""What a worker says of a job says which, whoever says it: its own modules, the craft's, the thread that beats."""

import logging
import threading

from jobs.job_store import JobStore
from jobs.logs import bound
from jobs.settings import Settings
from tests.builders import a_job, claim, lease_of
from tests.fakes import Flaky
from tests.log_lines import Log
from tests.unit.worker.conftest import Craft
from tests.waiting import until
from worker import heartbeat
from worker.heartbeat import Heartbeat
from worker.runner import JobRunner

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_what_the_craft_says_of_a_job_says_which_attempt_and_trace(
    runner: JobRunner, store: JobStore, craft: Craft
) -> None:
    came_with = {"trace": f"00-{TRACE}-b7ad6b7169203331-01", "request_id": "q_1"}
    store.create(a_job("a").model_copy(update=came_with))
    log = Log()
    craft.deed = lambda job, watcher: logging.getLogger("models.of.this.test").warning("it is odd")
    with log.instead_of("models.of.this.test"), log.instead_of("worker.runner"):
        runner.serve("a")
        runner.serve("nobody")
    said = log.lines()
    assert [line["logger"] for line in said] == ["models.of.this.test", "worker.runner"]
    for line in said:
        assert (line["job_id"], line["attempt"], line["worker"], line["trace"]) == ("a", 1, "me", TRACE)
        assert line["request_id"] == "q_1"


def test_the_thread_that_beats_speaks_for_its_job(store: JobStore, documents: Flaky, monkeypatch) -> None:
    monkeypatch.setattr(heartbeat, "LOOK_EVERY_S", 0.01)
    store.create(a_job("a"))
    job, log = claim(store, "a"), Log()
    settings = Settings(lease_s=45, beat_s=10, progress_s=0.01)
    with log.instead_of("worker.heartbeat"), bound(job_id="a", attempt=1):
        documents.fail("read", 400)
        with Heartbeat(store, job, lease_of(job), settings, threading.Event()) as beat:
            beat.stepped(50, 60, "news")
            until(log.records.qsize, "the beat fails")
    line, *_ = log.lines()
    assert (line["job_id"], line["attempt"]) == ("a", 1)
