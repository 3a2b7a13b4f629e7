"""`lumen dev`: the whole house in one process, on loopback, over SQLite and a folder."""

import logging
import threading
from dataclasses import dataclass
from typing import Any

import click
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from cli.announce import announce
from cli.context import Context
from cli.ports import listen

LOOPBACK = "127.0.0.1"
BOX = """\
  page     http://{host}:{port}/
  API      http://{host}:{port}/v1/jobs      health  http://{host}:{port}/health/ready
  data     {data}      routes  {routes}
  One process, one job at a time. For development: not for production.
  Try, in another terminal:  lumen submit "flying bird" --wait"""


@click.command("dev")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True)
@click.pass_obj
def dev_command(context: Context, port: int) -> None:
    """Run API, worker and sweep in one process until Ctrl-C; the running job is handed back."""
    from jobs import telemetry
    from jobs.job_store import JobQuery
    from jobs.log_form import log_form
    from jobs.logs import log_without_waiting
    from web.app import create_app as create_web
    from web.callers import OnePerson
    from web.firebase import firebase_of
    from web.house import House
    from web.policy import elsewhere
    from web.sender import Sender, deliveries_of
    from worker.app import create_app as create_worker
    from worker.main import assemble, holder_name, on_terminate

    telemetry.begin("lumen-dev", context.env)
    context.client.find(JobQuery(), limit=1)  # a store out of reach is said here, not by every thread in turn
    log_without_waiting(form=log_form(context.settings, context.env, for_people=True))
    logging.getLogger("worker").setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    worker = assemble(context.settings, holder=holder_name(context.env))
    alone = OnePerson(context.settings.owner, context.settings.cors_origins)
    firebase = firebase_of(context.settings, context.env)
    house = House(worker.platform, alone, elsewhere(context.settings, context.env, firebase), firebase)
    server = _server(port, beside(create_web(house), create_worker(worker.door, worker.health)))
    on_terminate(worker.stop)
    worker.start()
    Sender(deliveries_of(house), context.settings.sweep_s).start()
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    settings = context.settings
    local = settings.backend.value == "local"
    data = f"{settings.data}/ (SQLite and files)" if local else f"{settings.project} (Google), {settings.bucket}"
    box = BOX.format(host=LOOPBACK, port=server.port, data=data, routes=", ".join(settings.routes))
    announce(context, box, for_people=True)
    try:
        worker.pull().run()
    finally:
        server.shutdown()
        worker.close()


def beside(web: Flask, worker: Flask) -> DispatcherMiddleware:
    """Two apps at one address, as they would be at two: the worker's paths go to the worker."""
    return DispatcherMiddleware(web, {path: Under(worker, path) for path in ("/health", "/pubsub")})


@dataclass(frozen=True, slots=True)
class Under:
    """Undoes what the dispatcher does to a path: an app of ours knows its own paths in full."""

    app: Flask
    path: str

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        there = {**environ, "SCRIPT_NAME": "", "PATH_INFO": self.path + environ["PATH_INFO"]}
        return self.app(there, start_response)


class Discreet(WSGIRequestHandler):
    """Says what serves, and not which version of it."""

    def version_string(self) -> str:
        return "lumen"


def _server(port: int, app: object) -> BaseWSGIServer:
    """The server takes over a socket of ours: one that it opens itself would talk about a port it cannot have."""
    with listen(LOOPBACK, port, "dev") as listener:
        port = listener.getsockname()[1]
        return make_server(
            LOOPBACK,
            port,
            app,  # type: ignore[arg-type]  # a WSGI app by any other name
            threaded=True,
            fd=listener.fileno(),
            request_handler=Discreet,
        )
