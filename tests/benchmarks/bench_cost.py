"""What one job costs on Firestore, Pub/Sub and Cloud Storage: how often each is asked, in each kind of life.

Counted over SQLite and a folder, at the same ports. A job that runs on costs a read more each second, and a write as
well when it has something to say; a worker that has nothing to do costs what its sweep asks.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from jobs.settings import Settings
from tests.costs import CALM, JOB_WRITES, Costly, cost

COLUMNS = ("reads", "job writes", "other writes", "queue publish", "bucket put", "bucket get", "bucket touch")


def main() -> None:
    logging.disable(logging.CRITICAL)
    print(f"{'':<24}" + "".join(f"{name.removeprefix('queue ').removeprefix('bucket '):>13}" for name in COLUMNS))
    for story, writes in JOB_WRITES.items():
        show(story)
        print(f"  {', '.join(writes)}")
    show(a_sweep)


def show(story: Callable[[Costly], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        counts = cost(story, Settings.model_validate({"data": Path(folder), **CALM}))
    print(f"{story.__name__.replace('_', ' '):<24}" + "".join(f"{counts[name]:>13}" for name in COLUMNS))


def a_sweep(house: Costly) -> None:
    house.platform.sweep().run()


if __name__ == "__main__":
    main()
