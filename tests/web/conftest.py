from pathlib import Path

import pytest

from tests.web.asking import Door, a_door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path / "house")
