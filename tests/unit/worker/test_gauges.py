"""What a worker says of itself when it is asked."""

from types import SimpleNamespace

import pytest

from jobs.job_store import JobStore
from models.breaker import FAILURES_MAX, Breaker
from models.stage import Brief
from models.wire import Load
from tests import seen
from worker import gauges


@pytest.fixture
def worker(store: JobStore) -> SimpleNamespace:
    seen.begin()
    host = SimpleNamespace(vram_peaks={"shape": 7_000}, started=3, resident_bytes=lambda: 12)
    pipeline = SimpleNamespace(
        routes=(SimpleNamespace(name="partcrafter"), SimpleNamespace(name="hunyuan3d")), breakers={}
    )
    gauges.observe(host, pipeline, store)  # type: ignore[arg-type]
    return SimpleNamespace(host=host, pipeline=pipeline)


def told(name: str) -> dict[object, float]:
    """By the value of its one label; by None where it has none."""
    return {next((value for _, value in labels), None): value for labels, value in seen.numbers()[name].items()}


def test_a_circuit_is_told_by_route_also_before_it_was_ever_used(worker: SimpleNamespace) -> None:
    assert told("lumen.breaker.state") == {"partcrafter": 0, "hunyuan3d": 0}


def test_an_open_circuit_is_2_and_a_half_open_one_is_1(worker: SimpleNamespace) -> None:
    now = [0.0]
    worker.pipeline.breakers["partcrafter"] = breaker = Breaker(lambda: now[0])
    for number in range(FAILURES_MAX):
        breaker.failed(Brief(prompt=str(number)), "no GPU")
    assert told("lumen.breaker.state")["partcrafter"] == 2
    now[0] = 1e6
    assert told("lumen.breaker.state")["partcrafter"] == 1


def test_memory_of_the_gpu_and_of_the_child_and_how_often_there_was_another(worker: SimpleNamespace) -> None:
    assert told("lumen.vram.peak") == {"shape": 7_000}
    assert told("lumen.child.memory") == {None: 12}
    assert told("lumen.child.restarts") == {None: 2}


def test_loading_is_told_by_model_and_by_the_stage_where_it_has_none() -> None:
    seen.begin()
    before = told("lumen.model.load") if "lumen.model.load" in seen.numbers() else {}
    gauges.loaded(Load("label", 9.0, {"dino": 4.0, "sam2": 5.0}))
    gauges.loaded(Load("clean", 0.5, {}))
    gauges.loaded(Load("broken", 0.5, {}, why="no weights"))
    after = told("lumen.model.load")
    assert {name for name in after if after[name] != before.get(name, 0)} == {"dino", "sam2", "clean"}
