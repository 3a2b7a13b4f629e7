"""A warm host of every bad stage, with less patience than in real life."""

from collections.abc import Iterator

import pytest

from models import process, rest
from models.craft import Craft
from models.host import Host
from tests.hosting import patience
from tests.support_stages import ACTS, STAGES


@pytest.fixture
def little_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_S", 0.3)
    monkeypatch.setattr(process, "PIPE_S", 1)
    monkeypatch.setattr(rest, "FIRST_S", 0.01)


@pytest.fixture
def craft(little_grace: None) -> Iterator[Host]:
    craft = Host(Craft(routes=tuple(ACTS)), factory=STAGES)
    craft.wait_ready(patience())
    yield craft
    craft.close()
