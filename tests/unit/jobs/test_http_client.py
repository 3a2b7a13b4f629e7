"""What the client over HTTP makes of answers, also of wrong ones. The server here says what a test tells it to."""

import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.errors import InvalidRequest, LumenError, SettingsInvalid
from jobs.http_client import Client
from jobs.http_client.errors import (
    REFUSALS,
    AlreadyDone,
    BadAnswer,
    KeyConflict,
    Overloaded,
    RateLimited,
    Refused,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from jobs.http_client.job import RemoteJob
from jobs.http_client.retry import PATIENCE_S, TRIES_MAX
from jobs.http_client.watch import LINE_BYTES_MAX, EventReader, whole
from jobs.http_client.wire import at
from tests.fakes import FakeClock

JSON, PROBLEM, HTML = "application/json", "application/problem+json", "text/html"
JOB = '{"id": "j_a", "status": "queued", "created_at": "2026-03-01T12:00:00Z"}'
Step = Callable[[httpx.Request], httpx.Response]


def says(status: int, text: str, kind: str = JSON, **headers: str) -> Step:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, text=text, headers={"Content-Type": kind, **named})


def a_problem(status: int, reason: str, *, retryable: bool = False, **headers: str) -> Step:
    text = f'{{"reason": "{reason}", "detail": "No.", "retryable": {str(retryable).lower()}, "request_id": "q_1"}}'
    return says(status, text, PROBLEM, **headers)


def breaks(error: type[httpx.TransportError]) -> Step:
    def step(request: httpx.Request) -> httpx.Response:
        raise error("It broke.", request=request)

    return step


