"""The product's worker for gunicorn, with routes that get into trouble: all else is its own.

gunicorn ... 'tests.benchmarks.stress.worker:build()'
"""

import sys

from flask import Flask

from cli.run import GUNICORN
from jobs.settings import Settings
from models.host import Host
from models.limits import Limits
from tests.benchmarks.stress.stages import FACTORY, routes
from worker import gauges, main
from worker.craft import craft_of


def command(port: int) -> list[str]:
    """As `lumen worker --port` serves."""
    app = "tests.benchmarks.stress.worker:build()"
    return [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"127.0.0.1:{port}", app]


def build() -> Flask:
    main.host_of = host_of
    main.routes_of = lambda craft: routes()  # type: ignore[attr-defined]  # it has it to use, not to hand on
    return main.build()


def host_of(settings: Settings) -> Host:
    limits = Limits.here(settings.child_jobs_max, settings.child_memory_mb)
    return Host(craft_of(settings), FACTORY, limits, gauges.loaded)
