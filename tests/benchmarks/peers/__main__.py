"""Run it all, print the tables: see the package's docstring."""

import argparse
import json
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.peers import redis_server, report
from tests.benchmarks.peers.crash import Crash, Turns, crash
from tests.benchmarks.peers.machine import facts
from tests.benchmarks.peers.sessions import PEERS
from tests.benchmarks.peers.speed import Speed, speed
from tests.benchmarks.peers.systems import DEFAULT, DISK, LUMEN, SYSTEMS, System
from tests.benchmarks.peers.waits import countable, waits
from tests.benchmarks.peers.worst import Worst, worst

JOBS = 2000
SAMPLES = {DISK: 200, DEFAULT: 60}
SMALLER = {DISK: 1, DEFAULT: 8}  # of a level's jobs, one in so many
AT_ONCE = 2  # systems whose workers are killed at a time, one for each core
SEED = 11


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an end that takes our processes along
    redis = redis_server.require()
    if not PEERS.exists():
        raise SystemExit("the peers are not installed: make .venv/peers.stamp")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        measured_on = facts(Path(folder), redis)
    print(report.machine(measured_on), flush=True)
    rows = [
        _told(each, level, options.jobs) for level in report.LEVELS for each in options.only if level in each.levels
    ]
    counted = {each.name: waits(each) for each in options.only if DISK in each.levels} if countable() else {}
    for level in report.LEVELS:
        print(f"\n{report.speeds(level, rows, counted)}")
    print(flush=True)
    kills, worsts = ([], []) if options.no_crash else _crashes([each for each in options.only if each.crash])
    if kills:
        print(f"\n{report.crashes(kills)}\n\n{report.worsts(worsts)}")
    print(f"\nall of it: {time.monotonic() - begun:.0f} s")
    if options.json:
        everything = {
            "machine": measured_on,
            "speed": [asdict(row) for row in rows],
            "waits for the disk": counted,
            "kills": [asdict(row) for row in kills],
            "worst moments": [asdict(row) for row in worsts],
        }
        options.json.write_text(json.dumps(everything, indent=1) + "\n")
    broken = [row for row in (*kills, *worsts) if row.system == LUMEN.name and not row.well]
    assert not broken, f"Lumen lost or doubled jobs: {broken}"


def _told(system: System, level: str, jobs: int) -> Speed:
    begun = time.monotonic()
    row = speed(system, level, max(jobs // system.share // SMALLER[level], 2), SAMPLES[level])
    took = time.monotonic() - begun
    print(f"{system.label}, {level}: {row.drained_s:.1f} jobs/s, {took:.0f} s", flush=True)
    return row


def _crashes(systems: Sequence[System]) -> tuple[list[Crash], list[Worst]]:
    """Those first who need longest to recover; in the order of the tables."""
    turns = Turns(threading.Semaphore(AT_ONCE))
    order = sorted(systems, key=lambda system: -system.quiet_s)
    with ThreadPoolExecutor(2 * len(systems)) as pool:
        runs = {system.name: pool.submit(crash, system, SEED, turns) for system in order}
        worsts = {system.name: pool.submit(worst, system, turns) for system in order}
        rows = []
        try:
            for system in systems:
                row = runs[system.name].result()
                rows.append(row)
                print(
                    f"{system.label}, killed: lost {row.lost}, doubled {row.doubled}, {row.seconds:.0f} s", flush=True
                )
            return rows, [worsts[system.name].result() for system in systems]
        finally:
            turns.over.set()


def _options() -> argparse.Namespace:
    names = {system.name: system for system in SYSTEMS}
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("--jobs", type=int, default=JOBS, help=f"of each system, where it is not slow ({JOBS})")
    parser.add_argument("--only", default=",".join(names), help="some of " + ", ".join(names))
    parser.add_argument("--no-crash", action="store_true", help="kill nobody")
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    options.only = [system for name, system in names.items() if name in wanted]
    return options


if __name__ == "__main__":
    main()
