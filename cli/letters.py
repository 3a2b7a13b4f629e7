"""How dead letters look: a line each in the list, and all that is known of one."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cli.context import Context
from cli.render import age, as_data, columns, hex_of, print_json, state, visible, words

if TYPE_CHECKING:
    from jobs.deadletter import Dead
    from jobs.fields import Attempt
    from jobs.job import Job
    from jobs.job_document import Unreadable
    from jobs.letter import Garbage
    from jobs.records import Record

HEADING = ("ID", "AGE", "KIND", "REASON", "WHERE", "TRY", "WHAT")
SHOWN_BYTES_MAX = 4096  # of an original in a terminal; --json has all that is kept


# --- the list ---------------------------------------------------------------------------------------


def show_list(context: Context, found: Sequence["Dead"], *, json_: bool) -> None:
    """A line each: under a heading for people, which nothing has not; or as JSON."""
    if json_:
        for dead in found:
            print_json(row_of(dead))
    elif found:
        now = context.platform.store.now()
        for line in columns([HEADING, *(_cells(dead, now) for dead in found)]):
            click.echo(line)


def by_reason(found: Iterable["Dead"]) -> str:
    """How many of each reason, the most frequent first."""
    from jobs.dead_row import DeadRow

    counts = Counter(DeadRow.of(dead).reason or "(none)" for dead in found)
    return visible(", ".join(f"{reason} {count}" for reason, count in counts.most_common()))


def row_of(dead: "Dead") -> dict[str, Any]:
    """What the list says of one, whatever it is, as JSON has it."""
    from jobs.dead_row import DeadRow

    return DeadRow.of(dead).model_dump(mode="json")


def _cells(dead: "Dead", now: datetime) -> tuple[str, ...]:
    from jobs.dead_row import DeadRow

    row = DeadRow.of(dead)
    tries = "" if row.attempt is None else f"{row.attempt}/{row.attempt + (row.attempts_left or 0)}"
    kind = row.kind if row.letter_at else f"{row.kind}, due"
    where = "/".join(filter(None, (row.route, row.stage)))
    died = age(row.died_at, now) if row.died_at else ""
    return _on_one_line(row.id, died, kind, row.reason, where, tries, row.what)


def _on_one_line(*texts: str | None) -> tuple[str, ...]:
    return tuple(" ".join(visible(text or "").split()) for text in texts)


# --- one dead letter --------------------------------------------------------------------------------


def data_of(dead: "Dead", debug: "Record | None") -> dict[str, Any]:
    """All that is known of one, as JSON has it."""
    from jobs.dead_row import Means
    from jobs.job import Job
    from jobs.letter import Garbage

    if isinstance(dead, Job):
        known = {"job": as_data(dead)}
    elif isinstance(dead, Garbage):
        known = {"garbage": dead.model_dump(mode="json")}
    else:
        known = {"document": dict(dead.document.fields)}
    row = row_of(dead)
    means = Means.of(row["reason"])
    said = row | (means.model_dump() if means else {}) | known | {"debug": debug}
    return dict(json.loads(json.dumps(said, default=_as_text)))


def lines_of(dead: "Dead", debug: "Record | None", now: datetime) -> Iterator[str]:
    """All that is known of one, for a person."""
    from jobs.job import Job
    from jobs.letter import Garbage

    if isinstance(dead, Job):
        yield from _job_lines(dead, now)
    elif isinstance(dead, Garbage):
        yield from _garbage_lines(dead, now)
    else:
        yield from _document_lines(dead, now)
    if debug is not None:
        yield f"  traceback of attempt {debug.get('attempt')}, {_when(debug.get('written_at'), now)}"
        yield from _indented(f"{debug.get('traceback', '')}\n{debug.get('detail', '')}")


def _job_lines(job: "Job", now: datetime) -> Iterator[str]:
    yield f"{job.id}  {visible(words(job))}  {state(job)}  ({job.input.quality.value}, seed {job.input.seed})"
    yield from _reason_lines(job)
    refusals = job.error.refusals if job.error else ()
    replay = job.replay
    yield from _facts(
        {
            "attempt": f"{job.attempt} of {job.attempt + job.attempts_left}",
            "refusals": "\n".join(refusals),
            "created": f"{_when(job.created_at, now)}, by {job.owner_uid}",
            "ended": _when(job.completed_at, now),
            "letter": _letter_word(job, now) if job.dead_letter else "",
            "trace": job.trace,
            "replays": f"{replay.count}, the last by {replay.by}, {_when(replay.at, now)}" if replay else "",
            "because": replay.reason if replay else "",
        }
    )
    if job.attempts:
        yield "  attempts"
        yield from (f"    {line}" for line in columns([_attempt_cells(attempt) for attempt in job.attempts]))


def _attempt_cells(attempt: "Attempt") -> tuple[str, ...]:
    took = f"{(attempt.ended_at - attempt.started_at).total_seconds():.2f} s" if attempt.ended_at else ""
    event, reason = attempt.event or "open", attempt.reason.value if attempt.reason else ""
    return _on_one_line(str(attempt.n), event, attempt.worker, took, reason, attempt.message)


def _garbage_lines(garbage: "Garbage", now: datetime) -> Iterator[str]:
    from jobs.dead_row import text_of

    yield f"{garbage.id}  a message without a job  ({garbage.original_bytes:,} bytes)"
    yield from _reason_lines(garbage)
    yield from _facts(
        {
            "filed": _when(garbage.filed_at, now),
            "attributes": "\n".join(f"{each.name}: {each.value}" for each in garbage.attributes),
        }
    )
    shown = garbage.data[:SHOWN_BYTES_MAX]
    text = text_of(shown)
    first = f"its first {len(shown):,} bytes" if len(shown) < garbage.original_bytes else "the original"
    yield f"  {first}, as {'hex' if text is None else 'text'}"
    yield from _indented(hex_of(shown) if text is None else text)


def _document_lines(unreadable: "Unreadable", now: datetime) -> Iterator[str]:
    yield f"{visible(unreadable.document.key)}  a document that cannot be read as a job"
    yield from _reason_lines(unreadable)
    yield from _facts({"letter": _letter_word(unreadable, now)})
    yield "  document"
    text = json.dumps(dict(unreadable.document.fields), default=_as_text, ensure_ascii=False, indent=2)
    yield from _indented(text[:SHOWN_BYTES_MAX])


def _reason_lines(dead: "Dead") -> Iterator[str]:
    from jobs.dead_row import DeadRow, Means

    row = DeadRow.of(dead)
    if row.reason:
        means = Means.of(row.reason)
        yield f"  {click.style(visible(row.reason), fg='red')}  {means.sentence if means else ''}"
        if means:
            again = "Trying again may help" if means.retryable else "Trying again changes nothing"
            yield f"  {again}; read on in {means.runbook}"
    yield from _facts({"message": row.message, "stage": row.stage, "route": row.route})


def _facts(facts: Mapping[str, str | None]) -> Iterator[str]:
    """A name and what it says, where there is something to say; further lines stand under the first."""
    for name, text in facts.items():
        if text:
            first, *more = visible(text).splitlines()
            yield f"  {name:<10}  {first}"
            yield from (f"  {'':<10}  {line}" for line in more)


def _indented(text: str) -> Iterator[str]:
    return (f"    {line}" for line in visible(text).rstrip().splitlines())


def _when(at: datetime | None, now: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S %Z}, {age(at, now)} ago" if at else ""


def _letter_word(dead: "Dead", now: datetime) -> str:
    from jobs.dead_row import DeadRow

    at = DeadRow.of(dead).letter_at
    return f"sent {_when(at, now)}" if at else "due: sweep sends it"


def _as_text(value: object) -> str:
    """For what JSON has no form for: a document's times."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
