"""How long commands and workers take to start, and what an idle worker holds, beside what does nothing.

The limit of `import jobs` and `lumen --help` (DESIGN section 1) is 0.25 s each. A worker is live when it answers, and
ready when its models are loaded and it would serve a job; here they are those of the procedural route. Beside it:
gunicorn with the same options around an app of the standard library. RSS counts shared pages in every process, PSS
divides them among all that share them, on the whole machine; what is held is a process's own, and is given back by its
end alone.

python -m tests.benchmarks.bench_start [RUNS]
"""

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.memory import MB
from tests.footprint import Footprint
from tests.house import House, Running, get
from tests.ports import free_port
from tests.soak import DEFAULTS, at_rest
from tests.waiting import until

RUNS = 5
START_S = 60.0  # only a broken start takes that long
PYTHON = sys.executable
NOTHING, WHOLE = "python, nothing", "all of it"
COMMANDS = {
    NOTHING: [PYTHON, "-c", "pass"],
    "import jobs": [PYTHON, "-c", "import jobs"],
    "lumen --help": [str(Path(PYTHON).with_name("lumen")), "--help"],
}
WAITING = [PYTHON, "-c", "import signal; print('here', flush=True); signal.pause()"]
GUNICORN = [PYTHON, "-m", "gunicorn", *"--worker-class gthread --workers 1 --threads 4 --timeout 0".split()]
APP = "wsgiref.simple_server:demo_app"
Sizes = Mapping[str, Footprint]  #: by what the process is


@dataclass(frozen=True, slots=True)
class Start:
    """One start of something that stays."""

    seconds: Mapping[str, float]  #: until when -> since it was started
    sizes: Sizes


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is ended either way
    with tempfile.TemporaryDirectory(prefix="lumen-start-") as folder:
        house = House(Path(folder), more=dict(DEFAULTS))
        rounds = [one_round(house) for _ in range(runs + 1)][1:]  # the first is for the disk's cache and the byte code
    print_seconds({name: statistics.median(each[0][name] for each in rounds) for name in rounds[0][0]}, runs)
    print_sizes({name: [each[1][name] for each in rounds] for name in SERVERS})


def one_round(house: House) -> tuple[dict[str, float], dict[str, Sizes]]:
    """Everything once: seconds by what was waited for, and sizes by what stayed."""
    seconds = {name: command_seconds(command) for name, command in COMMANDS.items()}
    starts = {name: started(house, start) for name, start in SERVERS.items()}
    for name, start in starts.items():
        seconds |= {f"{name}, {state}": took for state, took in start.seconds.items()}
    return seconds, {name: start.sizes for name, start in starts.items()}


def command_seconds(command: Sequence[str]) -> float:
    """Of one run."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


# --- what stays ---


def started(house: House, start: Callable[[House], Start]) -> Start:
    try:
        return start(house)
    finally:
        house.close()
        house.running.clear()


def nothing(house: House) -> Start:
    running = house.run(WAITING, "nothing")
    until(lambda: "here" in running.said(), "Python is there", within_s=START_S)
    return Start({}, {"": at_rest(running.pid)})


def bare_gunicorn(house: House) -> Start:
    begun, port = time.perf_counter(), free_port()
    running = house.run([*GUNICORN, "--bind", f"127.0.0.1:{port}", APP], "gunicorn")
    running.port = port
    live_s = since(begun, lambda: answers(running, "/"))
    return Start({"live": live_s}, sizes_of(running))


def pushed_worker(house: House) -> Start:
    begun, port = time.perf_counter(), free_port()
    running = house.start("worker", "--port", str(port))
    running.port = port
    live_s = since(begun, lambda: get(running, "/health/live")[0] == 200)
    ready_s = since(begun, lambda: get(running, "/health/ready")[0] == 200)
    return Start({"live": live_s, "ready": ready_s}, sizes_of(running))


def pulling_worker(house: House) -> Start:
    begun = time.perf_counter()
    running = house.puller()
    return Start({"ready": time.perf_counter() - begun}, sizes_of(running))


SERVERS: Mapping[str, Callable[[House], Start]] = {
    NOTHING: nothing,
    "gunicorn, nothing": bare_gunicorn,
    "worker --port": pushed_worker,
    "worker --pull": pulling_worker,
}


def since(begun: float, condition: Callable[[], bool]) -> float:
    until(condition, "it has started", within_s=START_S)
    return time.perf_counter() - begun


def answers(running: Running, path: str) -> bool:
    """Whether anybody listens; what is said need not be JSON."""
    try:
        return get(running, path)[0] == 200
    except ValueError:
        return True


def sizes_of(running: Running) -> Sizes:
    return {role(running, pid): at_rest(pid) for pid in running.family()}


def role(running: Running, pid: int) -> str:
    """What a process of a worker's family is."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    if b"models.child" in command:
        return "model child"
    if b"/bin/sh" in command:
        return "guard of the child"
    if b"gunicorn" not in command:
        return "worker"
    return "gunicorn's master" if pid == running.pid else "worker"


# --- what is printed ---


def print_seconds(medians: Mapping[str, float], runs: int) -> None:
    print(f"{f'to start, median of {runs}':<28}{'s':>8}{'x nothing':>12}")
    for name, median in medians.items():
        print(f"{name:<28}{median:>8.3f}{median / medians[NOTHING]:>12.1f}")


def print_sizes(found: Mapping[str, Sequence[Sizes]]) -> None:
    print(f"\n{'idle, MB':<20}{'':<20}{'RSS':>8}{'PSS':>8}{'held':>8}{'x nothing':>12}")
    least = row([sizes[""] for sizes in found[NOTHING]])[-1]
    for name, runs in found.items():
        for what in runs[0]:
            show(name, what, row([sizes[what] for sizes in runs]), least)
        if len(runs[0]) > 1:
            rows = [row([sizes[what] for sizes in runs]) for what in runs[0]]
            show(name, WHOLE, [sum(column) for column in zip(*rows, strict=True)], least)


def row(runs: Sequence[Footprint]) -> list[float]:
    """Medians, in MB: RSS, PSS, held."""
    columns = ([each.rss_bytes for each in runs], [each.pss_bytes for each in runs], [each.held_bytes for each in runs])
    return [statistics.median(column) / MB for column in columns]


def show(name: str, what: str, sizes: Sequence[float], least: float) -> None:
    rss, pss, held = sizes
    print(f"{name:<20}{what:<20}{rss:>8.1f}{pss:>8.1f}{held:>8.1f}{held / least:>12.1f}")


if __name__ == "__main__":
    main()
