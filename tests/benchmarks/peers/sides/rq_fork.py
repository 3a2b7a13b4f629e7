"""RQ as it comes: a fork for each job."""

from tests.benchmarks.peers.sides import rq
from tests.benchmarks.peers.sides.rq import prepare, recorded, send

__all__ = ["prepare", "recorded", "send", "work"]


def work() -> None:
    rq.work(rq.Forking)
