"""From a folder to Google and back: the same documents, and a house that goes on with them."""

import io
from pathlib import Path

import pytest
from google.cloud.firestore import Client, GeoPoint

from jobs.backup import Backup, Outcome
from jobs.backup_file import BackupReader, BackupWriter, check
from jobs.keys import Grant, Keys, new_key_id
from jobs.settings import Backend, Settings
from jobs.webhooks import Webhooks
from jobs.wiring import Platform, wire
from tests.backups import everything
from tests.builders import a_job, claim, fail, lease_of
from tests.emulators.google import Google


@pytest.fixture
def local(tmp_path: Path) -> Platform:
    return wire(Settings(data=tmp_path / "here"))


@pytest.fixture
def googles(google: Google) -> Platform:
    return wire(Settings(backend=Backend.GCP, project=google.project, bucket=google.env["LUMEN_BUCKET"]))


def carried(old: Platform, new: Platform) -> set[Outcome]:
    out = io.BytesIO()
    for done in Backup(old.records.documents).export(BackupWriter(out), backend=old.settings.backend.value):
        assert done.left == ""
    file = io.BytesIO(out.getvalue())
    assert check(file).backend == old.settings.backend.value
    file.seek(0)
    return {outcome for _, outcome in Backup(new.records.documents).restore(BackupReader(file))}


def furnish(house: Platform) -> str:
    """Jobs in all their states, and a record of each kind that matters; a key is given back."""
    now = house.store.now()
    for name in ("waits", "runs", "failed"):
        house.store.create(a_job(name, now=now))
    claim(house.store, "runs")
    fail(house.store, "failed", lease_of(claim(house.store, "failed")))
    house.records.create("jobs/failed/private", "debug", {"trace": "boom\n", "written_at": now})
    Webhooks(house.records, check=lambda _: None).add("ada", "https://example.com/hook")
    return Keys(house.records).create(new_key_id(), Grant(owner="ada", name="laptop", scopes=("ops",))).token


def test_a_house_moves_to_google_and_back(local: Platform, googles: Platform, tmp_path: Path) -> None:
    token = furnish(local)
    assert carried(local, googles) == {Outcome.CREATED}
    assert everything(googles.records.documents) == everything(local.records.documents)
    assert Keys(googles.records).caller(token).owner == "ada"
    assert googles.store.get("runs").lease == local.store.get("runs").lease
    elsewhere = wire(Settings(data=tmp_path / "elsewhere"))
    assert carried(googles, elsewhere) == {Outcome.CREATED}
    assert everything(elsewhere.records.documents) == everything(local.records.documents)
    assert carried(elsewhere, googles) == {Outcome.SAME}


def test_what_another_program_keeps_in_the_same_database_is_left_out_and_named(
    googles: Platform, google: Google
) -> None:
    foreign = Client(project=google.project).collection("places")
    foreign.document("picture").set({"png": b"x"})
    foreign.document("point").set({"at": [{"is": GeoPoint(1, 2)}]})
    foreign.document("plain").set({"n": 1})
    out = io.BytesIO()
    done = list(Backup(googles.records.documents).export(BackupWriter(out), backend="gcp"))
    assert [(each.document.key, each.left) for each in done] == [
        ("picture", "it holds a value of type bytes"),
        ("plain", ""),
        ("point", "it holds a value of type GeoPoint"),
    ]
    check(io.BytesIO(out.getvalue()))
