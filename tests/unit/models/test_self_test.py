"""What has to work before a model is loaded."""

import tempfile
from pathlib import Path

import pytest

from models import self_test
from models.craft import Craft
from models.errors import LoadFailed


@pytest.fixture
def tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_machine_with_room_for_temporary_files_is_fit(tmp: Path) -> None:
    self_test.self_test(Craft(), ())
    assert not list(tmp.iterdir()), "nothing is left behind"


def test_a_folder_that_is_not_there_is_said(tmp: Path) -> None:
    tmp.rmdir()
    with pytest.raises(LoadFailed, match="temporary files cannot be written"):
        self_test.self_test(Craft(), ())


def test_a_disk_that_is_nearly_full_is_said_with_both_numbers(tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "DISK_FREE_MIN_BYTES", 10**18)
    with pytest.raises(LoadFailed, match=r"MB are free for temporary files, 1 000 000 000 000 MB needed"):
        self_test.self_test(Craft(), ())
