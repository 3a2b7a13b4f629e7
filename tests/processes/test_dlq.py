"""Dead letters in a house of real processes: what died is found, understood, and tried again."""

import json
import signal
from io import BytesIO
from typing import Any

from jobs.fields import Replay
from jobs.request import parse_request
from jobs.status import JobStatus
from tests.builders import claim, fail, lease_of
from tests.house import PATIENCE_S, House, Running, push
from tests.pictures import file, photo
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
    upload = house.client.upload(BytesIO(file(photo(), "PNG")))
    job = house.client.submit(parse_request({"input": {"image": upload}}))
    house.becomes(job.id, JobStatus.FAILED)
    letter = the_letter(house)
    assert (letter["id"], letter["kind"], letter["reason"]) == (job.id, "job", "INVALID_INPUT")
    assert (letter["attempt"], letter["what"]) == (1, f"image {upload}")
    assert job.id in house.lumen("dlq", "list").stdout

    shown = house.lumen("dlq", "show", job.id).stdout
    for said in ("INVALID_INPUT", "docs/errors.md#invalid_input", "no route of this worker reads pictures"):
        assert said in shown
    assert "traceback of attempt 1" in shown
    known = house.json("dlq", "show", job.id)
    assert [attempt["event"] for attempt in known["job"]["attempts"]] == ["fail"]
    assert "BadInput" in known["debug"]["traceback"]

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
    for args in (
        ("list", "--since", "1h"),
        ("replay", "j_1", "j_2"),
        ("replay", "--all", "--yes"),
        ("purge", "j_1", "--reason", "x", "--yes"),
        ("drain",),
    ):
        done = house.lumen("dlq", *args, code=7)
        assert str(house.data) in done.stderr
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)


# --- runs: nobody works here, so what is replayed stays as it was replayed ---

MANY = 16


def failed(house: House) -> list[str]:
    return [die(house, house.submit(f"bird {n}").id) for n in range(MANY)]


def die(house: House, job_id: str) -> str:
    fail(house.platform.store, job_id, lease_of(claim(house.platform.store, job_id)))
    return job_id


def replayed(house: House, jobs: list[str]) -> list[str]:
    return [each for each in jobs if house.job(each).replay is not None]


def replays(house: House, jobs: list[str]) -> list[Replay]:
    return [replay for each in jobs if (replay := house.job(each).replay) is not None]


def counts(house: House, jobs: list[str]) -> list[int]:
    return [replay.count for replay in replays(house, jobs)]


def begun(house: House, jobs: list[str]) -> tuple[Running, str]:
    """A run on its way, some of its jobs tried and not all; and its id."""
    running = house.start("dlq", "replay", "--all", "--rps", "20", "--reason", "quota", "--yes")
    until(lambda: len(replayed(house, jobs)) >= 3, "some jobs are tried again", within_s=PATIENCE_S)
    run_id = running.said().partition("Run ")[2].partition(":")[0]
    assert run_id.startswith("r_")
    return running, run_id


def test_a_run_that_was_killed_goes_on_and_tries_no_job_twice(house: House) -> None:
    jobs = failed(house)
    running, run_id = begun(house, jobs)
    running.send(signal.SIGKILL)
    running.ended()
    before = replayed(house, jobs)
    assert 3 <= len(before) < MANY
    again = die(house, before[0])

    going = [house.start("dlq", "replay", "--resume", run_id, "--rps", "3")]  # it goes on still when the other comes
    going.append(house.start("dlq", "replay", "--resume", run_id, "--rps", "100"))
    assert [each.ended() for each in going] == [0, 0], [each.said() for each in going]
    assert counts(house, jobs) == [1] * MANY
    assert {replay.run for replay in replays(house, jobs)} == {run_id}
    assert house.job(again).status is JobStatus.FAILED, "it failed again, and is left alone"
    done = house.lumen("dlq", "replay", "--resume", run_id)
    assert done.stderr == f"Run {run_id} is done: Replayed {MANY} of {MANY}.\n"
    first, *others = [json.loads(line) for line in house.lumen("audit", "--json").stdout.splitlines()][::-1]
    assert (first["action"], first["run"], first["of"], first["done_at"]) == ("dlq.replay", run_id, MANY, None)
    assert [each["action"] for each in others] == ["dlq.resume"] * 2
    assert sum(each["counts"].get("replayed", 0) for each in others) + len(before) == MANY


def test_a_run_that_is_interrupted_says_how_to_go_on(house: House) -> None:
    jobs = failed(house)
    running, run_id = begun(house, jobs)
    running.send(signal.SIGINT)
    assert running.ended() == 130
    assert f"go on: lumen dlq replay --resume {run_id}" in running.said()
    assert "Traceback" not in running.said()
    assert len(replayed(house, jobs)) < MANY


def test_two_runs_at_once_share_the_jobs(house: House) -> None:
    jobs = failed(house)
    going = [house.start("dlq", "replay", "--all", "--rps", "100", "--yes") for _ in range(2)]
    assert {each.ended() for each in going} <= {0, 1}, "1: the other had some of its jobs first"
    assert counts(house, jobs) == [1] * MANY
