"""`lumen init` and `doctor --gcp` where no Google is needed."""

import sys
from pathlib import Path
from typing import Any

import pytest

from cli.main import run


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))

    def call(*args: str) -> tuple[int, str, str]:
        code = run(args)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_local_house_is_a_folder_and_a_database(lumen: Any, tmp_path: Path) -> None:
    database = tmp_path / "data" / "lumen.db"
    assert lumen("init", "--dry-run") == (0, f"database {database}: would be created\n", "")
    assert not database.parent.exists()
    assert lumen("init") == (0, f"database {database}: created\n", "")
    assert database.exists()
    assert lumen("init") == (0, f"database {database}: in order\n", "")


@pytest.mark.parametrize("content", [None, b"no database" * 1000])
def test_a_folder_that_is_none_and_a_database_that_is_none_are_exit_code_seven(
    lumen: Any, tmp_path: Path, content: bytes | None
) -> None:
    if content is None:
        (tmp_path / "data").touch()
    else:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "lumen.db").write_bytes(content)
    code, out, err = lumen("init")
    assert (code, out) == (7, "")
    assert str(tmp_path / "data") in err


@pytest.mark.parametrize("name", ["LUMEN_PROJECT", "LUMEN_BUCKET"])
def test_google_needs_a_project_and_a_bucket(lumen: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in {"LUMEN_PROJECT", "LUMEN_BUCKET"} - {name}:
        monkeypatch.setenv(each, "lumen-test")
    monkeypatch.delenv(name, raising=False)
    code, out, err = lumen("--backend", "gcp", "init")
    assert (code, out) == (2, "")
    assert name in err


def test_the_doctor_looks_at_google_only_where_google_is_the_backend(lumen: Any) -> None:
    code, out, _ = lumen("doctor", "--gcp")
    assert code == 1
    assert "LUMEN_BACKEND=gcp" in out


@pytest.mark.parametrize("command", [["init"], ["list"]])
def test_googles_libraries_are_missed_in_a_sentence(
    lumen: Any, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("jobs.") and name.count(".") == 2]:
        monkeypatch.delitem(sys.modules, name)  # adapters that another test has imported
    monkeypatch.delitem(sys.modules, "jobs.gcp", raising=False)
    monkeypatch.setitem(sys.modules, "google.api_core", None)
    for name, value in {"BACKEND": "gcp", "PROJECT": "p", "BUCKET": "b"}.items():
        monkeypatch.setenv(f"LUMEN_{name}", value)
    code, out, err = lumen(*command)
    assert (code, out) == (2, "")
    assert err.startswith("lumen: LUMEN_BACKEND=gcp: google.api_core")
    assert "requirements-gcp.txt" in err
