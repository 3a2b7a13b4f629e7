"""What `tests/benchmarks/peers` counts: a system that loses jobs, or runs them twice, is seen to."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers.ledger import END, START, Ledger, Line, Tail, Verdict, judge
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SECOND = 1_000_000_000


def lines(story: str) -> list[Line]:
    """`1+` a start of job 1, `1-` its end, one each second from second 1 on."""
    words = {"+": START, "-": END}
    return [Line(words[each[-1]], int(each[:-1]), at * SECOND, 1) for at, each in enumerate(story.split(), start=1)]


def verdict(story: str, *, jobs: int, recorded: dict[int, int] | None = None, kills: Sequence[float] = ()) -> Verdict:
    moments = [int(each * SECOND) for each in kills]
    return judge(lines(story), range(1, jobs + 1), recorded=recorded or {}, kills_ns=moments)


def test_all_is_well() -> None:
    assert verdict("1+ 1- 2+ 2-", jobs=2) == Verdict((), (), (), 0, ())


def test_a_job_that_never_ended_is_lost_whether_it_began_or_not() -> None:
    assert verdict("1+ 1- 2+", jobs=3, kills=[3.5]).lost == (2, 3)


def test_a_record_without_its_line_is_no_loss() -> None:
    found = verdict("1+ 1- 2+", jobs=2, recorded={2: 1}, kills=[3.5])
    assert (found.lost, found.interrupted) == ((), 0)


def test_a_job_that_is_run_after_its_end_is_doubled() -> None:
    assert verdict("1+ 1- 1+", jobs=1).doubled == (1,)


def test_two_ends_are_doubled_although_both_runs_began_before() -> None:
    assert verdict("1+ 1+ 1- 1-", jobs=1).doubled == (1,)


def test_two_records_are_doubled_although_the_ledger_has_one_end() -> None:
    assert verdict("1+ 1-", jobs=1, recorded={1: 2}).doubled == (1,)


def test_an_interrupted_job_that_is_run_again_is_neither() -> None:
    found = verdict("1+ 2+ 2- 1+ 1-", jobs=2, kills=[1.5])
    assert found == Verdict((), (), again=(1,), interrupted=1, recovery_s=(3.5,))


def test_recovery_counts_from_the_first_kill() -> None:
    assert verdict("1+ 1+ 1+ 1-", jobs=1, kills=[1.5, 2.5]).recovery_s == (2.5,)


def test_a_kill_between_two_jobs_interrupts_nobody() -> None:
    assert verdict("1+ 1- 2+ 2-", jobs=2, kills=[2.5]).interrupted == 0


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    tail, ledger = Tail(path), Ledger(path)
    ledger.start(7)
    assert [(line.word, line.job) for line in tail.news()] == [(START, 7)]
    ledger.end(7)
    with path.open("ab") as torn:
        torn.write(b"start 8")
    assert [(line.word, line.job) for line in tail.news()] == [(END, 7)]
    with path.open("ab") as torn:
        torn.write(b" 5 1\n")
    assert tail.news() == [Line(START, 8, 5, 1)]
    tail.close()


def test_a_writer_that_shall_stop_does_so_once_for_each_job_whoever_writes(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.benchmarks.peers.ledger import Ledger;"
        "ledger = Ledger(Path(sys.argv[1]), 'end'); ledger.start(3); ledger.end(4); ledger.end(3)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "ledger")]
    tail, seen = Tail(tmp_path / "ledger"), list[tuple[str, int]]()
    with subprocess.Popen(command, cwd=ROOT) as first:
        try:
            until(lambda: seen.extend((line.word, line.job) for line in tail.news()) or len(seen) == 3, "it came to it")
            assert first.poll() is None, "it waits to be killed"
        finally:
            first.kill()
    assert seen == [("start", 3), ("end", 4), ("end", 3)]
    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == 0, "once is enough"
    tail.close()
