"""Every call of every port goes wrong in every way, and every job still ends exactly once.

`make test` tries some of them; CHAOS=long, and `make chaos`, all. CHAOS_SEED chooses which.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.errors import BackendDown, Outrun
from jobs.gcp import CALL_S
from jobs.store import Query
from jobs.stores.sqlite import SqliteDocumentStore
from tests.chaos.faults import MODES, OUTAGE_S, Fault, Faults, Mode
from tests.chaos.history import LETTERS, Evidence
from tests.chaos.long import LONG, SEED
from tests.chaos.scenarios import SCENARIOS, Scenario
from tests.chaos.trials import Street, Table, a_few
from tests.fakes import FakeClock

QUERY = Query("things", 10)


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    table = Table()
    yield table
    print(f"\nseed {SEED}" if not LONG else "")  # with -s
    print("\n".join(table.lines()))


def ends(evidence: Evidence, accepted: list[str]) -> tuple[str, ...]:
    there = (evidence.lives[job_id][-1].fields for job_id in accepted)
    return tuple(str(fields["status"]) if fields else "removed" for fields in there)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_without_faults_a_story_reaches_its_end_by_itself(houses: Street, scenario: Scenario) -> None:
    with houses.house(scenario) as house:
        scenario.story(house)
        evidence = house.evidence()
        assert ends(evidence, house.accepted) == scenario.ends
        letters = [each for each in evidence.passed if (each.act, each.topic) == ("published", LETTERS)]
        assert len(letters) == scenario.letters
        house.recover()
        assert (house.findings(), house.answers) == ([], [])


@pytest.mark.timeout(900 if LONG else 60)
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_whatever_call_goes_wrong_every_job_ends_exactly_once(houses: Street, table: Table, scenario: Scenario) -> None:
    trials = houses.trials(scenario)
    found = {}
    for trial in trials if LONG else a_few(trials, SEED):
        findings = houses.findings(trial)
        table.note(trial, findings)
        if findings:
            found[str(trial)] = findings
    assert not found


# --- what the faults themselves do --------------------------------------------------------------------


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def faulty_store(tmp_path: Path, clock: FakeClock, mode: Mode) -> tuple[SqliteDocumentStore, Faults]:
    """The second call goes wrong: the first has made the document `a`."""
    faults = Faults(clock, Fault("line", 1, mode))
    store = faults.over("documents", SqliteDocumentStore(tmp_path / f"{mode}.db", clock))
    store.create("things", "a", {"n": 0})
    return store, faults


@pytest.mark.parametrize("mode", MODES)
def test_a_fault_strikes_the_call_it_names_and_tells_its_caller(tmp_path: Path, clock: FakeClock, mode: Mode) -> None:
    store, faults = faulty_store(tmp_path, clock, mode)
    with pytest.raises(BackendDown):
        store.create("things", "b", {"n": 1})
    faults.heal()
    arrived = {document.key for document in store.find(QUERY)} == {"a", "b"}
    assert arrived == (mode in {Mode.AFTER, Mode.HANG})
    assert faults.struck is not None
    assert faults.struck.name == "records.create"


def test_a_hanging_call_takes_as_long_as_an_adapter_waits(tmp_path: Path, clock: FakeClock) -> None:
    store, _ = faulty_store(tmp_path, clock, Mode.HANG)
    with pytest.raises(BackendDown):
        store.read("things", "a")
    assert clock.monotonic() == CALL_S


def test_an_outage_ends_by_itself_and_a_refusal_when_it_is_mended(tmp_path: Path, clock: FakeClock) -> None:
    outage, _ = faulty_store(tmp_path, clock, Mode.UNAVAILABLE)
    refusal, faults = faulty_store(tmp_path, clock, Mode.DENIED)
    for _ in range(2):
        for store in (outage, refusal):
            with pytest.raises(BackendDown):
                store.read("things", "a")
    clock.advance(OUTAGE_S)
    assert outage.read("things", "a").fields == {"n": 0}
    with pytest.raises(BackendDown):
        refusal.read("things", "a")
    faults.heal()
    assert refusal.read("things", "a").fields == {"n": 0}


def test_an_aborted_write_has_lost_its_race(tmp_path: Path, clock: FakeClock) -> None:
    faults = Faults(clock, Fault("line", 2, Mode.ABORTED))
    store = faults.over("documents", SqliteDocumentStore(tmp_path / "race.db", clock))
    document = store.create("things", "a", {"n": 0})
    store.read("things", "a")
    with pytest.raises(Outrun):
        store.write(document, {"n": 1})
    assert store.read("things", "a").fields == {"n": 0}
