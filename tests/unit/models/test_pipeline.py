"""The order of things: shelf before host, route after route, and an honest progress."""

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from jobs.buckets.disk import DiskBucket
from models import errors, policy, wire
from models.breaker import FAILURES_MAX, OPEN_S, Breaker, Circuit
from models.errors import (
    ChildDied,
    CircuitOpen,
    CraftError,
    GpuExhausted,
    GpuFault,
    HandOver,
    MemoryExhausted,
    NoUsableMesh,
    OutOfTime,
    Refused,
    StageFailed,
    StageTimeout,
)
from models.host import Interrupted
from models.pipeline import Pipeline
from models.policy import TRIES_MAX, Policy
from models.report import REPORT, Made
from models.routes import Route
from models.shelf import FOLDER, Shelf
from models.stage import Brief, Deadline, Files, OnStep, Params, Stage
from models.stages import COUNTS, FACTS, GLB, NPZ, PARTS, PLAN, PLY, PREVIEW, RAW, RESULT, Clean
from tests.fakes import FakeClock
from tests.support_stages import Acting, acting

PLANNED = {"concept": "cat", "matched": "cat", "score": 1.0, "how": "exact", "verb": "", "template": "quadruped"}
CHECKED = {
    "parts": [{"name": "head", "faces": 4, "vertices": 3}, {"name": "body", "faces": 2, "vertices": 5}],
    "bounds": [[-0.5, 0, 0], [0.5, 1, 0]],
    "watertight": True,
}
MADE: dict[str, dict[str, bytes]] = {
    "plan": {PLAN: json.dumps(PLANNED).encode()},
    "clean": {FACTS: json.dumps(CHECKED).encode()},
    "points": {PLY: b"ply", NPZ: b"npz", COUNTS: b"[10, 20]"},
    "export": {GLB: b"glb"},
    "preview": {PREVIEW: b"png"},
}
Deed = Callable[[OnStep], None]


