"""Store, queue and bucket out of reach for some seconds, each in two ways; and a route that fails for everybody.

Shut is the door between the processes and a backend: connections are cut, new ones turned away. Standing still is the
backend itself, for everybody: calls arrive and are not answered.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.benchmarks.stress.concepts import Words
from tests.benchmarks.stress.deaths import release, standing, told
from tests.benchmarks.stress.stages import AGAIN, FIRST, ROUTE_DOWN
from tests.benchmarks.stress.strikes import Run, Strike, short
from tests.benchmarks.stress.submits import SUCCEEDED
from tests.waiting import status_of, until

OUTAGE_S = 3.0
TURNED_AWAY_MIN = 2  # an outage counts as one when somebody met it
LONG_S = 60.0  # only a run that goes wrong waits that long
CIRCUIT = "its circuit is open"
AGAINS = 2
BURST = 8  # jobs for two workers, of which each has to see three fail


def shut(which: str, number: int) -> Callable[[Run], Strike]:
    """While a job is being made: what it has finished meanwhile has to wait."""

    def fault(run: Run) -> Strike:
        held, door, at = standing(run, number), run.scene.doors[which], run.scene.at()
        with door.shut():
            since = time.monotonic()
            release(run, held)
            meanwhile = run.submits.by_api(run.submits.next_words(), owner="bob", key=f"while the {which} is away")
            until(lambda: _over(since) and door.turned_away >= TURNED_AWAY_MIN, "somebody knocked", within_s=LONG_S)
            away_s = time.monotonic() - since
        done, other = run.versions.ended(held.id), run.versions.ended(meanwhile)
        return Strike(
            f"the {which} is out of reach",
            f"{at}: for {away_s:.1f} s, {door.thrown_out} cut off, {door.turned_away} turned away; {held.where}",
            f"{told(done)}; one that was submitted meanwhile, {other.status}",
            done.status == other.status == SUCCEEDED,
        )

    fault.__name__ = f"the_{which}_is_out_of_reach"
    return fault


def stands_still(which: str) -> Callable[[Run], Strike]:
    def fault(run: Run) -> Strike:
        words, at, pid = run.submits.next_words(), run.scene.at(), run.scene.emulator(which)
        with ThreadPoolExecutor(1) as pool, _stopped(pid):
            since = time.monotonic()
            asked = pool.submit(_submit, run, words, which)
            until(lambda: _over(since), "it has stood still for so long")
            stood_s = time.monotonic() - since
            os.kill(pid, signal.SIGCONT)
            job_id = asked.result(LONG_S)
        if which == "store":
            run.scene.outages.append((since, since + stood_s))
        done = run.versions.ended(job_id)
        return Strike(
            f"the {which} stands still",
            f"{at}: SIGSTOP of its process for {stood_s:.1f} s",
            f"{short(job_id)}, submitted meanwhile, {told(done)}",
            done.status == SUCCEEDED,
        )

    fault.__name__ = f"the_{which}_stands_still"
    return fault


def a_route_fails_for_everybody(run: Run) -> Strike:
    """It is passed over soon; whether it is taken again later is seen in the end."""
    flag, at = run.scene.marks / ROUTE_DOWN, run.scene.at()
    flag.touch()
    try:
        jobs = [run.submits.by_python(run.submits.next_words(), owner="ada", key=f"burst {n}") for n in range(BURST)]
        done = [run.versions.ended(job_id) for job_id in jobs]
    finally:
        flag.unlink()
    outputs = [job.output for job in done if job.output]
    passed = [job.id for job in done if job.output and any(CIRCUIT in why for why in job.output.refusals)]
    return Strike(
        "a route fails for everybody",
        f"{at}: {FIRST} raises, {BURST} jobs of a burst",
        f"{len(outputs)} of {BURST} succeeded by {AGAIN}; passed over in {len(passed)}, the circuit being open",
        [output.route for output in outputs] == [AGAIN] * BURST and bool(passed),
    )


def a_route_is_taken_again(run: Run) -> Strike:
    """A minute after it was passed over, by the same workers."""
    until(lambda: not run.scene.circuit_is_open(), "no circuit is open", within_s=2 * LONG_S)
    at = run.scene.at()
    jobs = [run.submits.by_python(run.submits.next_words(), owner="ada", key=f"again {n}") for n in range(AGAINS)]
    done = [run.versions.ended(job_id) for job_id in jobs]
    routes = [job.output.route if job.output else "none" for job in done]
    return Strike(
        "that route is well again",
        f"{at}: {FIRST} was mended when the burst was over",
        f"{AGAINS} more jobs, by {' and '.join(routes)}",
        routes == [FIRST] * AGAINS,
    )


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: status_of(pid) == "T", "it stands still")
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _submit(run: Run, words: Words, which: str) -> str:
    return run.submits.by_api(words, owner="bob", key=f"while the {which} stands still")


def _over(since: float) -> bool:
    return time.monotonic() - since >= OUTAGE_S


LANE = (
    *(shut(which, number) for number, which in enumerate(("store", "queue", "bucket"), start=6)),
    *(stands_still(which) for which in ("store", "queue", "bucket")),
    a_route_fails_for_everybody,
)
