"""What Google's backend costs beside a laptop's, and how busy two workers keep: both on this machine, in one run.

The emulators stand for Google: their speed is not Google's, but what our side adds to every call is in it.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jobs.fields import Report
from jobs.queue import wake_up
from jobs.settings import Settings
from jobs.wiring import Platform, resources, wire
from tests.builders import LEASE_FOR, a_request, claim, finish, lease_of
from tests.emulators.balancer import balancing
from tests.emulators.google import Google, emulators, new_project
from tests.emulators.jobs import all_done, busy_shares, idle_at_the_end, pushed_to, submitted
from tests.house import House
from tests.ports import free_port

ROUNDS = 60
WARM_UP = 20  # Java's first calls are its slowest
FILE = os.urandom(1 << 20)


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hosts = stack.enter_context(emulators())
        os.environ.update(hosts)
        compare(folder, Google(hosts, new_project()))
        share(folder, Google(hosts, new_project()))


def compare(folder: Path, google: Google) -> None:
    """Each step of a job's life over both backends, taking turns."""
    ours = {name: value for name, value in google.env.items() if name.startswith("LUMEN_")}
    platforms = {"local": made(Settings(data=folder)), "google": made(Settings.from_env(ours))}
    seconds: dict[str, dict[str, list[float]]] = {name: {} for name in platforms}
    for number in range(WARM_UP + ROUNDS):
        for name, platform in platforms.items():
            for step, took in live(platform, number):
                if number >= WARM_UP:
                    seconds[name].setdefault(step, []).append(took)
    print(f"{'step':<10}{'SQLite, folder':>16}{'emulators':>14}{'ratio':>8}     median of {ROUNDS}")
    for step, local in seconds["local"].items():
        here, there = statistics.median(local), statistics.median(seconds["google"][step])
        print(f"{step:<10}{here * 1000:>13.2f} ms{there * 1000:>11.2f} ms{there / here:>8.1f}")


def made(settings: Settings) -> Platform:
    for resource in resources(settings):
        resource.mend()
    return wire(settings)


def live(platform: Platform, number: int) -> Iterator[tuple[str, float]]:
    """A job's life, step by step; yields what each took."""
    store, client = platform.store, platform.client()
    took: list[float] = []

    @contextmanager
    def measured() -> Iterator[None]:
        begun = time.perf_counter()
        yield
        took.append(time.perf_counter() - begun)

    with measured():
        job = client.submit(a_request("cat", seed=number))
    yield "submit", took.pop()
    with measured():
        job = claim(store, job.id)
    yield "claim", took.pop()
    lease = lease_of(job)
    with measured():
        store.update(job.id, lambda job, now: job.beat(lease, Report(progress=50), now=now, lease_for=LEASE_FOR))
    yield "beat", took.pop()
    with measured():
        platform.bucket.put(f"jobs/{job.id}/1/object.glb", FILE)
    yield "put 1 MiB", took.pop()
    with measured():
        finish(store, job.id, lease)
    yield "finish", took.pop()
    with measured():
        platform.queue.publish(wake_up(job.id))
    yield "wake", took.pop()


def share(folder: Path, google: Google) -> None:
    """40 jobs for two workers behind a balancer, pushed by the Pub/Sub emulator."""
    house, ports = House(folder, more=google.env), (free_port(), free_port())
    try:
        with balancing(*ports) as front:
            pushed_to(house, front.port)
            for port in ports:
                house.gunicorn(port=port)
            done = all_done(house, submitted(house, 40))
    finally:
        house.close()
    shares = ", ".join(f"{share:.0%}" for share in busy_shares(done).values())
    print(f"40 jobs, 2 workers pushed to: busy {shares} of the time; idle at the end {idle_at_the_end(done)}")


if __name__ == "__main__":
    main()