@dataclass
class FakeHost:
    """Gives each stage's files at once. `deeds` are done before that: they may step, or raise."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    given: dict[str, dict[str, bytes]] = field(default_factory=dict)
    params: dict[str, list[Params]] = field(default_factory=lambda: defaultdict(list))
    jobs: int = 0

    def job_over(self) -> None:
        self.jobs += 1

    def run(
        self,
        stage: Stage,
        given: Files,
        params: Params,
        *,
        deadline: Deadline,
        on_step: OnStep,
        interrupted: Interrupted,
    ) -> wire.Made:
        self.ran.append(stage.name)
        self.given[stage.name] = dict(given)
        self.params[stage.name].append(params)
        if problem := interrupted():
            raise problem
        self.deeds.get(stage.name, lambda step: step(1, 1, "done"))(on_step)
        files = MADE.get(stage.name) or {RAW: stage.name.encode()}
        return wire.Made(dict(files) | {PARTS: given[RAW]} if RAW in given else dict(files))


@dataclass
class Notes:
    """A watcher that writes everything down."""

    overall: list[int] = field(default_factory=list)
    within: list[int] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    done: dict[str, tuple[str, float, bool]] = field(default_factory=dict)
    problem: Exception | None = None

    def started(self, stage: Stage, index: int, total: int, overall: int) -> None:
        self.places.append((index, total))
        self.overall.append(overall)

    def stepped(self, within: int, overall: int, message: str) -> None:
        self.within.append(within)
        self.overall.append(overall)

    def finished(self, stage: Stage, *, key: str, seconds: float, hit: bool) -> None:
        self.done[stage.name] = (key, seconds, hit)

    def interrupted(self) -> Exception | None:
        return self.problem


def raising(error: Exception) -> Deed:
    def deed(step: OnStep) -> None:
        raise error

    return deed


def stepping(*counts: tuple[int, int]) -> Deed:
    def deed(step: OnStep) -> None:
        for done, total in counts:
            step(done, total, f"{done} of {total}")

    return deed


def maker(name: str) -> Acting:
    return replace(acting(name), reads=(PLAN,))


def route(name: str) -> Route:
    return Route(name, (maker(f"shape-{name}"), Clean()))


@pytest.fixture
def bucket(tmp_path: Path) -> DiskBucket:
    return DiskBucket(tmp_path)


@pytest.fixture
def shelf(bucket: DiskBucket) -> Shelf:
    return Shelf(bucket)


def pipeline_of(shelf: Shelf, host: FakeHost, *routes: str) -> Pipeline:
    return Pipeline(host, shelf, tuple(route(name) for name in routes or ("one",)))  # type: ignore[arg-type]


def make(
    shelf: Shelf,
    host: FakeHost,
    *routes: str,
    brief: Brief | None = None,
    deadline: Deadline | None = None,
    notes: Notes | None = None,
    known: frozenset[str] = frozenset(),
) -> Made:
    return pipeline_of(shelf, host, *routes).make(
        brief or Brief(prompt="cat"), deadline=deadline or Deadline.after(60), watcher=notes or Notes(), known=known
    )


# --- from a brief to files --------------------------------------------------------------------------


def test_the_stages_are_run_in_the_order_of_the_route(shelf: Shelf) -> None:
    host = FakeHost()
    make(shelf, host)
    assert host.ran == ["plan", "shape-one", "clean", "points", "export", "preview"]


def test_each_stage_is_given_what_it_reads_and_no_more(shelf: Shelf) -> None:
    host = FakeHost()
    make(shelf, host)
    assert host.given["plan"] == {}
    assert host.given["clean"] == {PLAN: MADE["plan"][PLAN], RAW: b"shape-one"}
    assert host.given["points"] == {PARTS: b"shape-one"}


def test_the_result_has_its_files_and_what_is_in_them(shelf: Shelf) -> None:
    made = make(shelf, FakeHost())
    assert set(made.files) == {*RESULT, REPORT}
    assert (made.template, made.route, made.refusals, made.watertight) == ("quadruped", "one", (), True)
    assert [(part.id, part.name, part.faces, part.vertices, part.points) for part in made.parts] == [
        (0, "head", 4, 3, 10),
        (1, "body", 2, 5, 20),
    ]
    assert made.bounds == ((-0.5, 0, 0), (0.5, 1, 0))


def test_the_report_tells_how_it_was_made(shelf: Shelf) -> None:
    brief = Brief(prompt="cat", quality="high", seed=5, reseed=2, points=512, num_parts=2)
    report = json.loads(make(shelf, FakeHost(), brief=brief).files[REPORT])
    assert report["route"] == "one"
    assert report["refusals"] == []
    assert report["points"] == 30
    assert report["remedies"] == []
    assert report["settings"] == {"quality": "high", "seed": 5, "attempt_seed": 7, "points": 512, "num_parts": 2}
    assert set(report["seconds"]) == {"plan", "shape-one", "clean", "points", "export", "preview"}


# --- the shelf --------------------------------------------------------------------------------------


def test_an_equal_brief_runs_no_stage_the_second_time(shelf: Shelf) -> None:
    first = make(shelf, FakeHost())
    host, notes = FakeHost(), Notes()
    second = make(shelf, host, notes=notes)
    assert host.ran == []
    assert all(hit for _, _, hit in notes.done.values())
    assert {name: first.files[name] for name in RESULT} == {name: second.files[name] for name in RESULT}


def test_other_words_that_lead_to_the_same_plan_share_what_comes_after_it(shelf: Shelf) -> None:
    make(shelf, FakeHost())
    host = FakeHost()
    make(shelf, host, brief=Brief(prompt="a cat"))
    assert host.ran == ["plan"]


def test_more_points_make_only_the_points_again(shelf: Shelf) -> None:
    make(shelf, FakeHost())
    host = FakeHost()
    make(shelf, host, brief=Brief(prompt="cat", points=4096))
    assert host.ran == ["points"]


def test_an_attempt_that_broke_off_is_gone_on_with_where_it_broke(shelf: Shelf) -> None:
    with pytest.raises(ChildDied):
        make(shelf, FakeHost({"export": raising(ChildDied("SIGKILL"))}))
    host, notes = FakeHost(), Notes()
    make(shelf, host, notes=notes)
    assert host.ran == ["export", "preview"]
    assert [name for name, (_, _, hit) in notes.done.items() if hit] == ["plan", "shape-one", "clean", "points"]


def test_the_key_that_is_told_is_the_one_on_the_shelf(shelf: Shelf, bucket: DiskBucket) -> None:
    notes = Notes()
    make(shelf, FakeHost(), notes=notes)
    assert {f"{FOLDER}{key}" for key, _, _ in notes.done.values()} == {found.name for found in bucket.find(FOLDER)}


@pytest.mark.parametrize(
    "deeds", [{}, {"export": raising(StageFailed("bug"))}, {"plan": raising(errors.BadInput("no"))}]
)
def test_the_host_is_told_when_a_job_is_over_however_it_ended(shelf: Shelf, deeds: dict[str, Deed]) -> None:
    host = FakeHost(deeds)
    with suppress(CraftError):
        make(shelf, host)
    assert host.jobs == 1


def test_a_stage_that_failed_leaves_nothing_on_the_shelf(shelf: Shelf, bucket: DiskBucket) -> None:
    with pytest.raises(StageFailed):
        make(shelf, FakeHost({"plan": raising(StageFailed("no"))}))
    assert list(bucket.find(FOLDER)) == []


def test_without_a_shelf_it_is_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert make(Shelf(DiskBucket(tmp_path / "file")), FakeHost()).template == "quadruped"


# --- routes -----------------------------------------------------------------------------------------


def test_the_first_route_that_nothing_is_wrong_with_is_the_one(shelf: Shelf) -> None:
    host = FakeHost()
    assert make(shelf, host, "one", "two").route == "one"
    assert "shape-two" not in host.ran


@pytest.mark.parametrize(
    "error",
    [Refused("no head"), StageFailed("bug"), StageTimeout("slow"), ChildDied("SIGSEGV"), errors.GpuExhausted("8 GiB")],
    ids=lambda error: type(error).__name__,
)
def test_a_route_that_is_out_is_followed_by_the_next_and_recorded(shelf: Shelf, error: CraftError) -> None:
    host = FakeHost({"shape-one": raising(error)})
    made = make(shelf, host, "one", "two", "three")
    assert made.route == "two"
    assert made.refusals == (f"one: {error}",)
    assert json.loads(made.files[REPORT])["refusals"] == [f"one: {error}"]
    assert host.ran.count("plan") == 1
    assert "shape-three" not in host.ran


def test_parts_that_were_refused_are_not_in_the_result(shelf: Shelf) -> None:
    calls: list[int] = []

    def once(step: OnStep) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise Refused("no head")

    host = FakeHost({"clean": once})
    make(shelf, host, "one", "two")
    assert host.given["export"] == {PARTS: b"shape-two"}


def test_when_every_route_is_refused_the_error_says_why_and_asks_for_another_seed(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": raising(Refused("no head")), "shape-two": raising(Refused("no tail"))})
    with pytest.raises(NoUsableMesh) as caught:
        make(shelf, host, "one", "two")
    assert caught.value.refusals == ("one: no head", "two: no tail")
    assert caught.value.refused
    assert "points" not in host.ran


@pytest.mark.parametrize("order", [("flaky", "refused"), ("refused", "flaky")])
def test_when_one_route_failed_by_accident_its_failure_is_the_error(shelf: Shelf, order: tuple[str, str]) -> None:
    accident = ChildDied("SIGKILL")
    host = FakeHost({"shape-flaky": raising(accident), "shape-refused": raising(Refused("no head"))})
    with pytest.raises(ChildDied) as caught:
        make(shelf, host, *order)
    assert caught.value is accident
    assert (caught.value.route, caught.value.stage) == ("flaky", "shape-flaky")
    assert caught.value.refusals == tuple(f"{name}: {'SIGKILL' if name == 'flaky' else 'no head'}" for name in order)
    assert caught.value.refused, "the route that was refused shall give other parts next time"


def test_an_accident_alone_asks_for_no_other_seed(shelf: Shelf) -> None:
    with pytest.raises(ChildDied) as caught:
        make(shelf, FakeHost({"shape-one": raising(ChildDied("SIGKILL"))}))
    assert not caught.value.refused


@pytest.mark.parametrize("error", [errors.BadInput("no words"), errors.ChildStuck("pid 1")])
def test_what_no_other_route_could_do_better_ends_the_attempt(shelf: Shelf, error: CraftError) -> None:
    host = FakeHost({"shape-one": raising(error)})
    with pytest.raises(type(error)):
        make(shelf, host, "one", "two")
    assert "shape-two" not in host.ran


def test_who_wants_it_to_end_is_not_taken_for_a_route_that_is_out(shelf: Shelf) -> None:
    host = FakeHost()
    with pytest.raises(KeyError, match="canceled"):
        make(shelf, host, "one", "two", notes=Notes(problem=KeyError("canceled")))
    assert host.ran == ["plan"]


def test_a_failure_behind_the_routes_tries_no_other_route(shelf: Shelf) -> None:
    host = FakeHost({"export": raising(StageFailed("bug"))})
    with pytest.raises(StageFailed) as caught:
        make(shelf, host, "one", "two")
    assert caught.value.stage == "export"
    assert "shape-two" not in host.ran


# --- circuits ---------------------------------------------------------------------------------------


def briefs(pipeline: Pipeline, count: int) -> list[Made]:
    return [
        pipeline.make(Brief(prompt=f"thing {n}"), deadline=Deadline.after(60), watcher=Notes()) for n in range(count)
    ]


def open_circuit(shelf: Shelf, host: FakeHost) -> Pipeline:
    """A pipeline whose first route has failed for everybody."""
    pipeline = pipeline_of(shelf, host, "one", "two")
    host.deeds["shape-one"] = raising(ChildDied("SIGSEGV"))
    briefs(pipeline, FAILURES_MAX)
    host.ran.clear()
    return pipeline


def test_a_route_that_failed_for_everybody_is_passed_over_and_the_result_says_so(shelf: Shelf) -> None:
    host = FakeHost()
    (made,) = briefs(open_circuit(shelf, host), 1)
    assert made.route == "two"
    assert made.refusals == ("one: its circuit is open: SIGSEGV",)
    assert "shape-one" not in host.ran


def test_after_a_while_one_brief_probes_the_route_and_closes_its_circuit(shelf: Shelf) -> None:
    host, clock = FakeHost(), FakeClock()
    pipeline = open_circuit(shelf, host)
    breaker = pipeline.breakers["one"]
    breaker.monotonic = clock.monotonic
    breaker.failed(Brief(), "again")
    clock.advance(OPEN_S * 1e6)
    host.deeds.clear()
    (made,) = briefs(pipeline, 1)
    assert (made.route, made.refusals, breaker.state) == ("one", (), Circuit.CLOSED)


def test_to_be_passed_over_does_not_keep_a_circuit_open(shelf: Shelf) -> None:
    host, clock = FakeHost(), FakeClock()
    pipeline = pipeline_of(shelf, host, "one", "two")
    breaker = pipeline.breakers["one"] = Breaker(clock.monotonic)
    for n in range(FAILURES_MAX):
        breaker.failed(Brief(prompt=f"other {n}"), "SIGSEGV")
    clock.advance(OPEN_S - 1)
    briefs(pipeline, 3)
    clock.advance(1)
    assert (breaker.state, breaker.why) == (Circuit.HALF_OPEN, "SIGSEGV")


def test_where_there_is_no_other_route_an_open_circuit_stops_nobody(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": raising(ChildDied("SIGSEGV"))})
    pipeline = pipeline_of(shelf, host, "one")
    for n in range(FAILURES_MAX):
        with pytest.raises(ChildDied):
            pipeline.make(Brief(prompt=f"thing {n}"), deadline=Deadline.after(60), watcher=Notes())
    assert pipeline.breakers["one"].state is Circuit.OPEN
    host.deeds.clear()
    (made,) = briefs(pipeline, 1)
    assert made.route == "one"
    assert pipeline.breakers["one"].state is Circuit.CLOSED


def test_when_the_last_route_is_refused_the_open_circuit_is_the_error(shelf: Shelf, tmp_path: Path) -> None:
    """The route that was not tried may do it next time."""
    host = FakeHost()
    pipeline = replace(open_circuit(shelf, host), shelf=Shelf(DiskBucket(tmp_path / "empty")))
    host.deeds["shape-two"] = raising(Refused("no tail"))
    with pytest.raises(CircuitOpen) as caught:
        pipeline.make(Brief(prompt="new"), deadline=Deadline.after(60), watcher=Notes())
    assert caught.value.refusals == ("one: its circuit is open: SIGSEGV", "two: no tail")
    assert caught.value.refused


@pytest.mark.parametrize("error", [Refused("no head"), errors.BadInput("no"), KeyError("canceled"), OutOfTime("510 s")])
def test_what_says_nothing_about_the_route_leaves_its_circuit_closed(shelf: Shelf, error: Exception) -> None:
    host = FakeHost({"shape-one": raising(error)})
    pipeline = pipeline_of(shelf, host, "one")
    for n in range(2 * FAILURES_MAX):
        with pytest.raises((CraftError, KeyError)):
            pipeline.make(Brief(prompt=f"thing {n}"), deadline=Deadline.after(60), watcher=Notes())
    assert all(breaker.state is Circuit.CLOSED for breaker in pipeline.breakers.values())


# --- faults that are overcome -----------------------------------------------------------------------


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "WAIT_S", 0)


def failing(*failures: Exception) -> Deed:
    """Fails with each of these, then works."""
    left = list(failures)

    def deed(step: OnStep) -> None:
        if left:
            raise left.pop(0)

    return deed


@pytest.mark.usefixtures("no_pause")
def test_a_passing_fault_is_tried_again_and_recorded(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": failing(GpuFault("CUDA error"), GpuFault("cuDNN"))})
    made = make(shelf, host, "one", "two")
    assert made.route == "one"
    assert host.ran.count("shape-one") == TRIES_MAX
    assert made.remedies == ("shape-one: CUDA error; tried again", "shape-one: cuDNN; tried again")
    assert json.loads(made.files[REPORT])["remedies"] == list(made.remedies)


@pytest.mark.usefixtures("no_pause")
def test_a_fault_that_does_not_pass_is_not_tried_for_ever(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": raising(GpuFault("CUDA error"))})
    assert make(shelf, host, "one", "two").route == "two"
    assert host.ran.count("shape-one") == TRIES_MAX


@pytest.mark.parametrize(
    "error", [StageFailed("bug"), StageTimeout("slow"), ChildDied("SIGSEGV"), Refused("no"), errors.LoadFailed("no")]
)
def test_what_does_not_pass_by_itself_is_tried_once(shelf: Shelf, error: CraftError) -> None:
    host = FakeHost({"shape-one": raising(error)})
    make(shelf, host, "one", "two")
    assert host.ran.count("shape-one") == 1


def test_whoever_wants_it_to_end_does_not_wait_for_the_next_try(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "WAIT_S", 3600)
    monkeypatch.setattr(policy, "WAIT_MAX_S", 3600)
    notes = Notes()

    def fault(step: OnStep) -> None:
        notes.problem = KeyError("canceled")
        raise GpuFault("CUDA error")

    host = FakeHost({"shape-one": fault})
    with pytest.raises(KeyError, match="canceled"):
        make(shelf, host, notes=notes)
    assert host.ran.count("shape-one") == 1


def greedy(name: str) -> Route:
    policy = Policy(ladders={"quality": ("high", "standard", "draft")})
    stage = replace(maker(f"shape-{name}"), policy=policy, wants=("quality",))
    return Route(name, (stage, Clean()))


@pytest.mark.parametrize("error", [GpuExhausted("8 GiB"), MemoryExhausted("9 GB")])
def test_out_of_memory_is_tried_once_more_with_less(shelf: Shelf, error: CraftError) -> None:
    host = FakeHost({"shape-one": failing(error)})
    pipeline = Pipeline(host, shelf, (greedy("one"),))  # type: ignore[arg-type]
    made = pipeline.make(Brief(prompt="cat", quality="high"), deadline=Deadline.after(60), watcher=Notes())
    assert [params["quality"] for params in host.params["shape-one"]] == ["high", "standard"]
    assert made.remedies == (f"shape-one: {error}; made with quality standard",)


def test_what_was_made_with_less_does_not_lie_where_the_whole_belongs(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": failing(GpuExhausted("8 GiB"))})
    pipeline = Pipeline(host, shelf, (greedy("one"),))  # type: ignore[arg-type]
    brief, notes = Brief(prompt="cat", quality="high"), Notes()
    pipeline.make(brief, deadline=Deadline.after(60), watcher=Notes())
    made = pipeline.make(brief, deadline=Deadline.after(60), watcher=notes)
    assert [params["quality"] for params in host.params["shape-one"]] == ["high", "standard", "high"]
    assert made.remedies == ()
    assert not notes.done["shape-one"][2]


def test_the_second_time_out_of_memory_ends_the_route(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": raising(GpuExhausted("8 GiB"))})
    pipeline = Pipeline(host, shelf, (greedy("one"), route("two")))  # type: ignore[arg-type]
    made = pipeline.make(Brief(prompt="cat", quality="high"), deadline=Deadline.after(60), watcher=Notes())
    assert (made.route, host.ran.count("shape-one")) == ("two", 2)


def test_where_there_is_nothing_smaller_out_of_memory_ends_the_route_at_once(shelf: Shelf) -> None:
    host = FakeHost({"shape-one": raising(GpuExhausted("8 GiB"))})
    pipeline = Pipeline(host, shelf, (greedy("one"), route("two")))  # type: ignore[arg-type]
    made = pipeline.make(Brief(prompt="cat", quality="draft"), deadline=Deadline.after(60), watcher=Notes())
    assert (made.route, host.ran.count("shape-one")) == ("two", 1)


# --- time -------------------------------------------------------------------------------------------


def test_without_time_no_stage_is_begun(shelf: Shelf) -> None:
    host = FakeHost()
    with pytest.raises(OutOfTime) as caught:
        make(shelf, host, deadline=Deadline.after(0))
    assert (host.ran, caught.value.stage) == ([], "plan")


@dataclass(frozen=True)
class Spent(Deadline):
    """Passes when told to."""

    now: list[bool] = field(default_factory=list)

    def passed(self) -> bool:
        return bool(self.now)

    def left_s(self) -> float:
        return 0.0 if self.now else 60.0


def test_out_of_time_with_something_new_on_the_shelf_is_a_handover(shelf: Shelf) -> None:
    deadline = Spent(0.0)

    def overrun(step: OnStep) -> None:
        deadline.now.append(True)
        raise StageTimeout("clean took longer than it may")

    host = FakeHost({"clean": overrun})
    with pytest.raises(HandOver) as caught:
        make(shelf, host, "one", "two", deadline=deadline)
    assert caught.value.stage == "clean"
    assert "shape-two" not in host.ran, "there is no time left for another route"


def test_out_of_time_with_nothing_new_is_out_of_time(shelf: Shelf) -> None:
    """Found on the shelf is not new: such an attempt would be handed over for ever."""
    with pytest.raises(StageFailed):
        make(shelf, FakeHost({"points": raising(StageFailed("no"))}))
    deadline = Spent(0.0)

    def overrun(step: OnStep) -> None:
        deadline.now.append(True)
        raise StageTimeout("points took longer than it may")

    with pytest.raises(OutOfTime):
        make(shelf, FakeHost({"points": overrun}), deadline=deadline)


def test_new_stages_that_could_not_be_put_on_the_shelf_are_no_handover(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    deadline = Spent(0.0)

    def overrun(step: OnStep) -> None:
        deadline.now.append(True)
        raise StageTimeout("clean took longer than it may")

    with pytest.raises(OutOfTime):
        make(Shelf(DiskBucket(tmp_path / "file")), FakeHost({"clean": overrun}), deadline=deadline)


def test_a_stage_that_an_earlier_attempt_has_reached_is_not_new(shelf: Shelf, bucket: DiskBucket) -> None:
    """A shelf that forgets would have such attempts handed over for ever."""
    notes, deadline = Notes(), Spent(0.0)
    make(shelf, FakeHost(), notes=notes)
    for found in list(bucket.find(FOLDER)):
        bucket.delete(found.name)

    def overrun(step: OnStep) -> None:
        deadline.now.append(True)
        raise StageTimeout("clean took longer than it may")

    known = frozenset(key for key, _, _ in notes.done.values())
    with pytest.raises(OutOfTime):
        make(shelf, FakeHost({"clean": overrun}), deadline=deadline, known=known)


def test_a_stage_over_its_own_budget_is_a_timeout_of_the_stage(shelf: Shelf) -> None:
    with pytest.raises(StageTimeout):
        make(shelf, FakeHost({"clean": raising(StageTimeout("clean took longer than it may"))}))


# --- progress ---------------------------------------------------------------------------------------


def check_progress(notes: Notes) -> None:
    assert notes.overall == sorted(notes.overall), "progress never goes backwards"
    assert all(0 <= overall <= 99 for overall in notes.overall), "100 is for a job that is kept"
    assert all(0 <= within <= 100 for within in notes.within)


def test_progress_grows_with_every_step(shelf: Shelf) -> None:
    notes = Notes()
    deeds = {name: stepping((0, 4), (1, 4), (2, 4), (4, 4)) for name in ("shape-one", "preview", "export")}
    make(shelf, FakeHost(deeds), notes=notes)
    check_progress(notes)
    assert notes.overall[0] == 0
    assert len(set(notes.overall)) > 5
    assert notes.places == [(index, 6) for index in range(6)]


def test_a_fallback_shows_as_progress_that_stands_still(shelf: Shelf) -> None:
    def almost(step: OnStep) -> None:
        step(9, 10, "almost")
        raise Refused("no head")

    notes = Notes()
    make(shelf, FakeHost({"shape-one": almost, "shape-two": almost}), "one", "two", "three", notes=notes)
    check_progress(notes)
    assert all(index < total for index, total in notes.places)


@pytest.mark.parametrize("step", [(3, 2), (0, 0), (5, 0), (-1, 2), (1, -2)])
def test_a_stage_that_cannot_count_does_no_harm(shelf: Shelf, step: tuple[int, int]) -> None:
    notes = Notes()
    make(shelf, FakeHost({"shape-one": stepping(step)}), notes=notes)
    check_progress(notes)


def test_what_is_found_on_the_shelf_counts_as_done(shelf: Shelf) -> None:
    make(shelf, FakeHost())
    notes = Notes()
    make(shelf, FakeHost(), notes=notes)
    check_progress(notes)
    assert notes.overall[-1] > 0
