"""What a worker says of itself whenever somebody collects its numbers."""

from collections.abc import Iterator, Mapping

from jobs.gauges import observe as observe_queue
from jobs.job_store import JobStore
from jobs.metrics import BREAKER_STATE, CHILD_MEMORY, CHILD_RESTARTS, MODEL_LOAD, VRAM_PEAK, Label
from models.breaker import Breaker, Circuit
from models.host import Host
from models.pipeline import Pipeline
from models.wire import Load

CIRCUITS: Mapping[Circuit, int] = {Circuit.CLOSED: 0, Circuit.HALF_OPEN: 1, Circuit.OPEN: 2}
Said = Iterator[tuple[float, Mapping[str, Label]]]


def observe(host: Host, pipeline: Pipeline, store: JobStore) -> None:
    """From now on these are asked, and no longer those before them."""

    def circuits() -> Said:
        for route in pipeline.routes:
            breaker = pipeline.breakers.get(route.name, Breaker())
            yield CIRCUITS[breaker.state], {"route": route.name}

    def vram() -> Said:
        return ((peak, {"stage": stage}) for stage, peak in list(host.vram_peaks.items()))

    BREAKER_STATE.observe(circuits)
    VRAM_PEAK.observe(vram)
    CHILD_MEMORY.observe(lambda: [(host.resident_bytes(), {})])
    CHILD_RESTARTS.observe(lambda: [(max(host.started - 1, 0), {})])
    observe_queue(store)


def loaded(load: Load) -> None:
    """A stage was loaded, with its models or without any. What could not be loaded is in the log, not here."""
    if not load.why:
        for model, seconds in (load.models or {load.stage: load.seconds}).items():
            MODEL_LOAD.record(seconds, model=model)
