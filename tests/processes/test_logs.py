"""What processes say on stderr, as somebody's log collector reads it: JSON in every line, and whose each is."""

import json
import os
import signal
from typing import Any

import pytest

from jobs.job import Job
from jobs.request import parse_request
from jobs.status import JobStatus
from tests.house import House, Running, get
from tests.ports import free_port
from tests.waiting import until

pytestmark = pytest.mark.processes

TRACE = "0af7651916cd43dd8448eb211c80319c"
PROJECT = {"LUMEN_PROJECT": "lumen-test"}


def lines(running: Running) -> list[dict[str, Any]]:
    """Every line it said; a line that is not JSON fails here."""
    said = [json.loads(line) for line in running.said().splitlines()]
    assert all({"time", "severity", "message", "logger"} <= line.keys() for line in said)
    return said


def of(running: Running, **fields: object) -> list[dict[str, Any]]:
    return [line for line in lines(running) if all(line.get(name) == value for name, value in fields.items())]


def made(house: House) -> Job:
    trace = f"00-{TRACE}-b7ad6b7169203331-01"
    asked = parse_request({"input": {"prompt": "cat", "quality": "draft"}})
    job = house.client.submit(asked, trace=trace)
    return house.becomes(job.id, JobStatus.SUCCEEDED)


def test_what_a_worker_says_of_a_job_says_which_attempt_and_trace(house: House) -> None:
    worker = house.puller(**PROJECT)
    job = made(house)
    until(lambda: of(worker, job_id=job.id), "it says that the job is done")
    for line in of(worker, job_id=job.id):
        assert (line["attempt"], line["worker"], line["trace"]) == (1, job.attempts[0].worker, TRACE)
        assert line["logging.googleapis.com/trace"] == f"projects/lumen-test/traces/{TRACE}"
    assert any("succeeded in" in line["message"] for line in of(worker, job_id=job.id))
    worker.send(signal.SIGTERM)
    assert worker.ended() == 0
    assert {line["worker"] for line in lines(worker) if line["logger"] != "lumen"} == {job.attempts[0].worker}


def test_a_request_is_a_line_with_its_fields_and_gunicorn_speaks_the_same(house: House) -> None:
    port = free_port()
    web = house.start("web", "--port", str(port), **PROJECT)
    web.port = port
    house.ready(web)
    token = house.lumen("keys", "create", "--owner", "ada", "--scope", "read").stdout.strip()
    assert get(web, "/v1/jobs", f"Bearer {token}")[0] == 200
    assert get(web, "/v1/jobs/j_nobody?X-Goog-Signature=abcdef", "Bearer lk_of_nobody_at_all")[0] == 401
    good, bad = until(lambda: len(of(web, logger="web.access")) == 2 and of(web, logger="web.access"), "two lines")
    assert (good["route"], good["status"], good["owner"]) == ("/v1/jobs", 200, "ada")
    assert good["key_id"] == token.split("_")[1]
    assert good["httpRequest"]["requestUrl"] == "/v1/jobs"
    assert (good["httpRequest"]["requestMethod"], good["httpRequest"]["status"]) == ("GET", 200)
    assert good["seconds"] > 0
    assert good["request_id"] in good["message"]
    assert bad["request_id"] != good["request_id"]
    assert bad["status"] == 401
    assert "key_id" not in bad
    for secret in (token.split("_")[2], "abcdef", "nobody_at_all", "health"):
        assert secret not in web.said()
    web.send(signal.SIGKILL)


def test_the_master_of_gunicorn_says_in_json_that_its_worker_died(house: House) -> None:
    port = free_port()
    web = house.start("web", "--port", str(port))
    web.port = port
    house.ready(web)
    (worker,) = [pid for pid in web.family() if pid != web.pid]
    os.kill(worker, signal.SIGKILL)
    (line, *_) = until(lambda: of(web, logger="gunicorn.error"), "the master has noticed")
    assert line["severity"] == "ERROR"
    assert line["serviceContext"] == {"service": "lumen"}
