"""`lumen export` and `restore`: what appears, who may read it, what is said, and what is on record."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.backup import export_command, restore_command
from cli.context import Context
from cli.main import run
from jobs.settings import Settings
from jobs.webhooks import Webhooks
from jobs.wiring import Platform, wire
from tests.builders import a_job

Shell = Callable[..., Any]


@pytest.fixture
def here(tmp_path: Path) -> Platform:
    """A house with a job and a webhook."""
    house = wire(Settings(data=tmp_path / "here"))
    house.store.create(a_job("a"))
    Webhooks(house.records, check=lambda _: None).add("ada", "https://example.com/hook")
    return house


@pytest.fixture
def there(tmp_path: Path) -> Platform:
    """An empty one."""
    return wire(Settings(data=tmp_path / "there"))


@pytest.fixture
def lumen(tmp_path: Path) -> Shell:
    """Run one of the two commands on one of the two houses."""
    commands = {"export": export_command, "restore": restore_command}

    def lumen(house: str, name: str, *args: Any, code: int = 0, given: bytes = b"") -> Result:
        context = Context({"LUMEN_DATA": str(tmp_path / house)})
        done = CliRunner().invoke(commands[name], [str(each) for each in args], obj=context, input=given)
        assert done.exit_code == code, done.output
        return done

    return lumen


@pytest.fixture
def file(tmp_path: Path, here: Platform, lumen: Shell) -> Path:
    """An export of `here`."""
    path = tmp_path / "out" / "house.jsonl"
    path.parent.mkdir()
    lumen("here", "export", path)
    return path


# --- export ---


def test_the_file_is_for_the_eyes_of_whoever_made_it(file: Path, here: Platform, lumen: Shell) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (webhook,) = Webhooks(here.records, check=lambda _: None).of("ada")
    assert webhook.secret in file.read_text()
    assert "secrets" in lumen("here", "export", file).stderr
    assert "secrets" not in lumen("here", "export", file, "--jobs-only").stderr


def test_a_table_for_people_and_data_for_programs(file: Path, lumen: Shell) -> None:
    assert lumen("here", "export", file).stdout.splitlines() == [
        "KIND      DOCUMENTS",
        "cursors           1",
        "jobs              1",
        "webhooks          1",
    ]
    said = json.loads(lumen("here", "export", file, "--json").stdout)
    assert said == {"file": str(file), "documents": {"cursors": 1, "jobs": 1, "webhooks": 1}, "left": 0}


def test_stdout_is_the_file_and_nothing_else(file: Path, lumen: Shell) -> None:
    for more in ((), ("--json",)):
        out = lumen("here", "export", "-", *more).stdout_bytes
        assert out.splitlines()[1:-1] == file.read_bytes().splitlines()[1:-1]


def test_an_export_that_fails_leaves_the_older_file_and_nothing_beside_it(
    file: Path, lumen: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()
    monkeypatch.setattr("jobs.backup_file.BackupWriter.seal", lambda _: 1 / 0)
    lumen("here", "export", file, code=1)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_link_stays_one_and_a_device_is_no_file(file: Path, here: Platform, lumen: Shell) -> None:
    link = file.with_name("latest")
    link.symlink_to(file)
    before = file.stat().st_ino
    lumen("here", "export", link)
    assert link.is_symlink()
    assert file.stat().st_ino != before
    assert "is no file" in lumen("here", "export", "/dev/null", code=2).stderr


def test_what_could_not_be_put_into_it_is_named(
    here: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "here"))
    monkeypatch.setattr("jobs.stores.sqlite.decode", lambda _: {"picture": b"x"})
    assert run(["export", str(tmp_path / "x")]) == 1
    assert "lumen: jobs/a is left out: it holds a value of type bytes" in capsys.readouterr().err.splitlines()


def test_a_since_that_is_none_is_refused_before_anything_appears(
    tmp_path: Path, here: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "here"))
    assert run(["export", str(tmp_path / "x"), "--since", "yesterday"]) == 2
    assert "since" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


# --- restore ---


def test_a_dry_run_says_what_would_be_and_writes_nothing(file: Path, there: Platform, lumen: Shell) -> None:
    done = lumen("there", "restore", file, "--dry-run")
    assert done.stdout.splitlines() == [
        "KIND      CREATED  SAME  KEPT  REPLACED",
        "cursors         1     0     0         0",
        "jobs            1     0     0         0",
        "webhooks        1     0     0         0",
    ]
    assert done.stderr == "Nothing was written. It would be: created 3.\n"
    assert list(there.records.documents.walk(limit=9)) == []


@pytest.mark.parametrize("from_stdin", [False, True])
def test_a_restore_puts_back_and_is_on_record(file: Path, there: Platform, lumen: Shell, from_stdin: bool) -> None:
    source, given = ("-", file.read_bytes()) if from_stdin else (file, b"")
    said = json.loads(lumen("there", "restore", source, "--reason", "moved", "--json", given=given).stdout)
    assert said == {
        "dry_run": False,
        "torn": "",
        "documents": {kind: {"created": 1} for kind in ("cursors", "jobs", "webhooks")},
    }
    assert there.store.get("a").input.prompt == "bird a"
    (entry,) = there.audit("").latest(limit=9)
    assert (entry.action, entry.why, entry.counts) == ("backup.restore", "moved", {"created": 3})
    assert entry.filter == (f"file={source if from_stdin else file.name}",)
    assert lumen("there", "restore", file).stderr == "Restored: same 3.\n"


@pytest.mark.parametrize("cut", [0, 10, -1, -100])
def test_from_a_torn_file_nothing_is_written_unless_that_is_asked_for(
    file: Path, there: Platform, tmp_path: Path, cut: int, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    file.write_bytes(file.read_bytes()[:cut])
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "there"))
    assert run(["restore", str(file)]) == 2
    assert capsys.readouterr().err.startswith("lumen: file: ")
    assert list(there.records.documents.walk(limit=9)) == []


def test_what_is_before_the_tear_is_taken_when_that_is_asked_for(file: Path, there: Platform, lumen: Shell) -> None:
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:3]))
    assert "line 4 is not there" in lumen("there", "restore", file, "--partial").stderr
    there.store.get("a")
    assert not Webhooks(there.records, check=lambda _: None).of("ada")


def test_to_overwrite_is_asked_about_and_then_done(file: Path, here: Platform, lumen: Shell) -> None:
    here.store.delete("a")
    here.store.create(a_job("a", owner="bob"))
    kept = "Restored: kept 1, same 2.  --replace overwrites what was kept.\n"
    assert lumen("here", "restore", file).stderr == kept
    assert "--yes" in lumen("here", "restore", file, "--replace", code=2).stderr
    assert here.store.get("a").owner_uid == "bob"
    assert "replaced 1" in lumen("here", "restore", file, "--replace", "--yes").stderr
    assert here.store.get("a").owner_uid == "ada"
