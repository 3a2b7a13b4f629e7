"""A hundred concepts through Google's emulators and two real workers, beside every fault there is and many who look on.

python -m tests.benchmarks.stress [--jobs 100] [--polls 24000] [--seconds 240] [--seed 0] [--nice 10] [--json PATH]

prints what was struck and what came of it, what became of every job, and how long a look at one took meanwhile. It
ends with 1 if a job was lost, doubled or changed after its end, or a promise was not kept.
"""

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

from google.cloud.pubsub_v1 import SubscriberClient

from jobs.queue import HOLD_S, Message
from jobs.queues.pubsub import PubsubQueue
from tests.benchmarks.stress import clients, deaths, messages, outages, report, troubles
from tests.benchmarks.stress.concepts import concepts
from tests.benchmarks.stress.machine import answers, used
from tests.benchmarks.stress.polls import BARE_PER_S, WARM_UP, Figures, Polls, apart, polling
from tests.benchmarks.stress.scene import Scene, scene
from tests.benchmarks.stress.strikes import Run
from tests.benchmarks.stress.submits import Submits, feed
from tests.benchmarks.stress.verify import violations
from tests.benchmarks.stress.versions import Versions, listening

RESERVED = 42  # concepts that faults ask for
SPARE = 50  # for faults that have to be tried again
UNLISTED = clients.EQUALS  # jobs beside the concepts: equal ones, and the picture that is gone
LATE_S = 75.0  # from the last submit to the end of the job whose wake-up is lost
REST_LOOKS, REST_S = 1000, 15.0
NICE = 10  # elsewhere workers have processors of their own; where they share the API's, they give way
LETTERS, LISTENER = "lumen-dead-letters", "stress-listening"


def main() -> int:
    asked = options()
    logging.basicConfig(level=logging.ERROR)  # what clients of ours warn of is in the table
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # both end it in order
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        here = stack.enter_context(scene(folder, asked.seed, nice=asked.nice))
        letters = letters_of(here.google.project)
        versions = stack.enter_context(listening(here.google.project))
        run, rows = run_of(here, versions, asked.jobs)
        per_s = asked.polls / (asked.seconds + LATE_S)
        with looking(here, asked.polls, per_s) as (polls, bare):
            before = used(here, polls)
            stress(run, rows, asked.seconds)
            here.say("all jobs are over; the pollers make what is left of their looks")
            shares = dict(used(here, polls).since(before))
            figures = figures_of(here, polls, bare)
        found = violations(run, taken(letters), len(messages.GARBAGE))
        figures |= at_rest(here, per_s)
        return told(run, figures, shares, found, asked.json)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stress")
    parser.add_argument("--jobs", type=int, default=100, help=f"at least {RESERVED + UNLISTED + 5}")
    parser.add_argument("--polls", type=int, default=24_000)
    parser.add_argument("--seconds", type=float, default=240, help="over which jobs come in")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--nice", type=int, default=NICE, help="of the workers")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    return parser.parse_args()


def run_of(here: Scene, versions: Versions, jobs: int) -> tuple[Run, list[dict[str, object]]]:
    """The run, and the inputs that no fault asks for."""
    rows = concepts(jobs - UNLISTED + SPARE, here.chance)
    ordinary, reserved = rows[: -RESERVED - SPARE], rows[-RESERVED - SPARE :]
    return Run(here, Submits(here, versions, iter(reserved)), versions), [dict(row) for row in ordinary]


def stress(run: Run, rows: list[dict[str, object]], seconds: float) -> None:
    """Jobs come in at a steady pace; lanes of faults beside them. What needs silence, or a minute, comes last."""
    feeding = in_background("feed", come_in, run, rows, seconds)
    lanes = (
        in_background("poison", run.lane, clients.a_job_breaks_every_attempt),
        in_background("deaths", run.lane, *deaths.LANE),
        in_background("troubles", run.lane, *clients.LANE, *troubles.LANE, *messages.LANE),
    )
    for lane in lanes:
        lane.join()
    run.lane(*outages.LANE)  # no other trouble beside these: they touch everybody's jobs
    feeding.join()
    run.lane(messages.every_wake_up_is_lost, outages.a_route_is_taken_again)
    run.versions.until(lambda: all(map(run.versions.done, run.submits.accepted)), "every job is over")


