"""When stages are loaded, and what becomes of one that cannot be."""

from dataclasses import dataclass, field
from math import inf

import pytest

from models.errors import LoadFailed
from models.loads import REST_S, TRIES_MAX, Loads
from models.stage import Stage
from models.wire import Failed, Ready
from tests.fakes import FakeClock


@dataclass(eq=False)
class Loadable:
    """A stage that can only be loaded, or cannot."""

    name: str
    log: list[str]
    broken: bool = False
    models: tuple[str, ...] = ()

    def load(self) -> None:
        self.log.append(self.name)
        if self.broken:
            raise OSError("no such file")


@dataclass
class House:
    clock: FakeClock = field(default_factory=FakeClock)
    log: list[str] = field(default_factory=list)
    stages: dict[str, Loadable] = field(default_factory=dict)

    def loads(self, when: str, broken: tuple[str, ...] = ()) -> Loads:
        for name in ("plan", "draw", "parts", "mesh", "export"):
            self.stages[name] = Loadable(name, self.log, name in broken)
        first, second = ("plan", "draw", "parts", "export"), ("plan", "draw", "mesh", "export")
        return Loads({"primary": self.row(first), "fallback": self.row(second)}, when, self.clock.monotonic)

    def row(self, names: tuple[str, ...]) -> tuple[Stage, ...]:
        return tuple(self.stages[name] for name in names)  # type: ignore[misc]


@pytest.fixture
def house() -> House:
    return House()


def names(ready: Ready | Failed) -> list[str]:
    assert isinstance(ready, Ready)
    return [load.stage for load in ready.loads if not load.why]


def test_eager_loads_all_routes_and_what_they_share_once(house: House) -> None:
    loads = house.loads("eager")
    assert names(loads.begin()) == ["plan", "draw", "parts", "export", "mesh"] == house.log
    assert loads.rest_s() == inf, "nothing is left for later"


def test_background_is_ready_with_the_first_route_and_loads_the_rest_while_nothing_is_to_do(house: House) -> None:
    loads = house.loads("background")
    assert names(loads.begin()) == ["plan", "draw", "parts", "export"]
    assert loads.rest_s() == 0
    assert loads.next().stage == "mesh"
    assert loads.rest_s() == inf


@pytest.mark.parametrize("when", ["background", "lazy"])
def test_a_first_route_that_cannot_be_loaded_gives_way_to_the_next(house: House, when: str) -> None:
    ready = house.loads(when, broken=("parts",)).begin()
    assert names(ready) == ["plan", "draw", "export", "mesh"]
    assert isinstance(ready, Ready)
    assert [load.why for load in ready.loads if load.why] == ["parts: no such file"]


def test_lazy_loads_a_route_when_it_is_needed_and_never_of_itself(house: House) -> None:
    loads = house.loads("lazy")
    loads.begin()
    assert loads.rest_s() == inf
    assert "mesh" not in house.log
    assert loads.need("mesh") is house.stages["mesh"]
    assert house.log[-1] == "mesh"


def test_what_is_loaded_is_not_loaded_again(house: House) -> None:
    loads = house.loads("eager")
    loads.begin()
    before = list(house.log)
    loads.need("mesh")
    assert house.log == before


@pytest.mark.parametrize("when", ["eager", "background", "lazy"])
def test_without_a_single_route_it_fails_with_every_reason(house: House, when: str) -> None:
    failed = house.loads(when, broken=("parts", "mesh")).begin()
    assert isinstance(failed, Failed)
    assert failed.kind == "LoadFailed"
    assert failed.message == "parts: no such file; mesh: no such file"


def test_a_stage_that_failed_is_tried_again_after_rests_that_double_until_it_is_given_up(house: House) -> None:
    loads = house.loads("eager", broken=("mesh",))
    loads.begin()
    rests = []
    while loads.rest_s() != inf:
        rests.append(loads.rest_s())
        house.clock.advance(loads.rest_s())
        assert loads.next().why == "mesh: no such file"
    assert rests == [REST_S * 2**n for n in range(TRIES_MAX - 1)]
    assert house.log.count("mesh") == TRIES_MAX


def test_a_stage_that_failed_and_loads_at_last_is_as_good_as_any(house: House) -> None:
    loads = house.loads("eager", broken=("mesh",))
    loads.begin()
    house.stages["mesh"].broken = False
    house.clock.advance(loads.rest_s())
    assert loads.next().why == ""
    assert loads.need("mesh") is house.stages["mesh"]
    assert loads.rest_s() == inf


def test_who_needs_a_stage_that_failed_is_told_why_at_once_and_after_the_rest_it_is_tried(house: House) -> None:
    loads = house.loads("eager", broken=("mesh",))
    loads.begin()
    with pytest.raises(LoadFailed, match="mesh: no such file"):
        loads.need("mesh")
    assert house.log.count("mesh") == 1
    house.stages["mesh"].broken = False
    house.clock.advance(REST_S)
    assert loads.need("mesh") is house.stages["mesh"]
