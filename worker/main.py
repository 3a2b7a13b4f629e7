"""The worker, put together: settings in, a house with its lights on out."""

import atexit
import logging
import os
import random
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from types import FrameType

from flask import Flask

from jobs import telemetry, uploads
from jobs.log_form import log_form
from jobs.logs import log_without_waiting
from jobs.settings import Settings
from jobs.sweep import Sweep
from jobs.wiring import Platform, wire
from models.errors import CraftError, RouteFailed
from models.host import LOAD_S, Host
from models.limits import Limits
from models.pipeline import Pipeline
from models.routes import routes_of
from models.shelf import REMOVALS_MAX, Shelf
from models.stage import Deadline
from worker import gauges
from worker.app import create_app
from worker.caller import caller_check
from worker.craft import craft_of
from worker.door import Door
from worker.health import Health
from worker.maker import Maker
from worker.pull import PullLoop
from worker.runner import JobRunner

log = logging.getLogger(__name__)

LOADS_MAX = 5  # then the platform had better start another instance
LOAD_REST_S = 5.0  # before the first try to load again; doubles
TRIM_REST_S = 3600.0  # between two trims of the shelf, at least: each lists all of it


@dataclass(frozen=True, slots=True)
class Worker:
    """Everything a worker process has."""

    platform: Platform
    host: Host
    runner: JobRunner
    door: Door
    health: Health
    stopping: threading.Event

    def start(self) -> None:
        """Load the models, sweep and trim, in the background. Does not wait."""
        for work in (self.warm_up, self.sweep, self.trim):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    def warm_up(self) -> None:
        """Load the models, again after a rest if that fails; a worker that cannot load them ends itself."""
        for tried in range(LOADS_MAX):
            try:
                seconds = self.host.wait_ready(Deadline.after(LOAD_S))
            except RouteFailed as error:
                log.warning("the models could not be loaded: %s\n%s", error, error.detail)
                if self.stopping.wait(LOAD_REST_S * 2**tried):
                    return
            except CraftError as error:
                log.critical("%s", error)
                break
            else:
                log.info("ready; loading took %.2f s", sum(seconds.values()))
                self.door.warm.set()
                return
        os.kill(os.getpid(), signal.SIGTERM)

    def sweep(self) -> None:
        """Sweep until the end, at times that drift apart from other processes'; and see that the models are there."""
        sweep: Sweep = self.platform.sweep()
        every_s = self.platform.settings.sweep_s
        while not self.stopping.wait(random.uniform(0.5, 1.5) * every_s):  # noqa: S311 (spreads load; guards no secret)
            try:
                if swept := sweep.run():
                    log.info("%s", swept)
            except Exception:
                log.exception("sweep failed; the next run tries again")
            self._look_after_models()

    def _look_after_models(self) -> None:
        if not self.door.warm.is_set():
            return  # whoever warms them up looks after them
        try:
            self.host.look_after()
        except CraftError as error:
            log.critical("%s", error)

    def trim(self) -> None:
        """Keep the shelf and the uploads within their bounds, now and then.

        Not beside the sweep: a long shelf must not hold that up.
        """
        rest_s = self.platform.settings.sweep_s
        while not self.stopping.wait(random.uniform(1, 1.5) * rest_s):  # noqa: S311 (spreads load; guards no secret)
            rest_s = TRIM_REST_S if self._trimmed() else self.platform.settings.sweep_s

    def _trimmed(self) -> bool:
        """Whether the shelf may rest now: nothing more has to go, or nothing can."""
        settings = self.platform.settings
        try:
            unused_since = self.platform.store.now() - timedelta(days=settings.shelf_days)
            gone = Shelf(self.platform.bucket).trim(unused_since=unused_since, entries_max=settings.shelf_max)
            uploads.forget(self.platform.bucket, before=self.platform.store.now() - uploads.KEPT_FOR)
            kept_since = self.platform.store.now() - timedelta(days=settings.keep_days)
            self.platform.letters.forget(before=kept_since, limit=REMOVALS_MAX)
        except Exception:
            log.exception("the shelf was not trimmed; a later run tries again")
            return True
        if gone:
            log.info("removed from the shelf: %d", len(gone))
        return len(gone) < REMOVALS_MAX

    def pull(self) -> PullLoop:
        return PullLoop(self.platform.queue, self.door, self.stopping)

    def stop(self) -> None:
        """Ask for the end: the running job is handed back, no other begins."""
        self.stopping.set()

    def close(self) -> None:
        """Ends the child process."""
        self.stop()
        self.host.close()


