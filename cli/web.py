"""`lumen web`: the door for browsers and HTTP, under gunicorn."""

import os
import sys

import click

from cli.announce import announce
from cli.context import Context
from cli.ports import listen

LOGGING = "--log-level warning --logger-class jobs.gunicorn_log.GunicornLog".split()
GUNICORN = [*"--worker-class gthread --timeout 0 --graceful-timeout 8".split(), *LOGGING]
REQUEST_THREADS = 16  # of a process, beside those that event streams hold: a request takes some milliseconds


def gunicorn(app: str, *, bind: str, streams_max: int, workers: int = 1) -> list[str]:
    """The command that serves an app; each of its processes has a thread for every event stream, and some more."""
    how = {"--threads": streams_max + REQUEST_THREADS, "--workers": workers, "--bind": bind}
    return [sys.executable, "-m", "gunicorn", *GUNICORN, *(str(part) for row in how.items() for part in row), app]


@click.command("web")
@click.option("--port", type=click.IntRange(1, 65_535), default=8080, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Processes: one for each core."
)
@click.pass_obj
def web_command(context: Context, port: int, host: str, workers: int) -> None:
    """Serve the API until SIGTERM. Callers need a key: `lumen keys create`."""
    from jobs.prompt_rule import PromptRule
    from web.cors import Cors
    from web.firebase import firebase_of, require_one_project

    # What is wrong is said here in a sentence, by gunicorn in thirty lines.
    PromptRule.named(context.settings.prompt_rule)
    Cors.of(context.settings.cors_origins)
    require_one_project(firebase_of(context.settings, context.env), context.settings)
    listen(host, port, "web").close()
    announce(context, f"serving http://{host}:{port}/v1")
    streams_max = context.settings.event_streams_max
    server = gunicorn("web.main:build()", bind=f"{host}:{port}", streams_max=streams_max, workers=workers)
    os.execve(sys.executable, server, dict(context.env))  # noqa: S606 (no shell; the process becomes gunicorn)
