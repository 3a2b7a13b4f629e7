"""Every line said while a request is answered says which request it was; the line about it has its fields."""

import pytest

from jobs.logs import current
from tests.log_lines import Log
from tests.web.asking import ADA, Door

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def log() -> Log:
    return Log()


def test_the_line_of_a_request_has_cloud_logging_s_fields(door: Door, log: Log) -> None:
    with log.instead_of("web.access"):
        headers = {"X-Request-ID": "mine-3", "traceparent": TRACEPARENT, "User-Agent": "curl/8"}
        door.get("/v1/jobs/j_x%0AINFO%20forged?token=abcdefgh", as_=ADA, headers=headers)
    line = log.line()
    http = line["httpRequest"]
    assert (line["request_id"], line["trace"], line["key_id"]) == ("mine-3", TRACE, "k_ada")
    assert (line["route"], line["status"], line["owner"]) == ("/v1/jobs/<job_id>", 400, "ada")
    assert (http["requestMethod"], http["status"], http["userAgent"]) == ("GET", 400, "curl/8")
    assert http["requestUrl"] == "/v1/jobs/j_x\\nINFO forged"
    assert http["latency"].removesuffix("s") == f"{line['seconds']:.6f}"
    assert "abcdefgh" not in str(line)


def test_probes_and_collectors_are_no_news(door: Door, log: Log) -> None:
    with log.instead_of("web.access"):
        for path in ("/health/live", "/health/ready", "/metrics"):
            door.get(path, as_=None)
    assert {line["severity"] for line in log.lines()} == {"DEBUG"}


def test_what_else_is_said_meanwhile_is_that_request_s(door: Door, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.client.JobClient.get", lambda *_: 1 / 0)
    with log.instead_of("web.problems"):
        assert door.get("/v1/jobs/j_x", as_=ADA, headers={"X-Request-ID": "mine-4"}).status_code == 500
    line = log.line()
    assert line["request_id"] == "mine-4"
    assert "ZeroDivisionError" in line["stack_trace"]


def test_a_thread_that_has_answered_logs_for_nobody(door: Door) -> None:
    door.get("/v1/jobs", as_=ADA, headers={"X-Request-ID": "mine-5"}).close()  # as a server does
    assert current() == {}
