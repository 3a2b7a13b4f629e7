"""The dashboard shows numbers that exist, and no tile hides another."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.gcloud import needs_gcloud
from tests.deploy.monitoring import unknown_fields
from tests.deploy.promql import OURS, read, strangers
from tests.deploy.test_alerts import bound

FILE = Path(__file__).parents[2] / "deploy" / "dashboard.json"
DASHBOARD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
LAYOUT = DASHBOARD["mosaicLayout"]
TILES: list[dict[str, Any]] = LAYOUT["tiles"]
# What an operator looks for first; a tile may go, the question it answers may not.
ASKED = (
    "lumen.queue.oldest_age lumen.queue.depth lumen.jobs.ended lumen.job.wait_bucket lumen.job.run_bucket"
    " lumen.stage.run_bucket lumen.dead_letters.unresolved lumen.sweep.found lumen.backend.call_count lumen.vram.peak"
    " lumen.wake_ups lumen.breaker.state http.server.request.duration_bucket"
    " run_googleapis_com:container_instance_count run_googleapis_com:container_billable_instance_time"
    " run_googleapis_com:container_gpu_memory_utilizations_bucket pubsub_googleapis_com:subscription_push_request_count"
).split()


def queries(widget: dict[str, Any]) -> list[str]:
    sets = widget.get("xyChart", {}).get("dataSets") or [widget.get("scorecard", {})]
    return [each["timeSeriesQuery"]["prometheusQuery"] for each in sets if "timeSeriesQuery" in each]


def over(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("xPos", "width"), ("yPos", "height"))
    )


def test_no_tile_hides_another_and_none_leaves_the_page() -> None:
    hidden = [(a["widget"]["title"], b["widget"]["title"]) for a, b in combinations(TILES, 2) if over(a, b)]
    assert hidden == []
    assert all(tile["xPos"] + tile["width"] <= LAYOUT["columns"] for tile in TILES)


def test_titles_tell_tiles_apart() -> None:
    titles = [tile["widget"]["title"] for tile in TILES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("tile", TILES, ids=[tile["widget"]["title"] for tile in TILES])
def test_a_tile_asks_for_numbers_that_somebody_tells(tile: dict[str, Any]) -> None:
    assert [wrong for query in queries(tile["widget"]) for wrong in strangers(query)] == []


def test_a_legend_names_labels_that_its_sum_keeps() -> None:
    for tile in TILES:
        for each in tile["widget"].get("xyChart", {}).get("dataSets", []):
            named = {part.partition("}")[0] for part in each.get("legendTemplate", "").split("${labels.")[1:]}
            assert named <= read(each["timeSeriesQuery"]["prometheusQuery"]).grouped


def test_every_question_of_an_operator_is_on_it() -> None:
    shown = {name for tile in TILES for query in queries(tile["widget"]) for name, _ in read(query).series}
    assert [name for name in ASKED if name not in shown] == []
    assert shown & OURS.keys()


def test_it_turns_red_where_an_alert_fires() -> None:
    cards = {tile["widget"]["title"]: tile["widget"]["scorecard"] for tile in TILES if "scorecard" in tile["widget"]}
    red = {title: card["thresholds"][0]["value"] for title, card in cards.items() if "thresholds" in card}
    assert red == {"Oldest due job": bound("queue-age"), "Dead letters to decide on": bound("dead-letters")}


@needs_gcloud
def test_the_api_has_every_field_of_it() -> None:
    assert unknown_fields("Dashboard", [DASHBOARD]) == [[]]
