"""A price file says what an hour of a worker costs, or what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.capacity import PRICES
from jobs.errors import InvalidRequest
from jobs.prices import read_prices

GOOD: dict[str, Any] = {
    "currency": "EUR",
    "source": "a list",
    "read_on": "2026-11-27",
    "per_second": {"vcpu": 0.001, "gib": 0.0001, "gpu": {"big": 0.01}},
    "worker": {"vcpu": 4, "gib": 10, "gpu": "big"},
}


def written(folder: Path, prices: Any) -> Path:
    path = folder / "prices.json"
    path.write_text(json.dumps(prices))
    return path


def test_an_hour_costs_what_its_seconds_cost(tmp_path: Path) -> None:
    prices = read_prices(written(tmp_path, GOOD))
    assert (prices.price.currency, prices.price.per_hour) == ("EUR", pytest.approx(3600 * (0.004 + 0.001 + 0.01)))


def test_the_file_beside_the_code_says_where_it_was_read() -> None:
    prices = read_prices(PRICES)
    assert "https://cloud.google.com/run/pricing" in prices.source
    assert prices.price.per_hour == pytest.approx(3600 * (8 * 0.000018 + 32 * 0.000002 + 0.0001867))


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"worker": {"vcpu": 4, "gib": 10, "gpu": "small"}}, "worker.gpu"),
        ({"worker": {"vcpu": 0, "gib": 10, "gpu": "big"}}, "worker.vcpu"),
        ({"per_second": {"vcpu": "much", "gib": 0, "gpu": {}}}, "per_second.vcpu"),
        ({"currency": None}, "currency"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_prices(written(tmp_path, GOOD | wrong))
    assert caught.value.field == field


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_text("much")
    with pytest.raises(InvalidRequest):
        read_prices(tmp_path / "prices.json")
