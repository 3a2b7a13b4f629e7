"""Celery told to look, before a message that came again is run, whether its success is stored."""

from tests.benchmarks.peers.sides import celery
from tests.benchmarks.peers.sides.celery import app, prepare, recorded, send

__all__ = ["app", "prepare", "recorded", "send", "work"]

app.conf.worker_deduplicate_successful_tasks = True


def work() -> None:
    celery.work(__name__)
