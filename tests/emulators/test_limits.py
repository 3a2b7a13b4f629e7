"""A limit that processes share, in Firestore."""

from concurrent.futures import ThreadPoolExecutor

from jobs.clock import SystemClock
from jobs.errors import RateLimited
from jobs.limits import Rate, RateLimits
from jobs.records import Records
from jobs.stores.firestore import FirestoreDocumentStore
from tests.emulators.google import Google

RATE = Rate(requests_max=20, window_s=600)


def passes(limits: RateLimits) -> bool:
    try:
        limits.take("key-k_ada.submit", exact=True)
    except RateLimited:
        return False
    return True


def test_two_processes_share_an_exact_limit_in_firestore(google: Google) -> None:
    both = [RateLimits(Records(FirestoreDocumentStore(google.project)), SystemClock(), RATE) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda n: passes(both[n % 2]), range(30))) == 20
