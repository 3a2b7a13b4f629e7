"""A host whose child loads its stages when the craft says, and says how that went."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.craft import Craft
from models.errors import LoadFailed
from models.host import VRAM_SLACK_BYTES, Host, HostState
from models.wire import Ready
from tests.hosting import do, patience, pid_of
from tests.support_stages import EACH_A_ROUTE, LATE_S, LOADABLE
from tests.waiting import until

Hosts = Callable[..., Host]


@pytest.fixture
def loadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that has to be there for `picky` to load. It is not there."""
    monkeypatch.setenv(LOADABLE, str(tmp_path / "weights"))
    return tmp_path / "weights"


@pytest.fixture
def hosts(little_grace: None) -> Iterator[Hosts]:
    made: list[Host] = []

    def make(*routes: str, load: str = "eager") -> Host:
        made.append(Host(Craft(routes=routes, load=load), factory=EACH_A_ROUTE))
        made[-1].wait_ready(patience())
        return made[-1]

    yield make
    for host in made:
        host.close()


def test_a_route_that_cannot_be_loaded_does_not_keep_the_others_from_work(hosts: Hosts, loadable: Path) -> None:
    host = hosts("echo", "picky")
    assert host.state is HostState.READY
    assert host.loads()["picky"].why == "picky: weights are missing"
    assert host.loads()["echo"].why == ""
    assert do(host, "echo", {"a": b"a"})["a"] == b"a"
    pid = pid_of(host)
    with pytest.raises(LoadFailed, match="picky: weights are missing"):
        do(host, "picky")
    assert pid_of(host) == pid, "a child whose stage is not there has not been spoilt"


def test_in_the_background_the_second_route_is_loaded_while_nothing_is_to_do(hosts: Hosts, loadable: Path) -> None:
    loadable.touch()
    host = hosts("echo", "picky", load="background")
    until(lambda: "picky" in host.loads(), "the second route is loaded")
    assert host.loads()["picky"].why == ""
    assert do(host, "picky") is not None


def test_lazily_the_second_route_is_loaded_when_it_is_needed(hosts: Hosts, loadable: Path) -> None:
    host = hosts("echo", "picky", load="lazy")
    loadable.touch()
    assert set(host.loads()) == {"echo"}
    assert do(host, "picky") is not None


@pytest.mark.parametrize("load", ["background", "lazy"])
def test_the_budget_of_a_stage_begins_when_it_is_loaded(hosts: Hosts, load: str) -> None:
    host = hosts("echo", "late", load=load)
    assert do(host, "late", budget_s=LATE_S / 2) is not None


# --- memory of the GPU that does not come back ------------------------------------------------------


def test_a_fresh_child_that_finds_less_of_the_gpu_free_says_so(caplog: pytest.LogCaptureFixture) -> None:
    host = Host(Craft())
    free = 20_000_000_000
    with caplog.at_level(logging.WARNING):
        assert host._leak(Ready((), free_bytes=free)) == ""
        assert host._leak(Ready((), free_bytes=free - VRAM_SLACK_BYTES)) == ""
        said = host._leak(Ready((), free_bytes=free - VRAM_SLACK_BYTES - 1_000_000))
    assert said == "the GPU has 513 MB less free than when the first model process began"
    assert said in caplog.text
    host.close()


def test_without_a_gpu_nothing_is_said_of_one() -> None:
    host = Host(Craft())
    assert host._leak(Ready(())) == ""
    host.close()
