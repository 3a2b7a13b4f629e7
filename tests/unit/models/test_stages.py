"""The real stages, run as the child runs them, and routes that name them."""

import io
import json

import numpy as np
import pytest

from models.concept import Concept
from models.craft import Craft
from models.errors import BadInput, Refused
from models.parts import PartMesh, pack, unpack
from models.report import REPORT
from models.routes import FIRST, LAST, ROUTES, all_stages, routes_of
from models.shape import Shape
from models.stage import Brief, Stage
from models.stages import (
    COUNTS,
    FACTS,
    GLB,
    NPZ,
    PARTS,
    PLAN,
    PLY,
    PREVIEW,
    RAW,
    RESULT,
    Clean,
    Export,
    Plan,
    Points,
    concept_of,
)
from models.templates import TEMPLATES

STAGES = all_stages(routes_of(Craft()))
BRIEF = Brief(prompt="flying bird", quality="draft", points=256)
Steps = list[tuple[int, int, str]]


def run(stage: Stage, given: dict[str, bytes], brief: Brief = BRIEF) -> tuple[dict[str, bytes], Steps]:
    steps: Steps = []
    read = {name: given[name] for name in stage.reads}
    return stage.run(read, stage.params(brief), lambda *step: steps.append(step)), steps


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, bytes]]:
    """Every stage's files, each run once in its turn."""
    files: dict[str, bytes] = {}
    outputs = {}
    for stage in STAGES:
        outputs[stage.name], _ = run(stage, files)
        files |= outputs[stage.name]
    return outputs


@pytest.fixture(scope="module")
def files(made: dict[str, dict[str, bytes]]) -> dict[str, bytes]:
    return {name: data for output in made.values() for name, data in output.items()}


def test_each_file_is_made_by_one_stage(made: dict[str, dict[str, bytes]]) -> None:
    assert {stage: set(output) for stage, output in made.items()} == {
        "plan": {PLAN},
        "shape": {RAW},
        "clean": {PARTS, FACTS},
        "points": {PLY, NPZ, COUNTS},
        "export": {GLB},
        "preview": {PREVIEW},
    }


def test_every_file_of_the_result_is_made_by_some_stage(files: dict[str, bytes]) -> None:
    assert set(RESULT) <= set(files)
    assert REPORT not in files, "the report is the pipeline's"


def test_each_stage_reads_what_was_made_before_it(made: dict[str, dict[str, bytes]]) -> None:
    there: set[str] = set()
    for stage in STAGES:
        assert set(stage.reads) <= there, stage.name
        there |= set(made[stage.name])


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_run_twice_makes_the_same_bytes(stage: Stage, files: dict[str, bytes]) -> None:
    again, _ = run(stage, files)
    assert again == {name: files[name] for name in again}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_steps_up_to_its_end_and_never_past_it(stage: Stage, files: dict[str, bytes]) -> None:
    _, steps = run(stage, files)
    assert steps, "without a step it cannot be canceled by asking"
    assert all(0 <= done <= total for done, total, _ in steps)
    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    assert steps[-1][0] == steps[-1][1]
    assert all(message for _, _, message in steps)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_declares_what_the_pipeline_needs_to_know(stage: Stage) -> None:
    assert stage.label[0].isupper()
    assert stage.version >= 1
    assert 0 < stage.cost_s < stage.policy.budget_s < 510, "a stage's budget is less than an attempt's"
    stage.load()


def test_the_plan_names_the_parts_of_its_template(files: dict[str, bytes]) -> None:
    plan = json.loads(files[PLAN])
    assert plan["template"] == "bird"
    assert plan["parts"] == list(TEMPLATES["bird"].parts)
    assert concept_of(files).verb == "flying"
    assert isinstance(concept_of(files), Concept)


@pytest.mark.parametrize("wanted, names", [(1, ["body"]), (3, ["head", "body", "wings"]), (16, None)])
def test_as_many_parts_are_planned_and_made_as_were_asked_for(wanted: int, names: list[str] | None) -> None:
    brief = Brief(prompt="flying bird", quality="draft", points=256, num_parts=wanted)
    files: dict[str, bytes] = {}
    for stage in STAGES:
        files |= run(stage, files, brief)[0]
    expected = names or list(TEMPLATES["bird"].pieces)
    assert json.loads(files[PLAN])["parts"] == expected
    assert [part.name for part in unpack(files[PARTS])] == expected
    assert len(json.loads(files[COUNTS])) == len(expected)


