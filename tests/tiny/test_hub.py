"""Weights come from a hub as a whole, checked, and go on where they were broken off; and from there to a bucket."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.weights import weights_command
from models import manifest
from models.craft import Craft
from models.errors import LoadFailed
from models.hub import Hub
from models.weights import Pin, Weights, model_of, unusable
from tests.hub_server import COMMIT, HubServer, Repo, hub
from tests.needs import needs_package

pytestmark = needs_package("huggingface_hub", "make torch")

LARGE = bytes(range(250)) * 40
CHUNK = 10 << 20  # the library writes so much at a time
FILES = {
    "config.json": b'{"a": 1}',
    "unet/model.safetensors": LARGE,
    "unet/model.bin": b"not asked for",
    ".gitattributes": b"",
    "README.md": b"hello",
}
CONFIG_SHA256 = hashlib.sha256(FILES["config.json"]).hexdigest()
ROW = Weights("toy", "ada/toy", COMMIT, ("*.json", "*.safetensors"), ("mit",))


@pytest.fixture
def server() -> Iterator[HubServer]:
    with hub() as server:
        server.repos["ada/toy"] = Repo(FILES)
        yield server


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return tmp_path / "weights"


def fetch(server: HubServer, weights: Path, row: Weights = ROW) -> manifest.Manifest:
    return Hub(server.address).fetch(row, weights, lambda path: None)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def partial_of(weights: Path, path: str) -> Path:
    at = weights / manifest.STAGING / f"toy@{COMMIT}" / path
    return at.with_name(f".{at.name}.part")


def test_what_is_asked_for_comes_with_a_manifest_of_what_came(server: HubServer, weights: Path) -> None:
    fetched = fetch(server, weights)
    there = files_in(weights / "toy")
    assert manifest.Manifest.model_validate_json(there.pop(manifest.NAME)) == fetched
    assert there == {path: FILES[path] for path in ("config.json", "unet/model.safetensors")}
    assert (fetched.repo, fetched.revision, fetched.bytes) == ("ada/toy", COMMIT, 8 + len(LARGE))
    craft = Craft(weights=str(weights))
    assert unusable(craft, model_of(craft, "toy")) is None


def test_each_file_is_asked_for_once_at_the_commit_that_was_asked_for(server: HubServer, weights: Path) -> None:
    fetch(server, weights)
    assert server.asked == [
        f"/api/models/ada/toy/revision/{COMMIT}",
        f"/ada/toy/resolve/{COMMIT}/config.json",
        f"/ada/toy/resolve/{COMMIT}/unet/model.safetensors",
    ]


def test_without_a_commit_the_newest_is_kept_by_its_commit(server: HubServer, weights: Path) -> None:
    assert fetch(server, weights, replace(ROW, revision="")).revision == COMMIT


def test_a_hub_that_answers_with_another_commit_is_refused(server: HubServer, weights: Path) -> None:
    server.repos["ada/toy"] = Liar(FILES)
    with pytest.raises(LoadFailed, match="answered with"):
        fetch(server, weights)
    assert not (weights / "toy").exists()


class Liar(Repo):
    def listing(self, repo: str) -> dict[str, object]:
        return super().listing(repo) | {"sha": "1" * 40}


def test_a_cut_connection_is_taken_up_where_it_was(server: HubServer, weights: Path) -> None:
    data = LARGE * 1100
    server.repos["ada/toy"] = Repo({"config.json": data}, cut_at=[CHUNK + 5])
    fetch(server, weights)
    assert server.asked[1:] == [
        f"/ada/toy/resolve/{COMMIT}/config.json",
        f"/ada/toy/resolve/{COMMIT}/config.json bytes={CHUNK}-",
    ]
    assert files_in(weights / "toy")["config.json"] == data


def test_what_was_interrupted_leaves_nothing_in_its_place_and_goes_on_from_the_byte(
    server: HubServer, weights: Path
) -> None:
    partial = partial_of(weights, "unet/model.safetensors")
    partial.parent.mkdir(parents=True)
    partial.write_bytes(LARGE[:3000])  # what is left of a fetch that was killed
    (partial.parents[1] / "config.json").write_bytes(FILES["config.json"])
    assert not (weights / "toy").exists()
    fetch(server, weights)
    assert server.asked[1:] == [f"/ada/toy/resolve/{COMMIT}/unet/model.safetensors bytes=3000-"]
    assert files_in(weights / "toy")["unet/model.safetensors"] == LARGE
    assert [path.name for path in (weights / manifest.STAGING).iterdir()] == ["toy.lock"]


def test_a_stop_in_the_middle_leaves_nothing_in_its_place(server: HubServer, weights: Path) -> None:
    def stop(path: str) -> None:
        if path.startswith("unet"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Hub(server.address).fetch(ROW, weights, stop)
    assert [path.name for path in weights.iterdir()] == [manifest.STAGING]
    fetch(server, weights)
    assert len(server.asked) == 2 + 2, "config.json came once"


@pytest.mark.parametrize("path", ["config.json", "unet/model.safetensors"])
def test_wrong_bytes_are_refused_and_forgotten(server: HubServer, weights: Path, path: str) -> None:
    repo = server.repos["ada/toy"]
    repo.served[path] = b"X" + FILES[path][1:]
    with pytest.raises(LoadFailed, match="other bytes"):
        fetch(server, weights)
    assert not (weights / "toy").exists()
    repo.served.clear()
    fetch(server, weights)
    assert files_in(weights / "toy")[path] == FILES[path]


def test_a_beginning_that_is_of_another_file_is_refused_once(server: HubServer, weights: Path) -> None:
    partial = partial_of(weights, "unet/model.safetensors")
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"X" * 3000)
    with pytest.raises(LoadFailed, match="other bytes"):
        fetch(server, weights)
    fetch(server, weights)


def test_what_lumen_knows_better_than_the_hub_is_asked_before_anything_is_fetched(
    server: HubServer, weights: Path
) -> None:
    for pins in (
        {"unet/model.safetensors": Pin("0" * 64)},
        {"config.json": Pin("0" * 64, 9)},
        {"b.json": Pin("0" * 64)},
    ):
        with pytest.raises(LoadFailed):
            fetch(server, weights, replace(ROW, pins=pins))
    assert all(asked.startswith("/api/") for asked in server.asked)
    with pytest.raises(LoadFailed, match="other bytes"):  # of a small file the hub tells no sha256
        fetch(server, weights, replace(ROW, pins={"config.json": Pin("0" * 64)}))


@pytest.mark.parametrize("path", ["../evil.json", "a/../../evil.json", "/evil.json", "a b.json", "a/.ssh/evil.json"])
def test_a_path_that_could_lead_elsewhere_is_refused(server: HubServer, weights: Path, path: str) -> None:
    server.repos["ada/toy"] = Repo({path: b"{}"})
    with pytest.raises(LoadFailed, match="no path"):
        fetch(server, weights)
    assert not weights.exists()


def test_a_newer_commit_takes_the_place_of_an_older_one(server: HubServer, weights: Path) -> None:
    fetch(server, weights)
    server.repos["ada/toy"] = Repo({"config.json": b"new"}, commit="2" * 40)
    fetch(server, weights, replace(ROW, revision="2" * 40))
    assert set(files_in(weights / "toy")) == {"config.json", manifest.NAME}
    assert files_in(weights / "toy")["config.json"] == b"new"


def test_files_can_be_kept_a_folder_down(server: HubServer, weights: Path) -> None:
    fetched = fetch(server, weights, replace(ROW, under="Toy3D", pins={"config.json": Pin(CONFIG_SHA256)}))
    assert set(fetched.files) == {"Toy3D/config.json", "Toy3D/unet/model.safetensors"}
    assert (weights / "toy" / "Toy3D" / "unet" / "model.safetensors").read_bytes() == LARGE


def test_two_fetches_of_the_same_do_not_meet(server: HubServer, weights: Path) -> None:
    with manifest.staging(weights, "toy", COMMIT), pytest.raises(LoadFailed, match="another process"):
        fetch(server, weights)
    fetch(server, weights)


@pytest.mark.parametrize(
    "row, refusal, said",
    [
        (ROW, (HTTPStatus.FORBIDDEN, {"X-Error-Code": "GatedRepo"}), "gated: accept its licence"),
        (replace(ROW, repo="ada/nothing"), None, "has no ada/nothing"),
        (replace(ROW, revision="3" * 40), None, "has no commit 3333"),
        (replace(ROW, repo="ada"), None, "OWNER/NAME|has no ada"),
        (replace(ROW, patterns=("*.gguf",)), None, "no file like"),
        (ROW, (HTTPStatus.BAD_GATEWAY, {}), "could not be fetched"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(
    server: HubServer, weights: Path, row: Weights, refusal: tuple[HTTPStatus, dict[str, str]] | None, said: str
) -> None:
    server.repos["ada/toy"].refusal = refusal
    with pytest.raises(LoadFailed, match=said):
        fetch(server, weights, row)


# --- the same at the command line, and the bucket ---


def run(tmp_path: Path, *args: str, **env: str) -> Result:
    context = Context(
        {"LUMEN_DATA": str(tmp_path / "data"), "LUMEN_WEIGHTS": str(tmp_path / "weights")} | env  # all there is
    )
    return CliRunner().invoke(weights_command, list(args), obj=context, standalone_mode=False)


def fetched(tmp_path: Path, server: HubServer, *more: str) -> Result:
    args = ("fetch", "--repo", "ada/toy", "--as", "toy", *more)
    return run(tmp_path, *args, HF_ENDPOINT=server.address)


def test_any_model_can_be_fetched_by_its_repository(server: HubServer, tmp_path: Path) -> None:
    done = fetched(tmp_path, server, "--licence", "mit", "--json")
    assert json.loads(done.stdout) == {"id": "toy", "revision": COMMIT, "bytes": 8 + len(LARGE)}
    assert fetched(tmp_path, server, "--licence", "mit", "--revision", COMMIT).exception is None


def test_a_licence_that_is_not_known_or_restricted_has_to_be_accepted_first(server: HubServer, tmp_path: Path) -> None:
    for more in ((), ("--licence", "sai-nc-community")):
        refused = fetched(tmp_path, server, *more)
        assert "LUMEN_ACCEPT_LICENSES=" in str(refused.exception)
    assert server.asked == []


def test_weights_go_into_the_bucket_once_and_come_back_as_they_were(server: HubServer, tmp_path: Path) -> None:
    fetched(tmp_path, server, "--licence", "mit")
    there = files_in(tmp_path / "weights" / "toy")
    assert json.loads(run(tmp_path, "mirror", "--json").stdout) == {"id": "toy", "copied": 2, "files": 2}
    assert json.loads(run(tmp_path, "mirror", "toy", "--json").stdout)["copied"] == 0
    (tmp_path / "weights").rename(tmp_path / "elsewhere")
    server.asked.clear()
    done = run(tmp_path, "fetch", "--from-mirror", "--json")
    assert json.loads(done.stdout)["id"] == "toy"
    assert files_in(tmp_path / "weights" / "toy") == there
    assert server.asked == []
    assert "there already" in run(tmp_path, "fetch", "--from-mirror", "toy").stderr


def test_what_was_damaged_in_the_bucket_does_not_come_here(server: HubServer, tmp_path: Path) -> None:
    fetched(tmp_path, server, "--licence", "mit")
    run(tmp_path, "mirror")
    stored = tmp_path / "data" / "bucket" / "weights" / "toy" / "unet" / "model.safetensors"
    stored.write_bytes(b"X" + LARGE[1:])
    (tmp_path / "weights").rename(tmp_path / "elsewhere")
    assert "other bytes" in str(run(tmp_path, "fetch", "--from-mirror", "toy").exception)
    assert not (tmp_path / "weights" / "toy").exists()
    (tmp_path / "elsewhere").rename(tmp_path / "back")
    done = run(tmp_path, "mirror", "--json", LUMEN_WEIGHTS=str(tmp_path / "back"))
    assert json.loads(done.stdout)["copied"] == 1
    assert run(tmp_path, "fetch", "--from-mirror", "toy").exception is None


def test_a_licence_counts_for_what_comes_from_the_bucket_too(server: HubServer, tmp_path: Path) -> None:
    env = {"LUMEN_ACCEPT_LICENSES": "sai-nc-community", "HF_ENDPOINT": server.address}
    run(tmp_path, "fetch", "--repo", "ada/toy", "--as", "toy", "--licence", "sai-nc-community", **env)
    run(tmp_path, "mirror")
    (tmp_path / "weights").rename(tmp_path / "elsewhere")
    refused = run(tmp_path, "fetch", "--from-mirror", "toy")
    assert "LUMEN_ACCEPT_LICENSES=sai-nc-community" in str(refused.exception)
    assert not (tmp_path / "weights" / "toy").exists()
