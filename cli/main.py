"""`lumen`: which commands there are, and what an error becomes: a sentence and an exit code."""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import click

from cli.context import Context

# Names, where they live and what help says of them: `lumen --help` imports none of them.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "make": ("cli.make", "Make one object here and now, into a folder."),
        "submit": ("cli.submit", "Submit a job; --wait follows it to its end."),
        "watch": ("cli.watch", "Follow jobs until they are done."),
        "get": ("cli.show", "Show one job."),
        "list": ("cli.show", "List jobs, newest first."),
        "result": ("cli.show", "Download the files of a job."),
        "cancel": ("cli.change", "Ask for the end of jobs."),
        "delete": ("cli.change", "Remove jobs and their files."),
        "dlq": ("cli.deadletters", "Look at dead letters, try them again, remove them."),
        "pause": ("cli.pause", "Let no worker take another job."),
        "resume": ("cli.pause", "Let workers take jobs again."),
        "audit": ("cli.audit", "List who replayed, purged, paused or made keys, and when."),
        "sweep": ("cli.run", "Find what was forgotten, once, by hand."),
        "worker": ("cli.run", "Serve jobs: from the queue, or as a push endpoint."),
        "web": ("cli.web", "Serve the API over HTTP."),
        "keys": ("cli.keys", "Make API keys, list them, rotate them, revoke them."),
        "webhooks": ("cli.webhooks", "Say whom to tell when a job is over."),
        "dev": ("cli.dev", "The whole house in one process."),
        "init": ("cli.init", "Make what is missing: topics, subscriptions, bucket; or a folder."),
        "doctor": ("cli.doctor", "Look whether everything is in order here."),
        "template": ("cli.template", "Say which template words get, and how sure that is."),
        "weights": ("cli.weights", "Look at weights, fetch them, check them, mirror them."),
        "schema": ("cli.schema", "Print a JSON Schema: job, request, settings or the whole API."),
    }
)

# interface: 0 ok, 1 unexpected, 2 usage, 3 failed, 4 canceled, 5 wait timed out, 6 not found, 7 backend, 130 Ctrl-C.
EXITS: Mapping[str, int] = MappingProxyType(
    {
        "InvalidRequest": 2,
        "SettingsInvalid": 2,
        "BadInput": 2,
        "StillRunning": 5,
        "NotFound": 6,
        "BackendDown": 7,
        "LumenError": 1,
        "OSError": 1,
        "CraftError": 1,
    }
)
INTERRUPTED = 130


class Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--backend", type=click.Choice(["local", "gcp"]), help="Where jobs live (LUMEN_BACKEND).")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of the local backend (LUMEN_DATA).")
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
@click.version_option("0.1.0", prog_name="lumen")
@click.pass_context
def lumen(ctx: click.Context, backend: str | None, data_dir: Path | None, verbose: bool) -> None:
    """Words become 3D objects with named parts.

    Try:  lumen make "flying bird" --out out/
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    given = {"LUMEN_BACKEND": backend, "LUMEN_DATA": str(data_dir) if data_dir else None}
    ctx.obj = Context({**os.environ, **{name: value for name, value in given.items() if value}})


def run(args: Sequence[str] | None = None) -> int:
    """The exit code of one call."""
    try:
        code = lumen.main(args=None if args is None else list(args), prog_name="lumen", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception as error:
        exit_code = _exit_code(error)
        if exit_code is None:
            raise
        click.echo(f"lumen: {error}", err=True)
        return exit_code
    return code if isinstance(code, int) else 0


def _exit_code(error: Exception) -> int | None:
    """By name, so that this page imports neither jobs nor models before a command does."""
    return next((EXITS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in EXITS), None)


def main() -> None:
    sys.exit(run())
