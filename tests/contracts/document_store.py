"""The promises of `jobs/store.py`. A backend joins by giving the fixture `open_store`."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from jobs.errors import AlreadyThere, NotFound, Outrun
from jobs.store import STORE_TIME, Condition, Document, DocumentStore, Op, Query
from tests.fakes import START

OpenStore = Callable[[], DocumentStore]
WRITERS = 8


class DocumentStoreContract:
    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens one more handle on the test's own, at first empty backend, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> DocumentStore:
        return open_store()

    # --- create, read, delete ---

    def test_what_was_created_is_read_back(self, store: DocumentStore) -> None:
        fields = {
            "text": "Vogel 鳥 🐦 'x'; --",
            "n": 3,
            "x": 0.5,
            "yes": True,
            "no": None,
            "list": [1, "a"],
            "map": {"a": {"b": []}},
        }
        created = store.create("things", "a", fields)
        read = store.read("things", "a")
        assert read.fields == created.fields == fields
        assert (read.collection, read.key, read.version) == ("things", "a", created.version)

    def test_what_is_not_there_is_not_found(self, store: DocumentStore) -> None:
        with pytest.raises(NotFound):
            store.read("things", "a")

    def test_what_exists_is_not_created_again(self, store: DocumentStore) -> None:
        store.create("things", "a", {"n": 1})
        with pytest.raises(AlreadyThere):
            store.create("things", "a", {"n": 2})
        assert store.read("things", "a").fields == {"n": 1}

    def test_collections_are_apart_and_may_be_paths(self, store: DocumentStore) -> None:
        store.create("jobs", "a", {"n": 1})
        store.create("jobs/a/private", "a", {"n": 2})
        assert store.read("jobs", "a").fields == {"n": 1}
        assert store.read("jobs/a/private", "a").fields == {"n": 2}
        assert keys(store.find(Query("jobs", 9))) == ["a"]

    @pytest.mark.parametrize("key", ["a/b", "a%2Fb", "%", ".", "..", "__a__", "größe 鳥", "x" * 400, "a.b", " "])
    def test_any_text_is_a_key(self, store: DocumentStore, key: str) -> None:
        store.create("things", "a", {})
        store.write(store.create("things", key, {"n": 1}), {"n": 2})
        assert store.read("things", key).key == key
        assert sorted(keys(in_pages(store, Query("things", 9), size=1))) == sorted(["a", key])
        store.delete("things", key)
        assert keys(store.find(Query("things", 9))) == ["a"]

    def test_a_dot_in_a_fields_name_is_part_of_the_name(self, store: DocumentStore) -> None:
        old = store.create("things", "a", {"a": {"b": 1}, "a.b": 2, "files": {"object.glb": 3}})
        store.write(old, {"a.b": 4, "files": {"points.ply": 5}})
        assert store.read("things", "a").fields == {"a": {"b": 1}, "a.b": 4, "files": {"points.ply": 5}}

    def test_deleted_is_gone_and_deleting_nothing_is_fine(self, store: DocumentStore) -> None:
        store.create("things", "a", {})
        store.delete("things", "a")
        store.delete("things", "a")
        with pytest.raises(NotFound):
            store.read("things", "a")

    def test_only_the_very_version_that_was_read_is_deleted(self, store: DocumentStore) -> None:
        old = store.create("things", "a", {"n": 1})
        new = store.write(old, {"n": 2})
        with pytest.raises(Outrun):
            store.delete("things", "a", version=old.version)
        assert store.read("things", "a").fields == {"n": 2}
        store.delete("things", "a", version=new.version)
        with pytest.raises(NotFound):
            store.read("things", "a")
        with pytest.raises(Outrun):
            store.delete("things", "a", version=new.version)

    def test_of_many_creators_one_wins(self, open_store: OpenStore) -> None:
        def create(store: DocumentStore, n: int) -> bool:
            try:
                store.create("things", "a", {"n": n})
            except AlreadyThere:
                return False
            return True

        assert sum(at_once(open_store, create)) == 1

    # --- compare and set ---

    def test_a_write_touches_the_named_fields_and_no_other(self, store: DocumentStore) -> None:
        old = store.create("things", "a", {"n": 1, "map": {"a": 1, "b": 2}, "from_the_future": [1, 2]})
        written = store.write(old, {"n": 2, "map": {"a": 3}})
        assert written.fields == store.read("things", "a").fields
        assert written.fields == {"n": 2, "map": {"a": 3}, "from_the_future": [1, 2]}

    def test_a_write_makes_another_version(self, store: DocumentStore) -> None:
        old = store.create("things", "a", {"n": 1})
        new = store.write(old, {"n": 2})
        assert new.version != old.version
        assert store.read("things", "a").version == new.version

    def test_the_version_a_write_returns_can_be_written_next(self, store: DocumentStore) -> None:
        first = store.write(store.create("things", "a", {"n": 1}), {"n": 2})
        assert store.write(first, {"n": 3}).fields == {"n": 3}

    def test_of_two_writers_of_one_version_the_second_is_outrun(self, open_store: OpenStore) -> None:
        ada, bob = open_store(), open_store()
        ada.create("things", "a", {"n": 0})
        read_by_ada, read_by_bob = ada.read("things", "a"), bob.read("things", "a")
        bob.write(read_by_bob, {"n": "bob"})
        with pytest.raises(Outrun):
            ada.write(read_by_ada, {"n": "ada"})
        assert ada.read("things", "a").fields == {"n": "bob"}

    def test_of_many_writers_of_one_version_exactly_one_wins(self, open_store: OpenStore) -> None:
        open_store().create("things", "a", {"by": None})
        all_have_read = Barrier(WRITERS)

        def write(store: DocumentStore, n: int) -> bool:
            old = store.read("things", "a")
            all_have_read.wait()
            try:
                store.write(old, {"by": n})
            except Outrun:
                return False
            return True

        won = at_once(open_store, write)
        assert won.count(True) == 1
        assert open_store().read("things", "a").fields == {"by": won.index(True)}

    def test_no_increment_among_many_is_lost(self, open_store: OpenStore) -> None:
        open_store().create("things", "a", {"n": 0})

        def count_to_ten(store: DocumentStore, _: int) -> None:
            done = 0
            while done < 10:
                old = store.read("things", "a")
                try:
                    store.write(old, {"n": old.fields["n"] + 1})
                except Outrun:
                    continue
                done += 1

        at_once(open_store, count_to_ten)
        assert open_store().read("things", "a").fields == {"n": 10 * WRITERS}

    def test_deleted_and_created_again_is_another_version(self, store: DocumentStore) -> None:
        old = store.create("things", "a", {"n": 1})
        store.delete("things", "a")
        assert store.create("things", "a", {"n": 1}).version != old.version
        with pytest.raises(Outrun):
            store.write(old, {"n": 2})
        assert store.read("things", "a").fields == {"n": 1}

    def test_what_is_gone_cannot_be_written(self, store: DocumentStore) -> None:
        old = store.create("things", "a", {"n": 1})
        store.delete("things", "a")
        with pytest.raises(Outrun):
            store.write(old, {"n": 2})
        with pytest.raises(NotFound):
            store.read("things", "a")

    # --- time ---

    @pytest.mark.parametrize("microseconds", [0, 1, 120_000, 999_999])
    def test_times_survive(self, store: DocumentStore, microseconds: int) -> None:
        time = START + timedelta(microseconds=microseconds)
        store.create(
            "things",
            "a",
            {"seen_at": time, "start_by": time, "map": {"not_before": time}, "list": [{"begun_at": time}]},
        )
        fields = store.read("things", "a").fields
        assert fields == {"seen_at": time, "start_by": time, "map": {"not_before": time}, "list": [{"begun_at": time}]}
        assert fields["seen_at"].utcoffset() == timedelta(0)

    def test_a_text_that_looks_like_a_time_stays_a_text(self, store: DocumentStore) -> None:
        store.create("things", "a", {"prompt": "2026-03-01T12:00:00.000000Z"})
        assert store.read("things", "a").fields == {"prompt": "2026-03-01T12:00:00.000000Z"}

    def test_times_sort_with_and_without_microseconds(self, store: DocumentStore) -> None:
        times = [START + timedelta(microseconds=each) for each in (0, 1, 500_000, 999_999, 1_000_000)]
        for n in (3, 0, 4, 2, 1):
            store.create("things", f"k{4 - n}", {"seen_at": times[n]})
        assert [each.fields["seen_at"] for each in store.find(Query("things", 9, order=("seen_at",)))] == times

    def test_times_are_compared_as_times(self, store: DocumentStore) -> None:
        for n in range(4):
            store.create("things", str(n), {"seen_at": START + timedelta(microseconds=n * 500_000)})
        later = START + timedelta(seconds=1)
        assert keys(found(store, "seen_at", Op.AT_MOST, later)) == ["0", "1", "2"]
        assert keys(found(store, "seen_at", Op.BELOW, later)) == ["0", "1"]
        assert keys(found(store, "seen_at", Op.AT_LEAST, later)) == ["2", "3"]
        assert keys(found(store, "seen_at", Op.IS, later)) == ["2"]

    def test_store_time_becomes_the_time_of_the_write(self, store: DocumentStore) -> None:
        before = store.create("things", "before", {}).read_at.replace(microsecond=0)  # Firestore stamps milliseconds
        created = store.create("things", "a", {"created_at": STORE_TIME, "updated_at": STORE_TIME})
        fields = store.read("things", "a").fields
        assert fields == created.fields
        assert fields["created_at"] == fields["updated_at"]
        assert before <= fields["created_at"] <= store.read("things", "a").read_at

    def test_the_time_of_a_read_never_goes_back(self, store: DocumentStore) -> None:
        store.create("things", "a", {})
        times = [store.read("things", "a").read_at for _ in range(3)]
        assert times == sorted(times)
        assert all(time.utcoffset() is not None for time in times)

    def test_now_is_the_time_of_the_store(self, store: DocumentStore, open_store: OpenStore) -> None:
        before = open_store().create("things", "a", {}).read_at
        now = store.now()
        assert before - timedelta(seconds=1) < now < store.read("things", "a").read_at + timedelta(seconds=1)

    # --- find ---

    def test_conditions_are_dotted_paths_and_all_must_hold(self, store: DocumentStore) -> None:
        store.create("things", "a", {"lease": {"holder": "x", "token": 1}, "n": 1})
        store.create("things", "b", {"lease": {"holder": "x", "token": 2}, "n": 1})
        store.create("things", "c", {"lease": {"holder": "y", "token": 2}, "n": 1})
        store.create("others", "d", {"lease": {"holder": "x", "token": 2}, "n": 1})
        query = Query("things", 9).having("lease.holder", Op.IS, "x").having("lease.token", Op.AT_LEAST, 2)
        assert keys(store.find(query)) == ["b"]

    def test_a_list_has_what_is_in_it(self, store: DocumentStore) -> None:
        store.create("things", "a", {"tags": ["red", "blue"]})
        store.create("things", "b", {"tags": ["reddish"]})
        store.create("things", "c", {"tags": []})
        assert keys(found(store, "tags", Op.HAS, "red")) == ["a"]

    def test_true_and_false_are_told_apart(self, store: DocumentStore) -> None:
        store.create("things", "a", {"done": True})
        store.create("things", "b", {"done": False})
        assert keys(found(store, "done", Op.IS, True)) == ["a"]
        assert keys(found(store, "done", Op.IS, False)) == ["b"]

    def test_none_is_met_by_none_and_not_by_a_missing_field(self, store: DocumentStore) -> None:
        store.create("things", "missing", {})
        store.create("things", "none", {"letter": None})
        store.create("things", "none_within", {"letter": {"published_at": None}})
        store.create("things", "there", {"letter": {"published_at": START}})
        assert keys(found(store, "letter.published_at", Op.IS, None)) == ["none_within"]
        assert keys(found(store, "letter", Op.IS, None)) == ["none"]

    @pytest.mark.parametrize(
        "op,value", [(Op.IS, 5), (Op.AT_MOST, 5), (Op.AT_LEAST, 0), (Op.BELOW, 5), (Op.HAS, 5), (Op.IS, "")]
    )
    def test_none_meets_nothing_but_is_none(self, store: DocumentStore, op: Op, value: Any) -> None:
        store.create("things", "none", {"n": None})
        assert keys(found(store, "n", op, value)) == []

    def test_values_are_data_and_never_part_of_the_query(self, store: DocumentStore) -> None:
        odd = "x' OR '1'='1\"; DROP TABLE documents; --"
        store.create("things", odd, {"name": odd})
        store.create("things", "b", {"name": "b"})
        assert keys(found(store, "name", Op.IS, odd)) == [odd]
        assert keys(found(store, "name", Op.IS, "b")) == ["b"]

    def test_order_goes_by_the_first_field_then_the_next_then_the_key(self, store: DocumentStore) -> None:
        rows = {"e": (1, 2), "d": (1, 1), "c": (2, 0), "b": (1, 1), "a": (2, 0)}
        for key, (p, t) in rows.items():
            store.create("things", key, {"p": p, "at": {"t": t}})
        assert keys(store.find(Query("things", 9, order=("p", "at.t")))) == ["b", "d", "e", "a", "c"]

    def test_descending_order_has_descending_keys(self, store: DocumentStore) -> None:
        for key, n in {"a": 1, "b": 2, "c": 1, "d": 2}.items():
            store.create("things", key, {"n": n})
        assert keys(store.find(Query("things", 9, order=("-n",)))) == ["d", "b", "c", "a"]

    def test_without_an_order_it_goes_by_key(self, store: DocumentStore) -> None:
        for key in "cab":
            store.create("things", key, {})
        assert keys(store.find(Query("things", 9))) == ["a", "b", "c"]

    @pytest.mark.parametrize("order", ["n", "-n"])
    def test_a_document_without_the_field_has_no_place_in_its_order(self, store: DocumentStore, order: str) -> None:
        store.create("things", "missing", {"p": 1})
        store.create("things", "none", {"n": None, "p": 1})
        store.create("things", "there", {"n": 1, "p": 1})
        found = keys(store.find(Query("things", 9, (Condition("p", Op.IS, 1),), (order,))))
        assert sorted(found) == ["none", "there"]
        assert store.count(Query("things", 9, order=(order,))) == 2

    def test_a_query_is_bounded(self, store: DocumentStore) -> None:
        for n in range(5):
            store.create("things", str(n), {"n": n})
        assert keys(store.find(Query("things", 2, order=("-n",)))) == ["4", "3"]

    @pytest.mark.parametrize("order", [(), ("n",), ("-n",), ("p", "n"), ("-p", "-n")])
    def test_pages_follow_each_other_without_gap_or_repeat(self, store: DocumentStore, order: tuple[str, ...]) -> None:
        for n in range(7):
            store.create("things", f"k{n}", {"n": n // 3, "p": n % 2, "status": "x"})
        store.create("things", "other", {"n": 0, "p": 0, "status": "y"})
        query = Query("things", 9, (Condition("status", Op.IS, "x"),), order)
        assert keys(in_pages(store, query, size=2)) == keys(store.find(query))

    @pytest.mark.parametrize("order", ["seen_at", "-seen_at"])
    def test_pages_follow_each_other_by_time(self, store: DocumentStore, order: str) -> None:
        for n in range(6):
            store.create("things", f"k{n}", {"seen_at": START + timedelta(microseconds=n // 2 * 500_000)})
        query = Query("things", 9, order=(order,))
        assert keys(in_pages(store, query, size=1)) == keys(store.find(query))
        assert len(keys(store.find(query))) == 6

    def test_a_page_goes_on_behind_a_document_that_is_gone(self, store: DocumentStore) -> None:
        for key in "abcd":
            store.create("things", key, {"n": 1})
        first = list(store.find(Query("things", 2, order=("n",))))
        store.delete("things", "b")
        assert keys(store.find(Query("things", 9, order=("n",), after=first[-1]))) == ["c", "d"]

    @pytest.mark.parametrize("order", [("n",), ("-n",), ("p", "n"), ("-p", "-n"), ("seen_at",), ("-seen_at",)])
    def test_in_front_of_a_place_is_what_comes_before_it(self, store: DocumentStore, order: tuple[str, ...]) -> None:
        for n in range(7):
            at = START + timedelta(microseconds=n // 2 * 500_000)
            store.create("things", f"k{n}", {"n": n // 3, "p": n % 2, "status": "x", "seen_at": at})
        store.create("things", "other", {"n": 0, "p": 0, "status": "y", "seen_at": START})
        query = Query("things", 9, (Condition("status", Op.IS, "x"),), order)
        every = list(store.find(query))
        for place, document in enumerate(every):
            before = replace(query, before=document)
            assert keys(store.find(before)) == keys(iter(every[:place]))
            assert store.count(before) == place
        between = replace(query, after=every[1], before=every[5])
        assert keys(store.find(between)) == keys(iter(every[2:5]))
        assert store.count(replace(query, before=every[5], limit=3)) == 3

    def test_what_is_found_can_be_written(self, store: DocumentStore) -> None:
        store.create("things", "a", {"n": 1, "seen_at": START})
        (there,) = store.find(Query("things", 9))
        store.write(there, {"n": 2})
        assert store.read("things", "a").fields == {"n": 2, "seen_at": START}

    # --- count ---

    def test_a_count_counts_what_is_found(self, store: DocumentStore) -> None:
        for n in range(5):
            store.create("things", str(n), {"n": n})
        assert store.count(Query("things", 99)) == 5
        assert store.count(Query("things", 99).having("n", Op.BELOW, 2)) == 2
        assert store.count(Query("nothing", 99)) == 0

    def test_a_count_is_bounded(self, store: DocumentStore) -> None:
        for n in range(5):
            store.create("things", str(n), {})
        assert store.count(Query("things", 3)) == 3

    # --- walk ---

    @pytest.mark.parametrize("size", [1, 2, 99])
    def test_a_walk_meets_every_document_of_every_collection_once(self, store: DocumentStore, size: int) -> None:
        there = [("jobs", "a"), ("jobs", "b/c"), ("jobs/a/private", "x"), ("jobs/a/private/x/more", "."), ("keys", "a")]
        for collection, key in there:
            store.create(collection, key, {"of": f"{collection} {key}", "made_at": START})
        met = walked(store, size=size)
        assert sorted((each.collection, each.key) for each in met) == there
        assert all(each.fields == {"of": f"{each.collection} {each.key}", "made_at": START} for each in met)

    def test_a_walk_meets_what_lies_under_a_document_that_is_missing(self, store: DocumentStore) -> None:
        store.create("jobs/gone/private", "debug", {})
        assert [(each.collection, each.key) for each in walked(store, size=1)] == [("jobs/gone/private", "debug")]

    def test_a_walk_is_bounded_and_an_empty_store_has_none(self, store: DocumentStore) -> None:
        assert list(store.walk(limit=9)) == []
        for n in range(5):
            store.create(f"things{n}", "a", {})
        assert len(list(store.walk(limit=3))) == 3

    def test_a_walk_goes_on_behind_a_document_that_is_gone(self, store: DocumentStore) -> None:
        for key in "abc":
            store.create("things", key, {})
        first, *_ = store.walk(limit=1)
        store.delete("things", first.key)
        assert len(list(store.walk(limit=9, after=first))) == 2

    def test_what_is_met_on_a_walk_can_be_written(self, store: DocumentStore) -> None:
        store.create("things/a/inner", "a", {"n": 1})
        (met,) = store.walk(limit=1)
        store.write(met, {"n": 2})
        assert store.read("things/a/inner", "a").fields == {"n": 2}

    # --- more than one of them ---

    def test_what_one_process_writes_the_other_reads(self, open_store: OpenStore) -> None:
        ada, bob = open_store(), open_store()
        ada.create("things", "a", {"n": 1})
        assert bob.read("things", "a").fields == {"n": 1}
        bob.write(bob.read("things", "a"), {"n": 2})
        assert ada.read("things", "a").fields == {"n": 2}
        ada.delete("things", "a")
        assert keys(bob.find(Query("things", 9))) == []

    def test_many_may_open_an_empty_backend_at_once(self, open_store: OpenStore) -> None:
        at_once(open_store, lambda store, n: store.create("things", str(n), {}))
        assert open_store().count(Query("things", 99)) == WRITERS


def at_once(open_store: OpenStore, do: Callable[[DocumentStore, int], Any]) -> list[Any]:
    """What each of eight gets that do it at the same moment, each with a handle of its own."""
    ready = Barrier(WRITERS)

    def one(n: int) -> Any:
        store = open_store()
        ready.wait()
        return do(store, n)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


def keys(documents: Any) -> list[str]:
    return [document.key for document in documents]


def found(store: DocumentStore, field: str, op: Op, value: Any) -> Sequence[Document]:
    return list(store.find(Query("things", 99, (Condition(field, op, value),))))


def in_pages(store: DocumentStore, query: Query, *, size: int) -> list[Document]:
    pages: list[Document] = []
    last: Document | None = None
    while page := list(store.find(Query(query.collection, size, query.where, query.order, last))):
        pages, last = [*pages, *page], page[-1]
        assert len(pages) < 100, "the pages go round in circles"
    return pages


def walked(store: DocumentStore, *, size: int) -> list[Document]:
    met: list[Document] = []
    while page := list(store.walk(limit=size, after=met[-1] if met else None)):
        met += page
        assert len(met) < 100, "the walk goes round in circles"
    return met
