"""A concept becomes closed, named, standing parts that touch; a seed repeats; what holds for all templates.

Every look, and what makes each kind what it is: tests/looks.
"""

from dataclasses import fields, replace

import numpy as np
import pytest

from models.concept import VERBS, read
from models.mesh.check import refuse
from models.parts import PartMesh, pack
from models.procedural import QUALITIES, shape
from models.procedural.change import changed
from models.procedural.looks.thing import GIVES
from models.procedural.make import KINDS
from models.templates import TEMPLATES
from tests.shapes import a_concept, complaints, pieces, points

by_typical = pytest.mark.parametrize("template, look", [(template, "") for template in KINDS])
by_template = pytest.mark.parametrize("template", sorted(KINDS))


@by_typical
def test_a_shape_is_closed_outward_standing_and_in_one_piece(template: str, look: str) -> None:
    """All the others are asked in tests/looks."""
    assert complaints(template, look) == []


@by_template
def test_no_two_looks_have_the_same_proportions(template: str) -> None:
    kind = KINDS[template]
    looks = [kind.default, *(replace(kind.default, **row) for row in kind.looks.values())]
    assert [look for at, look in enumerate(looks) if look in looks[:at]] == []


@by_template
def test_every_proportion_is_used_by_some_look_or_pose(template: str) -> None:
    kind = KINDS[template]
    used = {name for row in (*kind.looks.values(), *kind.poses.values()) for name in row}
    by_seed = {name for heeded in GIVES.values() for name in heeded} if template == "object" else set()
    assert used | by_seed == {field.name for field in fields(kind.default)}


@by_template
def test_looks_and_poses_keep_the_types_of_the_proportions(template: str) -> None:
    """A count where a proportion belongs would not vary with the seed."""
    kind = KINDS[template]
    assert set(kind.poses) <= set(VERBS.values())
    for row in (*kind.looks.values(), *kind.poses.values()):
        moved = replace(kind.default, **{name: changed(getattr(kind.default, name), to) for name, to in row.items()})
        assert all(type(getattr(moved, name)) is type(getattr(kind.default, name)) for name in row), row


@by_typical
def test_parts_come_in_the_order_of_the_template(template: str, look: str) -> None:
    parts = shape(a_concept(template, look), quality="draft")
    assert tuple(part.name for part in parts) == TEMPLATES[template].parts


@by_typical
def test_the_number_of_parts_changes_the_cut_and_not_the_shape(template: str, look: str) -> None:
    everything = points(template, look)
    for count in (1, 2, len(TEMPLATES[template].parts)):
        parts = shape(a_concept(template, look), quality="draft", num_parts=count)
        assert refuse(parts, tuple(TEMPLATES[template].partition(count))) is None
        assert near(parts, everything)


@by_typical
def test_quality_changes_the_resolution_and_not_the_shape(template: str, look: str) -> None:
    coarse, fine = (pieces(template, look, seed=5, quality=quality) for quality in ("draft", "standard"))
    assert sum(len(part.faces) for part in coarse) < sum(len(part.faces) for part in fine)
    for one, other in zip(coarse, fine, strict=True):
        assert near([one], other.vertices), one.name


def near(parts: list[PartMesh] | tuple[PartMesh, ...], others: np.ndarray) -> bool:
    """Whether the two have the same box, to a few hundredths of the longest side."""
    mine = np.concatenate([part.vertices for part in parts])
    boxes = [np.array([cloud.min(axis=0), cloud.max(axis=0)]) for cloud in (mine, others)]
    return bool(np.abs(boxes[0] - boxes[1]).max() < 0.03)


@pytest.mark.parametrize(
    "template, front, behind",
    [
        ("quadruped", "head", "tail"),
        ("fish", "head", "tail_fin"),
        ("bird", "head", "tail"),
        ("aircraft", "fuselage", "fin"),
    ],
)
def test_the_front_faces_plus_z(template: str, front: str, behind: str) -> None:
    ahead, back = (points(template, "", name)[:, 2] for name in (front, behind))
    assert ahead.max() > 0 > back.mean()


@by_typical
def test_the_same_seed_gives_the_same_bytes_and_another_another_shape(template: str, look: str) -> None:
    drawn = [pack(shape(a_concept(template, look), quality="draft", seed=seed)) for seed in (0, 7, 7, 8)]
    assert drawn[1] == drawn[2]
    assert len(set(drawn)) == 3


def test_a_flying_bird_spreads_its_wings_and_a_standing_one_folds_them() -> None:
    def span(verb: str) -> float:
        return float(np.ptp(points("bird", "", "left_wing", verb=verb)[:, 0]))

    assert span("flying") > 2.5 * span("standing")
    assert span("flying") > 2.5 * span("")


def test_unknown_words_get_a_form_of_their_own() -> None:
    forms = {pack(shape(read(words), quality="draft")) for words in ("xyzzy", "plugh", "猫", "🐱", "\ud800", "")}
    assert len(forms) == 6


def test_steps_are_told_after_each_part() -> None:
    steps: list[tuple[int, int]] = []
    shape(read("chair"), quality="draft", on_step=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_what_a_step_raises_stops_the_work() -> None:
    class Canceled(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        raise Canceled

    with pytest.raises(Canceled):
        shape(read("cat"), quality="draft", on_step=cancel)


def test_an_unknown_quality_is_an_error() -> None:
    assert set(QUALITIES) == {"draft", "standard", "high"}
    with pytest.raises(KeyError):
        shape(read("cat"), quality="ultra")
