"""`lumen`: which commands there are, and what an error becomes: a sentence and an exit code."""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from cli.context import Context

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Names, where they live and what help says of them: `lumen --help` imports none of them.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "make": ("cli.make", "Make one object here and now, into a folder."),
        "submit": ("cli.submit", "Submit a job; --wait follows it to its end."),
        "watch": ("cli.watch", "Follow jobs until they are done."),
        "get": ("cli.show", "Show one job."),
        "list": ("cli.show", "List jobs, newest first."),
        "result": ("cli.show", "Download the files of a job."),
        "trace": ("cli.trace", "Draw the life of one job: waits, attempts, stages."),
        "stats": ("cli.stats", "Show the queue, how jobs ended, why they failed, how long they took."),
        "capacity": ("cli.capacity", "Say how long jobs would wait with so many GPUs, and what that costs."),
        "cancel": ("cli.change", "Ask for the end of jobs."),
        "priority": ("cli.priority", "Let a job that waits go sooner, or later."),
        "delete": ("cli.change", "Remove jobs and their files."),
        "batch": ("cli.batch.commands", "Submit many jobs from a list, follow them, get what they made."),
        "dlq": ("cli.deadletters", "Look at dead letters, try them again, remove them."),
        "pause": ("cli.pause", "Let no worker take another job."),
        "resume": ("cli.pause", "Let workers take jobs again."),
        "drain": ("cli.drain", "Let one worker take no other job."),
        "audit": ("cli.audit", "List who replayed, canceled, paused, drained or made keys, and when."),
        "sweep": ("cli.run", "Find what was forgotten, once, by hand."),
        "worker": ("cli.run", "Serve jobs: from the queue, or as a push endpoint."),
        "web": ("cli.web", "Serve the API over HTTP."),
        "keys": ("cli.keys", "Make API keys, list them, rotate them, revoke them."),
        "webhooks": ("cli.webhooks", "Say whom to tell when a job is over."),
        "dev": ("cli.dev", "The whole house in one process."),
        "init": ("cli.init", "Make what is missing: topics, subscriptions, bucket; or a folder."),
        "export": ("cli.backup", "Write all jobs and records into a file."),
        "restore": ("cli.backup", "Put jobs and records back from such a file."),
        "doctor": ("cli.doctor", "Look whether everything is in order here."),
        "smoke": ("cli.smoke", "Have one revision of the worker prove itself by a real job."),
        "template": ("cli.template", "Say which template words get, and how sure that is."),
        "weights": ("cli.weights", "Look at weights, fetch them, check them, mirror them."),
        "schema": ("cli.schema", "Print a JSON Schema: job, request, settings or the whole API."),
        "completion": ("cli.completion", "Print what makes bash, zsh or fish complete all this."),
    }
)

EXIT_CODES: Mapping[int, str] = MappingProxyType(
    {
        0: "done",
        1: "something unexpected, or a look that found something wrong",
        2: "the command line, a setting or a request makes no sense",
        3: "the job failed",
        4: "the job was canceled",
        5: "the wait timed out; the job goes on",
        6: "there is no such thing",
        7: "the backend cannot be reached",
        8: "a batch, in part: rows that are no requests, or jobs that failed",
        130: "Ctrl-C",
    }
)
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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Names and what help says of them, by the table: no command is imported because somebody pressed Tab."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=said) for name, (_, said) in COMMANDS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)  # its options

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


class Discreet(logging.Formatter):
    """What commands log holds no secret either. Most log nothing, and load nothing for it."""

    def format(self, record: logging.LogRecord) -> str:
        from jobs.logs.scrub import scrubbed

        return scrubbed(super().format(record))


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
    stderr = logging.StreamHandler()
    stderr.setFormatter(Discreet("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, handlers=[stderr])
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
