"""Which weights there are, what a manifest says of them, and why they cannot be used."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models import manifest
from models.craft import Craft
from models.errors import LoadFailed
from models.licences import LICENCES, not_accepted
from models.manifest import File, Manifest, damaged, incomplete, read, staging, write_manifest
from models.weights import ROWS, TABLE, model_of, unusable

COMMIT = "1f" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Weights of nobody's model."""
    folder = tmp_path / "toy"
    (folder / "unet").mkdir(parents=True)
    (folder / "config.json").write_bytes(b"{}")
    (folder / "unet" / "model.safetensors").write_bytes(b"abc")
    (folder / ".hidden").write_bytes(b"")
    write_manifest(folder, id_="toy", repo="ada/toy", revision=COMMIT, licences=("mit",))
    return folder


@pytest.fixture
def craft(tmp_path: Path) -> Craft:
    return Craft(weights=str(tmp_path), image_model="toy")


def why(craft: Craft, id_: str = "toy") -> str:
    return unusable(craft, model_of(craft, id_)) or ""


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


# --- the table ---


@pytest.mark.parametrize("row", ROWS, ids=TABLE)
def test_a_row_names_a_commit_a_licence_and_files_that_its_patterns_ask_for(row: object) -> None:
    from fnmatch import fnmatchcase

    assert re.fullmatch("[0-9a-f]{40}", row.revision)
    assert re.fullmatch(manifest.ID, row.id)
    assert row.used_by
    assert set(row.licences) <= set(LICENCES)
    for path, pin in row.pins.items():
        assert any(fnmatchcase(path, pattern) for pattern in row.patterns)
        assert re.fullmatch("[0-9a-f]{64}", pin.sha256)


def test_the_parents_import_of_the_table_brings_no_numbers_and_no_hub() -> None:
    program = "import sys, models.weights, models.hub, cli.weights\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "torch", "huggingface_hub", "httpx2", "google.cloud.storage"} & set(loaded)


# --- the manifest ---


def test_a_manifest_names_everything_that_is_not_hidden(folder: Path) -> None:
    there = read(folder)
    assert there is not None
    assert {path: file.bytes for path, file in there.files.items()} == {"config.json": 2, "unet/model.safetensors": 3}
    assert there.bytes == 5
    assert incomplete(folder, there) is None
    assert list(damaged(folder, there, lambda path: None)) == []


def test_a_flipped_bit_is_found_by_reading_and_not_by_looking(folder: Path) -> None:
    there = read(folder)
    assert there is not None
    (folder / "unet" / "model.safetensors").write_bytes(b"abb")
    assert incomplete(folder, there) is None
    (found,) = damaged(folder, there, lambda path: None)
    assert "unet/model.safetensors" in found


def test_a_file_that_is_missing_or_short_is_found_by_looking(folder: Path) -> None:
    there = read(folder)
    assert there is not None
    (folder / "unet" / "model.safetensors").write_bytes(b"ab")
    assert incomplete(folder, there) == "unet/model.safetensors has 2 bytes, not 3"
    (folder / "config.json").unlink()
    assert incomplete(folder, there) == "config.json is missing"
    assert len(list(damaged(folder, there, lambda path: None))) == 2


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/x", "", ".", "..", "a//b", "./x", ".x", "a/.x", "a\\b", "C:x", "a b", "x\n", "a/"]
)
def test_a_path_that_leaves_the_folder_or_hides_is_refused(folder: Path, path: str) -> None:
    rewrite(folder, files={path: {"bytes": 0, "sha256": "0" * 64}})
    with pytest.raises(LoadFailed, match=r"lumen\.json is no manifest"):
        read(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {}},
        {"files": {"a": {"bytes": -1, "sha256": "0" * 64}}},
        {"files": {"a": {"bytes": 1, "sha256": "0"}}},
        {"revision": "main"},
        {"id": "../toy"},
        {"more": 1},
    ],
)
def test_a_manifest_that_says_nonsense_is_refused(folder: Path, changes: dict[str, object]) -> None:
    rewrite(folder, **changes)
    with pytest.raises(LoadFailed):
        read(folder)


