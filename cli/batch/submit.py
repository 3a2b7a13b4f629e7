"""The second reading of a list: its rows are submitted, one after the other, each noted before the next."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING

from cli.batch.board import board, no_board
from cli.batch.jobs import batches_of
from cli.batch.look import Listing, Look, noted
from cli.batch.manifest import writing_manifest
from cli.batch.rows import BadRow
from cli.batch.said import say_bad, say_made
from cli.batch.sort import Asked
from cli.batch.speed import Speed
from cli.batch.words import many, span
from cli.context import Context
from cli.render import say, stopped
from cli.who import who

if TYPE_CHECKING:
    from jobs.batch import Batch

GO_ON = "Stopped, and nothing is lost: the same command goes on from here."
RETRIED_BECAUSE = "lumen batch submit --retry-failed"


def submit(
    listing: Listing, found: Look, *, rps: float | None = None, inflight_max: int | None = None
) -> "tuple[Batch, int]":
    """The batch, and how many jobs were made now. Stopped anywhere, it is simply done again.

    A row that is refused only now counts among the bad ones of the tally.

    Raises: InvalidRequest, BackendDown, OSError.
    """
    from jobs.batch import Plan
    from jobs.pace import Pace

    batches, clock = batches_of(listing.context), listing.context.platform.clock
    plan = Plan(listing.batch_id, listing.name, (), found.total)
    pace, speed = Pace(clock, rps) if rps else nullcontext(), Speed(clock)
    made = done = 0
    begun, bad_before = clock.monotonic(), len(found.tally.bad)
    shown = board("submitting", clock) if found.tally.new else nullcontext(no_board)
    with writing_manifest(listing.manifest, listing.head) as manifest, shown as show:
        batch = batches.begin(plan, inflight_max=inflight_max)
        with stopped(GO_ON):
            for asked in _unlisted(listing, found):
                if asked.there:
                    manifest.note(noted(asked, found.known.created_at[asked.job_id]))
                    continue
                with pace:
                    taken = _made(listing, batch, asked)
                if isinstance(taken, BadRow):
                    found.tally.refuse(taken)
                    continue
                at, new = taken
                manifest.note(noted(asked, at))
                made, done = made + new, done + 1
                speed.saw(done)
                left_s = speed.left_s(found.tally.new - done)
                show(done, found.tally.new, f"{span(left_s)} left" if left_s else "")
            batches.close(batch)
    say_bad(found.tally, behind=bad_before)
    say_made(found, made, clock.monotonic() - begun)
    return batch, made


def _unlisted(listing: Listing, found: Look) -> Iterator[Asked]:
    """The rows of which the manifest has no line yet."""
    return (row for row in listing.sorted(found.known) if isinstance(row, Asked) and not row.listed)


def _made(listing: Listing, batch: "Batch", asked: Asked) -> tuple[str, bool] | BadRow:
    """When its job was made, and whether that was now. Raises: BackendDown."""
    from jobs.errors import IdempotencyConflict, InvalidRequest

    client, wanted = listing.context.client, asked.wanted
    try:
        if asked.picture is not None:
            listing.pictures.bring(asked.picture)
        job, new = client.submit_or_find(wanted.request, key=wanted.key, batch_inflight_max=batch.inflight_max)
    except (InvalidRequest, IdempotencyConflict) as error:
        return BadRow(asked.line, str(error), None, wanted.request.custom_id)
    return job.created_at.isoformat(), new


def retry_failed(context: Context, batch: "Batch") -> int:
    """Try its failed jobs again, each once; how many. Raises: BackendDown."""
    tried = sum(1 for _ in batches_of(context).retry_failed(batch, why=RETRIED_BECAUSE, who=who(context)))
    say(f"Tried {many(tried, 'failed job')} again." if tried else "No job of it had failed.")
    return tried
