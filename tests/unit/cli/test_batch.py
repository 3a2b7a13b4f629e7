"""`lumen batch`: every row gets its job once or is named, wherever it was cut off."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from jobs.audit import Entry
from jobs.batch import Batches, id_for
from jobs.batch_record import read_batch
from jobs.client import JobClient
from jobs.errors import BackendDown
from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.request import Priority
from jobs.status import JobStatus
from jobs.wiring import Platform
from tests.builders import claim, fail, finish, lease_of
from tests.pictures import file as picture
from tests.pictures import photo

Shell = Callable[..., Any]
NAME = ("--name", "nightly")
MANIFEST = "nightly.manifest.jsonl"


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command beside the lists; what it had on stdout and stderr, after a look at its exit code."""
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def lumen(*args: str, code: int = 0) -> Any:
        assert run(["batch", *args]) == code, capsys.readouterr()
        return capsys.readouterr()

    return lumen


def a_list(text: str | bytes, name: str = "list.txt") -> str:
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def jobs(platform: Platform) -> list[Job]:
    """All there are, by their words."""
    return sorted(platform.client().find(JobQuery(), limit=99), key=lambda job: job.input.prompt or "")


def words(platform: Platform) -> list[str]:
    return [job.input.words for job in jobs(platform)]


def manifest() -> list[dict[str, Any]]:
    """Its rows."""
    return [json.loads(line) for line in Path(MANIFEST).read_text().splitlines()][1:]


def closed(platform: Platform) -> bool:
    """Whether its record says that all of it was asked for."""
    return read_batch(platform.records, id_for("local", "nightly"))[1].get("closed_total") is not None


def ended(platform: Platform, *which: str) -> None:
    """Bring those jobs to their end: what is called bad fails."""
    for job in jobs(platform):
        if job.input.prompt in which:
            end = fail if job.input.prompt.startswith("bad") else finish
            end(platform.store, job.id, lease_of(claim(platform.store, job.id)))


# --- submit ---


def test_each_row_gets_a_job_of_low_priority_in_one_batch(lumen: Shell, platform: Platform) -> None:
    said = lumen("submit", a_list("cat\ndog\n"), *NAME, "--quality", "draft", "--verb", "sitting", "--seed", "7")
    batch_id = id_for("local", "nightly")
    assert said.out == f"{batch_id}\n"
    assert [(job.input.prompt, job.input.verb, job.input.seed, job.batch_id) for job in jobs(platform)] == [
        ("cat", "sitting", 7, batch_id),
        ("dog", "sitting", 7, batch_id),
    ]
    assert {job.priority for job in jobs(platform)} == {Priority.LOW}
    assert [(row["line"], row["job_id"], row["input_sha256"]) for row in manifest()] == [
        (line, job.id, job.request_fingerprint) for line, job in enumerate(jobs(platform), 1)
    ]
    assert Batches(platform.client()).get(batch_id).total == 2


@pytest.mark.parametrize("with_manifest", [True, False])
def test_the_same_command_again_submits_nothing(lumen: Shell, platform: Platform, with_manifest: bool) -> None:
    command = ("submit", a_list("cat\ndog\n"), *NAME)
    lumen(*command)
    before, rows = jobs(platform), manifest()
    if not with_manifest:
        Path(MANIFEST).unlink()
    assert "2 submitted before" in lumen(*command).err
    assert jobs(platform) == before, "not written, not even woken"
    assert manifest() == rows


