"""The queue, the numbers, the pause and the health of the web's door."""

import threading
from pathlib import Path

import pytest

from jobs.audit import Entry
from jobs.clock import Clock
from jobs.errors import BackendDown
from jobs.fields import Report
from jobs.job import SCHEMA_VERSION
from tests.builders import SOME_METRICS, an_output, claim, lease_of
from tests.fakes import START, FakeClock
from tests.waiting import until
from tests.web.asking import ADA, OPS, Door, a_door
from web.lately import Lately


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> Door:
    return a_door(tmp_path / "house", clock=clock)


def succeeds(door: Door, job_id: str, run_s: float) -> None:
    lease = lease_of(claim(door.platform.store, job_id))
    metrics = SOME_METRICS.model_copy(update={"run_seconds": run_s})
    door.platform.store.update(job_id, lambda job, now: job.finish(lease, an_output(), metrics, Report(), now=now))


def entries(door: Door) -> list[Entry]:
    return list(door.platform.audit("").latest(limit=9))


# --- the queue ---


def test_an_empty_queue_promises_nothing_that_nobody_measured(door: Door) -> None:
    assert door.get("/v1/queue").get_json() == {
        "queued": 0,
        "running": 0,
        "oldest_queued_seconds": None,
        "median_run_seconds": None,
        "paused": False,
        "eta_seconds": None,
    }


def test_the_queue_tells_how_long_a_new_job_will_take(door: Door, clock: FakeClock) -> None:
    succeeds(door, door.submitted("cat")["id"], 40)
    for words in ("dog", "horse"):
        door.submitted(words)
        clock.advance(5)
    assert door.get("/v1/queue").get_json() == {
        "queued": 2,
        "running": 0,
        "oldest_queued_seconds": 10.0,
        "median_run_seconds": 40.0,
        "paused": False,
        "eta_seconds": 120.0,
    }


def test_the_queue_is_looked_at_once_a_second(door: Door, clock: FakeClock) -> None:
    assert door.get("/v1/queue").get_json()["queued"] == 0
    door.submitted()
    clock.advance(0.9)
    assert door.get("/v1/queue").get_json()["queued"] == 0
    clock.advance(0.1)
    assert door.get("/v1/queue").get_json()["queued"] == 1


def test_nothing_is_promised_during_a_pause(door: Door) -> None:
    succeeds(door, door.submitted()["id"], 40)
    door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    queue = door.get("/v1/queue").get_json()
    assert (queue["paused"], queue["eta_seconds"], queue["median_run_seconds"]) == (True, None, 40)


def test_of_many_who_ask_at_once_one_looks() -> None:
    lately: Lately[int] = Lately(FakeClock(), 1.0)
    looking, go_on, looks = threading.Event(), threading.Event(), []

    def look() -> int:
        looks.append(1)
        looking.set()
        assert go_on.wait(8)
        return 7

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(lately.get(look))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert looking.wait(8)
    go_on.set()
    until(lambda: len(found) == 4, "all are answered")
    assert (found, len(looks)) == ([7] * 4, 1)


def test_a_look_that_failed_is_not_kept() -> None:
    lately: Lately[int] = Lately(FakeClock(), 1.0)

    def fail() -> int:
        raise BackendDown("The test pulled the plug.")

    with pytest.raises(BackendDown):
        lately.get(fail)
    assert lately.get(lambda: 7) == 7


# --- the numbers ---


def test_the_numbers_are_of_the_jobs_since_then(door: Door, clock: FakeClock) -> None:
    succeeds(door, door.submitted("cat")["id"], 40)
    clock.advance(7200)
    succeeds(door, door.submitted("dog")["id"], 20)
    assert door.get("/v1/stats", as_=OPS).get_json()["run_seconds"] == {"p50": 20, "p95": 40, "p99": 40, "of": 2}
    newest = door.get("/v1/stats?since=1h", as_=OPS).get_json()
    assert (newest["of"], newest["more"], newest["since"]) == (1, False, "2026-03-01T13:00:00Z")
    assert newest["by_status"]["succeeded"] == 1
    assert newest["by_route"]["procedural"]["run_seconds"]["p50"] == 20


