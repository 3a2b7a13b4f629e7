"""`lumen web`: the door for browsers and HTTP, under gunicorn."""

import os
import sys

import click

from cli.context import Context
from cli.ports import listen
from cli.render import say

# 64 threads a process: 48 event streams (LUMEN_EVENT_STREAMS_MAX) hold one each, requests are answered beside them.
GUNICORN = "--worker-class gthread --threads 64 --timeout 0 --graceful-timeout 8 --log-level warning".split()


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

    # What is wrong is said here in a sentence, by gunicorn in thirty lines.
    PromptRule.named(context.settings.prompt_rule)
    Cors.of(context.settings.cors_origins)
    listen(host, port, "web").close()
    say(f"serving http://{host}:{port}/v1")
    how = [*GUNICORN, "--workers", str(workers), "--bind", f"{host}:{port}"]
    server = [sys.executable, "-m", "gunicorn", *how, "web.main:build()"]
    os.execve(sys.executable, server, dict(context.env))  # noqa: S606 (no shell; the process becomes gunicorn)
