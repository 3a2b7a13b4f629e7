"""A street of small houses in memory, and houses of real processes; everything here is marked `chaos`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.houses import Made, a_house
from tests.chaos.trials import Street, street
from tests.house import House


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.chaos)


@pytest.fixture(scope="session")
def houses() -> Iterator[Street]:
    with street() as found:
        yield found


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made.once(tmp_path_factory.mktemp("made"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "house") as house:
        yield house
