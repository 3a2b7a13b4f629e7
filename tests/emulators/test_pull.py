"""Workers that pull: without a push address `lumen init` makes a subscription to pull from."""

import signal
from collections import Counter
from urllib.request import urlopen

from jobs.status import JobStatus
from tests.emulators.jobs import all_done, submitted
from tests.house import House


def test_two_workers_that_pull_do_each_job_once(house: House) -> None:
    house.lumen("init")
    workers = [house.puller(), house.puller()]
    done = all_done(house, submitted(house, 12))
    assert Counter(job.status for job in done) == {JobStatus.SUCCEEDED: 12}
    assert {(job.claims, len(job.attempts)) for job in done} == {(1, 1)}
    assert len({job.attempts[0].worker for job in done}) == 2, "one of them had nothing to do"
    for worker in workers:
        worker.send(signal.SIGTERM)
    assert [worker.ended() for worker in workers] == [0, 0]
    assert not any("Traceback" in worker.said() for worker in workers)


def test_a_job_whose_worker_is_killed_goes_on_with_the_next(house: House) -> None:
    house.lumen("init")
    first = house.puller()
    first.freeze_models()
    job = house.submit("cat", quality="draft")
    house.becomes(job.id, JobStatus.RUNNING)
    house.puller()
    first.send(signal.SIGKILL)
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert [each.event for each in done.attempts] == ["lapse", "finish"]


def test_the_commands_are_the_same_over_google(house: House) -> None:
    house.lumen("init")
    house.puller()
    job = house.json("submit", "cat", "--quality", "draft", "--wait", "--key", "mine")
    assert (job["status"], job["output"]["template"]) == ("succeeded", "quadruped")
    assert all(each["uri"].startswith("gs://") for each in job["output"]["files"].values())
    assert house.json("submit", "cat", "--quality", "draft", "--key", "mine")["id"] == job["id"]
    paths = house.json("result", job["id"], "--download", str(house.folder / "result"))
    sizes = {name: each["bytes"] for name, each in job["output"]["files"].items()}
    assert {path.name: path.stat().st_size for path in (house.folder / "result").iterdir()} == sizes
    assert len(paths) == len(sizes)
    for file, address in house.json("result", job["id"], "--links").items():
        with urlopen(address) as response:
            assert len(response.read()) == sizes[file]
    assert job["id"] in house.lumen("list", "--status", "succeeded", "--since", "1h").stdout
    house.lumen("delete", job["id"], "--yes")
    house.lumen("get", job["id"], code=6)
    assert list(house.platform.bucket.find(f"jobs/{job['id']}/")) == []