@pytest.mark.parametrize(
    "prompt, wanted, names",
    [
        ("bicycle", None, ["body", "wheels"]),
        ("bicycle", 16, ["body", "lights", "front_wheels", "back_wheels"]),
        ("motorcycle", 1, ["body"]),
        ("stool", None, ["seat", "legs"]),
        ("stool", 3, ["seat", "front_legs", "back_legs"]),
    ],
)
def test_no_part_is_made_up_for_what_a_look_lacks(prompt: str, wanted: int | None, names: list[str]) -> None:
    files: dict[str, bytes] = {}
    for stage in STAGES:
        files |= run(stage, files, Brief(prompt=prompt, quality="draft", points=256, num_parts=wanted))[0]
    assert json.loads(files[PLAN])["parts"] == names
    assert [part.name for part in unpack(files[PARTS])] == names
    assert len(json.loads(files[COUNTS])) == len(names)


def test_the_counts_are_those_of_the_point_cloud(files: dict[str, bytes]) -> None:
    with np.load(io.BytesIO(files[NPZ])) as cloud:
        ids = cloud["part_id"]
    assert json.loads(files[COUNTS]) == np.bincount(ids).tolist()
    assert len(ids) == BRIEF.points


def test_another_seed_is_another_shape(files: dict[str, bytes]) -> None:
    other, _ = run(Shape(), files, Brief(prompt="flying bird", quality="draft", seed=1))
    assert other[RAW] != files[RAW]


def test_parts_with_something_wrong_are_refused_in_words(files: dict[str, bytes]) -> None:
    parts = list(unpack(files[RAW]))
    nowhere = PartMesh(parts[0].name, np.full_like(parts[0].vertices, np.nan), parts[0].faces)
    for wrong in ([], parts[1:], [nowhere, *parts[1:]]):
        with pytest.raises(Refused) as caught:
            run(Clean(), files | {RAW: pack(wrong)})
        assert str(caught.value)


def test_what_can_be_mended_is_mended_and_said(files: dict[str, bytes]) -> None:
    head, *others = unpack(files[RAW])
    inside_out = PartMesh(head.name, head.vertices * 7, np.ascontiguousarray(head.faces[:, ::-1]))
    output, _ = run(Clean(), files | {RAW: pack([inside_out, *others])})
    repaired = json.loads(output[FACTS])
    assert repaired["repairs"] == [f"head: {len(head.faces)} faces turned outward"]
    assert repaired["watertight"]
    assert repaired["longest_side"] == pytest.approx(1)
    assert json.loads(files[FACTS])["repairs"] == []


def test_more_faces_than_the_quality_has_are_simplified(files: dict[str, bytes]) -> None:
    params = {"faces_max": 6000}
    output = Clean().run({name: files[name] for name in Clean().reads}, params, lambda *_: None)
    facts = json.loads(output[FACTS])
    assert facts["faces"] <= 6000 < json.loads(files[FACTS])["faces"]
    assert facts["watertight"]
    assert Clean().params(Brief(quality="high"))["faces_max"] > Clean().params(Brief(quality="draft"))["faces_max"]


@pytest.mark.parametrize("stage", [Clean(), Points(), Export()], ids=lambda stage: stage.name)
def test_parts_that_are_no_parts_are_an_error_and_no_file(stage: Stage, files: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="damaged"):
        run(stage, files | {stage.reads[-1]: b"half a fi"})


# --- routes -----------------------------------------------------------------------------------------


def test_stages_that_routes_share_are_loaded_once() -> None:
    names = [stage.name for stage in all_stages([route(Craft()) for route in ROUTES.values()])]
    assert len(names) == len(set(names))
    assert names[: len(FIRST)] == [stage.name for stage in FIRST]
    assert names[-len(LAST) :] == [stage.name for stage in LAST]


@pytest.mark.parametrize("names, said", [(("dream",), "no route dream"), ((), "no route at all")])
def test_a_route_that_is_none_is_refused_with_those_there_are(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadInput, match=f"{said}.*procedural"):
        routes_of(Craft(routes=names))


def test_the_plan_of_words_without_a_known_thing_is_an_object() -> None:
    output, _ = run(Plan(), {}, Brief(prompt="zzqx"))
    assert json.loads(output[PLAN])["template"] in TEMPLATES