def assemble(settings: Settings, *, holder: str | None = None) -> Worker:
    """A worker over this machine's or Google's platform. Nothing runs yet.

    Raises: SettingsInvalid; BadInput for a route that does not exist, and when none can be used here.
    """
    return worker_over(wire(settings), host_of(settings), holder=holder)


def host_of(settings: Settings) -> Host:
    """The models' process, within what the settings allow it."""
    limits = Limits.here(settings.child_jobs_max, settings.child_memory_mb)
    return Host(craft_of(settings), limits=limits, on_load=gauges.loaded)


def worker_over(platform: Platform, host: Host, *, holder: str | None = None) -> Worker:
    """A worker over any platform, its models in `host`. Raises: BadInput."""
    settings, stopping = platform.settings, threading.Event()
    routes = routes_of(craft_of(settings))
    pipeline = Pipeline(host, Shelf(platform.bucket), routes)
    gauges.observe(host, pipeline, platform.store)
    runner = JobRunner(
        store=platform.store,
        records=platform.records,
        queue=platform.queue,
        letters=platform.letters,
        maker=Maker(pipeline, platform.bucket, settings.work_s),
        holder=holder or holder_name({}),
        settings=settings,
        stopping=stopping,
    )
    door = Door(runner, platform.letters, threading.Event())
    return Worker(platform, host, runner, door, Health(host, routes, platform.store, door, settings.push_s), stopping)


def holder_name(env: Mapping[str, str]) -> str:
    """Who holds a lease: revision or machine, process, and something no other start of it has."""
    return f"{env.get('K_REVISION') or socket.gethostname()}/{os.getpid()}-{secrets.token_hex(3)}"


def build(env: Mapping[str, str] = os.environ) -> Flask:
    """The app that gunicorn serves.

    Run by: gunicorn -k gthread --workers 1 --threads 4 --timeout 0 --graceful-timeout 8
    --logger-class jobs.gunicorn_log.GunicornLog 'worker.main:build()'.
    """
    settings, holder = Settings.from_env(env), holder_name(env)
    log_without_waiting(logging.INFO, log_form(settings, env, worker=holder))
    check = caller_check(settings, env)
    telemetry.begin("lumen-worker", env, instance=holder)
    worker = assemble(settings, holder=holder)
    on_terminate(worker.stop)
    atexit.register(worker.close)
    worker.start()
    return create_app(worker.door, worker.health, check)


def on_terminate(act: Callable[[], None]) -> None:
    """Do `act` at SIGTERM and at Ctrl-C, once, and whatever was to happen before (gunicorn's own shutdown).

    Not Python's own KeyboardInterrupt: it would be raised in the middle of a job, which is to be handed back. And not
    in the handler: a signal comes between any two instructions, also while its thread has the lock that `act` needs.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    told: SimpleQueue[int] = SimpleQueue()  # its `put` alone may be called wherever a handler interrupts

    def wait() -> None:
        told.get()
        act()

    def handle(number: int, frame: FrameType | None) -> None:
        told.put(number)
        then = before[signal.Signals(number)]
        if callable(then) and then is not signal.default_int_handler:
            then(number, frame)

    threading.Thread(target=wait, name="terminate", daemon=True).start()
    for number in before:
        signal.signal(number, handle)
