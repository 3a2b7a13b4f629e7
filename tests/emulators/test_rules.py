"""deploy/firestore.rules on the emulator: what each of four people may do, and beside it what they may not."""

from dataclasses import dataclass

import pytest

from jobs.job_store import JobStore
from jobs.limits import LIMITS
from jobs.records import Records
from jobs.stores.firestore import FirestoreDocumentStore
from tests.builders import a_job, claim, finish, lease_of
from tests.emulators.google import Google, new_project
from tests.emulators.rules_as_jwt import Rest, load_rules, token_of

OK, DENIED = 200, 403
CLOSED = (
    "keys",
    "limits",
    "turns",
    "webhooks",
    "deliveries",
    "cursors",
    "batches",
    "audit",
    "replays",
    "lumen",
    "users",
)


@dataclass(frozen=True)
class Shop:
    """A project with the rules, a few jobs in it, and people at the door."""

    google: Google
    store: JobStore
    ada: Rest
    bob: Rest
    ops: Rest
    nobody: Rest

    def new(self, job_id: str, *, owner: str = "ada") -> str:
        self.store.create(a_job(job_id, owner=owner))
        return f"jobs/{job_id}"


@pytest.fixture(scope="module")
def shop(hosts: dict[str, str]) -> Shop:
    """One for all that only look; whoever changes something makes a job of their own."""
    google = Google(hosts, new_project())
    load_rules(google)
    documents = FirestoreDocumentStore(google.project)
    store, records = JobStore(documents), Records(documents)
    names = [Rest(google, token) for token in (token_of("ada"), token_of("bob"), token_of("olga", ops=True), None)]
    shop = Shop(google, store, *names)
    for job_id, owner in (("hers", "ada"), ("his", "bob")):
        shop.new(job_id, owner=owner)
        records.create(f"jobs/{job_id}/private", "debug", {"traceback": "...", "owner_uid": owner})
    records.create("dead_letters", "m-1", {"reason": "BAD_MESSAGE", "owner_uid": "ada"})
    for collection in CLOSED:
        records.create(collection, "x", {"owner_uid": "ada", "secret": "s"})
    return shop


# --- looking at one job ---


def test_an_owner_sees_their_job(shop: Shop) -> None:
    assert shop.ada.get("jobs/hers") == OK


def test_a_stranger_does_not(shop: Shop) -> None:
    assert shop.ada.get("jobs/his") == DENIED


def test_who_is_not_signed_in_does_not(shop: Shop) -> None:
    assert shop.nobody.get("jobs/hers") == DENIED


def test_ops_see_everybodys(shop: Shop) -> None:
    assert shop.ops.get("jobs/hers") == shop.ops.get("jobs/his") == OK


def test_a_job_that_is_not_there_is_denied_and_not_missing(shop: Shop) -> None:
    """A page that listens right after the API made the job has to take the first denial for "not yet"."""
    assert shop.ada.get("jobs/nowhere") == DENIED
    assert shop.ops.get("jobs/nowhere") == 404


def test_a_job_without_an_owner_is_only_for_ops(shop: Shop) -> None:
    Records(shop.store.documents).create("jobs", "ownerless", {"status": "queued"})
    assert (shop.ada.get("jobs/ownerless"), shop.ops.get("jobs/ownerless")) == (DENIED, OK)


@pytest.mark.parametrize("said", [False, "true", 1, None])
def test_only_a_claim_that_is_true_makes_ops(shop: Shop, said: object) -> None:
    assert Rest(shop.google, token_of("olga", ops=said)).get("jobs/hers") == DENIED


def test_the_name_of_an_owner_is_compared_to_the_letter(shop: Shop) -> None:
    assert Rest(shop.google, token_of("Ada")).get("jobs/hers") == DENIED


# --- looking at many ---


def test_an_owner_lists_their_own(shop: Shop) -> None:
    assert shop.ada.list("jobs", {"owner_uid": "ada"}) == OK


def test_an_owner_lists_their_own_of_a_status(shop: Shop) -> None:
    assert shop.ada.list("jobs", {"owner_uid": "ada", "status": "queued"}) == OK


def test_rules_are_no_filter(shop: Shop) -> None:
    assert shop.ada.list("jobs") == DENIED
    assert shop.ada.list("jobs", {"status": "queued"}) == DENIED


def test_nobody_lists_somebody_elses(shop: Shop) -> None:
    assert shop.ada.list("jobs", {"owner_uid": "bob"}) == DENIED


def test_who_is_not_signed_in_lists_nothing(shop: Shop) -> None:
    assert shop.nobody.list("jobs", {"owner_uid": "ada"}) == DENIED


@pytest.mark.parametrize("limit", [1, 100])
def test_a_page_of_up_to_a_hundred_is_given(shop: Shop, limit: int) -> None:
    assert shop.ada.list("jobs", {"owner_uid": "ada"}, limit=limit) == OK


@pytest.mark.parametrize("limit", [101, None])
def test_a_longer_page_is_not(shop: Shop, limit: int | None) -> None:
    assert shop.ada.list("jobs", {"owner_uid": "ada"}, limit=limit) == DENIED


def test_ops_list_everybodys(shop: Shop) -> None:
    assert shop.ops.list("jobs", limit=None) == OK


def test_nobody_looks_through_all_collections_of_a_name(shop: Shop) -> None:
    assert shop.ada.list("jobs", {"owner_uid": "ada"}, everywhere=True) == DENIED
    assert shop.ops.list("private", everywhere=True) == DENIED


# --- asking that one stops ---


def test_an_owner_asks_that_a_waiting_job_stops(shop: Shop) -> None:
    job = shop.new("stop")
    assert shop.ada.change(job, cancel_requested=True) == OK
    assert shop.store.get("stop").cancel_requested