def test_since_is_an_age_or_a_time(door: Door) -> None:
    assert door.get("/v1/stats?since=2026-03-01T12:00:00Z", as_=OPS).get_json()["since"] == "2026-03-01T12:00:00Z"
    refused = door.get("/v1/stats?since=yesterday", as_=OPS)
    assert refused.status_code == 400
    assert refused.get_json()["errors"][0]["field"] == "since"


# --- the pause ---


def test_a_pause_is_told_to_everybody_and_goes_on_record(door: Door) -> None:
    claim(door.platform.store, door.submitted()["id"])
    said = door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    expected = {"paused": True, "by": "olga (key k_ops)", "reason": "new weights", "paused_at": "2026-03-01T12:00:00Z"}
    assert (said.status_code, said.get_json()) == (200, expected)
    assert door.get("/v1/pause", as_=OPS).get_json() == expected
    (entry,) = entries(door)
    assert (entry.action, entry.who, entry.why) == ("claims.pause", "olga (key k_ops)", "new weights")
    assert (entry.counts, entry.done_at) == ({"running": 1}, START)


def test_during_a_pause_jobs_are_taken_on(door: Door) -> None:
    door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    assert door.submitted()["status"] == "queued"


def test_it_goes_on_and_that_is_on_record_too(door: Door, clock: FakeClock) -> None:
    door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    door.submitted()
    clock.advance(60)
    said = door.post("/v1/resume", {"reason": "they are there"}, as_=OPS).get_json()
    assert said == {"paused": False, "by": "olga (key k_ops)", "reason": "they are there", "paused_at": None}
    newest = entries(door)[0]
    assert (newest.action, newest.why, newest.counts) == ("claims.resume", "they are there", {"queued": 1})


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "x", "for": "1h"}], ids=str)
def test_a_pause_without_a_reason_is_none(door: Door, body: dict[str, str]) -> None:
    assert door.post("/v1/pause", body, as_=OPS).status_code == 400
    assert door.get("/v1/pause", as_=OPS).get_json()["paused"] is False


@pytest.mark.parametrize(
    "method, path", [("GET", "/v1/stats"), ("GET", "/v1/pause"), ("POST", "/v1/pause"), ("POST", "/v1/resume")]
)
def test_only_ops_may(door: Door, method: str, path: str) -> None:
    answer = door.ask(method, path, as_=ADA, **({"json": {"reason": "x"}} if method == "POST" else {}))
    assert answer.status_code == 403
    assert door.get("/v1/pause", as_=OPS).get_json()["paused"] is False


# --- health ---


def test_a_house_that_is_up_says_so(door: Door) -> None:
    assert door.get("/health/live", as_=None).get_json() == {"status": "alive"}
    assert door.get("/health/ready", as_=None).get_json() == {"status": "ready", "paused": False}


def test_a_paused_house_is_ready_and_says_that_it_is_paused(door: Door) -> None:
    door.post("/v1/pause", {"reason": "new weights"}, as_=OPS)
    ready = door.get("/health/ready", as_=None)
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ready", "paused": True})


def test_without_its_store_a_house_is_alive_and_not_ready(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "lumen.db").write_bytes(b"not a database, whatever its name says" * 99)
    door = a_door(tmp_path / "house")
    assert door.get("/health/live", as_=None).status_code == 200
    ready = door.get("/health/ready", as_=None)
    assert (ready.status_code, ready.get_json()["reason"]) == (503, "STORAGE_UNAVAILABLE")
    assert int(ready.headers["Retry-After"]) >= 1


def test_a_version_says_what_runs_here(tmp_path: Path) -> None:
    door = a_door(tmp_path / "house", routes=("hunyuan3d", "procedural"))
    said = door.get("/v1/version", as_=None).get_json()
    assert (said["backend"], said["routes"]) == ("local", ["hunyuan3d", "procedural"])
    assert said["schema_version"] == SCHEMA_VERSION
    assert set(said) == {"version", "python", "backend", "routes", "schema_version"}
