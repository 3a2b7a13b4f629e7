"""`lumen doctor`: each line is ok, warn or fail, and says what to do."""

import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import print_json

if TYPE_CHECKING:
    from jobs.settings import Settings

TESTED_ON = "3.11."
COLORS = {"ok": "green", "warn": "yellow", "fail": "red"}
REACH_GOOGLE = "look at the network, and who you are there: gcloud auth application-default login"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    level: str
    what: str
    then: str = ""


@click.command("doctor")
@click.option("--gcp", is_flag=True, help="Look at topics, subscriptions, bucket and database too.")
@click.option("--gpu", is_flag=True, help="Try the GPU and look at its weights, as a worker would.")
@as_json
@click.pass_obj
def doctor_command(context: Context, gcp: bool, gpu: bool, json_: bool) -> int:
    """Look whether everything is in order here. Exit code 1 when something is not."""
    findings = []
    for finding in examine(context, gcp=gcp, gpu=gpu):
        findings.append(finding)
        if not json_:
            click.echo(_line(finding))
    if json_:
        print_json([asdict(finding) for finding in findings])
    return int(any(finding.level == "fail" for finding in findings))


def _line(finding: Finding) -> str:
    """What to do stands behind it, or where a terminal has no room for both under it."""
    head = f"{click.style(f'{finding.level:<5}', fg=COLORS[finding.level])} {finding.what}"
    if not finding.then:
        return head
    wide = len(click.unstyle(head)) + len(finding.then) + len("   -> ")
    narrow = sys.stdout.isatty() and wide > shutil.get_terminal_size().columns
    return f"{head}\n      -> {finding.then}" if narrow else f"{head}   -> {finding.then}"


def examine(context: Context, *, gcp: bool = False, gpu: bool = False) -> Iterator[Finding]:
    """One finding after the other, the cheap ones first."""
    from cli.doctor_gpu import examine_gpu
    from jobs.errors import LumenError

    yield _python()
    try:
        settings = context.settings
    except LumenError as error:
        yield Finding("fail", str(error), "correct or unset it")
        return
    yield Finding("ok", f"settings: backend {settings.backend.value}, routes {', '.join(settings.routes)}")
    if gcp:
        yield from _google(settings)
    yield _store(context)
    yield _bucket(context)
    routes = list(_routes(context))
    yield from routes
    if all(finding.level != "fail" for finding in routes):
        yield _models(context)
    if gpu:
        yield from examine_gpu(context)
    else:
        yield _torch()


def _python() -> Finding:
    version = platform.python_version()
    if version.startswith(TESTED_ON):
        return Finding("ok", f"Python {version}, SQLite {sqlite3.sqlite_version}")
    return Finding("warn", f"Python {version}; Lumen is tested on {TESTED_ON}", "make setup PYTHON=python3.11")


def _google(settings: "Settings") -> Iterator[Finding]:
    """The same objects as `lumen init` makes, only looked at."""
    from jobs.errors import BackendDown
    from jobs.settings import Backend
    from jobs.wiring import resources

    if settings.backend is not Backend.GCP:
        yield Finding("fail", f"--gcp looks at Google's side, the backend is {settings.backend}", "LUMEN_BACKEND=gcp")
        return
    for resource in resources(settings):
        try:
            faults = resource.faults()
        except BackendDown as error:
            yield Finding("fail", str(error), REACH_GOOGLE)
            continue
        yield from (Finding("fail", f"{resource.name}: {fault}", fault.by_hand or "lumen init") for fault in faults)
        if not faults:
            yield Finding("ok", f"{resource.name}: in order")


def _store(context: Context) -> Finding:
    from jobs.errors import LumenError
    from jobs.job_store import JobQuery
    from jobs.status import JobStatus

    try:
        store = context.platform.store
        queued, running = (
            store.count(JobQuery(status=status), limit=1000) for status in (JobStatus.QUEUED, JobStatus.RUNNING)
        )
        stuck = sum(1 for _ in store.lapsed(by=store.now(), limit=1000))
    except LumenError as error:
        return Finding("fail", str(error), _cure(context))
    if stuck:
        return Finding("warn", f"{stuck} running jobs whose worker went silent", "lumen sweep, or start a worker")
    return Finding("ok", f"store: {queued} queued, {running} running, none stuck")


def _bucket(context: Context) -> Finding:
    from jobs.errors import LumenError

    try:
        context.platform.bucket.put("doctor/probe.json", b"{}", replace=True)
        context.platform.bucket.delete("doctor/probe.json")
    except LumenError as error:
        return Finding("fail", str(error), _cure(context))
    return Finding("ok", "bucket: writable")


def _cure(context: Context) -> str:
    """For a store or a bucket that does not work."""
    local = context.settings.backend.value == "local"
    return "look at the folder's rights and the free space" if local else "lumen doctor --gcp"


def _routes(context: Context) -> Iterator[Finding]:
    """Those that cannot be used here. Others may: then it is no failure."""
    from models.errors import BadInput
    from models.routes import routes_of
    from worker.craft import craft_of

    try:
        routes = routes_of(craft_of(context.settings))
    except BadInput as error:
        yield Finding("fail", f"routes: {error}", "see docs/weights.md")
        return
    for route in routes:
        if route.unavailable:
            yield Finding("warn", f"route {route.name} is not used: {route.unavailable}", "see docs/weights.md")


def _models(context: Context) -> Finding:
    """Starts the child process for real: that is where models live, and die."""
    from models.errors import CraftError
    from models.host import Host
    from models.stage import Deadline
    from worker.craft import craft_of

    host = Host(craft_of(context.settings))
    try:
        seconds = host.wait_ready(Deadline.after(60))
    except CraftError as error:
        return Finding("fail", f"models: {error}", "see docs/errors.md#model_load_failed")
    finally:
        host.close()
    return Finding("ok", f"models: {len(seconds)} stages load in {sum(seconds.values()):.2f} s")


def _torch() -> Finding:
    if find_spec("torch") is None:
        return Finding("warn", "no torch here: the procedural route only", "fine for development")
    return Finding("ok", "torch is installed; whether a GPU works with it says lumen doctor --gpu")