def test_an_owner_asks_that_a_running_job_stops(shop: Shop) -> None:
    job = shop.new("stop-running")
    claim(shop.store, "stop-running")
    assert shop.ada.change(job, cancel_requested=True) == OK


def test_a_stranger_asks_in_vain(shop: Shop) -> None:
    assert shop.bob.change("jobs/hers", cancel_requested=True) == DENIED


def test_who_is_not_signed_in_asks_in_vain(shop: Shop) -> None:
    assert shop.nobody.change("jobs/hers", cancel_requested=True) == DENIED


def test_ops_ask_through_the_api_where_it_is_put_on_record(shop: Shop) -> None:
    assert shop.ops.change("jobs/hers", cancel_requested=True) == DENIED


def test_it_is_not_taken_back(shop: Shop) -> None:
    job = shop.new("twice")
    assert shop.ada.change(job, cancel_requested=True) == OK
    assert shop.ada.change(job, cancel_requested=False) == DENIED


def test_it_is_said_once(shop: Shop) -> None:
    job = shop.new("again")
    assert shop.ada.change(job, cancel_requested=True) == OK
    assert shop.ada.change(job, cancel_requested=True) == DENIED


def test_a_job_that_is_over_stays_as_it_is(shop: Shop) -> None:
    job = shop.new("over")
    finish(shop.store, "over", lease_of(claim(shop.store, "over")))
    assert shop.ada.change(job, cancel_requested=True) == DENIED


@pytest.mark.parametrize("value", [False, "true", 1, {"nullValue": None}, {"arrayValue": {}}, None])
def test_the_flag_is_true_or_nothing(shop: Shop, value: object) -> None:
    assert shop.ada.change("jobs/hers", cancel_requested=value) == DENIED


@pytest.mark.parametrize(
    "field, value",
    [
        ("status", "canceled"),
        ("done", True),
        ("owner_uid", "bob"),
        ("priority", 0),
        ("turn", 1),
        ("attempts_left", 99),
        ("progress", 50),
        ("input", {"mapValue": {"fields": {"prompt": {"stringValue": "dog"}}}}),
        ("lease", {"mapValue": {"fields": {"holder": {"stringValue": "me"}}}}),
        ("output", {"mapValue": {}}),
        ("expires_at", {"timestampValue": "2099-01-01T00:00:00Z"}),
        ("updated_at", {"timestampValue": "2099-01-01T00:00:00Z"}),
        ("last_write", None),
        ("of_mine", "x"),
    ],
)
def test_nothing_else_of_it_changes(shop: Shop, field: str, value: object) -> None:
    assert shop.ada.change("jobs/hers", **{field: value}) == DENIED
    assert shop.ada.change("jobs/hers", **{"cancel_requested": True, field: value}) == DENIED


def test_a_job_is_not_replaced_by_the_flag_alone(shop: Shop) -> None:
    assert shop.ada.replace("jobs/hers", {"cancel_requested": True}) == DENIED


def test_a_job_keeps_its_other_fields_and_can_be_read(shop: Shop) -> None:
    job = shop.new("whole")
    before = shop.store.get("whole")
    assert shop.ada.change(job, cancel_requested=True) == OK
    assert shop.store.get("whole") == before.model_copy(update={"cancel_requested": True})


# --- making and taking away ---


def test_nobody_creates_a_job(shop: Shop) -> None:
    made = {"owner_uid": "ada", "status": "queued", "done": False, "cancel_requested": False}
    assert [who.create("jobs/mine", made) for who in (shop.ada, shop.ops, shop.nobody)] == [DENIED] * 3


def test_nobody_deletes_a_job(shop: Shop) -> None:
    assert [who.delete("jobs/hers") for who in (shop.ada, shop.bob, shop.ops, shop.nobody)] == [DENIED] * 4


# --- what lies beside it ---


def test_a_traceback_is_for_ops(shop: Shop) -> None:
    at = "jobs/hers/private/debug"
    assert [who.get(at) for who in (shop.ops, shop.ada, shop.bob, shop.nobody)] == [OK, DENIED, DENIED, DENIED]


def test_nobody_writes_a_traceback(shop: Shop) -> None:
    assert [who.change("jobs/hers/private/debug", traceback="") for who in (shop.ops, shop.ada)] == [DENIED] * 2


def test_what_died_is_for_ops(shop: Shop) -> None:
    at = "dead_letters/m-1"
    assert [who.get(at) for who in (shop.ops, shop.ada, shop.nobody)] == [OK, DENIED, DENIED]
    assert (shop.ops.list("dead_letters"), shop.ada.list("dead_letters")) == (OK, DENIED)


def test_nobody_writes_what_died(shop: Shop) -> None:
    assert [who.change("dead_letters/m-1", reason="x") for who in (shop.ops, shop.ada)] == [DENIED] * 2
    assert shop.ops.delete("dead_letters/m-1") == DENIED


@pytest.mark.parametrize("collection", CLOSED)
def test_everything_else_is_nobodys(shop: Shop, collection: str) -> None:
    for who in (shop.ada, shop.ops, shop.nobody):
        assert who.get(f"{collection}/x") == DENIED
        assert who.list(collection, {"owner_uid": "ada"}) == DENIED
        assert who.create(f"{collection}/new", {"owner_uid": "ada"}) == DENIED
        assert who.change(f"{collection}/x", secret="mine") == DENIED


def test_every_collection_that_we_write_is_opened_above_or_closed(shop: Shop) -> None:
    written = {each.id for each in shop.store.documents._client.collections()}  # type: ignore[attr-defined]
    assert written == {"jobs", "dead_letters", *CLOSED}
    assert LIMITS in CLOSED
