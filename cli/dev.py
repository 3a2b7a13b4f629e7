"""`lumen dev`: the whole house in one process, on loopback, over SQLite and a folder."""

import logging
import threading

import click
from werkzeug.serving import BaseWSGIServer, make_server

from cli.context import Context
from cli.render import say

BOX = """\
  health   http://127.0.0.1:{port}/health/ready
  data     {data}/ (SQLite and files)      routes  {routes}
  One process, one job at a time. For development: not for production.
  Try, in another terminal:  lumen submit "flying bird" --wait"""


@click.command("dev")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True)
@click.pass_obj
def dev_command(context: Context, port: int) -> None:
    """Run worker, sweep and health in one process until Ctrl-C; the running job is handed back."""
    from worker.app import create_app
    from worker.main import assemble, holder_name, on_terminate

    logging.getLogger("worker").setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    worker = assemble(context.settings, holder=holder_name(context.env))
    server = _server(port, create_app(worker.door, worker.health))
    on_terminate(worker.stop)
    worker.start()
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    say(BOX.format(port=server.port, data=context.settings.data, routes=", ".join(context.settings.routes)))
    try:
        worker.pull().run()
    except KeyboardInterrupt:
        say("stopping")
        worker.stop()
    finally:
        server.shutdown()
        worker.close()


def _server(port: int, app: object) -> BaseWSGIServer:
    try:
        return make_server("127.0.0.1", port, app, threaded=True)  # type: ignore[arg-type]  # a Flask app is a WSGI app
    except (OSError, SystemExit):
        raise click.ClickException(f"port {port} is taken; try: lumen dev --port {port + 1}") from None
