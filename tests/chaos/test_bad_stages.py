"""A stage that loops, holds the interpreter's lock, crashes or eats memory: freed, and everybody else goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from jobs.job import Job
from jobs.queue import wake_up
from jobs.request import parse_request
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import wire
from models.craft import Craft
from models.host import Host
from models.limits import Limits
from models.memory import MB
from models.pipeline import Pipeline
from models.routes import Route, routes_of
from models.shelf import Shelf
from tests.chaos.bad_stages import FACTORY, FRAGILE, MARKS, TIMES, bad
from tests.waiting import gone, until
from worker.door import Door
from worker.fate import Fate
from worker.main import Worker, worker_over
from worker.maker import Maker

BUDGET_S = 0.5
FREED_S = 2.5  # the grace of 2 s, and what it takes to see and to reap
SLOW_MACHINE_S = 2.5  # a machine with other work may take that much longer; `make chaos` prints what it took
MEMORY_MB = 400  # of a child: it has 100 with everything loaded; `hoards` wants 512 more
QUICK = {"lease_s": 45, "beat_s": 0.3, "progress_s": 0.05}


@dataclass
class Bad:
    """A worker whose first route behaves badly, and a message on its way through the door."""

    worker: Worker
    pool: ThreadPoolExecutor

    def submit(self, words: str) -> Job:
        return self.worker.platform.client().submit(parse_request({"input": {"prompt": words, "quality": "draft"}}))

    def serve(self, job: Job) -> "Future[Fate]":
        return self.pool.submit(self.worker.door.take, wake_up(job.id), "1")

    def job(self, job: Job) -> Job:
        return self.worker.platform.store.get(job.id)

    def child(self) -> int:
        child = until(lambda: self.worker.runner.maker.pipeline.host._child, "there is a child")  # type: ignore[attr-defined]
        return int(child.process.pid)

    def at(self, job: Job, stage: str) -> int:
        """The pid of the child that is in the middle of that stage."""
        until(
            lambda: (found := self.job(job)).stage is not None and found.stage.name == stage and found.stage.message,
            f"it is at {stage}",
        )
        return self.child()


@pytest.fixture
def bad_worker(tmp_path: Path) -> Iterator[Callable[..., Bad]]:
    """Makes one with the procedural route behind others of a single stage each."""
    made: list[Bad] = []

    def make(*acts: str | Route, budget_s: float = 60.0, **settings: object) -> Bad:
        routes = tuple(act if isinstance(act, Route) else bad(act, budget_s=budget_s) for act in acts)
        if FRAGILE not in routes:
            routes = (*routes, *routes_of(Craft()))
        host = Host(Craft(routes=tuple(route.name for route in routes)), FACTORY, Limits(500, MEMORY_MB * MB))
        platform = wire(Settings.model_validate({"data": tmp_path / "data", **QUICK, **settings}))
        worker = worker_over(platform, host, holder="me")
        maker = Maker(Pipeline(host, Shelf(platform.bucket), routes), platform.bucket, platform.settings.work_s)
        runner = replace(worker.runner, maker=maker)
        worker = replace(worker, runner=runner, door=Door(runner, platform.letters, threading.Event()))
        worker.warm_up()
        made.append(Bad(worker, ThreadPoolExecutor(1)))
        return made[-1]

    yield make
    for each in made:
        each.worker.runner.stopping.set()
        each.worker.runner.maker.pipeline.host.close()  # type: ignore[attr-defined]
        each.pool.shutdown()


@pytest.fixture
def fragile(bad_worker: Callable[..., Bad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Bad]:
    """Makes one with a single route, in which cats crash so many times."""

    def make(times: int) -> Bad:
        (tmp_path / "marks").mkdir()
        monkeypatch.setenv(MARKS, str(tmp_path / "marks"))
        monkeypatch.setenv(TIMES, str(times))
        return bad_worker(FRAGILE, attempts_max=2)

    return make


def freed(pid: int, since: float, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    until(lambda: gone(pid), "the child is gone", within_s=FREED_S + SLOW_MACHINE_S)
    with capsys.disabled():
        print(f"\n{said}: freed after {time.monotonic() - since:.2f} s", end="")


def test_stages_that_do_not_end_are_freed_at_their_deadline_and_the_next_route_goes_on(
    bad_worker: Callable[..., Bad], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = bad_worker("spins", "hangs", budget_s=BUDGET_S)
    first, second = bad.submit("chair"), bad.submit("bench")
    fate = bad.serve(first)
    for act in ("spins", "hangs"):
        pid, since = bad.at(first, act), time.monotonic()
        freed(pid, since + BUDGET_S, f"{act}, at its deadline", capsys)
    assert fate.result() is Fate.FINISH
    done = bad.job(first)
    assert done.output is not None
    assert (done.output.route, done.attempt) == ("procedural", 1)
    assert done.output.refusals == tuple(f"{act}: {act} took longer than it may" for act in ("spins", "hangs"))
    assert bad.serve(second).result() is Fate.FINISH
    assert bad.job(second).attempt == 1


@pytest.mark.parametrize("act", ["spins", "hangs"])
def test_a_stage_that_does_not_end_is_freed_when_a_beat_sees_the_cancel(
    bad_worker: Callable[..., Bad], act: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = bad_worker(act)
    first, second = bad.submit("chair"), bad.submit("bench")
    fate = bad.serve(first)
    pid = bad.at(first, act)
    since = time.monotonic()
    bad.worker.platform.client().cancel(first.id)
    freed(pid, since, f"{act}, after the cancel", capsys)
    assert fate.result() is Fate.CANCEL
    assert bad.job(first).status is JobStatus.CANCELED
    assert bad.job(second).status is JobStatus.QUEUED


@pytest.mark.parametrize("act", ["segfaults", "exits"])
def test_a_stage_that_takes_its_process_with_it_leaves_the_job_to_the_next_route(
    bad_worker: Callable[..., Bad], act: str
) -> None:
    bad = bad_worker(act)
    job = bad.submit("chair")
    assert bad.serve(job).result() is Fate.FINISH
    done = bad.job(job)
    assert done.output is not None
    assert done.output.route == "procedural"
    (why,) = done.output.refusals
    assert why.startswith(f"{act}: the model process died of ")


def test_a_stage_that_eats_memory_is_freed_before_the_machine_is_full(
    bad_worker: Callable[..., Bad], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = bad_worker("hoards")
    job = bad.submit("chair")
    pid = bad.child()
    fate = bad.serve(job)
    since = time.monotonic()
    freed(pid, since, "hoards, with what it took to eat", capsys)
    assert fate.result() is Fate.FINISH
    done = bad.job(job)
    assert done.output is not None
    assert done.output.route == "procedural"
    assert "are allowed" in done.output.refusals[0]


def test_where_there_is_no_other_route_the_next_attempt_goes_on(fragile: Callable[[int], Bad]) -> None:
    bad = fragile(1)
    job = bad.submit("chair")
    assert bad.serve(job).result() is Fate.RETRY
    until(lambda: bad.worker.runner.serve() is Fate.FINISH, "it is due again, and made")
    assert [each.event for each in bad.job(job).attempts] == ["retry", "finish"]


def test_a_job_that_breaks_every_attempt_fails_and_no_other_job_is_touched(fragile: Callable[[int], Bad]) -> None:
    bad = fragile(100)
    poison, others = bad.submit("chair"), [bad.submit(words) for words in ("bench", "stool", "fish")]

    def over() -> bool:
        bad.worker.runner.serve()
        return all(bad.job(job).done for job in (poison, *others))

    until(over, "every job is over", within_s=60)
    failed = bad.job(poison)
    assert failed.error is not None
    assert (failed.status, failed.attempt) == (JobStatus.FAILED, 2)
    assert "SIGSEGV" in failed.error.message
    assert [(bad.job(job).status, bad.job(job).attempt) for job in others] == [(JobStatus.SUCCEEDED, 1)] * 3
