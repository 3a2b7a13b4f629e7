"""What `lumen batch submit` says of a list, before and after it was submitted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cli.batch.jobs import batches_of
from cli.batch.look import Listing, Look, Tally
from cli.batch.rows import BadRow
from cli.batch.words import listed, many, name_rows, one_line, span
from cli.render import print_json, say

if TYPE_CHECKING:
    from jobs.batch import Batch, Estimate

PARTLY = 8  # exit code: some rows got no job
HOUR_S = 3600.0
TWINS_SHOWN_MAX = 5  # nothing is wrong with them


def say_found(listing: Listing, found: Look) -> None:
    """How many rows of each kind, and which lines are bad, or the same as others."""
    tally = found.tally
    parts = (
        (tally.new, "new"),
        (tally.there, "submitted before"),
        (len(tally.twins), "duplicates" if len(tally.twins) != 1 else "duplicate"),
        (len(tally.bad), "bad"),
    )
    kind = "" if listing.file.name.endswith(listing.file.kind) else f", read as {listing.file.kind}"
    source = "standard input" if listing.file.name == "-" else one_line(listing.file.name)
    say(f"{source}: {many(tally.rows, 'row')}{kind}" + (f": {listed(parts)}" if tally.rows else ""))
    say_bad(tally)
    twins = [(twin.line, f"the same as line {twin.first}") for twin in tally.twins[:TWINS_SHOWN_MAX]]
    name_rows(twins, of=len(tally.twins))


def require_rows(listing: Listing, found: Look, *, strict: bool) -> None:
    """Raises: InvalidRequest when there is nothing to do, or `strict` and a row is bad."""
    tally = found.tally
    if strict and tally.bad:
        raise listing.file.refused(f"{many(len(tally.bad), 'bad row')}: nothing was submitted")
    if not (tally.new or tally.there):
        raise listing.file.refused("there is no row to submit in it")


def say_bad(tally: Tally, *, behind: int = 0) -> None:
    """The bad rows behind the first so many of them."""
    bad = tally.bad[behind:]
    name_rows([(row.line, str(row)) for row in bad], of=len(bad))


def say_would(listing: Listing, found: Look, *, rps: float | None, json_: bool) -> int:
    """What a dry run says; its exit code is that of the rows."""
    tally, settings = found.tally, listing.context.settings
    expected = batches_of(listing.context).estimate(tally.qualities, cost_per_hour=settings.cost_per_hour)
    if json_:
        print_json({**row_data(tally), "estimate": expected.model_dump(mode="json")})
    pace = f" at {rps:g}/s, about {span(tally.new / rps)}" if rps and tally.new else ""
    say(f"Would submit {many(tally.new, 'job')}{pace}, as {one_line(listing.name)}.")
    if tally.new:
        say(_expected(expected))
    say("Nothing was sent or written. Run it again without --dry-run.")
    return PARTLY if tally.bad else 0


def _expected(expected: "Estimate") -> str:
    """Only what was measured: nobody is helped by a made-up number."""
    unknown = [quality.value for quality, each in expected.by_quality.items() if each.seconds_per_job is None]
    if expected.seconds is None or expected.seconds_per_job is None:
        return f"How long making them takes is not known: no {' and no '.join(unknown)} job was measured yet."
    of = sum(each.of for each in expected.by_quality.values())
    took = f"{expected.seconds_per_job:.2g} s a job, by {of:,} measured"
    cost = f"\nThat costs about {expected.cost:,.2f}." if expected.cost is not None else ""
    return f"Making them takes one worker about {_hours(expected.seconds)}: {took}.{cost}"


def _hours(seconds: float) -> str:
    return f"{seconds / HOUR_S:,.1f} hours" if seconds >= HOUR_S else span(seconds)


def say_made(found: Look, made: int, seconds: float) -> None:
    """What came of it."""
    there = found.tally.there + found.tally.new - made
    before = f"; {there:,} were there before" if there else ""
    pace = f", {made / seconds:,.0f} a second" if seconds else ""
    say(
        f"Submitted {many(made, 'job')} in {span(seconds)}{pace}{before}."
        if made
        else "Nothing to submit: all are there."
    )


def row_data(tally: Tally) -> dict[str, Any]:
    """The rows as JSON has them: counts, and each that got no job of its own."""
    return {
        "rows": tally.rows,
        "new": tally.new,
        "there": tally.there,
        "duplicates": [{"line": twin.line, "first": twin.first} for twin in tally.twins],
        "bad": [_bad_data(row) for row in tally.bad],
    }


def end_data(found: Look, batch: "Batch", made: int, counts: Mapping[str, int] | None) -> dict[str, Any]:
    """All of it as JSON. `counts`: of the jobs by status, where somebody waited."""
    said = {"batch": batch.model_dump(mode="json"), "made": made, **row_data(found.tally)}
    return said | ({"request_counts": {"total": sum(counts.values()), **counts}} if counts is not None else {})


def _bad_data(row: BadRow) -> dict[str, Any]:
    return {"line": row.line, "custom_id": row.custom_id, "field": row.field, "message": row.why}
