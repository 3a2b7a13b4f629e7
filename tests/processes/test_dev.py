"""`lumen dev`: one house in one process, killed, stopped and started again."""

import json
import os
import signal
import subprocess

import pytest

from jobs.errors import Reason
from jobs.job import Job
from jobs.status import JobStatus
from tests.house import LUMEN, PATIENCE_S, ROOT, House, Running, get
from tests.waiting import gone, until

STAGES = ["plan", "shape", "clean", "points", "export", "preview"]


# --- a job from end to end ----------------------------------------------------------------------------


def test_a_job_is_followed_to_its_end(house: House) -> None:
    house.dev()
    job = house.json("submit", "cat", "--wait")
    assert (job["status"], job["progress"], job["done"]) == ("succeeded", 100, True)
    assert job["output"]["template"] == "quadruped"
    assert len(job["output"]["parts"]) == 6
    assert [stage["name"] for stage in job["stages"]] == STAGES
    assert set(job["metrics"]["stage_seconds"]) == set(STAGES)
    assert (job["attempt"], job["claims"], job["lease"], job["error"]) == (1, 1, None, None)

    paths = house.json("result", job["id"], "--download", str(house.folder / "result"))
    sizes = {name: artifact["bytes"] for name, artifact in job["output"]["files"].items()}
    assert {path.name: path.stat().st_size for path in (house.folder / "result").iterdir()} == sizes
    assert len(paths) == len(sizes)