def test_a_truncated_manifest_is_refused_and_the_sentence_says_what_to_do(folder: Path, craft: Craft) -> None:
    path = folder / manifest.NAME
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LoadFailed):
        read(folder)
    assert "lumen weights fetch toy" in why(craft)


def test_an_empty_folder_has_no_manifest_and_gets_none(tmp_path: Path) -> None:
    assert read(tmp_path / "nothing") is None
    with pytest.raises(LoadFailed):
        write_manifest(tmp_path, id_="toy", repo="", revision="", licences=())
    assert list(tmp_path.iterdir()) == []


def test_what_was_gathered_of_another_version_makes_room(tmp_path: Path) -> None:
    for version in ("a", "b"):
        with staging(tmp_path, "toy", version) as staged:
            (staged / "x").touch()
    with staging(tmp_path, "toy", "b") as staged:
        assert [path.name for path in staged.iterdir()] == ["x"]
    assert sorted(path.name for path in (tmp_path / manifest.STAGING).iterdir()) == ["toy.lock", "toy@b"]


# --- models ---


def test_a_model_is_as_its_manifest_says_or_else_the_table(folder: Path, craft: Craft) -> None:
    model = model_of(craft, "toy")
    assert (model.pinned, model.repo, model.licences, model.folder) == (f"toy@{COMMIT}", "ada/toy", ("mit",), folder)
    assert model_of(craft, "sam3").repo == "facebook/sam3"
    assert model_of(craft, "nobodys").pinned == "nobodys@"


def test_a_manifest_takes_back_no_licence_of_the_table(folder: Path, craft: Craft) -> None:
    folder.rename(folder.with_name("sam3"))
    rewrite(folder.with_name("sam3"), id="sam3")
    assert model_of(craft, "sam3").licences == ("sam-licence", "mit")


def test_weights_of_any_id_can_be_used_when_they_have_a_manifest(folder: Path, craft: Craft) -> None:
    assert why(craft) == ""


def test_what_is_not_there_says_how_to_fetch_it_and_what_is_unknown_says_what_is_known(craft: Craft) -> None:
    assert "lumen weights fetch sam3" in why(craft, "sam3")
    assert "sdxl-turbo" in why(craft, "nobodys")
    assert "fetch" not in why(craft, "nobodys")


def test_a_file_that_is_missing_is_named(folder: Path, craft: Craft) -> None:
    (folder / "config.json").unlink()
    assert "config.json is missing" in why(craft)


def test_a_manifest_of_another_model_is_none_of_this(folder: Path, craft: Craft) -> None:
    rewrite(folder, id="other")
    assert "is that of other" in why(craft)


def test_only_the_revision_that_was_asked_for_will_do(folder: Path, tmp_path: Path) -> None:
    assert why(Craft(weights=str(tmp_path), image_model="toy", image_revision=COMMIT)) == ""
    other = "2" * 40
    assert other in why(Craft(weights=str(tmp_path), image_model="toy", image_revision=other))
    assert why(Craft(weights=str(tmp_path), image_model="sdxl-turbo", image_revision=other)) == ""


def test_a_restricted_licence_has_to_be_accepted_by_its_name(folder: Path, tmp_path: Path) -> None:
    rewrite(folder, licences=["mit", "sai-nc-community"])
    refused = why(Craft(weights=str(tmp_path)))
    assert "commercial" in refused
    assert "LUMEN_ACCEPT_LICENSES=sai-nc-community" in refused
    assert why(Craft(weights=str(tmp_path), accept_licenses=("sai-nc-community",))) == ""


def test_a_licence_that_nobody_knows_has_to_be_accepted_too() -> None:
    assert "LUMEN_ACCEPT_LICENSES=faircode" in (not_accepted(("faircode",), ()) or "")
    assert not_accepted(("faircode", "mit"), ("faircode",)) is None


def test_partcrafter_is_under_both_licences() -> None:
    assert TABLE["partcrafter"].licences == ("mit", "tencent-hunyuan-community")
    assert Manifest(id="a", repo="", files={"a": File(bytes=0, sha256="0" * 64)}).revision == ""