def in_background(name: str, act: Callable[..., object], *given: object) -> threading.Thread:
    thread = threading.Thread(target=act, args=given, name=name, daemon=True)
    thread.start()
    return thread


def come_in(run: Run, rows: list[dict[str, object]], seconds: float) -> None:
    submits = list(feed(run.submits, rows, Random(run.scene.chance.random())))
    begun = time.monotonic()
    for number, submit in enumerate(submits):
        time.sleep(max(begun + number * seconds / len(submits) - time.monotonic(), 0))  # the pace of clients
        submit()
    run.scene.say(f"{len(run.submits.accepted)} jobs have come in")


@contextmanager
def looking(here: Scene, count: int, per_s: float) -> Iterator[tuple[Polls, Polls]]:
    """Pollers of the API, and one reader of the bare store for about as long."""
    bare_count = WARM_UP + round(count / per_s * BARE_PER_S)
    with (
        polling(here, "stress", count, per_s) as polls,
        polling(here, "bare", bare_count, BARE_PER_S, project=here.google.project) as bare,
    ):
        yield polls, bare


def figures_of(here: Scene, polls: Polls, bare: Polls) -> dict[str, Figures]:
    looks = polls.wait()
    met, cut_off = apart(looks, here.outages)
    inside, _ = apart(list(answers(here)), here.outages)
    reads, _ = apart(bare.so_far()[WARM_UP:], here.outages)
    return {
        "API, during the stress": Figures.of(met),
        "API, while the store stood still": Figures.of(cut_off),
        "API, all of them": Figures.of(looks),
        "the same, by the API's own log": Figures.of(inside),
        "bare read of the store, during the stress": Figures.of(reads),
    }


def at_rest(here: Scene, per_s: float) -> dict[str, Figures]:
    with polling(here, "rest", min(REST_LOOKS, round(REST_S * per_s)), per_s) as polls:
        looks = polls.wait()
    with polling(here, "bare-rest", 3 * WARM_UP, 10 * BARE_PER_S, project=here.google.project) as polls:
        reads = polls.wait()[WARM_UP:]
    return {"API, the house at rest": Figures.of(looks), "bare read of the store, at rest": Figures.of(reads)}


def letters_of(project: str) -> PubsubQueue:
    """Dead letters from now on, beside the house's own subscription."""
    topic = f"projects/{project}/topics/{LETTERS}"
    name = f"projects/{project}/subscriptions/{LISTENER}"
    SubscriberClient().create_subscription(name=name, topic=topic, ack_deadline_seconds=int(HOLD_S))
    return PubsubQueue(project, LETTERS, LISTENER)


def taken(letters: PubsubQueue) -> list[Message]:
    found = []
    while (delivery := letters.pull(1)) is not None:
        found.append(delivery.message)
        letters.ack(delivery)
    return found


def told(run: Run, figures: dict[str, Figures], shares: dict[str, float], found: list[str], path: Path | None) -> int:
    """Everything there is to say; the exit code."""
    lost, doubled = report.lost_and_doubled(run)
    pushes = run.scene.pushes
    for lines in (report.faults(run.strikes), report.jobs(run), report.polls(figures), report.processors(shares)):
        print()
        print("\n".join(lines))
    print(f"\n{len(run.submits.accepted)} jobs accepted: lost {lost}, doubled {doubled}")
    print(f"{len(pushes.answers)} messages pushed, {len(pushes.answers) - len(pushes.open)} of them acked")
    p99, how = figures["API, during the stress"].p99, f"{os.cpu_count()} cores, workers at nice {run.scene.nice}"
    print(f"p99 of a look during the stress: {p99:.1f} ms, wanted: < {report.GOAL_MS:g} ms ({how})")
    print(f"{len(run.versions.written)} versions of documents were heard")
    for why in run.versions.broken:
        print(f"the listener's stream broke, so that not every version was heard: {why}")
    for sentence in found:
        print(f"VIOLATION: {sentence}")
    if path is not None:
        path.write_text(json.dumps(report.as_json(run, figures, shares, found), indent=2))
    wrong = figures["API, during the stress"].wrong
    return 1 if found or lost or doubled or wrong or not all(each.as_promised for each in run.strikes) else 0


if __name__ == "__main__":
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
