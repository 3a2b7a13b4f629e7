"""The tables, as they are printed."""

from collections.abc import Iterable, Mapping, Sequence

from tests.benchmarks.peers.crash import KILLS, LIFE_S, WORK_S, Crash
from tests.benchmarks.peers.side import REST_S
from tests.benchmarks.peers.speed import Speed
from tests.benchmarks.peers.systems import DEFAULT, DISK, LUMEN, SYSTEMS, System
from tests.benchmarks.peers.waits import JOBS as COUNTED
from tests.benchmarks.peers.worst import KILLS as KILLS_EACH
from tests.benchmarks.peers.worst import Worst

BY_NAME: Mapping[str, System] = {system.name: system for system in SYSTEMS}
SPEED_HEAD = (
    f"{'one worker each':<25}{'jobs':>6}{'enqueue/s':>11}{'drain/s':>9}{'Lumen is':>10}{'waits':>7}"
    f"{'idle p50':>10}{'p99 ms':>9}{'returned':>10}{'PSS MB':>8}{'RSS':>6}{'Redis':>7}"
)
CRASH_HEAD = (
    f"{'one worker each':<25}{'kills':>6}{'jobs':>6}{'lost':>6}{'doubled':>9}{'run again':>11}"
    f"{'interrupted':>13}{'back after, median':>20}{'max s':>8}"
)


def machine(facts: Mapping[str, object]) -> str:
    peers = facts["peers"]
    assert isinstance(peers, dict)
    said = {name: value for name, value in facts.items() if name != "peers"} | peers
    return "\n".join(f"{name:<42}{value}" for name, value in said.items())


def speeds(level: str, rows: Sequence[Speed], waits: Mapping[str, float]) -> str:
    """`waits` for the disk, of each job: by the system's name, where they were counted."""
    rows = [row for row in rows if row.level == level]
    lumen = next((row.drained_s for row in rows if row.system == LUMEN.name), None)
    lines = [f"Speed, {level}", SPEED_HEAD, *(_speed(row, lumen, waits) for row in rows)]
    if level == DISK:
        lines += ["", *_settings((BY_NAME[row.system].label, BY_NAME[row.system].lasting) for row in rows)]
        lines += _explained()
    else:
        lines += ["", *_settings((BY_NAME[row.system].label, BY_NAME[row.system].default) for row in rows)]
    return "\n".join(lines)


def _speed(row: Speed, lumen: float | None, waits: Mapping[str, float]) -> str:
    ratio = f"{lumen / row.drained_s:.2f} x" if lumen else ""
    waited = f"{waits[row.system]:.1f}" if row.level == DISK and row.system in waits else ""
    redis = f"{row.redis_mb:.0f}" if row.redis_mb else ""
    return (
        f"{BY_NAME[row.system].label:<25}{row.jobs:>6}{row.enqueued_s:>11.0f}{row.drained_s:>9.1f}{ratio:>10}{waited:>7}"
        f"{row.idle_p50_ms:>10.2f}{row.idle_p99_ms:>9.2f}{row.returned_p50_ms:>10.2f}"
        f"{row.pss_mb:>8.0f}{row.rss_mb:>6.0f}{redis:>7}"
    )


def _explained() -> Iterable[str]:
    low, high = (1000 * each for each in REST_S)
    yield ""
    yield "A job: five progress writes, one after the other, each waited for; and a result that is kept."
    yield "enqueue/s: one client, one job at a time, no worker. drain/s: from the first start to the last recorded end."
    yield f"waits: calls of fsync and fdatasync for each of {COUNTED} jobs, client, worker and Redis together."
    yield f"idle: from just before the enqueue to the body's first line, the worker idle for {low:g} to {high:g} ms;"
    yield "returned: the median from the enqueue's return to it, below 0 where the body is first."
    yield "MB: the worker's processes at rest, without those of a Redis server, which is beside them."
    yield "Log level: warnings. Recovery: as each system comes."


def crashes(rows: Sequence[Crash]) -> str:
    lines = [
        f"Kills, {DISK}",
        CRASH_HEAD,
        *map(_crash, rows),
        "",
        *_settings((BY_NAME[row.system].label, BY_NAME[row.system].recovery) for row in rows),
        "",
        f"{KILLS} times SIGKILL to all of a worker's processes, {LIFE_S[0]:g} to {LIFE_S[1]:g} s after it began a job;",
        f"a body takes {1000 * WORK_S:g} ms beside its writes.",
        "lost: no recorded end. doubled: run again after their success was recorded, or recorded twice.",
        "interrupted: had begun, and were not recorded. back after: of those that ended later, from the first kill on,",
        "with the time behind others in the queue: RQ and Dramatiq put them at its end.",
    ]
    return "\n".join(lines)


def _crash(row: Crash) -> str:
    back = "" if row.recovery_median_s is None else f"{row.recovery_median_s:.1f}"
    longest = "" if row.recovery_max_s is None else f"{row.recovery_max_s:.1f}"
    return (
        f"{BY_NAME[row.system].label:<25}{row.kills:>6}{row.jobs:>6}{row.lost:>6}{row.doubled:>9}{row.again:>11}"
        f"{row.interrupted:>13}{back:>20}{longest:>8}"
    )


def worsts(rows: Sequence[Worst]) -> str:
    lines = [
        f"Kills at the worst moments, {KILLS_EACH} jobs each",
        f"{'':<25}{'at the first line of the body':>34}{'right behind the record of a success':>42}",
        f"{'one worker each':<25}{'lost':>24}{'doubled':>10}{'lost':>32}{'doubled':>10}",
    ]
    lines += map(_worst, rows)
    lines += [
        "",
        "Watched until nothing had moved for longer than a system holds what a dead worker had taken, in seconds:",
    ]
    lines += ["  " + ", ".join(f"{BY_NAME[row.system].label}: {BY_NAME[row.system].ask_after_s:g}" for row in rows)]
    return "\n".join(lines)


def _worst(row: Worst) -> str:
    return (
        f"{BY_NAME[row.system].label:<25}{row.begun_lost:>24}{row.begun_doubled:>10}"
        f"{row.recorded_lost:>32}{row.recorded_doubled:>10}"
    )


def _settings(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  {label}: {setting}" for label, setting in rows]


LEVELS = (DISK, DEFAULT)
