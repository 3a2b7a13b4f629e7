"""Fairness, races, cancel, sweep and the outbox over Google's emulators: the same promises as over SQLite."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from jobs import sweep as sweeping
from jobs.deadletter import DeadLetters
from jobs.job_store import JobQuery
from jobs.queue import wake_up
from jobs.status import JobStatus
from models.errors import BadInput
from tests.builders import a_request, claim
from tests.chaos.light_host import Deed, LightHost, Moment
from tests.emulators.jobs import LONG_S
from tests.fakes import DeafQueue
from tests.house import House
from tests.waiting import until
from worker.fate import Fate
from worker.main import Worker, worker_over

MANY, FEW = 490, 10
RACES = 100


@pytest.fixture
def google_house(house: House) -> House:
    """Everything is there, and nobody is pushed to."""
    house.lumen("init")
    return house


def a_worker(house: House, name: str = "only", deeds: dict[str, Deed] | None = None) -> Worker:
    worker = worker_over(house.platform, LightHost(deeds or {}), holder=name)
    worker.door.warm.set()
    return worker


def test_ten_jobs_behind_hundreds_of_another_owner_are_served_among_the_first_twenty(google_house: House) -> None:
    platform = google_house.platform
    with ThreadPoolExecutor(4) as pool:
        for owner, count in (("many", MANY), ("few", FEW)):
            client = platform.client(owner=owner)
            list(pool.map(lambda n, client=client: client.submit(a_request(f"{client.owner} {n}")), range(count)))
    worker = a_worker(google_house)
    for _ in range(2 * FEW):
        assert worker.runner.serve() is Fate.FINISH
    found = platform.store.find(JobQuery(status=JobStatus.SUCCEEDED), limit=100)
    owners = [job.owner_uid for job in found]
    assert (owners.count("few"), owners.count("many")) == (FEW, FEW)


def test_of_two_deliveries_at_one_instant_one_makes_the_job(google_house: House) -> None:
    workers = [a_worker(google_house, name) for name in ("one", "two")]
    jobs = [google_house.client.submit(a_request(f"thing {n}")).id for n in range(RACES)]
    at_once = Barrier(2)

    def deliver(worker: Worker) -> None:
        for job_id in jobs:
            at_once.wait(LONG_S)
            worker.door.take(wake_up(job_id), "1")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, workers))
    while google_house.platform.store.count(JobQuery(status=JobStatus.QUEUED), limit=1):
        workers[0].door.take(wake_up(jobs[0]), "1")
    done = [google_house.job(job_id) for job_id in jobs]
    assert {(job.status, job.claims, job.attempt) for job in done} == {(JobStatus.SUCCEEDED, 1, 1)}
    assert {job.attempts[0].worker for job in done} == {"one", "two"}, "both were there"


def test_a_running_job_is_canceled_by_the_flag_in_its_document(google_house: House) -> None:
    job = google_house.client.submit(a_request("cat"))

    def cancel(moment: Moment) -> None:
        google_house.client.cancel(job.id)
        until(moment.interrupted, "the worker has seen it")

    assert a_worker(google_house, deeds={"shape": cancel}).door.take(wake_up(job.id), "1") is Fate.CANCEL
    assert google_house.job(job.id).status is JobStatus.CANCELED


def test_sweep_settles_a_queued_job_whose_client_set_the_flag_itself(google_house: House) -> None:
    """As a web app does, which may write nothing else."""
    store = google_house.platform.store
    job = google_house.client.submit(a_request("cat"))
    document = store.documents.read("jobs", job.id)
    store.documents.write(document, {"cancel_requested": True})
    assert google_house.platform.sweep().run().canceled == 1
    assert google_house.job(job.id).status is JobStatus.CANCELED


def test_sweep_takes_a_job_from_a_worker_that_went_silent_and_wakes_another(google_house: House) -> None:
    platform = google_house.platform
    job = google_house.client.submit(a_request("cat"))
    drained(google_house)
    claim(platform.store, job.id, lease_s=0.001)
    assert platform.sweep().run().lapsed == 1
    delivery = until(lambda: platform.queue.pull(1), "somebody is woken")
    assert delivery.message.attributes["job_id"] == job.id
    assert a_worker(google_house).door.take(delivery.message, delivery.id) is Fate.FINISH
    assert [each.event for each in google_house.job(job.id).attempts] == ["lapse", "finish"]


def test_a_wake_up_that_was_never_published_is_made_up_for(
    google_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = replace(google_house.client, queue=DeafQueue()).submit(a_request("cat"))
    assert google_house.platform.queue.pull(0) is None
    monkeypatch.setattr(sweeping, "UNCLAIMED", timedelta(0))
    assert google_house.platform.sweep().run().woken == 1
    delivery = until(lambda: google_house.platform.queue.pull(1), "somebody is woken")
    assert delivery.message.attributes["job_id"] == job.id


def test_a_dead_letter_that_could_not_be_published_is_published_by_sweep_once(
    google_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = google_house.platform
    job = google_house.client.submit(a_request("cat"))

    def fail(moment: Moment) -> None:
        raise BadInput("no words")

    worker = a_worker(google_house, deeds={"plan": fail})
    deaf = DeadLetters(platform.store, platform.records, DeafQueue())
    assert replace(worker.runner, letters=deaf).serve(job.id) is Fate.FAIL
    letter = google_house.job(job.id).dead_letter
    assert letter is not None
    assert letter.published_at is None
    assert platform.sweep().run().announced == 0, "its worker may be about to"
    monkeypatch.setattr(sweeping, "ANNOUNCING", timedelta(0))
    assert platform.sweep().run().announced == 1
    assert platform.sweep().run().announced == 0
    letter = google_house.job(job.id).dead_letter
    assert letter is not None
    assert letter.published_at is not None


def drained(house: House) -> None:
    """Take every wake-up there is."""
    while delivery := house.platform.queue.pull(0.2):
        house.platform.queue.ack(delivery)
