"""`lumen batch export`: what became of each row, as JSON Lines in the order of the list."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from cli.batch.download import as_others_are
from cli.batch.jobs import batches_of, named
from cli.batch.manifest import ENDING, Listed, read_manifest, safe_name
from cli.batch.words import listed, one_line
from cli.context import Context
from cli.render import say

if TYPE_CHECKING:
    from jobs.job import Job

OUTPUT = {"template", "route", "parts", "files", "models", "licences", "watertight"}
ERROR = {"reason", "message", "retryable", "stage", "route"}


@click.command("export")
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), default="-", help="Who succeeded.  [default: stdout]")
@click.option("--errors", type=click.Path(path_type=Path), help="Who failed or was canceled; without: only counted.")
@click.option("--manifest", type=click.Path(path_type=Path), help=f"Has the list's order.  [default: NAME{ENDING}]")
@click.pass_obj
def export_command(context: Context, name: str, out: Path, errors: Path | None, manifest: Path | None) -> None:
    """Write what became of each row of batch NAME: JSON Lines in the list's order, with your own ids.

    Without its manifest the order is that in which jobs were made. Jobs that are not over yet are in neither file.
    """
    batch = named(context, name)
    path = manifest or Path(f"{safe_name(batch.name)}{ENDING}")
    with Ends.kept() as ends:
        for job in batches_of(context).jobs(batch):
            ends.keep(job)
        rows = read_manifest(path).of(batch.name).rows
        order = ends.order(rows)
        counts = {
            "succeeded": _written(out, ends.rows(order, succeeded=True)),
            "not": _written(errors, ends.rows(order, succeeded=False)),
        }
    if not rows:
        say(f"{path} is not here: the order is that in which jobs were made.")
    told = listed([(counts["succeeded"], "succeeded"), (counts["not"], "failed or canceled"), (ends.open, "not over")])
    hint = "; --errors FILE writes those that failed" if counts["not"] and errors is None else ""
    say(f"{one_line(batch.name)}: {told}{hint}.")


@dataclass(slots=True)
class Ends:
    """The ends of all jobs, on disk, and where in the file each stands: memory holds no job."""

    file: IO[bytes]
    open: int = 0  #: jobs that are not over
    _at: dict[str, tuple[int, bool]] = field(default_factory=dict)  # by id: the place, and whether it succeeded

    @classmethod
    @contextmanager
    def kept(cls) -> "Iterator[Ends]":
        with tempfile.TemporaryFile() as file:
            yield cls(file)

    def keep(self, job: "Job") -> None:
        if not job.done:
            self.open += 1
            return
        self._at[job.id] = (self.file.tell(), job.output is not None)
        self.file.write(json.dumps(data_of(job)).encode() + b"\n")

    def order(self, rows: list[Listed]) -> list[tuple[str, int | None]]:
        """Ids with their lines: first those of the manifest, in its order, then the others as they were made."""
        lines = {row.job_id: row.line for row in sorted(rows, key=lambda row: row.line)}
        others = ((job_id, None) for job_id in self._at if job_id not in lines)
        return [*((job_id, line) for job_id, line in lines.items() if job_id in self._at), *others]

    def rows(self, order: list[tuple[str, int | None]], *, succeeded: bool) -> Iterator[dict[str, Any]]:
        for job_id, line in order:
            place, good = self._at[job_id]
            if good is succeeded:
                self.file.seek(place)
                yield {"line": line, **json.loads(self.file.readline())}


def data_of(job: "Job") -> dict[str, Any]:
    """One end: whose it is, and the result or the failure."""
    said = {"custom_id": job.custom_id, "job_id": job.id, "status": job.status.value}
    asked = job.input.model_dump(mode="json", exclude_none=True)
    output = job.output.model_dump(mode="json", include=OUTPUT) if job.output else None
    error = job.error.model_dump(mode="json", include=ERROR) if job.error else None
    return {**said, "input": asked, **({"output": output} if output else {"error": error})}


def _written(path: Path | None, rows: Iterator[dict[str, Any]]) -> int:
    """How many there were. A file is there when it is whole."""
    from jobs.bucket import arriving

    if path is None:
        return sum(1 for _ in rows)
    if str(path) == "-":
        return _all(rows, sys.stdout.buffer, ascii_=sys.stdout.isatty())
    with arriving(path) as file:
        count = _all(rows, file, ascii_=False)
    as_others_are(path)
    return count


def _all(rows: Iterator[dict[str, Any]], file: IO[bytes], *, ascii_: bool) -> int:
    """`ascii_`: nothing in it that a terminal would obey."""
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=ascii_).encode() + b"\n")
        count += 1
    return count
