"""`lumen batch`: many jobs under one name, from a list, cut off anywhere and gone on with."""

import shlex
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import click

from cli.batch.download import download as fetch
from cli.batch.export import export_command
from cli.batch.file import FORMATS, ListFile
from cli.batch.look import Listing, look
from cli.batch.manifest import ENDING, safe_name
from cli.batch.said import end_data, require_rows, say_found, say_would
from cli.batch.show import cancel_command, list_command, status_command
from cli.batch.submit import retry_failed, submit
from cli.batch.wait import exit_code, wait_for
from cli.context import Context
from cli.options import Seed, as_json
from cli.render import print_json, say
from cli.show import Span

RPS_MIN, RPS_MAX = 0.01, 1000.0  # one in 100 s; more than a store takes


class Random(Seed):
    """As elsewhere, but that "random" is drawn for each row, and the same when the row is sent again."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == "random" else super().convert(value, param, ctx)


class Seconds(Span):
    """Seconds, or a span of time: 90, 90s, 15m."""

    name = "seconds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(f"{value}s" if str(value).isdecimal() else value, param, ctx)


@click.group("batch")
def batch_command() -> None:
    """Many jobs under one name, from a list of words, rows or pictures.

    Cut off anywhere, the same command goes on: no row is lost, and none gets two jobs.
    """


for each in (status_command, list_command, export_command, cancel_command):
    batch_command.add_command(each)


@batch_command.command("submit")
@click.argument("file", type=click.File("rb"))
@click.option("--name", required=True, help="Of the batch, among your batches. The same name is the same batch.")
@click.option("--format", "kind", type=click.Choice(["auto", *FORMATS]), default="auto", show_default=True)
@click.option("--column", help="Of a CSV: where the words stand.  [default: prompt]")
@click.option("--id-column", help="Of a CSV: where your own ids stand.  [default: id or custom_id, if there]")
@click.option("--verb", help="What they are doing: flying, sitting.")
@click.option("--quality", help="draft, standard or high.  [default: standard]")
@click.option("--num-parts", type=int, help="1 to 16; without: as many as the template has.")
@click.option("--points", type=int, help="256 to 65536.  [default: 2048]")
@click.option("--seed", type=Random(), help='A number, or "random": another one for each row.  [default: 0]')
@click.option("--priority", default="low", show_default=True, help="high, normal or low.")
@click.option("--rps", type=click.FloatRange(RPS_MIN, RPS_MAX), help="Submit no more than so many a second.")
@click.option("--max-inflight", type=click.IntRange(1, 1000), help="Run no more of its jobs than so many at a time.")
@click.option("--retry-failed", "again", is_flag=True, help="Also try those of its jobs again that have failed.")
@click.option("--manifest", type=click.Path(path_type=Path), help=f"Which rows have jobs.  [default: NAME{ENDING}]")
@click.option("--strict", is_flag=True, help="Submit nothing if any row is bad.")
@click.option("--wait", is_flag=True, help="Wait until all are over; the exit code says how that was.")
@click.option("--timeout", type=Seconds(), help="How long to wait: 90s, 15m; the jobs go on afterwards (exit 5).")
@click.option(
    "--download", type=click.Path(path_type=Path), help="Wait, and put the files into this folder, or this .zip."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@as_json
@click.pass_obj
def submit_command(
    context: Context,
    /,
    file: IO[bytes],
    name: str,
    kind: str,
    column: str | None,
    id_column: str | None,
    priority: str,
    rps: float | None,
    max_inflight: int | None,
    again: bool,
    manifest: Path | None,
    strict: bool,
    wait: bool,
    timeout: Any,
    download: Path | None,
    dry_run: bool,
    json_: bool,
    **wishes: Any,
) -> int:
    """Submit a job for each row of FILE, or of stdin when FILE is -.

    A list of concepts, one a line; a CSV with a heading; JSON Lines as the API takes them; or a list of picture files.
    Bad rows are named by their line and keep no other from its job; the exit code is 8 then. Without --wait the id of
    the batch is printed and that is all.
    """
    name, said = _checked(name), {field: value for field, value in wishes.items() if value is not None}
    path = manifest or Path(f"{safe_name(name)}{ENDING}")
    with closing(ListFile(file, kind=kind)) as rows:
        listing = Listing(context, name, rows, path, said, priority, column, id_column)
        found = look(listing)
        say_found(listing, found)
        if dry_run:
            return say_would(listing, found, rps=rps, json_=json_)
        require_rows(listing, found, strict=strict)
        batch, made = submit(listing, found, rps=rps, inflight_max=max_inflight)
    if again:
        retry_failed(context, batch)
    counts = None
    if wait or download:
        counts = wait_for(context, batch, timeout_s=timeout.total_seconds() if timeout is not None else None)
    if download:
        fetch(context, batch, download)
    if json_:
        print_json(end_data(found, batch, made, counts))
    elif counts is None:
        click.echo(batch.id)
        say(f"Follow it: lumen batch status {shlex.quote(name)}")
    return exit_code(counts, bad_rows=bool(found.tally.bad))


def _checked(name: str) -> str:
    """The name of a batch, if it can be one. Raises: InvalidRequest."""
    from pydantic import TypeAdapter, ValidationError

    from jobs.errors import InvalidRequest
    from jobs.request import Tag, refusal

    try:
        return str(TypeAdapter(Tag).validate_python(name))
    except ValidationError as error:
        raise InvalidRequest("--name", refusal(error).why) from None
