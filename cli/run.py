"""`lumen worker` and `sweep`: the parts of the house that run by themselves, by hand."""

import logging
import os
import sys
from dataclasses import asdict

import click

from cli.announce import announce
from cli.context import Context
from cli.options import as_json
from cli.ports import listen
from cli.render import print_json

# Silent while all is well: its master would wait for ever on a stderr that nobody reads, and not pass on SIGTERM.
LOGGING = "--log-level warning --logger-class jobs.gunicorn_log.GunicornLog".split()
GUNICORN = [*"--worker-class gthread --workers 1 --threads 4 --timeout 0 --graceful-timeout 8".split(), *LOGGING]


@click.command("worker")
@click.option("--port", type=click.IntRange(1, 65_535), help="Serve Pub/Sub's push on this port, under gunicorn.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address for --port.")
@click.option("--pull", is_flag=True, help="Fetch messages from the queue (the default without --port).")
@click.option(
    "--metrics-port", type=click.IntRange(1, 65_535), help="With --pull: serve /metrics here; push has it at --port."
)
@click.pass_obj
def worker_command(context: Context, port: int | None, host: str, pull: bool, metrics_port: int | None) -> None:
    """Serve jobs, one at a time, until SIGTERM; then the running job is handed back."""
    if port and pull:
        raise click.UsageError("--port is push, --pull is pull: choose one")
    if port and metrics_port:
        raise click.UsageError("--port serves /metrics itself")
    context.settings  # noqa: B018 (what is wrong is said here in a sentence, by gunicorn in thirty lines)
    if port:
        from worker.caller import caller_check

        caller_check(context.settings, context.env)
        listen(host, port, "worker").close()
        announce(context, f"serving {', '.join(context.settings.routes)} at http://{host}:{port}/pubsub/push")
        server = [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"{host}:{port}", "worker.main:build()"]
        os.execve(sys.executable, server, dict(context.env))  # noqa: S606 (no shell; the process becomes gunicorn)
    _pull(context, host, metrics_port)


def _pull(context: Context, host: str, metrics_port: int | None) -> None:
    from jobs import telemetry
    from jobs.log_form import log_form
    from jobs.logs import log_without_waiting
    from worker.main import assemble, holder_name, on_terminate

    holder = holder_name(context.env)
    form = log_form(context.settings, context.env, worker=holder)
    log_without_waiting(logging.INFO if form.json else None, form)
    telemetry.begin("lumen-worker", context.env, instance=holder)
    if metrics_port:
        listen(host, metrics_port, "worker").close()
        telemetry.serve(host, metrics_port)
    worker = assemble(context.settings, holder=holder)
    on_terminate(worker.stop)
    worker.start()
    announce(context, f"serving {', '.join(context.settings.routes)} as {worker.runner.holder}")
    try:
        worker.pull().run()
    finally:
        worker.close()


@click.command("sweep")
@as_json
@click.pass_obj
def sweep_command(context: Context, json_: bool) -> None:
    """Look once for lapsed leases, lost wake-ups, unsent dead letters and what has expired."""
    from jobs.errors import BackendDown

    store = context.platform.store
    next(store.queued(due_by=store.now(), limit=1), None)  # raises at once when nothing can be done
    swept = context.platform.sweep().run()
    if json_:
        print_json(asdict(swept))
    else:
        click.echo(", ".join(f"{count} {what}" for what, count in asdict(swept).items()))
    if swept.left:
        raise BackendDown(f"The sweep left {swept.left} of its steps to the next one; -v says why.")
