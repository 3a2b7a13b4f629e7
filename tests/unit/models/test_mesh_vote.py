"""Masks of many views become one label per face: what was seen decides, neighbours do the rest."""

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.mesh.render import NOTHING
from models.mesh.views import views
from models.mesh.vote import Labels, Mask, paint, tally, vote
from models.parts import PartMesh

LABELS = 3


def a_part(mesh: trimesh.Trimesh) -> PartMesh:
    return PartMesh("part", mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


BALL = a_part(trimesh.creation.icosphere(subdivisions=2, radius=0.5))
SEEN = views([BALL], size_px=32).face_id
HEIGHT = BALL.vertices[BALL.faces].mean(axis=1)[:, 1]
TRUTH = np.digitize(HEIGHT, [-0.15, 0.15]).astype(np.int32)


def as_masks(label: NDArray[np.integer]) -> list[Mask]:
    return [
        Mask(view, int(one), image == one)
        for view, image in enumerate(label)
        for one in np.unique(image[image != NOTHING])
    ]


def painted(truth: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(SEEN == NOTHING, NOTHING, truth[SEEN])


def label_images() -> st.SearchStrategy[NDArray[np.int32]]:
    """Any picture of labels on the views of BALL, with gaps."""

    def of(seed: int) -> NDArray[np.int32]:
        chance = np.random.default_rng(seed)
        noise = chance.integers(NOTHING, LABELS, SEEN.shape)
        return np.where(chance.random(SEEN.shape) < 0.5, noise, painted(TRUTH)).astype(np.int32)

    return st.integers(0, 2**32 - 1).map(of)


def equal(one: Labels, other: Labels) -> bool:
    return np.array_equal(one.label, other.label) and (one.unseen, one.unvoted) == (other.unseen, other.unvoted)


def test_perfect_masks_give_the_truth() -> None:
    found = vote(SEEN, as_masks(painted(TRUTH)), BALL, labels=LABELS)
    assert np.mean(found.label == TRUTH) > 0.98
    assert (found.label.dtype, found.confidence.dtype) == (np.int32, np.float32)


@given(label_images())
def test_labels_and_confidence_are_in_range(label: NDArray[np.int32]) -> None:
    found = vote(SEEN, as_masks(label), BALL, labels=LABELS)
    assert ((found.label >= 0) & (found.label < LABELS)).all()
    assert ((found.confidence >= 0) & (found.confidence <= 1)).all()
    assert 0 <= found.unseen <= found.unvoted <= 1


@given(label_images(), st.permutations(range(len(SEEN))))
def test_the_order_of_views_does_not_matter(label: NDArray[np.int32], order: list[int]) -> None:
    one = tally(SEEN, label, np.ones(label.shape, np.float32), faces=len(BALL.faces), labels=LABELS)
    other = tally(SEEN[order], label[order], np.ones(label.shape, np.float32), faces=len(BALL.faces), labels=LABELS)
    assert other == pytest.approx(one)


@given(label_images(), st.randoms(use_true_random=False))
def test_the_order_of_masks_does_not_matter(label: NDArray[np.int32], chance: object) -> None:
    masks = as_masks(label)
    shuffled = masks.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert equal(vote(SEEN, masks, BALL, labels=LABELS), vote(SEEN, shuffled, BALL, labels=LABELS))


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_faces_does_not_matter(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(BALL.faces))
    place = np.argsort(order)
    seen = np.where(SEEN == NOTHING, NOTHING, place[SEEN]).astype(np.int32)
    turned = PartMesh("turned", BALL.vertices, BALL.faces[order])
    masks = as_masks(painted(TRUTH))
    assert np.array_equal(
        vote(seen, masks, turned, labels=LABELS).label, vote(SEEN, masks, BALL, labels=LABELS).label[order]
    )


@given(label_images())
def test_a_face_has_votes_only_where_a_view_sees_it_labelled(label: NDArray[np.int32]) -> None:
    votes = tally(SEEN, label, np.ones(label.shape, np.float32), faces=len(BALL.faces), labels=LABELS)
    voted = np.zeros(votes.shape, bool)
    on = (SEEN != NOTHING) & (label != NOTHING)
    voted[SEEN[on], label[on]] = True
    assert np.array_equal(votes > 0, voted)
    assert votes.sum(axis=1).max() <= len(SEEN) + 1e-9, "one vote a view"


@given(st.integers(0, LABELS - 1), st.lists(st.integers(0, len(SEEN) - 1), min_size=1, unique=True))
def test_unanimous_masks_give_their_label_everywhere(label: int, some: list[int]) -> None:
    masks = [Mask(view, label, np.ones(SEEN.shape[1:], bool)) for view in some]
    assert (vote(SEEN, masks, BALL, labels=LABELS).label == label).all()


@given(st.integers(0, 2**32 - 1))
def test_a_fifth_of_wrong_pixels_costs_little(seed: int) -> None:
    chance = np.random.default_rng(seed)
    label = painted(TRUTH)
    wrong = (label != NOTHING) & (chance.random(label.shape) < 0.2)
    label = np.where(wrong, (label + chance.integers(1, LABELS, label.shape)) % LABELS, label)
    assert np.mean(vote(SEEN, as_masks(label), BALL, labels=LABELS).label == TRUTH) > 0.95


def test_no_masks_give_no_labels() -> None:
    found = vote(SEEN, [], BALL, labels=LABELS)
    assert (found.label == NOTHING).all()
    assert not found.confidence.any()
    assert found.unvoted == 1


def test_masks_without_weight_or_beside_the_object_give_no_labels() -> None:
    masks = [Mask(0, 1, np.ones(SEEN.shape[1:], bool), score=0.0), Mask(1, 0, SEEN[1] == NOTHING)]
    assert (vote(SEEN, masks, BALL, labels=LABELS).label == NOTHING).all()


def test_a_label_nobody_voted_for_is_given_to_no_face() -> None:
    assert set(vote(SEEN, as_masks(painted(TRUTH)), BALL, labels=9).label) == {0, 1, 2}


def test_a_mesh_without_faces_has_no_labels() -> None:
    nothing = PartMesh("nothing", np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    found = vote(np.full((1, 4, 4), NOTHING, np.int32), [], nothing, labels=2)
    assert (len(found.label), len(found.confidence), found.unseen, found.unvoted) == (0, 0, 0.0, 0.0)


def test_unseen_faces_are_counted() -> None:
    found = vote(SEEN[:1], as_masks(painted(TRUTH)[:1]), BALL, labels=LABELS)
    assert found.unseen == pytest.approx(1 - len(np.unique(SEEN[0][SEEN[0] != NOTHING])) / len(BALL.faces))
    assert (found.label != NOTHING).all()


@pytest.mark.parametrize(
    "mask, message",
    [
        (Mask(0, 0, np.ones((3, 3), bool)), r"a mask is bool \(3, 3\), not bool \(32, 32\)"),
        (Mask(0, 0, np.ones((32, 32), np.uint8)), "a mask is uint8"),
        (Mask(10, 0, np.ones((32, 32), bool)), "of view 10, but there are 10"),
        (Mask(-1, 0, np.ones((32, 32), bool)), "of view -1"),
        (Mask(0, 3, np.ones((32, 32), bool)), "label 3, but there are 3"),
        (Mask(0, NOTHING, np.ones((32, 32), bool)), "label -1"),
        (Mask(0, 0, np.ones((32, 32), bool), score=float("nan")), "score nan"),
        (Mask(0, 0, np.ones((32, 32), bool), score=-1.0), "score -1"),
    ],
)
def test_a_mask_that_fits_nothing_is_an_error(mask: Mask, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        vote(SEEN, [mask], BALL, labels=LABELS)


def test_views_of_another_mesh_are_an_error() -> None:
    with pytest.raises(ValueError, match="but the mesh has 0"):
        tally(SEEN, SEEN, np.ones(SEEN.shape, np.float32), faces=0, labels=1)


def test_a_view_has_one_vote_however_large_it_shows_a_face() -> None:
    seen = np.full((3, 1, 9), NOTHING, np.int32)
    seen[0] = 0
    seen[1:, 0, 0] = 0
    label = np.stack([np.full((1, 9), 0), np.full((1, 9), 1), np.full((1, 9), 1)]).astype(np.int32)
    assert tally(seen, label, np.ones(seen.shape, np.float32), faces=1, labels=2) == pytest.approx(np.array([[1, 2]]))


def test_the_smaller_mask_lies_on_top_whatever_its_score() -> None:
    whole, piece = np.ones((4, 4), bool), np.eye(4, dtype=bool)
    label, score = paint([Mask(0, 1, piece, 0.3), Mask(0, 0, whole, 0.9)], (1, 4, 4), labels=2)
    assert (label[0][piece] == 1).all()
    assert (label[0][~piece] == 0).all()
    assert score[0][piece] == pytest.approx(0.3)


def test_of_equal_masks_the_surer_wins() -> None:
    whole = np.ones((2, 2), bool)
    label, _ = paint([Mask(0, 0, whole, 0.9), Mask(0, 1, whole, 0.3)], (1, 2, 2), labels=2)
    assert (label == 0).all()
