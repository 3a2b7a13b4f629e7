"""Messages that come twice, late, in any order, never, or are none of ours."""

from dataclasses import replace

from google.cloud.pubsub_v1 import SubscriberClient

from jobs.queue import Message, wake_up
from jobs.request import parse_request
from jobs.sweep import UNCLAIMED
from tests.benchmarks.stress.deaths import told
from tests.benchmarks.stress.strikes import Run, Strike, short
from tests.benchmarks.stress.submits import PYTHON, SUCCEEDED
from tests.fakes import DeafQueue
from tests.waiting import until

LONG_S = 150.0  # a message that was sent away comes again after 10 s, then later and later
FEW = 4
SILENT_S = 3.0  # a message that was being pushed when its subscription went has come by then
A_LITTLE_S = 2.0  # between the times of a job's document and those that sweep goes by
GARBAGE = (b"", b"not json", b"\x00\xff\xfe", b'{"job_id": "../../etc/passwd"}', b'{"job_id": "j_nobody"}')


def messages_come_twice_and_in_reverse(run: Run) -> Strike:
    """Documents first, nobody told; then every wake-up twice, the last job's first."""
    at, jobs = run.scene.at(), [_unannounced(run) for _ in range(FEW)]
    queue = run.scene.house.platform.queue
    sent = [queue.publish(wake_up(job_id)) for job_id in reversed(jobs) for _ in range(2)]
    done = [run.versions.ended(job_id) for job_id in jobs]
    acked = _answered(run, sent)
    claims = [job.claims for job in done]
    return Strike(
        "messages come twice and out of order",
        f"{at}: {len(sent)} wake-ups for {FEW} jobs, each twice, the last first",
        f"claims of the jobs: {', '.join(map(str, claims))}; {acked}",
        all(job.status == SUCCEEDED for job in done) and claims == [job.attempt for job in done],
    )


def messages_come_late(run: Run) -> Strike:
    at, versions = run.scene.at(), len(run.versions.written)
    over = [job_id for job_id in run.versions.latest if run.versions.done(job_id)][:FEW]
    sent = [run.scene.house.platform.queue.publish(wake_up(job_id)) for job_id in over]
    acked = _answered(run, sent)
    touched = [each.key for each in run.versions.written[versions:] if each.key in over]
    return Strike(
        "messages come late",
        f"{at}: wake-ups for {len(over)} jobs that were over",
        f"{acked}; {len(touched)} of these jobs changed",
        len(over) == FEW and not touched,
    )


def garbage_comes(run: Run) -> Strike:
    at, platform = run.scene.at(), run.scene.house.platform
    sent = [platform.queue.publish(Message(data, {"from": "nobody"})) for data in GARBAGE]
    acked = _answered(run, sent)

    def filed() -> int:
        return len(list(platform.records.find("dead_letters", {"reason": "BAD_MESSAGE"}, limit=100)))

    until(lambda: filed() >= len(GARBAGE), "all of it is on record", within_s=LONG_S)
    return Strike(
        "garbage comes",
        f"{at}: {len(sent)} messages that name no job",
        f"{acked}; on record: {filed()}",
        filed() == len(GARBAGE),
    )


def every_wake_up_is_lost(run: Run) -> Strike:
    """When nothing else is to do, and no message is under way: otherwise whoever is woken would find the job."""
    run.versions.until(run.versions.all_done, "all others are over")
    house, subscriber = run.scene.house, SubscriberClient()
    name = subscriber.subscription_path(run.scene.google.project, house.platform.settings.subscription)
    at, waiting = run.scene.at(), len(run.scene.pushes.open)
    subscriber.delete_subscription(subscription=name)
    house.lumen("init")
    until(lambda: run.scene.pushes.silent_s() > SILENT_S, "what was under way has come", within_s=LONG_S)
    job_id = _unannounced(run)
    done = run.versions.ended(job_id)
    waited_s = done.metrics.wait_seconds if done.metrics else 0.0
    return Strike(
        "every wake-up is lost",
        f"{at}: {short(job_id)} was written and no message; the subscription was made anew, {waiting} waited in it",
        f"{told(done)}; sweep found it, after {waited_s:.0f} s",
        done.status == SUCCEEDED and waited_s > UNCLAIMED.total_seconds() - A_LITTLE_S,
    )


def _unannounced(run: Run) -> str:
    """A job that is submitted, and nobody is woken."""
    client = replace(run.scene.house.platform.client(owner="bob"), queue=DeafQueue())
    words = run.submits.next_words()
    return run.submits.note(client.submit(parse_request({"input": words})).id, PYTHON, "bob", words)


def _answered(run: Run, sent: list[str]) -> str:
    """Each at least once; who was sent away comes again, in a backoff of up to ten minutes."""
    until(lambda: all(map(run.scene.pushes.answered, sent)), "every message is answered", within_s=LONG_S)
    return f"acked so far: {sum(map(run.scene.pushes.acked, sent))} of {len(sent)}"


LANE = (messages_come_twice_and_in_reverse, garbage_comes, messages_come_late)