class Script(httpx.BaseTransport):
    """A server that does one step after the other, the last again and again, and keeps what it was asked."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        return (self.steps.pop(0) if len(self.steps) > 1 else self.steps[0])(request)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> Callable[..., tuple[Client, Script]]:
    def of(*steps: Step) -> tuple[Client, Script]:
        script = Script(*steps)
        return Client("http://api.test", "lk_a_b", transport=script, clock=clock), script

    return of


# --- what is asked ----------------------------------------------------------------------------------


def test_a_submit_says_who_asks_what_with_and_has_a_key_of_its_own(client: Any) -> None:
    http, script = client(says(202, JOB))
    http.submit("cat", seed=7, tags=["pets"])
    http.submit("cat")
    first, second = script.asked
    assert first.content == b'{"input":{"prompt":"cat","seed":7},"tags":["pets"]}'
    assert first.headers["Authorization"] == "Bearer lk_a_b"
    assert first.headers["User-Agent"].startswith("lumen-python/")
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]


def test_what_is_not_a_request_is_not_sent(client: Any) -> None:
    http, script = client(says(202, JOB))
    with pytest.raises(InvalidRequest, match="seed"):
        http.submit("cat", seed=-1)
    with pytest.raises(InvalidRequest, match="colour"):
        http.submit("cat", colour="red")
    with pytest.raises(InvalidRequest, match="none of png, jpeg, webp"):
        http.upload(b"GIF89a")
    assert script.asked == []


@pytest.mark.parametrize("job_id", ["../keys", "a/b", "a?b=c", "a#b", "ä", "%2e%2e"])
def test_whatever_an_id_holds_stays_within_its_segment(job_id: str) -> None:
    url = httpx.URL(f"http://api.test{at(job_id, 'cancel')}")
    assert url.raw_path.count(b"/") == 4
    assert (url.query, url.fragment) == (b"", "")


@pytest.mark.parametrize("url", ["", "lumen.example", "ftp://lumen.example", "http://", "http://[::1"])
def test_what_is_no_address_is_said_at_once(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="no address"):
        Client(url)


def test_address_and_key_may_come_from_an_environment(clock: FakeClock) -> None:
    with Client.from_env({"LUMEN_API_URL": "https://lumen.example/", "LUMEN_API_KEY": "lk_x_y"}) as there:
        assert there._http.base_url == "https://lumen.example/"
        assert there._http.headers["Authorization"] == "Bearer lk_x_y"
    with Client.from_env({}) as here:
        assert "Authorization" not in here._http.headers


# --- each wrong answer is an error of its own ---------------------------------------------------------


@pytest.mark.parametrize(
    "step, error",
    [
        (says(200, "{", JSON), BadAnswer),
        (says(200, '{"id": "j_a"}', JSON), BadAnswer),
        (says(200, "[]", JSON), BadAnswer),
        (says(200, JOB, "text/plain"), BadAnswer),
        (says(200, "<html>Welcome to the hotel", HTML), BadAnswer),
        (says(302, "", HTML, Location="http://login.test"), BadAnswer),
        (says(404, "<html>nginx", HTML), BadAnswer),
        (says(400, "{", PROBLEM), BadAnswer),
        (a_problem(404, "NOT_FOUND"), REFUSALS["NOT_FOUND"]),
        (a_problem(401, "UNAUTHENTICATED"), REFUSALS["UNAUTHENTICATED"]),
        (a_problem(409, "IDEMPOTENCY_CONFLICT"), KeyConflict),
        (a_problem(409, "JOB_ALREADY_DONE"), AlreadyDone),
        (a_problem(429, "RATE_LIMITED", retryable=True), RateLimited),
        (says(429, "slow down", "text/plain"), RateLimited),
        (a_problem(503, "OVERLOADED", retryable=True), Overloaded),
        (a_problem(503, "STORAGE_UNAVAILABLE", retryable=True), ServerFailed),
        (says(502, "<html>Bad gateway", HTML), ServerFailed),
        (breaks(httpx.ConnectError), Unreachable),
        (breaks(httpx.RemoteProtocolError), Unreachable),
        (breaks(httpx.ReadTimeout), TimedOut),
        (breaks(httpx.ConnectTimeout), TimedOut),
    ],
)
def test_each_wrong_answer_is_an_error_of_its_own(client: Any, step: Step, error: type[LumenError]) -> None:
    http, _ = client(step)
    with pytest.raises(error) as caught:
        http.get("j_a")
    assert type(caught.value) is error


def test_a_refusal_has_reason_code_and_request(client: Any) -> None:
    http, _ = client(a_problem(409, "JOB_ALREADY_DONE"))
    with pytest.raises(AlreadyDone, match="No") as caught:
        http.cancel("j_a")
    error = caught.value
    assert (error.reason, error.code, error.request_id, error.retryable) == ("JOB_ALREADY_DONE", 409, "q_1", False)


@pytest.mark.parametrize("status, error", [(418, Refused), (429, RateLimited), (507, ServerFailed)])
def test_a_reason_that_is_not_known_yet_is_judged_by_its_status(client: Any, status: int, error: type[Refused]) -> None:
    http, _ = client(a_problem(status, "MOON_IN_THE_WAY"))
    with pytest.raises(error) as caught:
        http.get("j_a")
    assert type(caught.value) is error
    assert caught.value.said.reason == "MOON_IN_THE_WAY"


def test_a_time_out_is_also_pythons_own(client: Any) -> None:
    http, _ = client(breaks(httpx.ReadTimeout))
    with pytest.raises(TimeoutError):
        http.get("j_a")


def test_a_newer_servers_job_is_read_and_its_unknown_status_is_not_the_end() -> None:
    job = RemoteJob.model_validate_json(JOB.replace('"queued"', '"sleeping", "done": true, "mood": 7'))
    assert (job.status, job.done, job.model_extra) == ("sleeping", False, {"done": True, "mood": 7})


# --- asking again -------------------------------------------------------------------------------------


def test_a_submit_whose_answer_was_lost_is_sent_again_with_the_same_key(client: Any) -> None:
    http, script = client(breaks(httpx.ReadError), says(502, "", HTML), says(200, JOB))
    assert http.submit("cat").id == "j_a"
    assert len({each.headers["Idempotency-Key"] for each in script.asked}) == 1
    assert len(script.asked) == 3


def test_retry_after_is_kept_to(client: Any, clock: FakeClock) -> None:
    http, script = client(a_problem(429, "RATE_LIMITED", retryable=True, Retry_After="7"), says(200, JOB))
    http.get("j_a")
    assert 7 <= clock.monotonic() < 8
    assert len(script.asked) == 2


def test_a_retry_after_beyond_all_patience_is_told_at_once(client: Any, clock: FakeClock) -> None:
    later = str(int(PATIENCE_S) + 1)
    http, script = client(a_problem(429, "RATE_LIMITED", retryable=True, Retry_After=later), says(200, JOB))
    with pytest.raises(RateLimited) as caught:
        http.get("j_a")
    assert (caught.value.retry_after_s, len(script.asked), clock.monotonic()) == (PATIENCE_S + 1, 1, 0)


def test_tries_are_bounded(client: Any, clock: FakeClock) -> None:
    http, script = client(breaks(httpx.ConnectError))
    with pytest.raises(Unreachable):
        http.get("j_a")
    assert len(script.asked) == TRIES_MAX
    assert clock.monotonic() < PATIENCE_S


@pytest.mark.parametrize("reason, status", [("NOT_FOUND", 404), ("JOB_NOT_DONE", 409)])
def test_what_will_not_pass_by_itself_is_not_asked_again(client: Any, reason: str, status: int) -> None:
    http, script = client(a_problem(status, reason, retryable=status == 409))
    with pytest.raises(REFUSALS[reason]):
        http.delete("j_a")
    assert len(script.asked) == 1


def test_a_job_is_tried_again_in_place_once_and_with_a_seed_as_often_as_needed(client: Any) -> None:
    http, script = client(breaks(httpx.ReadError), says(202, JOB))
    with pytest.raises(Unreachable):
        http.retry("j_a", reason="better luck")
    assert [each.content for each in script.asked] == [b'{"reason": "better luck"}']
    http, script = client(breaks(httpx.ReadError), says(202, JOB))
    http.retry("j_a", seed=3)
    assert len(script.asked) == 2


# --- many ---------------------------------------------------------------------------------------------


def test_many_are_submitted_one_by_one_and_what_is_wrong_with_one_stops_no_other(client: Any, clock: FakeClock) -> None:
    http, script = client(says(202, JOB), a_problem(422, "PROMPT_REJECTED"), says(202, JOB))
    results = list(http.submit_many(["cat", "gun", "007", "dog"], batch="nightly", per_s=5))
    assert [each.what for each in results if each.job] == ["cat", "dog"]
    assert [type(each.error).__name__ for each in results if each.error] == ["PromptRejected", "InvalidRequest"]
    assert all(b'"batch_id":"nightly"' in each.content for each in script.asked)
    assert clock.monotonic() == pytest.approx(4 / 5)


def test_a_batch_that_is_sent_again_has_the_same_keys(client: Any) -> None:
    http, script = client(says(202, JOB))
    list(http.submit_many(["cat", "dog"], batch="nightly"))
    list(http.submit_many(["dog", "cat"], batch="nightly"))
    list(http.submit_many(["cat"], batch="weekly"))
    keys = [each.headers["Idempotency-Key"] for each in script.asked]
    assert keys[:2] == keys[3:1:-1]
    assert len(set(keys)) == 3


def test_what_is_wrong_with_everybody_ends_a_batch(client: Any) -> None:
    http, _ = client(a_problem(401, "UNAUTHENTICATED"))
    with pytest.raises(REFUSALS["UNAUTHENTICATED"]):
        list(http.submit_many(["cat", "dog"], batch="nightly"))


# --- events and files, in pieces ------------------------------------------------------------------------

STREAM = (
    b'retry: 2000\n\n: beat\n\nevent: job\nid: 1.a\ndata: {"a":1}\n\nevent: done\r\nid: 2\r\ndata: x\r\ndata: y\r\n\r\n'
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=6))
def test_events_are_the_same_however_the_stream_is_cut(cuts: list[int]) -> None:
    reader, edges = EventReader(), [0, *sorted(cuts), len(STREAM)]
    events = [each for start, end in pairwise(edges) for each in reader.feed(STREAM[start:end])]
    assert [(each.name, each.id, each.data) for each in events] == [
        ("job", "1.a", ['{"a":1}']),
        ("done", "2", ["x", "y"]),
    ]


def test_a_line_separator_of_unicode_does_not_end_a_line() -> None:
    (event,) = EventReader().feed("data: one\u2028two\x85three\n\n".encode())
    assert event.data == ["one\u2028two\x85three"]


def test_a_line_without_end_is_not_waited_for() -> None:
    reader = EventReader()
    with pytest.raises(BadAnswer, match="more than"):
        list(reader.feed(b"data: " + b"x" * LINE_BYTES_MAX))


def test_a_file_is_there_when_it_is_whole_and_not_before(tmp_path: Path) -> None:
    path, sha256 = tmp_path / "new" / "object.glb", hashlib.sha256(b"1234567890").hexdigest()
    with whole(path, sha256) as write:
        write(b"123")
        assert not path.exists()
        write(b"4567890")
    assert path.read_bytes() == b"1234567890"
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_file_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "object.glb"
    path.write_bytes(b"old")
    with pytest.raises(BadAnswer, match="damaged"), whole(path, "0" * 64) as write:
        write(b"new")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])
