"""Every test here talks to Google's emulators; without the Cloud SDK it is skipped, with CI=true it fails."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.emulators.google import Google, emulators, needs_emulators, new_project
from tests.house import House


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.emulator)
            item.add_marker(needs_emulators)


@pytest.fixture(scope="session")
def hosts() -> Iterator[Mapping[str, str]]:
    """The emulators of this run; their variables are set, so that Google's libraries find them."""
    with emulators() as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


@pytest.fixture(scope="session")
def storage_host(hosts: Mapping[str, str]) -> str:
    return hosts["STORAGE_EMULATOR_HOST"]


@pytest.fixture
def google(hosts: Mapping[str, str]) -> Google:
    return Google(hosts, new_project())


@pytest.fixture
def house(tmp_path: Path, google: Google) -> Iterator[House]:
    house = House(tmp_path, more=google.env)
    yield house
    house.close()
