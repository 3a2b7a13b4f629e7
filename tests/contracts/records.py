"""The promises of `jobs/records.py`, over any document store. A backend joins by giving the fixture `open_store`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest

from jobs.errors import BackendDown, RecordExists, RecordMissing
from jobs.records import Record, Records
from jobs.store import DocumentStore
from tests.fakes import START, FakeClock, Flaky

OpenStore = Callable[[], DocumentStore]


def one_more(record: Record | None, _now: datetime) -> Record:
    return {"n": (record["n"] if record else 0) + 1}


class RecordsContract:
    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens one more handle on the test's own, at first empty backend, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def flaky(self, open_store: OpenStore) -> Flaky:
        return Flaky(open_store())

    @pytest.fixture
    def records(self, flaky: Flaky) -> Records:
        return Records(flaky, FakeClock())

    def test_what_was_created_is_there(self, records: Records) -> None:
        records.create("keys", "a", {"n": 1})
        assert records.get("keys", "a") == {"n": 1}

    def test_what_is_not_there_is_missing(self, records: Records) -> None:
        with pytest.raises(RecordMissing, match=r"no a in keys"):
            records.get("keys", "a")

    def test_what_exists_is_not_replaced(self, records: Records) -> None:
        records.create("keys", "a", {"n": 1})
        with pytest.raises(RecordExists):
            records.create("keys", "a", {"n": 2})
        assert records.get("keys", "a") == {"n": 1}

    def test_the_first_update_makes_the_record(self, records: Records) -> None:
        assert records.update("keys", "a", one_more) == {"n": 1}
        assert records.update("keys", "a", one_more) == {"n": 2}
        assert records.get("keys", "a") == {"n": 2}

    def test_fields_that_the_change_leaves_out_stay(self, records: Records) -> None:
        records.create("keys", "a", {"n": 1, "from_the_future": [1]})
        assert records.update("keys", "a", one_more) == {"n": 2, "from_the_future": [1]}
        assert records.get("keys", "a") == {"n": 2, "from_the_future": [1]}

    def test_no_difference_is_no_write(self, records: Records, flaky: Flaky) -> None:
        records.create("keys", "a", {"n": 1, "m": 2})
        assert records.update("keys", "a", lambda old, now: {"n": 1}) == {"n": 1, "m": 2}
        assert flaky.calls["write"] == 0

    @pytest.mark.parametrize("there", [True, False])
    def test_a_change_that_raises_writes_nothing(self, records: Records, flaky: Flaky, there: bool) -> None:
        if there:
            records.create("keys", "a", {"n": 1})
        written = dict(flaky.calls)

        def refuse(record: Record | None, now: datetime) -> Record:
            raise ValueError("no")

        with pytest.raises(ValueError, match=r"^no$"):
            records.update("keys", "a", refuse)
        assert flaky.calls["create"] == written.get("create", 0)
        assert flaky.calls["write"] == 0

    def test_a_lost_race_runs_the_change_again_on_what_won(self, records: Records, flaky: Flaky) -> None:
        records.create("keys", "a", {"n": 1})
        flaky.overtake("write", lambda: flaky.inner.write(flaky.inner.read("keys", "a"), {"n": 40}))
        assert records.update("keys", "a", one_more) == {"n": 41}

    def test_a_lost_race_for_the_first_write_is_run_again_too(self, records: Records, flaky: Flaky) -> None:
        flaky.overtake("create", lambda: flaky.inner.create("keys", "a", {"n": 40}))
        assert records.update("keys", "a", one_more) == {"n": 41}

    def test_of_many_increments_none_is_lost(self, open_store: OpenStore) -> None:
        def count_to_five(_: int) -> None:
            records = Records(open_store(), FakeClock())
            for _ in range(5):
                records.update("keys", "a", one_more)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count_to_five, range(4)))
        assert Records(open_store()).get("keys", "a") == {"n": 20}

    @pytest.mark.parametrize("times", [1, 3])
    def test_an_outage_is_waited_for(self, records: Records, flaky: Flaky, times: int) -> None:
        flaky.fail("read", times)
        assert records.update("keys", "a", one_more) == {"n": 1}
        flaky.fail("read", times)
        assert records.get("keys", "a") == {"n": 1}

    def test_an_outage_is_not_waited_for_without_end(self, records: Records, flaky: Flaky) -> None:
        flaky.fail("read", 99)
        with pytest.raises(BackendDown):
            records.get("keys", "a")
        assert flaky.calls["read"] == 4

    def test_find_gives_those_whose_fields_are_equal_by_key(self, records: Records) -> None:
        numbers = count()
        for key in "cba":
            records.create("keys", key, {"owner": {"uid": "ada"}, "n": next(numbers)})
        records.create("keys", "d", {"owner": {"uid": "bob"}, "n": 9})
        assert [key for key, _ in records.find("keys", {"owner.uid": "ada"}, limit=9)] == ["a", "b", "c"]
        assert list(records.find("keys", {"owner.uid": "ada", "n": 0}, limit=9)) == [
            ("c", {"owner": {"uid": "ada"}, "n": 0})
        ]
        assert [key for key, _ in records.find("keys", {}, limit=2)] == ["a", "b"]

    def test_deleted_is_gone_and_deleting_nothing_is_fine(self, records: Records) -> None:
        records.create("keys", "a", {})
        records.delete("keys", "a")
        records.delete("keys", "a")
        with pytest.raises(RecordMissing):
            records.get("keys", "a")

    def test_the_latest_come_first_and_go_on_behind_a_place(self, records: Records) -> None:
        times = {"a": 1, "b": 3, "c": 2, "d": 3}
        for key, seconds in times.items():
            records.create("letters", key, {"filed_at": START + timedelta(seconds=seconds)})
        records.create("letters", "timeless", {})
        every = list(records.latest("letters", "filed_at", limit=9))
        assert [key for key, _ in every] == ["d", "b", "c", "a"]
        for number, (key, record) in enumerate(every):
            behind = records.latest("letters", "filed_at", limit=9, behind=(record["filed_at"], key))
            assert list(behind) == every[number + 1 :]
        assert [key for key, _ in records.latest("letters", "filed_at", limit=1)] == ["d"]
