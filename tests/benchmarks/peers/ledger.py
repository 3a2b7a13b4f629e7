"""What happened to each job, as its body and its worker tell it: one line for each start and for each recorded success.

    start JOB NANOSECONDS PID     the first line of the job's body
    end JOB NANOSECONDS PID       right after the system has recorded the job's success

The clock is CLOCK_MONOTONIC, which all processes of a machine share. Lines are appended whole, so their order in the
file is the order in which things happened.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

START, END = "start", "end"
STOP_EVERY = 3  # a worker that is to be killed at a certain moment stops there in one of so many jobs
SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    word: str
    job: int
    at_ns: int
    pid: int


class Ledger:
    """The writing end. Nothing here waits for the disk: the processes die, the machine does not."""

    def __init__(self, path: Path, stop_at: str = "") -> None:
        """`stop_at` a line of that word, of jobs that `stops`: its writer waits there to be killed, once for each."""
        self._path, self._stop_at = path, stop_at
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def start(self, job: int) -> None:
        self._write(START, job)

    def end(self, job: int) -> None:
        self._write(END, job)

    def _write(self, word: str, job: int) -> None:
        shall_stop = word == self._stop_at and stops(job) and self._first_time(job)
        os.write(self._file, f"{word} {job} {time.monotonic_ns()} {os.getpid()}\n".encode())
        if shall_stop:
            threading.Event().wait()  # the line is what the kill waits for

    def _first_time(self, job: int) -> bool:
        try:
            self._path.with_name(f"stopped-{job}").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def stops(job: int) -> bool:
    return job % STOP_EVERY == 0


class Tail:
    """The reading end: what was added since it was last asked."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self._file = path.open("rb")

    def close(self) -> None:
        self._file.close()

    def news(self) -> list[Line]:
        text = self._file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._file.seek(len(whole) - len(text), os.SEEK_CUR)
        return [_line(each) for each in whole.decode().splitlines()]


def _line(text: str) -> Line:
    word, job, at_ns, pid = text.split()
    return Line(word, int(job), int(at_ns), int(pid))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of all jobs in spite of some kills."""

    lost: tuple[int, ...]  #: without a recorded end
    doubled: tuple[int, ...]  #: run again after their success had been recorded, or recorded twice
    again: tuple[int, ...]  #: started more than once, whatever for
    interrupted: int  #: were at work when a kill came, and not recorded
    recovery_s: tuple[float, ...]  #: of those that ended later: from the first such kill to the end


def judge(
    lines: Sequence[Line], jobs: Iterable[int], *, recorded: Mapping[int, int], kills_ns: Sequence[int]
) -> Verdict:
    """`recorded` is how often the system itself says that it recorded a job's success.

    A worker may die between the record and its line, so a job without an end in the ledger is lost only if the system
    has no record either. `kills_ns` are moments at which nobody of the killed worker lived any more.
    """
    jobs = tuple(jobs)
    starts = Counter(line.job for line in lines if line.word == START)
    ends = Counter(line.job for line in lines if line.word == END)
    kills = _first_kills(lines, kills_ns)
    cut_short = {job: at_ns for job, at_ns in kills.items() if ends[job] or not recorded.get(job)}
    return Verdict(
        lost=tuple(job for job in jobs if not ends[job] and not recorded.get(job)),
        doubled=tuple(sorted(set(_started_after_end(lines)) | _twice(ends) | _twice(recorded))),
        again=tuple(sorted(_twice(starts))),
        interrupted=len(cut_short),
        recovery_s=tuple(_recoveries(lines, cut_short)),
    )


def _twice(counts: Mapping[int, int]) -> set[int]:
    return {job for job, count in counts.items() if count > 1}


def _started_after_end(lines: Iterable[Line]) -> Iterator[int]:
    ended = set()
    for line in lines:
        if line.word == END:
            ended.add(line.job)
        elif line.job in ended:
            yield line.job


def _first_kills(lines: Sequence[Line], kills_ns: Sequence[int]) -> dict[int, int]:
    """Jobs that were open at a kill, and the first such kill."""
    found: dict[int, int] = {}
    open_jobs: set[int] = set()
    waiting = iter(lines)
    line = next(waiting, None)
    for kill_ns in sorted(kills_ns):
        while line is not None and line.at_ns <= kill_ns:
            (open_jobs.add if line.word == START else open_jobs.discard)(line.job)
            line = next(waiting, None)
        for job in open_jobs:
            found.setdefault(job, kill_ns)
        open_jobs.clear()  # nobody works on them any more
    return found


def _recoveries(lines: Iterable[Line], kills: Mapping[int, int]) -> Iterator[float]:
    seen = set()
    for line in lines:
        if line.word == END and line.job in kills and line.job not in seen:
            seen.add(line.job)
            yield (line.at_ns - kills[line.job]) / SECOND_NS
