"""The house that commands work on."""

from pathlib import Path

import pytest

from jobs.settings import Settings
from jobs.wiring import Platform, wire


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """What the commands work on, held by somebody else."""
    return wire(Settings(data=tmp_path / "data"))
