"""`lumen export` and `restore`: every document of the house, into a file and back."""

import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from cli.context import Context
from cli.options import as_json
from cli.render import columns, print_json, say
from cli.which import sure
from cli.who import audit_of

if TYPE_CHECKING:
    from jobs.backup import Backup
    from jobs.backup_file import BackupWriter

STDIO = "-"
SECRET = "It holds the secrets of webhooks: keep it as you keep keys."  # noqa: S105 (none itself)
COUNTED_EACH = 50
Step = TypeVar("Step")
Counts = defaultdict[str, Counter[str]]  # by kind, then by what became of them


@click.command("export")
@click.argument("file", metavar="FILE|-", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--jobs-only", is_flag=True, help="Jobs and what lies under them: no keys, webhooks, audit and so on.")
@click.option("--since", metavar="T", help="Of jobs only what changed since: an age like 24h or 7d, or an ISO time.")
@as_json
@click.pass_obj
def export_command(context: Context, file: str, jobs_only: bool, since: str | None, json_: bool) -> int:
    """Write all jobs and records into FILE, or to stdout; the house may go on meanwhile.

    FILE appears once it is whole, for your eyes only: it holds the secrets of webhooks. Results lie in the bucket and
    are not in it. The exit code is 1 when a document could not be put into it; each has a line on stderr.
    """
    from jobs.backup_file import BackupWriter
    from jobs.grammar import parse_moment

    moment = parse_moment("since", since, context.platform.store.now()) if since else None
    counts: Counter[str] = Counter()
    with _writing(file) as out:
        writer = BackupWriter(out)
        left = _export(context, writer, counts, jobs_only=jobs_only, since=moment)
    if file != STDIO and json_:
        print_json({"file": file, "documents": dict(sorted(counts.items())), "left": left})
    elif file != STDIO:
        _print(("DOCUMENTS",), ((kind, (count,)) for kind, count in sorted(counts.items())))
    say(f"Exported {writer.count:,} documents. {SECRET if counts['webhooks'] else ''}".rstrip())
    return int(left > 0)


def _export(context: Context, writer: "BackupWriter", counts: Counter[str], **scope: Any) -> int:
    """How many documents were left out."""
    from jobs.backup import kind_of

    left = 0
    steps = _backup(context).export(writer, backend=context.settings.backend.value, **scope)
    for done in _counted("Exported", steps):
        document = done.document
        if done.left:
            left += 1
            say(f"lumen: {document.collection}/{document.key} is left out: {done.left}")
        else:
            counts[kind_of(document.collection)] += 1
    return left


@contextmanager
def _writing(file: str) -> Iterator[IO[bytes]]:
    """Stdout; or a file that has its name, and takes the place of an older one, only when all of it is written."""
    if file == STDIO:
        yield sys.stdout.buffer
        return
    from jobs.bucket import arriving

    path = Path(file).resolve()
    if path.exists() and not path.is_file():
        raise click.UsageError(f"{file} is no file; for a pipe or a device there is -")
    with arriving(path) as out:  # mode 0600
        yield out


@click.command("restore")
@click.argument("file", metavar="FILE|-", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Say what would become of each; write nothing.")
@click.option("--replace", is_flag=True, help="Overwrite what is there and differs.")
@click.option("--partial", is_flag=True, help="Also from a file that was cut off: what can be read of it.")
@click.option("--reason", "why", default="", metavar="TEXT", help="Why, for the audit.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def restore_command(
    context: Context, file: str, dry_run: bool, replace: bool, partial: bool, why: str, yes: bool, json_: bool
) -> None:
    """Put back the jobs and records of FILE, or of stdin, as `lumen export` wrote them.

    What is missing is created, what is there is left. The file is read to its end first: from one that is cut off or
    damaged nothing is written. Stopped anywhere, it is simply done again.
    """
    from jobs.backup_file import check

    with _reading(file) as source:
        if not partial:
            check(source)
            source.seek(0)
        if replace and not dry_run:
            sure("Overwrite every document that is there and differs from the file?", yes=yes)
        counts, torn = _restored(context, source, file, replace=replace, dry_run=dry_run, why=why)
    if json_:
        print_json({"dry_run": dry_run, "torn": torn, "documents": {kind: counts[kind] for kind in sorted(counts)}})
    elif counts:
        _show_outcomes(counts)
    say(_summary(counts, dry_run=dry_run))
    if torn:
        say(f"The file is not whole: {torn}. What stands before that was taken.")


@contextmanager
def _reading(file: str) -> Iterator[IO[bytes]]:
    """What can be read twice: stdin is kept in a temporary file, which nobody else sees."""
    if file != STDIO:
        with Path(file).open("rb") as source:
            yield source
        return
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield kept


def _restored(
    context: Context, source: IO[bytes], file: str, *, replace: bool, dry_run: bool, why: str
) -> tuple[Counts, str]:
    """What became of how many, by kind; and what is wrong with the file, if it is torn."""
    from jobs.backup import kind_of
    from jobs.backup_file import BackupReader

    reader, counts = BackupReader(source), Counts(Counter)

    words = [f"file={Path(file).name}", *(["replace"] if replace else [])]
    entry = audit_of(context).entry("backup.restore", why=why, filter_=words, ids=())
    with nullcontext(Counter[str]()) if dry_run else entry as total:
        steps = _backup(context).restore(reader, replace=replace, dry_run=dry_run)
        for saved, outcome in _counted("Looked at" if dry_run else "Restored", steps):
            counts[kind_of(saved.collection)][outcome.value] += 1
            total[outcome.value] += 1
    return counts, reader.torn


def _counted(done: str, steps: Iterator[Step]) -> Iterator[Step]:
    """The same, and on a terminal how many by now, for as long as it takes."""
    if not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        for n, step in enumerate(steps, 1):
            if n % COUNTED_EACH == 0:
                status.update(f"{done} {n:,} documents")
            yield step


def _show_outcomes(counts: Counts) -> None:
    from jobs.backup import Outcome

    rows = ((kind, [counts[kind][outcome] for outcome in Outcome]) for kind in sorted(counts))
    _print([outcome.value.upper() for outcome in Outcome], rows)


def _summary(counts: Counts, *, dry_run: bool) -> str:
    """One sentence; what there is none of is not said."""
    total = sum(counts.values(), Counter[str]())
    said = ", ".join(f"{word} {count:,}" for word, count in sorted(total.items())) or "nothing"
    tail = "  --replace overwrites what was kept." if total["kept"] else ""
    if dry_run:
        return f"Nothing was written. It would be: {said}.{tail}"
    return f"Restored: {said}.{tail}"


def _print(names: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]) -> None:
    """A kind, and its numbers right under the ends of their names."""
    said = [(kind, *(f"{n:>{len(name)},}" for n, name in zip(numbers, names, strict=True))) for kind, numbers in rows]
    for line in columns([("KIND", *names), *said]):
        click.echo(line)


def _backup(context: Context) -> "Backup":
    from jobs.backup import Backup

    return Backup(context.platform.records.documents, context.platform.clock)
