"""What a shell sees of `lumen`: exit codes, one sentence on stderr, and data alone on stdout."""

import json
import os
import signal
from pathlib import Path

import pytest

from jobs.status import JobStatus
from tests.house import House
from tests.waiting import until


def sentence(text: str) -> str:
    """What was said, which has to be one line and no traceback."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


# --- 2: usage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args, said",
    [
        (("",), "input.prompt: is empty"),
        (("x" * 201,), "input.prompt: has 201 characters; the limit is 200"),
        (("12", "345"), "input.prompt: has only digits"),
        (("cat", "--num-parts", "0"), "input.num_parts"),
        (("cat", "--num-parts", "17"), "input.num_parts"),
        (("cat", "--quality", "best"), "input.quality"),
        (("cat", "--points", "1"), "input.points"),
        (("cat", "--seed", "-1"), "input.seed"),
        (("cat", "--verb", "v" * 41), "input.verb"),
        (("cat", "--priority", "now"), "priority"),
    ],
)
def test_a_request_that_is_not_valid_is_refused_with_its_field_and_nothing_is_written(
    house: House, args: tuple[str, ...], said: str
) -> None:
    done = house.lumen("submit", *args, code=2)
    assert said in sentence(done.stderr)
    assert done.stdout == ""
    assert not house.data.exists()


@pytest.mark.parametrize(
    "args",
    [("submit",), ("submit", "cat", "--image", "README.md"), ("submit", "cat", "--colour", "red"), ("fly",), ("get",)],
)
def test_a_command_that_is_not_understood_says_how_it_is_used(house: House, args: tuple[str, ...]) -> None:
    done = house.lumen(*args, code=2)
    assert "Usage: lumen" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "env, said",
    [
        ({"LUMEN_LEESE_S": "45"}, "LUMEN_LEESE_S: is not a setting"),
        ({"LUMEN_LEASE_S": "soon"}, "LUMEN_LEASE_S"),
        ({"LUMEN_BEAT_S": "30"}, "LUMEN_BEAT_S"),
        ({"LUMEN_BACKEND": "gcp"}, "LUMEN_BACKEND"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(house: House, env: dict[str, str], said: str) -> None:
    assert said in sentence(house.lumen("list", code=2, **env).stderr)


def test_a_route_that_is_none_is_named(house: House) -> None:
    said = sentence(house.lumen("worker", "--pull", code=2, LUMEN_ROUTES="dream").stderr)
    assert "no route dream" in said


# --- 3, 4, 5: how a job ended -----------------------------------------------------------------------------


def test_a_job_that_failed_is_exit_code_three(house: House) -> None:
    house.more["LUMEN_ATTEMPTS_MAX"] = "1"
    models = house.dev().freeze_models()
    with house.meanwhile("submit", "cat", "--wait", "--json", code=3) as said:
        house.one_running()
        os.kill(models, signal.SIGKILL)
    job = json.loads(said[0])
    assert (job["status"], job["error"]["reason"], job["error"]["stage"]) == ("failed", "GENERATION_FAILED", "plan")
    assert "SIGKILL" in job["error"]["message"]
    assert "Traceback" not in said[0]
    until(lambda: len(house.letters()) == 1 or house.job(job["id"]).dead_letter, "its dead letter is out")
    assert house.lumen("watch", job["id"], code=3).stdout.startswith(job["id"])


def test_a_job_that_was_canceled_is_exit_code_four(house: House) -> None:
    house.dev().freeze_models()
    with house.meanwhile("submit", "cat", "--wait", "--json", code=4) as said:
        house.client.cancel(house.one_running().id)
    job = json.loads(said[0])
    assert job["status"] == "canceled"
    assert house.lumen("watch", job["id"], "--json", code=4).stdout
    done = house.lumen("cancel", job["id"], "--json")
    assert json.loads(done.stdout)["status"] == "canceled", "asking twice is no error"


def test_a_wait_that_is_over_before_the_job_is_exit_code_five(house: House) -> None:
    done = house.lumen("submit", "cat", "--wait", "--timeout", "0.1", code=5)
    assert "it goes on without us" in done.stderr
    assert done.stdout == ""
    (job,) = map(json.loads, house.lumen("list", "--json").stdout.splitlines())
    assert job["status"] == "queued"
    assert "goes on" in sentence(house.lumen("watch", job["id"], "--timeout", "0.1", "--json", code=5).stderr)


# --- 1, 6: what there is not ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["get", "watch", "result", "cancel"])
def test_a_job_that_is_not_there_is_exit_code_six(house: House, command: str) -> None:
    done = house.lumen(command, "j_nobody", code=6)
    assert sentence(done.stderr) == "lumen: There is no job j_nobody."
    assert done.stdout == ""


def test_a_job_without_a_result_says_where_it_is(house: House) -> None:
    job = house.submit("cat")
    done = house.lumen("result", job.id, "--download", str(house.folder / "out"), code=6)
    assert "is queued: it has no result" in sentence(done.stderr)
    assert not (house.folder / "out").exists()


def test_what_is_over_cannot_be_canceled(house: House) -> None:
    house.dev()
    job = house.json("submit", "cat", "--quality", "draft", "--wait")
    assert sentence(house.lumen("cancel", job["id"], code=1).stderr)
    house.lumen("delete", job["id"], "--yes")
    house.lumen("get", job["id"], code=6)
    assert list(house.platform.bucket.find(f"jobs/{job['id']}/")) == []


def test_a_place_that_cannot_be_written_to_is_a_sentence(house: House) -> None:
    (house.folder / "file").touch()
    house.dev()
    job = house.json("submit", "cat", "--quality", "draft", "--wait")
    for place in (house.folder / "file", house.folder / "file" / "out", Path("/proc/nowhere")):
        said = sentence(house.lumen("result", job["id"], "--download", str(place), code=1).stderr)
        assert str(place) in said


# --- 7: the backend -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "where, command",
    [
        *(("a file", command) for command in ("submit cat", "list", "get j_1", "cancel j_1", "sweep")),
        ("nowhere", "submit cat"),
        ("no database", "list"),
    ],
)
def test_a_backend_out_of_reach_is_one_sentence_and_exit_code_seven(house: House, where: str, command: str) -> None:
    places = {"a file": house.folder / "file", "nowhere": Path("/proc/nowhere"), "no database": house.data}
    (house.folder / "file").touch()
    house.data.mkdir()
    (house.data / "lumen.db").write_bytes(b"no database" * 1000)
    done = house.lumen(*command.split(), code=7, LUMEN_DATA=str(places[where]))
    assert str(places[where]) in sentence(done.stderr)
    assert done.stdout == ""


def test_the_doctor_says_what_is_wrong_with_the_backend(house: House) -> None:
    house.data.write_text("a file")
    findings = house.json("doctor", code=1)
    assert [finding["level"] for finding in findings].count("fail") >= 1


# --- stdout is data -------------------------------------------------------------------------------------------


def test_stdout_is_data_and_nothing_else(house: House) -> None:
    job_id = house.lumen("submit", "cat").stdout.strip()
    assert house.job(job_id).status is JobStatus.QUEUED
    submitted = house.json("submit", "dog")
    assert house.json("get", submitted["id"]) == submitted
    lines = house.lumen("list", "--json").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [submitted["id"], job_id]
    assert set(house.json("sweep")) >= {"lapsed", "woken"}
    assert house.json("cancel", job_id)["status"] == "canceled"
    assert house.json("schema", "job")["title"] == "Job"
    assert {finding["level"] for finding in house.json("doctor")} <= {"ok", "warn"}
    assert house.json("delete", job_id, "--yes") == {"removed": [job_id]}
    assert len(house.lumen("list").stdout.splitlines()) == 2, "a heading and a job"


def test_help_and_version_are_data(house: House) -> None:
    assert house.lumen("--help").stdout.startswith("Usage: lumen")
    assert house.lumen("--version").stdout.strip()
    assert not house.data.exists()
