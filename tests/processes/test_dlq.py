"""Dead letters in a house of real processes: what died is found, understood, and tried again."""

import json
import signal
from typing import Any

from jobs.request import parse_request
from jobs.status import JobStatus
from tests.house import House, push
from tests.waiting import kill, until


def letters(house: House) -> list[dict[str, Any]]:
    """What `lumen dlq list` has."""
    return [json.loads(line) for line in house.lumen("dlq", "list", "--json").stdout.splitlines()]


def the_letter(house: House) -> dict[str, Any]:
    """The only one there is, once it is there and on the topic."""

    def sent() -> bool:
        found = letters(house)
        return bool(found) and found[0]["letter_at"] is not None

    until(sent, "a dead letter is listed")
    (letter,) = letters(house)
    return letter


def test_a_job_that_cannot_succeed_is_found_understood_and_tried_again(house: House) -> None:
    worker = house.puller()
    job = house.client.submit(parse_request({"input": {"image": "upload-1"}}))
    house.becomes(job.id, JobStatus.FAILED)
    letter = the_letter(house)
    assert (letter["id"], letter["kind"], letter["reason"]) == (job.id, "job", "INVALID_INPUT")
    assert (letter["attempt"], letter["what"]) == (1, "image upload-1")
    assert job.id in house.lumen("dlq", "list").stdout

    shown = house.lumen("dlq", "show", job.id).stdout
    for said in ("INVALID_INPUT", "docs/errors.md#invalid_input", "input.image: no route of this worker reads images"):
        assert said in shown
    assert "traceback of attempt 1" in shown
    known = house.json("dlq", "show", job.id)
    assert [attempt["event"] for attempt in known["job"]["attempts"]] == ["fail"]
    assert "InvalidRequest" in known["debug"]["traceback"]

    worker.send(signal.SIGTERM)
    assert worker.ended() == 0
    again = house.json("dlq", "replay", job.id, "--reason", "to see it fail again")
    assert (again["status"], again["attempts_left"], again["replay"]["reason"]) == ("queued", 5, "to see it fail again")
    assert letters(house) == []
    house.puller()
    assert house.becomes(job.id, JobStatus.FAILED).claims == 2


def test_a_job_that_lost_all_its_workers_succeeds_when_it_is_replayed(house: House) -> None:
    house.more["LUMEN_ATTEMPTS_MAX"] = "1"
    doomed = house.puller()
    models = doomed.freeze_models()
    job_id = house.json("submit", "cat", "--quality", "draft")["id"]
    house.becomes(job_id, JobStatus.RUNNING)
    doomed.send(signal.SIGKILL)
    doomed.ended()
    kill(models)
    house.puller()
    house.becomes(job_id, JobStatus.FAILED)
    letter = the_letter(house)
    assert (letter["id"], letter["reason"], letter["attempts_left"]) == (job_id, "MAX_ATTEMPTS_EXCEEDED", 0)
    assert "went silent" in house.lumen("dlq", "show", job_id).stdout

    assert house.lumen("dlq", "replay", job_id, "--reason", "that worker is gone").stdout == f"{job_id}  queued\n"
    done = house.becomes(job_id, JobStatus.SUCCEEDED)
    assert [attempt.event for attempt in done.attempts] == ["fail", "finish"]
    assert letters(house) == []


def test_garbage_that_was_pushed_is_found_with_its_original(house: House) -> None:
    worker = house.gunicorn()
    assert push(worker, b'{"message": {"data": "bm90IGpzb24=", "messageId": "../7"}}') == (204, None)
    letter = the_letter(house)
    assert (letter["kind"], letter["reason"], letter["what"]) == ("garbage", "BAD_MESSAGE", "not json")
    assert letter["id"].startswith("m-sha256-")
    assert "not json" in house.lumen("dlq", "show", letter["id"]).stdout
    assert "nothing to try again" in house.lumen("dlq", "replay", letter["id"], code=2).stderr


def test_a_backend_out_of_reach_is_one_sentence(house: House) -> None:
    house.data.write_text("a file")
    for args in (("list",), ("show", "j_1"), ("show", "m-1"), ("replay", "j_1", "j_2"), ("drain",)):
        done = house.lumen("dlq", *args, code=7)
        assert str(house.data) in done.stderr
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)
