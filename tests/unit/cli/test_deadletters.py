"""`lumen dlq`: what an operator sees of dead letters, and what replay does to several."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cli.letters import hex_of, text_of
from cli.main import run
from jobs.errors import Reason
from jobs.fields import Failure
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.queue import Message
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import Platform, wire
from tests.builders import a_request, claim, finish, lease_of

ROOT = Path(__file__).parents[3]
Shell = Callable[..., Any]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """What the commands work on, held by somebody else."""
    return wire(Settings(data=tmp_path / "data"))


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command; what it had on stdout and stderr, after a look at its exit code."""
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LUMEN_OWNER", "ops")

    def lumen(*args: str, code: int = 0) -> Any:
        assert run(["dlq", *args]) == code
        return capsys.readouterr()

    return lumen


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def a_dead_job(platform: Platform, prompt: str = "flying bird", reason: Reason = Reason.MESH_INVALID) -> Job:
    client = platform.client(owner="ada")
    job = client.submit(a_request(prompt))
    lease = lease_of(claim(platform.store, job.id, holder="worker-1"))

    def change(job: Job, now: Any) -> Job:
        where = {"stage": "shape", "route": "partcrafter", "attempt": 1}
        failure = Failure.of(reason, "No route gave a mesh.", at=now, refusals=("partcrafter: empty",), **where)
        return job.fail(lease, failure, now=now + timedelta(seconds=2.5))

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
    job = a_dead_job(platform)
    platform.letters.announce(job)
    due = a_dead_job(platform, "an office chair", Reason.MAX_ATTEMPTS_EXCEEDED)
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
        a_dead_job(platform, prompt, Reason.GENERATION_FAILED)
    some_garbage(platform, b"\x1b[31mred" * 99)
    heading, *rows = on_a_terminal(100, "dlq", "list", LUMEN_DATA=str(platform.settings.data)).splitlines()
    assert len(rows) == 3
    assert all(99 <= cell_len(row) <= 100 for row in rows), "a character of theirs may be two wide"
    assert len(heading) < 100
    assert rows[0].endswith("an office cha…")
    assert rows[1].endswith("…")
    assert "\x1b" not in rows[2]


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
    job = a_dead_job(platform)
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
    said = lumen("replay", first.id, done.id, "nobody", "odd", second.id, code=1)
    assert said.out.splitlines() == [f"{job.id}  queued" for job in (first, second)]
    assert [line.split(": ")[1] for line in said.err.splitlines()] == [done.id, "nobody", "odd"]
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


# --- drain ---


def test_drain_files_what_is_on_the_topic_and_says_how_many(lumen: Shell, platform: Platform) -> None:
    for n in range(3):
        platform.letters.reject(Message(b"x"), message_id=str(n), why="")
    assert lumen("drain", "--limit", "2").out == "2 drained\n"
    assert len(lines(lumen("list", "--json").out)) == 2
    assert json.loads(lumen("drain", "--json").out) == {"drained": 1}
    assert len(lines(lumen("list", "--json").out)) == 3
