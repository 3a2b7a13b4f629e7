"""Neighbours even out noise, and lend their label where nobody looked."""

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from models.mesh.adjacency import face_graph, patches
from models.mesh.render import NOTHING
from models.mesh.settle import REACH, fill, merge_specks, smooth
from models.parts import PartMesh

LABELS = 3


def a_part(mesh: trimesh.Trimesh) -> PartMesh:
    return PartMesh("part", mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


BALL = a_part(trimesh.creation.icosphere(subdivisions=2, radius=0.5))
HEIGHT = BALL.vertices[BALL.faces].mean(axis=1)[:, 1]
GRAPH = face_graph(BALL.vertices, BALL.faces)


def test_a_graph_agrees_with_trimesh() -> None:
    mesh = trimesh.Trimesh(BALL.vertices, BALL.faces, process=False)
    assert {frozenset(pair) for pair in GRAPH.pairs.tolist()} == {
        frozenset(pair) for pair in mesh.face_adjacency.tolist()
    }
    assert GRAPH.areas == pytest.approx(mesh.area_faces, rel=1e-5)
    assert GRAPH.centroids == pytest.approx(mesh.triangles_center, abs=1e-6)


def test_patches_are_those_that_hang_together() -> None:
    caps = np.where(np.abs(HEIGHT) > 0.3, 1, 0)
    patch = patches(GRAPH, caps)
    assert patch.max() == 2, "the two caps are apart"
    assert len(np.unique(patch[HEIGHT > 0.3])) == 1


@given(st.integers(0, 2**32 - 1))
def test_smoothing_makes_nothing_up(seed: int) -> None:
    chance = np.random.default_rng(seed)
    votes = chance.random((len(BALL.faces), LABELS)) * (chance.random((len(BALL.faces), 1)) < 0.3)
    votes[:, 1] = 0
    shares = smooth(votes, GRAPH)
    assert shares.min() >= 0
    assert shares.max() <= 1 + 1e-5
    assert not shares[:, 1].any()


def test_smoothing_heals_a_lone_wrong_face() -> None:
    votes = np.eye(2)[np.zeros(len(BALL.faces), int)] * 4
    votes[7] = (1, 2)
    assert smooth(votes, GRAPH, reach=0)[7].argmax() == 1
    assert smooth(votes, GRAPH, reach=4 * REACH)[7].argmax() == 0


def test_smoothing_does_not_depend_on_how_finely_the_surface_is_cut_up() -> None:
    widths = []
    for parts in (40, 80):
        strip = a_part(trimesh.creation.box((1, 0.2, 0.2)).subdivide_to_size(0.5 / parts * 10, max_iter=12))
        graph = face_graph(strip.vertices, strip.faces)
        side = (graph.centroids[:, 0] > 0).astype(int)
        shares = smooth(np.eye(2)[side], graph, reach=0.05)
        widths.append(float((graph.areas * np.minimum(*shares.T)).sum()))
    assert widths[0] == pytest.approx(widths[1], rel=0.35), "the soft border is as wide on the finer mesh"


def test_gaps_take_the_label_nearest_along_the_surface() -> None:
    label = np.where(HEIGHT > 0.3, 1, np.where(HEIGHT < -0.3, 2, NOTHING)).astype(np.int32)
    filled = fill(label, GRAPH)
    assert (filled[HEIGHT > 0.15] == 1).all()
    assert (filled[HEIGHT < -0.15] == 2).all()


def test_the_surface_comes_before_the_air() -> None:
    near = trimesh.creation.icosphere(subdivisions=1, radius=0.2).apply_translation((0.42, 0, 0))
    pair = a_part(trimesh.util.concatenate([trimesh.creation.icosphere(subdivisions=2, radius=0.2), near]))
    graph = face_graph(pair.vertices, pair.faces)
    label = np.full(len(pair.faces), NOTHING, np.int32)
    label[graph.centroids[:, 0] < -0.15] = 0
    label[320:] = 1
    assert (fill(label, graph)[:320] == 0).all(), "the ball beside it is nearer, but not the same surface"


def test_an_island_without_a_label_takes_the_one_nearest_through_the_air() -> None:
    places = [(0, 0, 0), (3, 0, 0), (2.2, 0, 0)]
    balls = [trimesh.creation.icosphere(subdivisions=0, radius=0.2).apply_translation(at) for at in places]
    trio = a_part(trimesh.util.concatenate(balls))
    label = np.repeat([0, 1, NOTHING], 20).astype(np.int32)
    assert fill(label, face_graph(trio.vertices, trio.faces))[40:].tolist() == [1] * 20


def test_a_speck_takes_the_label_around_it() -> None:
    label = np.zeros(len(BALL.faces), np.int32)
    label[HEIGHT > 0.2] = 1
    label[int(np.argmin(HEIGHT))] = 1
    merged = merge_specks(label, GRAPH, share_max=0.01)
    assert (merged == (HEIGHT > 0.2)).all()


def test_the_largest_patch_of_a_label_is_no_speck_and_an_island_is_a_piece_of_its_own() -> None:
    label = np.zeros(len(BALL.faces), np.int32)
    label[5] = 2
    assert np.array_equal(merge_specks(label, GRAPH, share_max=0.5), label)
    crumb = trimesh.creation.icosphere(subdivisions=0, radius=0.01).apply_translation((0, 0.7, 0))
    mesh = trimesh.Trimesh(BALL.vertices, BALL.faces, process=False)
    both = a_part(trimesh.util.concatenate([mesh, mesh.copy().apply_translation((2, 0, 0)), crumb]))
    apart = np.repeat([0, 1, 1], [320, 320, 20]).astype(np.int32)
    assert np.array_equal(merge_specks(apart, face_graph(both.vertices, both.faces), share_max=0.1), apart)


@given(st.integers(0, 2**32 - 1))
def test_merging_specks_moves_no_more_than_specks(seed: int) -> None:
    chance = np.random.default_rng(seed)
    scattered = chance.random(len(HEIGHT)) < 0.05
    before = np.where(scattered, chance.integers(0, 3, len(HEIGHT)), HEIGHT > 0.1).astype(np.int32)
    after = merge_specks(before, GRAPH, share_max=0.01)
    assert set(after) == set(before), "no label dies out"
    share = np.bincount(patches(GRAPH, before), GRAPH.areas) / GRAPH.areas.sum()
    moved = np.unique(patches(GRAPH, before)[before != after])
    assert (share[moved] < 0.01).all()
