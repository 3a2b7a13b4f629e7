"""What callers make up does not become a label: each value of one is memory that the process keeps for good."""

from jobs.metrics import REQUESTS
from tests import seen
from tests.web.asking import Door


def test_methods_and_addresses_without_end_are_one_label_each(door: Door) -> None:
    seen.begin()
    door.get("/v1/jobs/j_none")
    before = len(seen.numbers()[REQUESTS.name])
    for n in range(20):
        door.ask(f"MADEUP{n}", "/v1/jobs")
        door.get(f"/v1/made-up-{n}")
    labels = [dict(each) for each in seen.numbers()[REQUESTS.name]]
    assert len(labels) <= before + 2
    assert not [each for each in labels if str(each["http.request.method"]).startswith("MADEUP")]