def test_progress_is_seen_moving_and_never_goes_backwards(house: House) -> None:
    dev = house.dev()
    models = dev.freeze_models()
    job = house.submit("cat", quality="high", points=65536)
    with subprocess.Popen(
        [*LUMEN, "watch", job.id, "--json"], cwd=ROOT, env=house.env(), stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        first = json.loads(watching.stdout.readline())
        os.kill(models, signal.SIGCONT)
        lines = [first, *map(json.loads, watching.stdout)]
    assert watching.returncode == 0
    seen = [line["progress"] for line in lines]
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert any(0 < progress < 100 for progress in seen)
    assert {line["status"] for line in lines} <= {"queued", "running", "succeeded"}
    assert {line["stage"]["name"] for line in lines if line["stage"]} <= set(STAGES)
    assert all(line["id"] == job.id for line in lines)


def test_an_equal_request_is_found_on_the_shelf(house: House) -> None:
    house.dev()
    first, second = (house.json("submit", "fish", "--quality", "draft", "--wait") for _ in range(2))
    assert first["id"] != second["id"]
    assert [stage["hit"] for stage in first["stages"]] == [False] * len(STAGES)
    assert [stage["hit"] for stage in second["stages"]] == [True] * len(STAGES)
    assert {name: point["key"] for name, point in first["checkpoints"].items()} == {
        name: point["key"] for name, point in second["checkpoints"].items()
    }


def test_the_same_key_is_the_same_job(house: House) -> None:
    ids = [house.json("submit", "cat", "--key", "mine")["id"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(house.lumen("list", "--json").stdout.splitlines()) == 1
    conflict = house.lumen("submit", "dog", "--key", "mine", code=1)
    assert "used for another request" in conflict.stderr
    assert len(house.lumen("list", "--json").stdout.splitlines()) == 1


# --- cancel -------------------------------------------------------------------------------------------


def running_in_ice(house: House, dev: Running, prompt: str = "cat") -> tuple[Job, int]:
    """A job that runs and will not get anywhere, and the pid of the child it runs in."""
    models = dev.freeze_models()
    job = house.submit(prompt, quality="draft")
    return house.becomes(job.id, JobStatus.RUNNING), models


def test_a_cancel_frees_the_child_of_a_running_job(house: House) -> None:
    dev = house.dev()
    job, models = running_in_ice(house, dev)
    asked = house.json("cancel", job.id)
    assert asked["cancel_requested"] is True
    assert asked["status"] in {"running", "canceled"}
    canceled = house.becomes(job.id, JobStatus.CANCELED)
    assert gone(models)
    assert (canceled.lease, canceled.error, canceled.attempts[0].event) == (None, None, "cancel")
    assert house.json("submit", "dog", "--quality", "draft", "--wait")["status"] == "succeeded"
    assert dev.models() != models


def test_a_queued_job_is_canceled_at_once(house: House) -> None:
    job = house.submit("cat")
    assert house.json("cancel", job.id)["status"] == "canceled"
    assert "canceled" in house.lumen("get", job.id).stdout


# --- a child that dies ----------------------------------------------------------------------------------


def test_a_child_that_is_killed_costs_an_attempt_and_the_next_one_succeeds(house: House) -> None:
    dev = house.dev()
    job, models = running_in_ice(house, dev)
    os.kill(models, signal.SIGKILL)
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert [(each.event, each.reason) for each in done.attempts] == [
        ("retry", Reason.GENERATION_FAILED),
        ("finish", None),
    ]
    assert "SIGKILL" in done.attempts[0].message
    assert done.attempts_left == 3


# --- SIGKILL --------------------------------------------------------------------------------------------


def killed_in_the_middle(house: House) -> tuple[Job, int]:
    """A dev that was killed while its job had some stages on the shelf and others still to do."""
    dev = house.dev()
    for seed in range(5):
        job = house.submit("cat", quality="high", points=65536, seed=seed)
        before = len(house.shelf())
        until(lambda there=before: len(house.shelf()) >= there + 3, "three stages are on the shelf")
        models = dev.freeze_models()
        if not house.job(job.id).done:
            break
        os.kill(models, signal.SIGCONT)  # it was faster than we: with another seed once more
    dev.send(signal.SIGKILL)
    assert dev.ended() == -signal.SIGKILL
    return house.job(job.id), models


def test_after_a_kill_the_job_goes_on_where_it_was(house: House) -> None:
    killed, models = killed_in_the_middle(house)
    assert killed.status is JobStatus.RUNNING
    until(lambda: gone(models), "the model child of the dead dev is gone")

    house.dev()
    done = house.becomes(killed.id, JobStatus.SUCCEEDED)
    hits = {stage.name for stage in done.stages if stage.hit}
    assert {"plan", "shape", "clean"} <= hits
    assert hits != set(STAGES), "something was left to do"
    assert {name for name, point in done.checkpoints.items() if point.hit} == hits
    lost, finished = done.attempts
    assert (lost.event, lost.reason, lost.token) == ("lapse", Reason.WORKER_LOST, 1)
    assert (finished.event, finished.token) == ("finish", 2)
    assert lost.worker != finished.worker
    assert (done.attempt, done.attempts_left, done.claims, done.progress) == (2, 3, 2, 100)


# --- SIGTERM and Ctrl-C -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_dev_that_is_told_to_end_hands_its_job_back(house: House, number: signal.Signals) -> None:
    dev = house.dev()
    job, models = running_in_ice(house, dev)
    dev.send(number)
    assert dev.ended() == 0
    assert "Traceback" not in dev.said()
    until(lambda: gone(models), "the model child is gone")
    assert house.left_behind() == []

    back = house.job(job.id)
    assert (back.status, back.lease, back.attempt, back.attempts_left) == (JobStatus.QUEUED, None, 0, 5)
    assert [each.event for each in back.attempts] == ["hand_back"]

    house.dev()
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert (done.attempt, done.attempts_left) == (1, 4)
    assert [each.event for each in done.attempts] == ["hand_back", "finish"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_dev_that_is_told_to_end_while_it_loads_leaves_nothing(house: House, number: signal.Signals) -> None:
    dev = house.start("dev", "--port", "0")
    models = dev.models()
    until(lambda: "health" in dev.said(), "dev has started")
    dev.send(number)
    assert dev.ended() == 0
    assert "Traceback" not in dev.said()
    until(lambda: gone(models), "the model child is gone")
    assert house.left_behind() == []


def test_a_dev_whose_folder_is_no_folder_says_so_and_still_ends(house: House) -> None:
    house.data.write_text("a file")
    dev = house.start("dev", "--port", "0")
    until(lambda: "cannot be reached" in dev.said() or dev.process.poll() is not None, "it says what is wrong")
    dev.send(signal.SIGTERM)
    dev.ended()
    assert "Traceback" not in dev.said()


def test_health_says_what_it_is(house: House) -> None:
    dev = house.dev()
    assert get(dev, "/health/live")[0] == 200
    status, facts = get(dev, "/health/ready")
    assert (status, facts["status"], facts["models"], facts["store"]) == (200, "ready", "ready", "ok")


def test_a_second_dev_on_the_same_port_says_so_in_one_sentence(house: House) -> None:
    dev = house.dev()
    done = subprocess.run(
        [*LUMEN, "dev", "--port", str(dev.port)],
        cwd=ROOT,
        env=house.env(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"port {dev.port} is taken" in done.stderr