@pytest.mark.parametrize("made", [0, 1, 2, 3])
def test_cut_off_anywhere_the_same_command_makes_what_is_missing(
    lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch, made: int
) -> None:
    command = ("submit", a_list("ant\nbee\ncat\n"), *NAME)
    asks = iter(range(made))
    submit_or_find = JobClient.submit_or_find

    def cut_off(self: JobClient, *args: Any, **more: Any) -> Any:
        if next(asks, None) is None:
            raise BackendDown("The test pulled the plug.")
        return submit_or_find(self, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(JobClient, "submit_or_find", cut_off)
        said = lumen(*command, code=0 if made == 3 else 7)
    assert ("the same command goes on" in said.err) is (made < 3)
    assert words(platform) == ["ant", "bee", "cat"][:made]
    assert closed(platform) is (made == 3), "nobody is told of its end before all of it is there"
    before = jobs(platform)
    lumen(*command)
    assert closed(platform)
    assert words(platform) == ["ant", "bee", "cat"]
    assert [job for job in jobs(platform) if job in before] == before
    assert [row["line"] for row in manifest()] == [1, 2, 3]


def test_a_job_whose_line_in_the_manifest_got_lost_is_not_made_again(lumen: Shell, platform: Platform) -> None:
    command = ("submit", a_list("ant\nbee\n"), *NAME)
    lumen(*command)
    data = Path(MANIFEST).read_bytes()
    before = jobs(platform)
    Path(MANIFEST).write_bytes(data[:-30])
    assert "2 submitted before" in lumen(*command).err
    assert (jobs(platform), len(manifest())) == (before, 2)
    assert [row["job_id"] for row in manifest()] == [job.id for job in before]


def test_bad_rows_are_named_by_their_line_and_keep_no_other_from_its_job(lumen: Shell, platform: Platform) -> None:
    rows = "cat\n" + "x" * 201 + "\n\n12\n\x1b[2Jcat\ncat\n"
    said = lumen("submit", a_list(rows), *NAME, code=8)
    for text in (
        "line 2: input.prompt: has 201 characters",
        "line 4: input.prompt: has only digits",
        "line 5: input.prompt: control characters",
        "line 6: the same as line 1",
        "5 rows: 1 new, 1 duplicate, 3 bad",
    ):
        assert text in said.err
    assert words(platform) == ["cat"]


def test_strict_submits_nothing_where_a_row_is_bad(lumen: Shell, platform: Platform) -> None:
    assert "1 bad row: nothing was submitted" in lumen("submit", a_list("cat\n1\n"), *NAME, "--strict", code=2).err
    assert (jobs(platform), Path(MANIFEST).exists()) == ([], False)
    lumen("submit", a_list("cat\ncat\n"), *NAME, "--strict")


@pytest.mark.parametrize("text", ["", "# nothing\n\n", "12\n"])
def test_a_list_without_a_row_to_submit_is_an_error(lumen: Shell, text: str) -> None:
    assert "no row to submit" in lumen("submit", a_list(text), *NAME, code=2).err
    assert not Path(MANIFEST).exists()


def test_a_custom_id_is_of_one_request(lumen: Shell, platform: Platform) -> None:
    rows = "id,prompt\na,cat\na,dog\na,cat\nb,cat\n"
    said = lumen("submit", a_list(rows, "list.csv"), *NAME, code=8)
    assert "line 3: custom_id: is that of line 2" in said.err
    assert "line 4: the same as line 2" in said.err
    assert sorted((job.custom_id, job.input.prompt) for job in jobs(platform)) == [("a", "cat"), ("b", "cat")]
    said = lumen("submit", a_list("id,prompt\na,emu\nb,cat\n", "list.csv"), *NAME, code=8)
    assert "which is for something else" in said.err


def test_what_was_mended_in_the_list_is_submitted_with_the_same_command(lumen: Shell, platform: Platform) -> None:
    lumen("submit", a_list("cat\n1\n"), *NAME, code=8)
    assert "1 new, 1 submitted before" in lumen("submit", a_list("cat\none\n"), *NAME).err
    assert words(platform) == ["cat", "one"]


def test_other_options_under_the_same_name_are_refused(lumen: Shell, platform: Platform) -> None:
    lumen("submit", a_list("cat\n"), *NAME)
    assert "another name" in lumen("submit", "list.txt", *NAME, "--quality", "high", code=2).err
    assert len(jobs(platform)) == 1


def test_a_random_seed_is_another_for_each_row_and_the_same_again(lumen: Shell, platform: Platform) -> None:
    command = ("submit", a_list("ant\nbee\ncat\n"), *NAME, "--seed", "random")
    lumen(*command)
    assert len({job.input.seed for job in jobs(platform)}) == 3
    Path(MANIFEST).unlink()
    lumen(*command)
    assert len(jobs(platform)) == 3


def test_a_row_says_more_than_the_options(lumen: Shell, platform: Platform) -> None:
    rows = '{"prompt": "ant", "quality": "high", "priority": "high", "tags": ["x"]}\n{"prompt": "bee"}\n'
    lumen("submit", a_list(rows, "list.jsonl"), *NAME, "--quality", "draft", "--priority", "normal")
    assert [(job.input.quality, job.priority, job.tags) for job in jobs(platform)] == [
        ("high", Priority.HIGH, ("x",)),
        ("draft", Priority.NORMAL, ()),
    ]


def test_pictures_are_uploaded_once_each_and_only_when_they_are_needed(
    lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads: list[str] = []
    upload = JobClient.upload
    monkeypatch.setattr(JobClient, "upload", lambda self, file: uploads.append(upload(self, file)) or uploads[-1])
    Path("p").mkdir()
    for name, side in (("a", 64), ("b", 80), ("c", 64)):
        Path(f"p/{name}.png").write_bytes(picture(photo(side, side), "PNG"))
    Path("p/list.txt").write_text("a.png\nb.png\nc.png\nmissing.png\nlist.txt\n")
    said = lumen("submit", "p/list.txt", *NAME, "--dry-run", code=8)
    assert "line 3: the same as line 1" in said.err
    assert "line 4: input.image: 'missing.png' cannot be read: no such file" in said.err
    assert "line 5: input.image: is no picture" in said.err
    assert uploads == []
    lumen("submit", "p/list.txt", *NAME, code=8)
    assert sorted(job.input.image or "" for job in jobs(platform)) == sorted(uploads)
    lumen("submit", "p/list.txt", *NAME, code=8)
    assert len(uploads) == 2


def test_a_dry_run_writes_nothing_and_says_what_is_known(lumen: Shell, platform: Platform) -> None:
    said = lumen("submit", a_list("ant\nbee\n1\n"), *NAME, "--dry-run", "--rps", "0.5", code=8)
    assert "Would submit 2 jobs at 0.5/s, about 4 s, as nightly." in said.err
    assert "no standard job was measured yet" in said.err
    assert (jobs(platform), Path(MANIFEST).exists()) == ([], False)
    assert Batches(platform.client()).find(limit=1) == []
    lumen("submit", "list.txt", *NAME, code=8)
    ended(platform, "ant")
    seen = json.loads(lumen("submit", "list.txt", "--name", "b", "--dry-run", "--json", code=8).out)
    assert (seen["rows"], seen["new"], [row["line"] for row in seen["bad"]]) == (3, 2, [3])
    assert seen["estimate"]["seconds"] == 2


def test_so_many_at_a_time_stands_in_the_record_and_in_the_jobs(lumen: Shell, platform: Platform) -> None:
    lumen("submit", a_list("ant\n"), *NAME, "--max-inflight", "3")
    assert Batches(platform.client()).get(id_for("local", "nightly")).inflight_max == 3
    assert [job.batch_inflight_max for job in jobs(platform)] == [3]


def test_failed_jobs_are_tried_again_only_when_asked_for(lumen: Shell, platform: Platform) -> None:
    command = ("submit", a_list("ant\nbad bee\n"), *NAME)
    lumen(*command)
    ended(platform, "ant", "bad bee")
    lumen(*command)
    assert [job.status for job in jobs(platform)] == [JobStatus.SUCCEEDED, JobStatus.FAILED]
    assert "Tried 1 failed job again." in lumen(*command, "--retry-failed").err
    assert [job.status for job in jobs(platform)] == [JobStatus.SUCCEEDED, JobStatus.QUEUED]


@pytest.mark.parametrize(
    "rows, code, said",
    [
        ("ant\nbee\n", 0, "2 succeeded of 2 jobs"),
        ("ant\nbad bee\n", 8, "1 succeeded, 1 failed of 2 jobs"),
        ("bad ant\nbad bee\n", 3, "2 failed of 2 jobs"),
        ("ant\n1\n", 8, "1 succeeded of 1 job"),
    ],
)
def test_who_waits_is_told_once_how_it_ended(lumen: Shell, platform: Platform, rows: str, code: int, said: str) -> None:
    command = ("submit", a_list(rows), *NAME)
    lumen(*command, code=8 if "1\n" in rows else 0)
    ended(platform, *rows.split("\n"))
    told = lumen(*command, "--wait", "--json", code=code)
    assert told.err.count(f"nightly is over: {said}") == 1
    assert json.loads(told.out)["request_counts"]["total"] == len(jobs(platform))


def test_a_wait_that_is_over_before_the_jobs_are_says_so(lumen: Shell) -> None:
    assert "1 job still to do" in lumen("submit", a_list("ant\n"), *NAME, "--timeout", "0", "--wait", code=5).err


def test_stdin_is_a_list_too(lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    a_list("ant\nbee\n")
    with Path("list.txt").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert "2 new" in lumen("submit", "-", *NAME).err
    assert words(platform) == ["ant", "bee"]


def test_a_hostile_name_stays_beside_the_caller(lumen: Shell, tmp_path: Path) -> None:
    lumen("submit", a_list("ant\n"), "--name", "../../evil")
    assert [path.name for path in tmp_path.glob("*evil*")] == [next(tmp_path.glob("evil-*.manifest.jsonl")).name]
    assert "name" in lumen("submit", "list.txt", "--name", "a\x1b[2Jb", code=2).err


# --- afterwards ---


@pytest.fixture
def over(lumen: Shell, platform: Platform) -> None:
    """A batch with all kinds of jobs; its first row is the last in the alphabet."""
    lumen("submit", a_list("id,prompt\nz/../1,yak\n2,bad cow\n3,ant\n4,emu\n", "list.csv"), *NAME)
    ended(platform, "yak", "bad cow", "ant")


@pytest.mark.usefixtures("over")
def test_its_status_says_what_became_of_the_jobs(lumen: Shell) -> None:
    said = lumen("status", "nightly")
    assert "3/4" in said.out
    assert "1 queued, 2 succeeded, 1 failed" in said.out
    assert "GENERATION_FAILED" in said.err
    by_id = json.loads(lumen("status", id_for("local", "nightly"), "--json").out)
    assert (by_id["request_counts"]["failed"], by_id["done"]) == (1, False)
    assert "has no batch weekly" in lumen("status", "weekly", code=6).err


def test_batches_are_listed_newest_first(lumen: Shell) -> None:
    assert "No batches" in lumen("list").err
    for name in ("one", "two"):
        lumen("submit", a_list("ant\n"), "--name", name)
    rows = [line.split() for line in lumen("list").out.splitlines()[1:]]
    assert [row[0] for row in rows] == ["two", "one"]
    more = lumen("list", "--limit", "1")
    after = more.err.split()[-1]
    assert json.loads(lumen("list", "--after", after, "--json").out)["name"] == "one"


@pytest.mark.parametrize("with_manifest", [True, False])
@pytest.mark.usefixtures("over")
def test_what_became_of_the_rows_is_exported_in_their_order(lumen: Shell, with_manifest: bool) -> None:
    if not with_manifest:
        Path(MANIFEST).unlink()
    said = lumen("export", "nightly", "--out", "results.jsonl", "--errors", "errors.jsonl")
    assert "2 succeeded, 1 failed or canceled, 1 not over" in said.err
    good, bad = (
        [json.loads(line) for line in Path(name).read_text().splitlines()] for name in ("results.jsonl", "errors.jsonl")
    )
    assert [row["custom_id"] for row in good] == ["z/../1", "3"]
    assert [row["line"] for row in good] == ([2, 4] if with_manifest else [None, None])
    assert [(row["custom_id"], row["error"]["reason"]) for row in bad] == [("2", "GENERATION_FAILED")]


@pytest.mark.usefixtures("over")
def test_an_export_to_stdout_is_data_and_nothing_else(lumen: Shell) -> None:
    said = lumen("export", "nightly")
    assert [json.loads(line)["status"] for line in said.out.splitlines()] == ["succeeded"] * 2
    assert "--errors FILE" in said.err


def test_a_cancel_asks_all_and_is_on_record(lumen: Shell, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.batch.CANCEL_MAX", 2)
    lumen("submit", a_list("ant\nbee\ncat\ndog\nemu\n"), *NAME)
    claim(platform.store, jobs(platform)[0].id)
    assert "5 jobs asked to end" in lumen("cancel", "nightly", "--reason", "a mistake").out
    assert [job.status for job in jobs(platform)] == [JobStatus.RUNNING] + [JobStatus.CANCELED] * 4
    entry: Entry = next(platform.audit("").latest(limit=1))
    assert (entry.action, entry.why, entry.counts, entry.ids) == (
        "batch.cancel",
        "a mistake",
        {"canceled": 5},
        (id_for("local", "nightly"),),
    )
    assert "0 jobs" in lumen("cancel", "nightly").out


def test_rows_that_are_named_are_few(lumen: Shell) -> None:
    said = lumen("submit", a_list("cat\n" + "1\n" * 500), *NAME, code=8)
    assert "and 480 more" in said.err
    assert len(list(islice(said.err.splitlines(), 100))) < 40
