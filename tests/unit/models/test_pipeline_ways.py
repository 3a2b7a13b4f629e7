"""Ways from a brief: from words or from a picture, past routes that cannot be used, and no work twice."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.buckets.disk import DiskBucket
from models import wire
from models.errors import (
    BadInput,
    ChildDied,
    CraftError,
    GpuExhausted,
    NoUsableMesh,
    Refused,
    StageTimeout,
    Unavailable,
)
from models.model import Model
from models.pipeline import Pipeline
from models.report import REPORT, Made
from models.routes import Route
from models.shelf import Shelf
from models.stage import Brief, Deadline, Stage
from models.stages import UPLOAD, Clean
from models.vram import Vram
from tests.support_stages import Acting, acting
from tests.unit.models.test_pipeline import FakeHost, Notes, maker, raising

TOY = Model("toy", "ada/toy", "1f2e", ("mit",), Path("toy"))
DRAW = replace(acting("draw"), models=(TOY,))
READ = replace(acting("read"), reads=(UPLOAD,))


def two_ways(name: str, **more: object) -> Route:
    """From words by drawing a picture first, from a picture by reading it."""
    shape = maker(f"shape-{name}")
    return replace(Route(name, (DRAW, shape, Clean()), (READ, shape, Clean())), **more)  # type: ignore[arg-type]


def from_words_only(name: str) -> Route:
    return replace(two_ways(name), from_picture=())


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(DiskBucket(tmp_path))


@pytest.fixture
def no_shelf(tmp_path: Path) -> Shelf:
    """One that keeps nothing."""
    (tmp_path / "file").write_bytes(b"")
    return Shelf(DiskBucket(tmp_path / "file"))


def make(shelf: Shelf, host: FakeHost, *routes: Route, brief: Brief | None = None) -> Made:
    pipeline = Pipeline(host, shelf, routes)  # type: ignore[arg-type]
    return pipeline.make(brief or Brief(prompt="cat"), deadline=Deadline.after(60), watcher=Notes())


PICTURE = Brief(image=b"a picture")


# --- words or a picture -----------------------------------------------------------------------------


def test_words_are_drawn_and_a_picture_is_read(shelf: Shelf) -> None:
    host = FakeHost()
    make(shelf, host, two_ways("one"))
    assert host.ran[:3] == ["plan", "draw", "shape-one"]
    host = FakeHost()
    make(shelf, host, two_ways("one"), brief=PICTURE)
    assert host.ran == ["plan", "read"], "what was made from an equal plan lies on the shelf"
    assert host.given["read"] == {UPLOAD: b"a picture"}


def test_a_route_that_reads_no_pictures_is_passed_over_for_one(shelf: Shelf) -> None:
    made = make(shelf, FakeHost(), from_words_only("one"), two_ways("two"), brief=PICTURE)
    assert made.route == "two"
    assert made.refusals == ("one: it reads no pictures",)


def test_where_no_route_reads_pictures_the_input_is_bad_and_nothing_was_begun(shelf: Shelf) -> None:
    host = FakeHost()
    with pytest.raises(BadInput, match="no route of this worker reads pictures"):
        make(shelf, host, from_words_only("one"), two_ways("two", unavailable="no weights"), brief=PICTURE)
    assert host.ran == []


# --- routes that cannot be used ---------------------------------------------------------------------


def test_a_route_that_cannot_be_used_says_why_in_the_result(shelf: Shelf) -> None:
    host = FakeHost()
    made = make(shelf, host, two_ways("one", unavailable="its licence is not accepted"), two_ways("two"))
    assert (made.route, made.refusals) == ("two", ("one: its licence is not accepted",))
    assert "shape-one" not in host.ran


@pytest.mark.parametrize("error", [Refused("no head"), StageTimeout("60 s"), GpuExhausted("8 GiB")])
def test_where_the_only_other_route_fails_its_error_stands_and_both_reasons_are_kept(
    shelf: Shelf, error: CraftError
) -> None:
    host = FakeHost({"shape-one": raising(error)})
    with pytest.raises(NoUsableMesh if isinstance(error, Refused) else type(error)) as caught:
        make(shelf, host, two_ways("one"), two_ways("two", unavailable="no weights"))
    assert not isinstance(caught.value, Unavailable)
    assert caught.value.refusals == (f"one: {error}", "two: no weights")  # type: ignore[attr-defined]


# --- no work twice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [Refused("no head"), StageTimeout("60 s"), ChildDied("SIGSEGV"), GpuExhausted("8 GiB")], ids=type
)
def test_the_fallback_takes_the_picture_that_was_drawn_even_where_the_shelf_keeps_nothing(
    no_shelf: Shelf, error: CraftError
) -> None:
    host = FakeHost({"shape-one": raising(error)})
    made = make(no_shelf, host, two_ways("one"), two_ways("two"))
    assert host.ran.count("draw") == 1
    assert (made.route, made.refusals) == ("two", (f"one: {error}",))


def test_what_was_refused_would_be_refused_again_and_is_not_made_again(shelf: Shelf) -> None:
    host = FakeHost({"draw": raising(Refused("the picture is black"))})
    with pytest.raises(NoUsableMesh) as caught:
        make(shelf, host, two_ways("one"), two_ways("two"))
    assert host.ran.count("draw") == 1
    assert caught.value.refusals == ("one: the picture is black", "two: the picture is black")


def test_an_accident_may_not_happen_again_so_the_fallback_tries(shelf: Shelf) -> None:
    host = FakeHost()
    died = [ChildDied("SIGSEGV")]
    host.deeds["draw"] = lambda step: raising(died.pop())(step) if died else step(1, 1, "drawn")
    assert make(shelf, host, two_ways("one"), two_ways("two")).route == "two"
    assert host.ran.count("draw") == 2


# --- what a result says of the weights --------------------------------------------------------------


def test_a_result_names_its_weights_and_their_licences_also_when_they_came_from_the_shelf(shelf: Shelf) -> None:
    for _ in range(2):
        made = make(shelf, FakeHost(), two_ways("one"))
        report = json.loads(made.files[REPORT])
        row = {"id": "toy", "repo": "ada/toy", "revision": "1f2e", "licences": ["mit"]}
        assert (report["models"], report["licences"]) == ([row], ["mit"])
        assert (made.models, made.licences) == (("toy@1f2e",), ("mit",))


def test_a_result_names_the_parameters_of_every_stage(shelf: Shelf) -> None:
    report = json.loads(make(shelf, FakeHost(), two_ways("one")).files[REPORT])
    assert report["parameters"]["plan"] == {"prompt": "cat", "verb": "", "num_parts": None}
    assert set(report["parameters"]) == set(report["seconds"])


def test_a_stage_of_the_route_that_failed_is_not_named_among_the_weights(shelf: Shelf) -> None:
    other = Model("other", "ada/other", "2e3f", ("gpl",), Path("other"))
    failing: Acting = replace(maker("shape-one"), models=(other,))
    host = FakeHost({"shape-one": raising(StageTimeout("60 s"))})
    made = make(shelf, host, Route("one", (DRAW, failing, Clean())), two_ways("two"))
    assert made.models == ("toy@1f2e",)


class HostWithGpu(FakeHost):
    def run(self, stage: Stage, *args: Any, **kwargs: Any) -> wire.Made:  # type: ignore[override]
        return replace(super().run(stage, *args, **kwargs), vram=Vram(1, 3, 2) if stage.models else None)


def test_a_result_says_what_each_stage_took_of_the_gpu_and_one_from_the_shelf_took_nothing(shelf: Shelf) -> None:
    for took in ({"draw": {"before": 1, "peak": 3, "after": 2}}, {}):
        report = json.loads(make(shelf, HostWithGpu(), two_ways("one")).files[REPORT])
        assert report["vram_bytes"] == took
