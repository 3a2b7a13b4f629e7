"""The whole house with tiny networks: weights on the disk, a worker, and a child that loads them from there."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jobs.job import Job
from jobs.queue import wake_up
from jobs.request import parse_request
from jobs.settings import Settings
from jobs.wiring import wire
from models.host import Host
from models.manifest import write_manifest
from models.routes import Route
from models.weights import TABLE
from tests.tiny.faults import FACTORY, FILE, Orders, drawn, order
from tests.waiting import until
from worker.craft import craft_of
from worker.fate import Fate
from worker.main import Worker, worker_over

HERE = Path(__file__).parent
LICENCES = ("sai-nc-community", "tencent-hunyuan-community")
QUICK = {"beat_s": 0.3, "progress_s": 0.02}
# Small enough for a CPU; thresholds of zero, because networks with random weights are sure of nothing.
SMALL = {
    "device": "cpu",
    "offload": "model",
    "image_px": 64,
    "image_steps": 3,
    "parts_steps": 4,
    "parts_tokens": 512,
    "parts_depth": 5,
    "mesh_steps": 3,
    "mesh_octree": 24,
    "mesh_chunk": 2000,
    "box_score_min": 0,
    "text_score_min": 0,
}
SEES: Orders = {"sam2.1-hiera-small": ("network", 1, "boxes")}  # noise has no thing in it


def build_weights(folder: Path) -> None:
    """Tiny networks under the ids of the table, each with a manifest: what `lumen weights fetch` leaves."""
    from tests.tiny import detectors, sdxl
    from tests.tiny.hunyuan3d import weights as hunyuan3d

    builders = {
        "sdxl-turbo": sdxl.build,
        "partcrafter": lambda into: (into / "model_index.json").write_text("7"),
        "hunyuan3d-2mini-turbo": lambda into: hunyuan3d.write(into, hunyuan3d.STAND_IN),
        "grounding-dino-tiny": lambda into: detectors.build_grounding_dino(into, shortest_px=128),
        "sam2.1-hiera-small": detectors.build_sam2,
    }
    for model_id, build in builders.items():
        row, into = TABLE[model_id], folder / model_id
        into.mkdir(parents=True)
        build(into)
        write_manifest(into, id_=row.id, repo=row.repo, revision=row.revision, licences=row.licences)


@dataclass
class House:
    """A worker over tiny networks, and jobs on their way through its door."""

    worker: Worker
    pool: ThreadPoolExecutor
    orders: Path

    def order(self, orders: Orders) -> None:
        """What networks shall do from now on."""
        order(self.orders, SEES | orders)

    def submit(self, words: str = "stone", **wanted: Any) -> Job:
        wanted = {"prompt": words, "quality": "draft", **wanted}
        return self.worker.platform.client().submit(parse_request({"input": {k: v for k, v in wanted.items() if v}}))

    def serve(self, job: Job) -> "Future[Fate]":
        return self.pool.submit(self.worker.door.take, wake_up(job.id), "1")

    def made(self, words: str = "stone", **wanted: Any) -> Job:
        """The job after its first attempt."""
        job = self.submit(words, **wanted)
        self.serve(job).result()
        return self.job(job)

    def job(self, job: Job) -> Job:
        return self.worker.platform.store.get(job.id)

    def at(self, job: Job, stage: str, said: str = "") -> None:
        def there() -> bool:
            found = self.job(job).stage
            return found is not None and found.name == stage and said in found.message

        until(there, f"it is at {stage} {said}")

    def drawn(self) -> int:
        return drawn(self.orders)

    def child(self) -> int:
        host = self.worker.runner.maker.pipeline.host  # type: ignore[attr-defined]
        return int(until(lambda: host._child, "there is a child").process.pid)

    def files(self, job: Job, folder: Path) -> dict[str, Path]:
        return {path.name: path for path in self.worker.platform.client().result(job.id, folder)}


def within(route: Route, budgets_s: Mapping[str, float]) -> Route:
    """The route whose stages have other budgets."""
    rows = []
    for row in (route.stages, route.from_picture):
        changed = [
            replace(stage, policy=replace(stage.policy, budget_s=budgets_s[stage.name]))  # type: ignore[type-var]
            if stage.name in budgets_s
            else stage
            for stage in row
        ]
        rows.append(tuple(changed))
    return replace(route, stages=rows[0], from_picture=rows[1])


@contextmanager
def house(data: Path, weights: Path, *, budgets_s: Mapping[str, float] = {}, **settings: Any) -> Iterator[House]:
    """With its models loaded; `budgets_s` by stage. The environment has to name the orders' file."""
    given = {
        "routes": ("partcrafter", "hunyuan3d"),
        "accept_licenses": LICENCES,
        "partcrafter": str(HERE / "partcrafter"),
    }
    wanted = Settings.model_validate({"data": data, "weights": weights, **QUICK, **SMALL, **given, **settings})
    orders = Path(os.environ[FILE])
    order(orders, SEES)
    worker = worker_over(wire(wanted), Host(craft_of(wanted), FACTORY), holder="tiny")
    maker = worker.runner.maker
    pipeline = replace(maker.pipeline, routes=tuple(within(route, budgets_s) for route in maker.pipeline.routes))
    runner = replace(worker.runner, maker=replace(maker, pipeline=pipeline))
    worker = replace(worker, runner=runner, door=replace(worker.door, runner=runner))
    pool = ThreadPoolExecutor(1)
    try:
        worker.warm_up()
        yield House(worker, pool, orders)
    finally:
        worker.runner.stopping.set()
        worker.close()
        pool.shutdown()
