"""`lumen dlq replay`: failed jobs tried again, by id or as a run that can be stopped and gone on with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cli.bars import span_text
from cli.context import Context
from cli.letters import by_reason, show_list
from cli.options import as_json
from cli.render import as_data, print_json, say, state, stopped
from cli.which import sure, wanted_from, which
from cli.who import audit_of, who

if TYPE_CHECKING:
    from jobs.audit import Action
    from jobs.dead_filter import DeadFilter
    from jobs.job import Job
    from jobs.replay import Run, Tried

RPS_MAX = 1000.0  # more than a store takes
RPS_MIN = 0.01  # one in 100 s

GO_ON = "Stopped. No job is tried twice when you go on: lumen dlq replay --resume {run}"


@click.command("replay")
@click.argument("job_ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All failed jobs.")
@which
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped.")
@click.option("--limit", type=click.IntRange(1), help="No more than these in the whole run, the last to fail first.")
@click.option("--rps", type=click.FloatRange(RPS_MIN, RPS_MAX), help="How many a second.  [default: 2]")
@click.option("--dry-run", is_flag=True, help="Show what would be tried again; write nothing.")
@click.option("--reason", "why", default="", metavar="TEXT", help="Why, for whoever looks at it later.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def replay_command(
    context: Context,
    job_ids: tuple[str, ...],
    everything: bool,
    filters: tuple[str, ...],
    since: str | None,
    until: str | None,
    resume: str | None,
    limit: int | None,
    rps: float | None,
    dry_run: bool,
    why: str,
    yes: bool,
    json_: bool,
) -> int:
    """Try failed jobs again: those named by ID, all, or those a filter takes.

    The same jobs with the same input, and all their attempts before them; a canceled one only when it is named. One
    that cannot be tried again does not keep the others from it; the exit code is 1 then. Many together are a run:
    stopped anywhere it can be gone on with, and tries no job twice.
    """
    if sum(map(bool, (job_ids, everything, filters, resume))) != 1:
        raise click.UsageError("name jobs by ID, or choose one of --all, --filter and --resume")
    if (job_ids or resume) and (since or until or limit):
        raise click.UsageError("--since, --until and --limit go with --all and --filter")
    if resume and (dry_run or why):
        raise click.UsageError("a run that is gone on with was decided when it began: no --dry-run, no --reason")
    if job_ids:
        return _named(context, job_ids, why, rps, dry_run, json_)
    if resume:
        return _resumed(context, resume, rps, json_)
    wanted = wanted_from(context, filters, since, until)
    return _chosen(context, wanted, limit, why, rps, dry_run, yes, json_)


# --- by id ------------------------------------------------------------------------------------------


def _named(context: Context, job_ids: tuple[str, ...], why: str, rps: float | None, dry_run: bool, json_: bool) -> int:
    from jobs.deadletter import GARBAGE_KEY
    from jobs.errors import InvalidRequest
    from jobs.replay import RPS

    for each in job_ids:
        if each.startswith(GARBAGE_KEY):
            raise InvalidRequest("", f"{each} is a message without a job: there is nothing to try again.")
    replays = context.platform.replays()
    if dry_run:
        tried = list(replays.would(job_ids))
        show_list(context, [each.job for each in tried if each.job], json_=json_)
        return _raise_or_code(tried)
    with audit_of(context).entry("dlq.replay", why=why, ids=job_ids) as counts:
        tried = list(_told(replays.each(job_ids, why=why, rps=rps or RPS), json_, counts))
    say(f"Replayed {counts['replayed']} of {len(job_ids)}.")
    return _raise_or_code(tried)


def _raise_or_code(tried: "Sequence[Tried]") -> int:
    """The only one says itself why not; among several each has a line."""
    errors = [each for each in tried if each.error]
    if len(tried) == 1 and tried[0].error:
        raise tried[0].error
    for each in errors:
        say(f"lumen: {each.job_id}: {each.error}")
    return 1 if errors else 0


# --- as a run ---------------------------------------------------------------------------------------


def _chosen(
    context: Context,
    wanted: "DeadFilter",
    limit: int | None,
    why: str,
    rps: float | None,
    dry_run: bool,
    yes: bool,
    json_: bool,
) -> int:
    from jobs.replay import RPS

    replays, rps = context.platform.replays(), rps or RPS
    plan = replays.plan(wanted, limit=limit)
    if not plan.jobs:
        say("Nothing to replay.")
        return 0
    said = f"{len(plan.jobs)} failed jobs at {rps:g}/s, about {span_text(max(len(plan.jobs) / rps, 1))}"
    if dry_run:
        show_list(context, plan.jobs, json_=json_)
        say(f"Would replay {said}.  By reason: {by_reason(plan.jobs)}")
    _warn(plan.jobs, more=plan.more)
    if dry_run:
        say("Nothing was done. Run again without --dry-run.")
        return 0
    sure(f"{by_reason(plan.jobs)}.  Replay {said}?", yes=yes)
    run = replays.begin(plan, why=why, who=who(context), rps=rps)
    say(f"Run {run.id}: {said}.")
    return _go(context, run, rps, json_, resumed=False)


def _resumed(context: Context, run_id: str, rps: float | None, json_: bool) -> int:
    run = context.platform.replays().get(run_id)
    if run.done_at:
        say(f"Run {run.id} is done: {_totals(run.counts['replayed'], run.counts['left'])}.")
        return 1 if run.counts["left"] else 0
    return _go(context, run, rps or run.rps, json_, resumed=True)


def _go(context: Context, run: "Run", rps: float, json_: bool, *, resumed: bool) -> int:
    action: Action = "dlq.resume" if resumed else "dlq.replay"
    entry = audit_of(context).entry(action, why=run.why, run=run.id, filter_=run.filter, ids=run.ids)
    with stopped(GO_ON.format(run=run.id)), entry as counts:
        for tried in _told(context.platform.replays().go(run, rps=rps), json_, counts):
            if tried.outcome == "left":
                say(f"lumen: {tried.job_id}: left alone: {tried.why}")
    before = f" ({counts['before']} of them before)" if counts["before"] else ""
    say(f"{_totals(counts['replayed'] + counts['before'], counts['left'])}{before}.  Run {run.id}")
    return 1 if counts["left"] else 0


def _told(tries: "Iterable[Tried]", json_: bool, counts: "Counter[str]") -> "Iterator[Tried]":
    """A line for each job that is tried again, as it happens."""
    for tried in tries:
        counts[tried.outcome] += 1
        if tried.job and tried.outcome == "replayed":
            if json_:
                print_json(as_data(tried.job))
            else:
                click.echo(f"{tried.job.id}  {state(tried.job)}")
        yield tried


# --- what is said of it -----------------------------------------------------------------------------


def _warn(jobs: "Sequence[Job]", *, more: bool) -> None:
    from jobs.replay import RUN_MAX

    hopeless = [job for job in jobs if job.error and not job.error.retryable]
    if hopeless:
        say(f"For some of them trying again changes nothing: {by_reason(hopeless)}")
    if more:
        say(f"There are more; a run takes {RUN_MAX:,}. Replay again for the rest.")


def _totals(replayed: int, left: int) -> str:
    return f"Replayed {replayed} of {replayed + left}" + (f", {left} left alone" if left else "")
