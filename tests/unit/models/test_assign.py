"""Which part gets which name, and which face is on which side."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.mesh.assign import assign, shares
from models.mesh.render import NOTHING
from models.mesh.sides import between, on_side

TABLES = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.floats(0, 1, width=16))
)


@given(TABLES)
def test_no_choice_of_names_has_more_votes(votes: np.ndarray) -> None:
    name = assign(votes)
    chosen = sum(votes[part, one] for part, one in enumerate(name) if one != NOTHING)
    parts, names = votes.shape
    pairs = (
        zip(range(parts), ones, strict=True) if parts <= names else zip(ones, range(names), strict=True)
        for ones in itertools.permutations(range(max(parts, names)), min(parts, names))
    )
    assert chosen == pytest.approx(max(sum(votes[pair] for pair in each) for each in pairs))


@given(TABLES)
def test_a_name_is_given_once_and_never_without_a_vote(votes: np.ndarray) -> None:
    name = assign(votes)
    there = name[name != NOTHING]
    assert len(set(there.tolist())) == len(there)
    assert all(votes[part, one] > 0 for part, one in enumerate(name) if one != NOTHING)


def test_two_parts_that_claim_one_name_are_told_apart_by_what_else_they_could_be() -> None:
    head_neck = np.array([[0.6, 0.3], [0.9, 0.0]])
    assert assign(head_neck).tolist() == [1, 0]


def test_a_part_that_no_view_sees_has_no_share() -> None:
    seen = np.zeros((1, 2, 2), np.int32)
    votes = shares(np.array([0, 1], np.int32), seen, seen, np.ones(seen.shape, np.float32), parts=2, labels=1)
    assert votes.tolist() == [[1.0], [0.0]]


def test_a_share_is_of_all_that_is_seen_whether_it_has_a_label_or_not() -> None:
    seen = np.array([[[0, 0, 0, 0, NOTHING]]], np.int32)
    label = np.array([[[0, 1, NOTHING, NOTHING, 0]]], np.int32)
    weight = np.array([[[1.0, 0.5, 0, 0, 1]]], np.float32)
    assert shares(np.zeros(1, np.int32), seen, label, weight, parts=1, labels=2).tolist() == [[0.25, 0.125]]


@given(arrays(np.float64, st.integers(1, 20), elements=st.floats(-1, 1, width=16)))
def test_the_middle_of_two_groups_lies_within_them(places: np.ndarray) -> None:
    assert places.min() <= between(places, np.ones(len(places))) <= places.max()


def test_the_groups_may_be_of_different_weight_and_anywhere() -> None:
    places, weights = np.array([3.0, 3.1, 3.2, 9.0]), np.array([5.0, 5.0, 5.0, 1.0])
    assert 3.2 < between(places, weights) < 9.0


def test_front_and_back_legs_are_told_apart_under_a_body_that_is_not_in_the_middle() -> None:
    legs = np.array([[0.1, 0, 0.1], [-0.1, 0, 0.1], [0.1, 0, 0.6], [-0.1, 0, 0.6]])
    body = np.array([[0, 0, -0.9]])
    middles, weights = np.concatenate([legs, body]), np.array([1.0, 1, 1, 1, 0])
    assert on_side(middles, weights, [(0, 0, 1)])[:4].tolist() == [False, False, True, True]
    assert on_side(middles, weights, [(0, 0, 1), (1, 0, 0)])[:4].tolist() == [False, False, True, False]


def test_where_nothing_was_found_no_side_is_made_up() -> None:
    assert on_side(np.zeros((3, 3)), np.zeros(3), [(1, 0, 0)]).all()
