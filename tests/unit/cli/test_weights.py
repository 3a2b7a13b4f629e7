"""`lumen weights`: what is there, and whether it is as it was. What needs the hub is in tests/tiny/test_hub.py."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.weights import weights_command
from models.manifest import write_manifest
from models.weights import TABLE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "weights" / "toy"
    folder.mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"abc")
    write_manifest(folder, id_="toy", repo="ada/toy", revision="", licences=("openrail++-m",))
    return folder


def run(tmp_path: Path, *args: str, **env: str) -> Result:
    context = Context({"LUMEN_DATA": str(tmp_path / "data"), "LUMEN_WEIGHTS": str(tmp_path / "weights")} | env)
    return CliRunner().invoke(weights_command, list(args), obj=context, standalone_mode=False)


def listed(tmp_path: Path, **env: str) -> dict[str, dict[str, object]]:
    rows = map(json.loads, run(tmp_path, "list", "--json", **env).stdout.splitlines())
    return {row["id"]: row for row in rows}


def test_the_list_has_what_lumen_knows_and_what_lies_here(tmp_path: Path, folder: Path) -> None:
    rows = listed(tmp_path)
    assert list(rows) == [*TABLE, "toy"]
    assert rows["toy"] | {"bytes": 3, "state": "there", "repo": "ada/toy", "accepted": False} == rows["toy"]
    assert (rows["sam3"]["state"], rows["sam3"]["bytes"]) == ("not there", None)
    assert rows["grounding-dino-tiny"]["accepted"]


def test_the_list_says_what_is_incomplete_or_unreadable(tmp_path: Path, folder: Path) -> None:
    (folder / "a.bin").unlink()
    assert listed(tmp_path)["toy"]["state"] == "incomplete"
    (folder / "lumen.json").write_text("{")
    assert listed(tmp_path)["toy"]["state"] == "unreadable"


def test_the_list_says_what_a_licence_forbids_and_who_accepted_it(tmp_path: Path, folder: Path) -> None:
    done = run(tmp_path, "list", LUMEN_ACCEPT_LICENSES="openrail++-m")
    assert done.stdout.splitlines()[0].split()[:2] == ["ID", "USED"]
    assert "openrail++-m (accepted): Not for the uses" in done.stderr
    assert "sai-nc-community (not accepted): Not for commercial use" in done.stderr
    assert "apache" not in done.stderr


def test_verify_ends_with_1_and_names_what_is_damaged(tmp_path: Path, folder: Path) -> None:
    assert run(tmp_path, "verify").return_value == 0
    (folder / "a.bin").write_bytes(b"abb")
    damaged = run(tmp_path, "verify", "toy")
    assert (damaged.return_value, "a.bin" in damaged.stdout) == (1, True)
    assert json.loads(run(tmp_path, "verify", "--json").stdout)["wrong"]


def test_verify_of_what_is_not_there_says_so(tmp_path: Path) -> None:
    assert "no weights" in str(run(tmp_path, "verify", "toy").exception)


def test_a_restricted_licence_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    refused = run(tmp_path, "fetch", "sdxl-turbo", HF_ENDPOINT="http://127.0.0.1:9")
    assert "LUMEN_ACCEPT_LICENSES=sai-nc-community" in str(refused.exception)


@pytest.mark.parametrize(
    "args",
    [
        ("nobodys",),
        ("--repo", "ada/toy"),
        ("--as", "toy"),
        ("sam3", "--repo", "ada/toy", "--as", "toy"),
        ("--repo", "ada/toy", "--as", "../toy"),
        ("--repo", "ada/toy", "--as", "sdxl-turbo"),
        ("--repo", "ada/toy", "--as", "toy", "--licence", "faircode"),
    ],
)
def test_what_makes_no_sense_is_a_mistake_of_usage(tmp_path: Path, args: tuple[str, ...]) -> None:
    assert run(tmp_path, "fetch", *args).exception.exit_code == 2


def test_what_the_bucket_lacks_is_said(tmp_path: Path) -> None:
    assert "lumen weights mirror toy" in str(run(tmp_path, "fetch", "--from-mirror", "toy").exception)
