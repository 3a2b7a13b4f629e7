"""`lumen smoke` against a worker behind gunicorn: it believes what was made, and says in a sentence what was not."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jobs.job_store import JobQuery
from jobs.status import JobStatus
from tests.house import House, Running
from tests.ports import free_port

REVISION = "lumen-worker-00008-tam"
OTHER = "lumen-worker-00007-kiv"


def a_worker(house: House, revision: str = REVISION) -> Running:
    return house.gunicorn(K_REVISION=revision)


def smoke(house: House, port: int | None, *args: str, code: int = 0, revision: str = REVISION) -> list[dict[str, Any]]:
    """The findings of a call."""
    found: list[dict[str, Any]] = house.json(
        "smoke", f"http://127.0.0.1:{port}", "--revision", revision, *args, code=code
    )
    assert [each["level"] for each in found].count("fail") == code, found
    return found


def failure(found: list[dict[str, Any]]) -> str:
    assert found[-1]["level"] == "fail"
    return str(found[-1]["what"])


def test_a_revision_that_makes_a_job_has_proved_itself_and_the_shelf_answers_for_none(house: House) -> None:
    worker = a_worker(house)
    waiting = house.submit("cat")
    args = ("smoke", f"http://127.0.0.1:{worker.port}/", "--revision", REVISION, "--route", "procedural")
    said = house.lumen(*args).stdout
    assert [line.split()[0] for line in said.splitlines()] == ["ok"] * 6
    assert f"made by {REVISION}/" in said
    assert "5 files in the bucket" in said
    assert "object.glb: 3 parts, seat, backrest, legs" in said
    smoke(house, worker.port)
    jobs = house.client.find(JobQuery(owner_uid="smoke"))
    assert [(job.status, job.tags, job.source) for job in jobs] == [(JobStatus.SUCCEEDED, ("smoke",), "smoke")] * 2
    assert [stage.hit for job in jobs for stage in job.stages if stage.name == "shape"] == [False, False]
    assert house.job(waiting.id).claims == 0, "they went first, though another has waited longer"


def test_a_worker_whose_models_never_load_is_waited_for_so_long_and_no_longer(house: House) -> None:
    running = house.start("worker", "--port", str(port := free_port()), K_REVISION=REVISION)
    running.freeze_models()
    said = failure(smoke(house, port, "--patience", "2", code=1))
    assert said == "after 2 s it is not ready (models starting)"
    assert not house.client.find(JobQuery(owner_uid="smoke")), "no job is made for a worker that is not there"


def test_an_address_where_nobody_answers_is_said_to_be_one(house: House) -> None:
    assert "it is not ready (nobody answers" in failure(smoke(house, free_port(), "--patience", "0.1", code=1))


def test_a_pause_and_a_drain_are_named_at_once(house: House) -> None:
    worker = a_worker(house)
    house.lumen("pause", "--reason", "a new disk")
    found = smoke(house, worker.port, code=1)
    assert failure(found) == "claims are paused, so it takes no job"
    house.lumen("resume")
    house.lumen("drain", REVISION, "--reason", "it goes")
    found = smoke(house, worker.port, code=1)
    assert failure(found) == "it is drained, so it takes no job: it goes"
    house.lumen(*found[-1]["then"].split()[1:])
    house.ready(worker)


def test_a_job_that_fails_is_told_and_wakes_nobody(house: House) -> None:
    house.more["LUMEN_ATTEMPTS_MAX"] = "1"
    worker = a_worker(house)
    models = worker.freeze_models()
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(smoke, house, worker.port, code=1)
        job = house.one_running()
        os.kill(models, signal.SIGKILL)
        said = failure(found.result())
    assert said.startswith(f"{job.attempts[-1].worker} did not make it (fail): GENERATION_FAILED: ")
    assert "SIGKILL" in said
    assert not house.client.find(JobQuery(status=JobStatus.FAILED)), "nothing that an alert would count"
    assert not house.client.find(JobQuery(owner_uid="smoke"))


def test_what_another_worker_makes_proves_nothing(house: House) -> None:
    worker = a_worker(house, OTHER)
    found = smoke(house, worker.port, code=1)
    assert failure(found) == f"in 5 tries it made no job: nothing is known of {REVISION}"
    lost = [each["what"] for each in found if each["level"] == "warn"]
    assert len(lost) == 5
    assert all(f" was taken by {OTHER}/" in each for each in lost)


def test_an_address_with_a_path_is_refused(house: House) -> None:
    done = house.lumen("smoke", "http://127.0.0.1:1/pubsub/push", "--revision", REVISION, code=2)
    assert "is not an address like" in done.stderr
    assert done.stdout == ""
