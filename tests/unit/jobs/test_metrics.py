"""The table of numbers: what each needs so that somebody can act on it."""

import re

import pytest

from jobs.metrics import METRICS, Histogram, Metric

UNITS = {"s", "By", "1", "{job}", "{lookup}", "{message}", "{process}", "{request}"}


def test_no_two_have_one_name() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_says_what_it_tells_and_what_to_do(metric: Metric) -> None:
    assert re.fullmatch(r"(lumen|http)(\.[a-z_]+)+", metric.name)
    assert metric.unit in UNITS
    assert metric.meaning.endswith((".", ")."))
    assert metric.act.endswith((".", ")."))


@pytest.mark.parametrize(
    "metric",
    [
        each
        for each in METRICS
        if each.name in {"lumen.job.wait", "lumen.job.run", "lumen.stage.run", "lumen.model.load"}
    ],
    ids=lambda metric: metric.name,
)
def test_long_things_have_buckets_to_900_s(metric: Histogram) -> None:
    """D11: a push lives for 600 s, a wait for longer."""
    assert metric.bounds[-1] == 900
    assert list(metric.bounds) == sorted(metric.bounds)
