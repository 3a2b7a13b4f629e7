"""`lumen dlq` and `audit`: what an operator sees of dead letters, and what replay and purge do to several."""

import json
import os
import pty
import pwd
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cli.main import run
from cli.render import hex_of
from jobs.client import JobClient
from jobs.dead_filter import ANY, DeadFilter
from jobs.dead_row import text_of
from jobs.errors import BackendDown, Reason
from jobs.fields import Failure
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.queue import Message, wake_up
from jobs.queues.sqlite import SqliteJobQueue
from jobs.status import JobStatus
from jobs.wiring import Platform
from tests.builders import a_request, claim, finish, lease_of
from tests.fakes import START

ROOT = Path(__file__).parents[3]
Shell = Callable[..., Any]


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command; what it had on stdout and stderr, after a look at its exit code."""
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LUMEN_OWNER", "ops")

    def lumen(*args: str, code: int = 0) -> Any:
        assert run([*([] if args[0] == "audit" else ["dlq"]), *args]) == code
        return capsys.readouterr()

    return lumen


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def a_dead_job(
    platform: Platform, prompt: str = "flying bird", reason: Reason = Reason.MESH_INVALID, took_s: float = 0
) -> Job:
    client = platform.client(owner="ada")
    job = client.submit(a_request(prompt))
    lease = lease_of(claim(platform.store, job.id, holder="worker-1"))

    def change(job: Job, now: Any) -> Job:
        where = {"stage": "shape", "route": "partcrafter", "attempt": 1}
        failure = Failure.of(reason, "No route gave a mesh.", at=now, refusals=("partcrafter: empty",), **where)
        return job.fail(lease, failure, now=now + timedelta(seconds=took_s))

    return platform.store.update(job.id, change)


def some_garbage(platform: Platform, data: bytes, message_id: str = "7", why: str = "not JSON", **said: str) -> None:
    platform.letters.reject(Message(data, said), message_id=message_id, why=why)
    platform.letters.drain(limit=9)


def a_condemned(platform: Platform, key: str = "odd") -> None:
    documents = platform.store.documents
    documents.create("jobs", key, {"status": "queued", "input": "\x1b[31m"})
    platform.store.condemn(Unreadable(documents.read("jobs", key), f"{key} is not a job: id: Field required"))


# --- list ---


def test_jobs_garbage_and_documents_are_one_list(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform, took_s=2.5)
    platform.letters.announce(job)
    due = a_dead_job(platform, "an office chair", Reason.MAX_ATTEMPTS_EXCEEDED, took_s=2.5)
    some_garbage(platform, b'{"job":\n 5}')
    a_condemned(platform)
    heading, *rows = lumen("list").out.splitlines()
    assert heading.split() == ["ID", "AGE", "KIND", "REASON", "WHERE", "TRY", "WHAT"]
    assert [re.split(r"  +", row)[0] for row in rows] == [due.id, job.id, "odd", "m-7"], "newest first"
    for row, said in zip(
        rows, ["job, due  MAX_ATT", "job  ", "unreadable, due  INVALID_INPUT", "garbage  "], strict=True
    ):
        assert said in re.sub(r"  +", "  ", row)
    assert rows[1].endswith("partcrafter/shape  1/5  flying bird")
    assert rows[2].endswith("odd is not a job: id: Field required")
    assert rows[3].endswith('{"job": 5}')
    assert len({row.index(said) for row, said in zip(rows, ["MAX_", "MESH", "INVAL", "BAD_"], strict=True)}) == 1


def test_each_line_of_json_says_what_it_is(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform)
    some_garbage(platform, b"\xff\x00")
    found = {row["kind"]: row for row in lines(lumen("list", "--json").out)}
    assert found["job"]["id"] == job.id
    assert (found["job"]["reason"], found["job"]["stage"], found["job"]["route"]) == (
        "MESH_INVALID",
        "shape",
        "partcrafter",
    )
    assert (found["job"]["attempt"], found["job"]["attempts_left"], found["job"]["letter_at"]) == (1, 4, None)
    assert (found["garbage"]["id"], found["garbage"]["what"]) == ("m-7", "ff 00")
    assert found["garbage"]["letter_at"] == found["garbage"]["died_at"]


def test_the_list_goes_on_where_it_was_told(lumen: Shell, platform: Platform) -> None:
    jobs = [a_dead_job(platform, f"bird {n}").id for n in range(3)][::-1]
    first = lumen("list", "--limit", "2")
    assert f"lumen dlq list --after {jobs[1]}" in first.err
    rest = lumen("list", "--limit", "2", "--after", jobs[1], "--json")
    assert [row["id"] for row in lines(rest.out)] == jobs[2:]
    assert rest.err == ""
    assert "There is no job nobody" in lumen("list", "--after", "nobody", code=6).err


def test_no_dead_letters_are_no_data(lumen: Shell, platform: Platform) -> None:
    platform.client().submit(a_request())
    said = lumen("list")
    assert (said.out, said.err) == ("", "No dead letters.\n")


def test_on_a_terminal_a_line_is_a_line(platform: Platform) -> None:
    for prompt in (
        "オフィスの椅子と机と本棚とランプと植木鉢と時計",
        "an office chair with five wheels and a very long name",
    ):
        a_dead_job(platform, prompt, Reason.GENERATION_FAILED, took_s=2.5)
    some_garbage(platform, b"\x1b[31mred" * 99)
    heading, *rows = on_a_terminal(100, "dlq", "list", LUMEN_DATA=str(platform.settings.data)).splitlines()
    assert len(rows) == 3
    assert all(99 <= cell_len(row) <= 100 for row in rows), "a character of theirs may be two wide"
    assert len(heading) < 100
    assert rows[0].endswith("an office cha…")
    assert rows[1].endswith("…")
    assert "\x1b" not in rows[2]


def test_a_filter_shows_what_it_takes_and_how_to_go_on_with_it(lumen: Shell, platform: Platform) -> None:
    first = a_dead_job(platform, "a", Reason.GPU_OUT_OF_MEMORY)
    a_dead_job(platform, "b")
    last = a_dead_job(platform, "c", Reason.GPU_OUT_OF_MEMORY)
    args = ("--reason", "GPU_OUT_OF_MEMORY", "--filter", "owner=ada", "--since", "24h")
    page = lumen("list", *args, "--limit", "1", "--until", "0s")
    assert page.out.splitlines()[1].startswith(last.id)
    more = page.err.splitlines()[0].removeprefix("More: lumen dlq ").split()
    assert set(more) > {"owner=ada", "reason=GPU_OUT_OF_MEMORY", "24h", last.id}
    assert lumen(*more).out.splitlines()[1].startswith(first.id)
    for nothing in (("--since", "0s", "--reason", "LABELS_FAILED"), ("--until", "2026-01-01"), ("--filter", "tag=x")):
        assert lumen("list", *nothing).err == "No dead letters.\n"


def test_the_last_line_counts_by_reason(lumen: Shell, platform: Platform) -> None:
    for prompt in "ab":
        a_dead_job(platform, prompt, Reason.GPU_OUT_OF_MEMORY)
    some_garbage(platform, b"x")
    counted = "3 dead letters (2 replayable).  By reason: GPU_OUT_OF_MEMORY 2, BAD_MESSAGE 1"
    assert lumen("list").err == counted + "\n"
    assert lumen("list", "--limit", "3").err.splitlines()[-1] == counted
    assert lumen("list", "--reason", "BAD_MESSAGE").err.startswith("1 dead letter (0 replayable)")


@pytest.mark.parametrize(
    "args, said",
    [
        (("--reason", "OOM"), "lumen: filter.reason: 'OOM' is none of INVALID_INPUT, "),
        (("--filter", "reson=x"), "lumen: filter: 'reson=x' is not KEY=VALUE with one of the keys reason, stage, "),
        (("--filter", "priority=1"), "lumen: filter.priority: '1' is none of high, normal, low"),
        (("--since", "yesterday"), "lumen: since: 'yesterday' is neither an age like 30m, 24h or 7d nor an ISO time"),
        (("--since", "1h", "--until", "2h"), "lumen: until: "),
    ],
)
def test_a_wrong_filter_is_refused_with_what_is_allowed(lumen: Shell, args: tuple[str, ...], said: str) -> None:
    assert lumen("list", *args, code=2).err.startswith(said)


def on_a_terminal(columns: int, *args: str, **env: str) -> str:
    """What `lumen` shows to somebody who watches."""
    ours, theirs = pty.openpty()
    given = {name: value for name, value in os.environ.items() if not name.startswith("LUMEN_")} | env
    given |= {"COLUMNS": str(columns), "NO_COLOR": "1"}
    with subprocess.Popen([sys.executable, "-m", "cli", *args], cwd=ROOT, env=given, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the other end is closed: that is how a terminal ends
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


# --- show ---


def test_a_failed_job_is_shown_with_all_there_is_to_know(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform, took_s=2.5)
    platform.letters.announce(job)
    traceback = {"attempt": 1, "traceback": "Traceback:\n  in shape\n", "detail": "\x07out of luck"}
    platform.records.update(f"jobs/{job.id}/private", "debug", lambda _old, now: traceback | {"written_at": now})
    text = lumen("show", job.id).out
    for said in (
        f"{job.id}  flying bird  failed  (standard, seed 0)",
        "MESH_INVALID  No route gave a usable mesh; the refusals say why.",
        "Trying again changes nothing; read on in docs/errors.md#mesh_invalid",
        "message     No route gave a mesh.",
        "stage       shape",
        "route       partcrafter",
        "attempt     1 of 5",
        "refusals    partcrafter: empty",
        "ago, by ada",
        "letter      sent ",
        f"trace       {job.trace}",
        "1  fail  worker-1  2.5",
        "traceback of attempt 1",
        "      in shape",
        "\N{REPLACEMENT CHARACTER}out of luck",
    ):
        assert said in text
    data = json.loads(lumen("show", job.id, "--json").out)
    assert data["job"] == platform.store.get(job.id).model_dump(mode="json")
    assert (data["kind"], data["runbook"], data["retryable"]) == ("job", "docs/errors.md#mesh_invalid", False)
    assert data["debug"]["traceback"] == traceback["traceback"]


def test_a_replayed_job_shows_who_tried_again_and_why(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform)
    lumen("replay", job.id, "--reason", "the quota was raised")
    text = lumen("show", job.id).out
    assert "replays     1, the last by ops, " in text
    assert "because     the quota was raised" in text
    assert "queued" in text
    assert "1  fail  worker-1" in text, "the attempts before it stay"


@pytest.mark.parametrize(
    "data, shown",
    [
        (b'{"job":\n 5}', 'as text\n    {"job":\n     5}\n'),
        (b"\xff\x00{", "as hex\n    ff 00 7b\n"),
        (b"\x1b[31mred", "as hex\n    1b 5b 33"),
        (b"", "the original, as text\n"),
        (b"x" * 4097, "its first 4,096 bytes, as text\n    xxx"),
        (("ä" * 40_000).encode(), "its first 4,096 bytes, as text\n    äää"),
    ],
    ids=["text", "bytes", "a terminal's orders", "nothing", "long", "cut in a character"],
)
def test_garbage_is_shown_with_its_original(lumen: Shell, platform: Platform, data: bytes, shown: str) -> None:
    some_garbage(platform, data, why="message data: \x07", who="knows")
    text = lumen("show", "m-7").out
    assert f"m-7  a message without a job  ({len(data):,} bytes)" in text
    assert "BAD_MESSAGE  The message on the queue names no job." in text
    assert "attributes  who: knows" in text
    assert shown in text
    assert "message data: \N{REPLACEMENT CHARACTER}" in text
    assert json.loads(lumen("show", "m-7", "--json").out)["garbage"]["original_bytes"] == len(data)


def test_a_document_that_nobody_can_read_is_shown_as_it_is(lumen: Shell, platform: Platform) -> None:
    a_condemned(platform)
    text = lumen("show", "odd").out
    for said in ("odd  a document that cannot be read", "INVALID_INPUT", "Field required", '"status": "failed"', "due"):
        assert said in text
    assert json.loads(lumen("show", "odd", "--json").out)["document"]["input"] == "\x1b[31m"


def test_a_strangers_words_ring_no_bell(lumen: Shell, platform: Platform) -> None:
    """Control characters; whole sequences click takes out by itself where nobody watches."""
    a_condemned(platform, "o\x07dd")
    for text in (lumen("list").out, lumen("show", "o\x07dd").out):
        assert "\x07" not in text
        assert "o\N{REPLACEMENT CHARACTER}dd" in text


@pytest.mark.parametrize("letter_id", ["nobody", "m-8"])
def test_what_is_not_there_is_said(lumen: Shell, letter_id: str) -> None:
    said = lumen("show", letter_id, code=6)
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"There is no {'' if letter_id[0] == 'm' else 'job '}{letter_id}" in said.err


def test_bytes_are_text_only_when_a_terminal_may_show_them() -> None:
    assert text_of("鳥\tä\r\nb".encode()) == "鳥    ä\nb"
    assert text_of("鳥".encode()[:-1]) == ""
    assert [text_of(data) for data in (b"\xff", b"\x00", b"\x1b[0m", b"\xc3(", "\u202eevil".encode())] == [None] * 5
    assert hex_of(bytes(25)) == "00 " * 23 + "00\n00"


# --- replay ---


def test_replay_tries_the_same_job_again(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform)
    said = lumen("replay", job.id, "--reason", "why not")
    assert said.out == f"{job.id}  queued\n"
    again = platform.store.get(job.id)
    assert (again.status, again.attempts_left) == (JobStatus.QUEUED, 5)
    assert again.replay is not None
    assert (again.replay.by, again.replay.reason) == ("ops", "why not")


def test_a_canceled_job_can_be_replayed(lumen: Shell, platform: Platform) -> None:
    job = platform.client().cancel(platform.client().submit(a_request()).id)
    assert json.loads(lumen("replay", job.id, "--json").out)["status"] == "queued"


def test_one_that_cannot_be_replayed_does_not_keep_the_others_from_it(lumen: Shell, platform: Platform) -> None:
    first, second = a_dead_job(platform, "a"), a_dead_job(platform, "b")
    done = platform.client().submit(a_request("c"))
    finish(platform.store, done.id, lease_of(claim(platform.store, done.id)))
    a_condemned(platform)
    args = (first.id, done.id, "nobody", "odd", second.id)
    would = lumen("replay", *args, "--dry-run", "--json", code=1)
    assert [row["id"] for row in lines(would.out)] == [first.id, second.id]
    said = lumen("replay", *args, "--rps", "1000", code=1)
    assert said.out.splitlines() == [f"{job.id}  queued" for job in (first, second)]
    assert [line.split(": ")[1] for line in said.err.splitlines()[1:]] == [done.id, "nobody", "odd"]
    assert said.err.splitlines()[0] == "Replayed 2 of 5."
    assert would.err.splitlines() == said.err.splitlines()[1:]
    assert "A job that is succeeded has no event replay." in said.err


@pytest.mark.parametrize("status, code", [("queued", 1), ("nobody", 6)])
def test_the_only_one_says_itself_why_not(lumen: Shell, platform: Platform, status: str, code: int) -> None:
    job_id = platform.client().submit(a_request()).id if status == "queued" else "nobody"
    said = lumen("replay", job_id, code=code)
    assert said.out == ""
    assert status in said.err


def test_garbage_cannot_be_replayed_and_nothing_beside_it_is(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform)
    some_garbage(platform, b"x")
    said = lumen("replay", job.id, "m-7", code=2)
    assert said.err == "lumen: m-7 is a message without a job: there is nothing to try again.\n"
    assert platform.store.get(job.id) == job


# --- replay by filter ---

FAST = ("--rps", "1000")


def the_run(said: Any) -> str:
    """Its id, from what is said when it begins."""
    return re.search(r"Run (r_[a-z2-7]{16}): ", said.err)[1]  # type: ignore[index]


def test_a_filter_replays_what_it_takes_as_a_run_on_record(lumen: Shell, platform: Platform) -> None:
    wanted = [a_dead_job(platform, prompt, Reason.GPU_OUT_OF_MEMORY).id for prompt in "abc"]
    other = a_dead_job(platform, "d")
    args = ("--filter", "reason=GPU_OUT_OF_MEMORY", "--reason", "L4 quota raised", "--limit", "2")
    said = lumen("replay", *args, *FAST, "--yes")
    assert said.out.splitlines() == [f"{each}  queued" for each in wanted[:0:-1]]
    run_id = the_run(said)
    assert said.err.splitlines() == [
        f"Run {run_id}: 2 failed jobs at 1000/s, about 1 s.",
        f"Replayed 2 of 2.  Run {run_id}",
    ]
    replay = platform.store.get(wanted[2]).replay
    assert replay is not None
    assert (replay.run, replay.reason, replay.by) == (run_id, "L4 quota raised", "ops")
    assert platform.store.get(other.id) == other
    assert platform.store.get(wanted[0]).replay is None
    assert lumen("replay", "--resume", run_id).err == f"Run {run_id} is done: Replayed 2 of 2.\n"


def test_a_dry_run_shows_and_writes_nothing(lumen: Shell, platform: Platform) -> None:
    good, bad = a_dead_job(platform, "a", Reason.GPU_OUT_OF_MEMORY), a_dead_job(platform, "b")
    some_garbage(platform, b"x")
    before = everything(platform)
    said = lumen("replay", "--all", "--dry-run")
    assert [line.split()[0] for line in said.out.splitlines()] == ["ID", bad.id, good.id]
    assert said.err.splitlines() == [
        "Would replay 2 failed jobs at 2/s, about 1 s.  By reason: MESH_INVALID 1, GPU_OUT_OF_MEMORY 1",
        "For some of them trying again changes nothing: MESH_INVALID 1",
        "Nothing was done. Run again without --dry-run.",
    ]
    assert [row["id"] for row in lines(lumen("replay", "--all", "--dry-run", "--json").out)] == [bad.id, good.id]
    lumen("replay", good.id, "--dry-run")
    lumen("purge", "--filter", "owner=ada", "--reason", "x", "--dry-run")
    lumen("purge", good.id, "--reason", "x", "--dry-run")
    assert everything(platform) == before
    assert lumen("audit").err == "Nothing is on record.\n"


def everything(platform: Platform) -> list[Any]:
    with sqlite3.connect(platform.settings.data / "lumen.db") as db:
        return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("documents", "messages")]


@pytest.mark.parametrize("args", [("--all",), ("--filter", "owner=ada"), ("--all", "--since", "1h")], ids=" ".join)
def test_where_nobody_can_be_asked_only_yes_is_an_answer(
    lumen: Shell, platform: Platform, args: tuple[str, ...]
) -> None:
    job = a_dead_job(platform)
    said = lumen("replay", *args, code=2)
    assert "nobody can be asked here: --yes" in said.err
    assert platform.store.get(job.id) == job
    assert lumen("replay", *args, "--yes").out == f"{job.id}  queued\n"


@pytest.mark.parametrize("answer, status", [("y\n", "queued"), ("n\n", "failed")])
def test_who_sits_at_a_terminal_is_asked(
    lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch, answer: str, status: str
) -> None:
    job = a_dead_job(platform, reason=Reason.WORKER_LOST)
    terminal = StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    said = lumen("replay", "--all", code=0 if status == "queued" else 130)
    assert "WORKER_LOST 1.  Replay 1 failed jobs at 2/s, about 1 s? [y/N]" in said.err
    assert platform.store.get(job.id).status == status


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("j_1", "--all"),
        ("--all", "--filter", "owner=ada"),
        ("j_1", "--resume", "r_1"),
        ("j_1", "--since", "1h"),
        ("j_1", "--limit", "1"),
        ("--since", "1h"),
        ("--resume", "r_1", "--limit", "1"),
        ("--resume", "r_1", "--dry-run"),
        ("--resume", "r_1", "--reason", "x"),
        ("--all", "--rps", "0"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_together_is_refused(lumen: Shell, platform: Platform, args: tuple[str, ...]) -> None:
    job = a_dead_job(platform)
    assert lumen("replay", *args, "--yes", code=2).out == ""
    assert platform.store.get(job.id) == job


def test_more_than_a_run_takes_is_said(lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    for prompt in "abc":
        a_dead_job(platform, prompt)
    monkeypatch.setattr("jobs.replay.RUN_MAX", 2)
    said = "There are more; a run takes 2. Replay again for the rest."
    assert said in lumen("replay", "--all", "--limit", "3", "--dry-run").err
    assert said in lumen("replay", "--all", "--yes", *FAST).err
    assert said not in lumen("replay", "--all", "--yes", *FAST).err
    assert lumen("list").out == ""


def test_nothing_to_replay_is_no_run(lumen: Shell, platform: Platform) -> None:
    some_garbage(platform, b"x")
    assert lumen("replay", "--all").err == "Nothing to replay.\n"
    assert lumen("audit").out == ""


def test_a_run_that_nobody_began_is_not_found(lumen: Shell) -> None:
    assert lumen("replay", "--resume", "r_1", code=6).err == "lumen: There is no r_1 in replays.\n"


def a_begun_run(platform: Platform) -> str:
    replays = platform.replays()
    return replays.begin(replays.plan(ANY), why="quota", who="eve", rps=1000).id


def test_a_run_is_gone_on_with_and_says_what_was_left(lumen: Shell, platform: Platform) -> None:
    first, second, gone = (a_dead_job(platform, prompt).id for prompt in "abc")
    run_id = a_begun_run(platform)
    going = platform.replays().go(platform.replays().get(run_id))
    assert next(going).job_id == gone
    going.close()
    platform.client().delete(first)
    said = lumen("replay", "--resume", run_id, "--json", code=1)
    (tried,) = lines(said.out)
    assert (tried["id"], tried["replay"]["run"]) == (second, run_id)
    assert said.err.splitlines() == [
        f"lumen: {first}: left alone: There is no job {first}.",
        f"Replayed 2 of 3, 1 left alone (1 of them before).  Run {run_id}",
    ]
    done = f"Run {run_id} is done: Replayed 2 of 3, 1 left alone.\n"
    assert lumen("replay", "--resume", run_id, code=1).err == done


@pytest.mark.parametrize("stop, code", [(KeyboardInterrupt(), 130), (BackendDown("The store is gone."), 7)], ids=type)
def test_who_stops_a_run_is_told_how_to_go_on(
    lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch, stop: BaseException, code: int
) -> None:
    jobs = [a_dead_job(platform, prompt).id for prompt in "abc"]
    published: list[str] = []

    def publish(self: object, message: Message) -> str:
        published.append(message.attributes["job_id"])
        if len(published) == 2:
            raise stop
        return ""

    with monkeypatch.context() as patch:
        patch.setattr(SqliteJobQueue, "publish", publish)
        if code == 7:
            patch.setattr(JobClient, "_wake", lambda self, job: publish(self, wake_up(job.id)))
        said = lumen("replay", "--all", "--yes", *FAST, code=code)
    run_id = the_run(said)
    assert f"Stopped. No job is tried twice when you go on: lumen dlq replay --resume {run_id}\n" in said.err
    (entry,) = lines(lumen("audit", "--json").out)
    assert (entry["run"], entry["done_at"]) == (run_id, None)
    assert lumen("replay", "--resume", run_id).out == f"{jobs[0]}  queued\n"
    assert [platform.store.get(each).replay.count for each in jobs] == [1, 1, 1]  # type: ignore[union-attr]


# --- purge ---


def test_purge_removes_what_it_is_told_to(lumen: Shell, platform: Platform) -> None:
    first, second, third = (a_dead_job(platform, prompt) for prompt in "abc")
    some_garbage(platform, b"x")
    platform.bucket.put(f"jobs/{first.id}/1/object.glb", b"glb")
    said = lumen("purge", first.id, "m-7", "--reason", "tests", "--yes")
    assert said.out == f"{first.id}  purged\nm-7  purged\n"
    assert said.err == "Purged 2 of 2.\n"
    assert list(platform.bucket.find(f"jobs/{first.id}/")) == []
    assert lines(lumen("purge", second.id, "--reason", "x", "--yes", "--json").out) == [{"id": second.id}]
    assert lumen("purge", "--older-than", "1h", "--reason", "x", "--yes").err == "Nothing to purge.\n"
    assert lumen("purge", "--older-than", "0s", "--filter", "owner=bob", "--reason", "x").err == "Nothing to purge.\n"
    rest = lumen("purge", "--older-than", "0s", "--filter", "owner=ada", "--reason", "x", "--yes")
    assert rest.out == f"{third.id}  purged\n"
    assert lumen("list").err == "No dead letters.\n"


def test_purge_leaves_what_is_not_dead_and_goes_on(lumen: Shell, platform: Platform) -> None:
    waits, dead = platform.client().submit(a_request("b")), a_dead_job(platform, "a")
    args = ("purge", waits.id, "nobody", dead.id, "--reason", "x")
    shown = lumen(*args, "--dry-run", code=1)
    assert shown.out.splitlines()[1].startswith(dead.id)
    said = lumen(*args, "--yes", code=1)
    assert said.out == f"{dead.id}  purged\n"
    assert [line.split(":")[1].strip() for line in said.err.splitlines()[:-1]] == [waits.id, "nobody"]
    assert platform.store.get(waits.id).status == "queued"
    assert "has no event purge" in lumen("purge", waits.id, "--reason", "x", "--yes", code=1).err
    assert "There is no job nobody" in lumen("purge", "nobody", "--reason", "x", "--yes", code=6).err


@pytest.mark.parametrize(
    "args, said",
    [
        ((), "name dead letters by ID"),
        (("j_1", "--older-than", "1h"), "name dead letters by ID"),
        (("--older-than", "old"), "older-than: 'old' is neither"),
        (("--older-than", "0s"), "nobody can be asked here"),
    ],
)
def test_purge_wants_to_know_what_and_to_be_sure(
    lumen: Shell, platform: Platform, args: tuple[str, ...], said: str
) -> None:
    job = a_dead_job(platform)
    assert said in lumen("purge", *args, "--reason", "x", code=2).err
    assert platform.store.get(job.id) == job


def test_purge_wants_a_reason(lumen: Shell, platform: Platform) -> None:
    job = a_dead_job(platform)
    assert "Missing option '--reason'" in lumen("purge", job.id, "--yes", code=2).err
    assert platform.store.get(job.id) == job


# --- audit ---


def test_every_command_that_changes_much_leaves_one_entry(lumen: Shell, platform: Platform) -> None:
    first, second = (a_dead_job(platform, prompt).id for prompt in "ab")
    lumen("replay", first, "nobody", "--reason", "by hand", *FAST, code=1)
    run_id = the_run(lumen("replay", "--filter", "owner=ada", "--reason", "quota", "--yes"))
    third = a_dead_job(platform, "c").id
    lumen("purge", third, "--reason", "tests", "--yes")
    lumen("drain")
    resumed = a_begun_run_of_nothing(platform)
    lumen("replay", "--resume", resumed)
    *entries, oldest = lines(lumen("audit", "--json").out)
    assert [(each["action"], each["why"], each["counts"]) for each in [*entries, oldest]] == [
        ("dlq.resume", "quota", {}),
        ("dlq.drain", "", {"drained": 0}),
        ("dlq.purge", "tests", {"purged": 1}),
        ("dlq.replay", "quota", {"replayed": 1}),
        ("dlq.replay", "by hand", {"replayed": 1, "left": 1}),
    ]
    assert (oldest["ids"], oldest["of"], oldest["run"]) == ([first, "nobody"], 2, None)
    assert (entries[3]["run"], entries[3]["filter"], entries[3]["ids"]) == (run_id, ["owner=ada"], [second])
    assert all(each["done_at"] >= each["begun_at"] for each in entries)
    assert {each["who"] for each in entries} == {f"ops ({pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()})"}
    assert len(lumen("audit", "--limit", "2").out.splitlines()) == 3


def a_begun_run_of_nothing(platform: Platform) -> str:
    replays = platform.replays()
    return replays.begin(replays.plan(DeadFilter(until=START)), why="quota", who="eve").id


def test_the_audit_is_a_line_each(lumen: Shell, platform: Platform) -> None:
    jobs = [a_dead_job(platform, prompt).id for prompt in "abcd"]
    lumen("replay", *jobs, *FAST, "--reason", "by \x07hand")
    with suppress(KeyboardInterrupt), platform.audit("eve").entry("dlq.replay", run="r_1", ids=jobs):
        raise KeyboardInterrupt
    heading, cut_off, by_hand = lumen("audit").out.splitlines()
    assert heading.split() == ["ID", "AGE", "WHO", "ACTION", "CAME", "TO", "RUN", "WHICH", "WHY"]
    assert re.split(r"  +", cut_off)[2:] == ["eve", "dlq.replay", "not finished, of 4", "r_1", "all"]
    assert re.split(r"  +", by_hand)[3:] == [
        "dlq.replay",
        "4 replayed",
        f"{' '.join(jobs[:3])} …",
        "by \N{REPLACEMENT CHARACTER}hand",
    ]


def test_a_user_without_a_name_is_a_number(lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    lumen("drain")
    assert "(uid 4000000000@" in lines(lumen("audit", "--json").out)[0]["who"]


# --- drain ---


def test_drain_files_what_is_on_the_topic_and_says_how_many(lumen: Shell, platform: Platform) -> None:
    for n in range(3):
        platform.letters.reject(Message(b"x"), message_id=str(n), why="")
    assert lumen("drain", "--limit", "2").out == "2 drained\n"
    assert len(lines(lumen("list", "--json").out)) == 2
    assert json.loads(lumen("drain", "--json").out) == {"drained": 1}
    assert len(lines(lumen("list", "--json").out)) == 3
