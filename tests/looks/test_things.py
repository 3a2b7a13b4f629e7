"""Things: every form is a whole of closed shells, is its own, and is what its name says."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.concept import Concept
from models.mesh.check import volume
from models.parts import PartMesh, pack
from models.procedural import QUALITIES, shape
from models.procedural.kit.solids import Skin, draw
from models.procedural.kit.stock import block, orb, rod, slab, turned, vessel
from models.procedural.looks.thing import GIVES, LOOKS, Thing
from models.procedural.things.catalogue import FORMS
from tests.shapes import pieces

# One thing for each way of drawing, for what is too slow to ask of all.
TYPICAL = ("cup", "piano", "skull", "boat", "die", "octopus", "diamond", "")


def drawn(look: str, seed: int = 0) -> PartMesh:
    (body,) = pieces("object", look, seed=seed)
    return body


def size(look: str) -> np.ndarray:
    return np.ptp(drawn(look).vertices, axis=0)


# What hangs in the air on purpose: what lies beside a thing and belongs to it.
APART = {"bread": 3, "computer": 4, "golf club": 2, "violin": 2}
GAP_MAX = 0.01  # of the longest side


@pytest.mark.parametrize("look", sorted(FORMS))
def test_every_shell_is_outward_by_itself_and_none_floats(look: str) -> None:
    """One that is inside out could hide behind the volume of the others; shells whose boxes touch hold together."""
    body = drawn(look)
    owner = shells(body)
    corners = body.vertices[body.faces].astype(np.float64)
    sixths = np.einsum("fa,fa->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    assert (np.bincount(owner[body.faces[:, 0]], sixths) > 0).all()

    low, high = (np.full((owner.max() + 1, 3), far) for far in (np.inf, -np.inf))
    np.minimum.at(low, owner, body.vertices)
    np.maximum.at(high, owner, body.vertices)
    near = ((low[:, None] - GAP_MAX <= high[None]) & (low[None] - GAP_MAX <= high[:, None])).all(axis=2)
    assert connected_components(near, directed=False)[0] <= APART.get(look, 1)


def shells(body: PartMesh) -> np.ndarray:
    """For each vertex, which shell it belongs to."""
    count = len(body.vertices)
    edges = np.concatenate([body.faces[:, [0, 1]], body.faces[:, [1, 2]]])
    graph = coo_array((np.ones(len(edges), bool), edges.T), shape=(count, count))
    owner: np.ndarray = connected_components(graph, directed=False)[1]
    return owner


def test_every_form_has_a_look_and_every_look_a_form() -> None:
    assert {row["form"] for row in LOOKS.values()} == set(FORMS)
    assert {row.get("give", Thing().give) for row in LOOKS.values()} == set(GIVES)


@pytest.mark.parametrize("look", TYPICAL)
def test_another_seed_is_another_thing(look: str) -> None:
    assert len({pack((drawn(look, seed=seed),)) for seed in range(4)}) == 4


@pytest.mark.parametrize("look", ["cube", "die", "sphere", "ball"])
def test_what_is_exact_keeps_its_measures(look: str) -> None:
    assert volume(drawn(look, seed=5)) / _longest(look, 5) ** 3 == pytest.approx(
        volume(drawn(look)) / _longest(look, 0) ** 3, rel=1e-3
    )


def _longest(look: str, seed: int) -> float:
    """The height: turning about y changes the other two."""
    return float(np.ptp(drawn(look, seed=seed).vertices[:, 1]))


@pytest.mark.parametrize("look", ["clock", "wheel", "coin"])
def test_a_face_stays_round(look: str) -> None:
    outline = drawn(look, seed=3).vertices
    assert np.ptp(outline[:, 1]) >= np.hypot(np.ptp(outline[:, 0]), 0) * 0.99


@pytest.mark.parametrize("look", ["cup", "barrel", "drum"])
def test_what_is_turned_stays_round(look: str) -> None:
    foot = drawn(look, seed=4).vertices
    foot = foot[foot[:, 1] < 0.05]
    assert np.ptp(foot[:, 0]) == pytest.approx(np.ptp(foot[:, 2]), rel=0.03)


@pytest.mark.parametrize(
    "tall, flat",
    [("wineglass", "bowl"), ("bottle", "jar"), ("lighthouse", "house"), ("skyscraper", "barn"), ("sword", "dagger"),
     ("mug", "teacup"), ("pen", "book"), ("vase", "plate")],
)  # fmt: skip
def test_tall_things_are_taller_for_their_width_than_flat_ones(tall: str, flat: str) -> None:
    def slender(look: str) -> float:
        across = size(look)[[0, 2]].max()
        return float(size(look)[1] / across)

    assert slender(tall) > 1.3 * slender(flat)


@pytest.mark.parametrize("look", ["cup", "glass", "bowl", "bucket", "vase", "basket", "pan", "boat"])
def test_vessels_are_hollow(look: str) -> None:
    """Cut through the middle, there is air between the walls: the shell is less than half of what it goes round."""
    body = drawn(look)
    widest = shells(body)
    sizes = [np.ptp(body.vertices[widest == one], axis=0).prod() for one in range(widest.max() + 1)]
    wall = int(np.argmax(sizes))
    faces = body.faces[widest[body.faces[:, 0]] == wall]
    assert volume(PartMesh("", body.vertices, faces)) < 0.4 * sizes[wall]


def volume_of(skin: Skin) -> float:
    shell = draw([skin], QUALITIES["standard"])
    return volume(PartMesh("", shell.vertices.astype(np.float32), shell.faces))


def test_a_vessel_is_its_walls_and_its_floor() -> None:
    wall = 0.5**2 * np.pi - 0.47**2 * np.pi * 0.96
    assert volume_of(vessel([(0, 0), (0.5, 0), (0.5, 1)], 0.03, 0.04)) == pytest.approx(wall, rel=0.03)


@pytest.mark.parametrize(
    "skin, exact",
    [
        (orb((0, 0, 0), 0.5), np.pi / 6),
        (block((0, 0, 0), (0.5, 0.5, 0.5), bevel=0.001), 1.0),
        (turned([(0, 0), (0.5, 0), (0.5, 1), (0, 1)]), np.pi / 4),
        (rod((0, 0, 0), (0, 1, 0), 0.1), 0.01 * np.pi * (1 + 0.4 / 3)),
        (slab([(-0.5, 0), (0.5, 0), (0.5, 1), (0, 0.5), (-0.5, 1)], 0.5, bevel=0.001), 0.75),
    ],
)
def test_stock_has_the_volume_of_what_it_is_called(skin: Skin, exact: float) -> None:
    assert volume_of(skin) == pytest.approx(exact, rel=0.05)


def test_what_nobody_drew_is_a_sculpture_of_its_own_on_a_plinth() -> None:
    forms = [shape(Concept(words, "object", "", 0.0, "none"), quality="draft") for words in ("xyzzy", "plugh", "猫")]
    assert len({pack(form) for form in forms}) == 3
    for (body,) in forms:
        foot = body.vertices[body.vertices[:, 1] < 0.01]
        assert np.ptp(foot[:, 0]) == pytest.approx(np.ptp(foot[:, 2]), rel=0.02)
