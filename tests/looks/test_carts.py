"""What makes a wagon a wagon, among what animals pull. What holds for all is in test_every_look.py."""

import pytest

from models.procedural.looks.cart import CARTS, NO_CART
from models.templates import TEMPLATES
from tests.shapes import pieces, points, size


def test_every_proportion_of_a_wagon_is_another_in_some_cart() -> None:
    names = NO_CART.__dataclass_fields__
    same = [name for name in names if {getattr(cart, name) for cart in CARTS.values()} == {getattr(NO_CART, name)}]
    assert same == []


@pytest.mark.parametrize("look", sorted(CARTS))
def test_a_cart_says_which_parts_it_lacks_where_its_proportions_do(look: str) -> None:
    cart, lacks = CARTS[look], TEMPLATES["vehicle"].lacks[look]
    assert ("roof" in lacks) == (cart.roof <= 0 and cart.tilt <= 0)
    assert ("lights" in lacks) == (cart.lantern <= 0)
    assert ("front_wheels" in lacks) == (cart.axles < 2)


@pytest.mark.parametrize("look", sorted(CARTS))
def test_what_is_pulled_has_a_pole_ahead_of_everything_else(look: str) -> None:
    parts = {piece.name: piece for piece in pieces("vehicle", look)}
    others = max(part.vertices[:, 2].max() for name, part in parts.items() if name != "body")
    assert parts["body"].vertices[:, 2].max() > others + 0.1
    assert min(part.vertices[:, 1].min() for name, part in parts.items() if "wheels" in name) < 1e-6


def test_a_covered_wagon_is_a_wagon_with_a_cloth_and_a_carriage_has_small_wheels_in_front() -> None:
    assert size("vehicle", "covered wagon", "roof")[1] > size("vehicle", "covered wagon", "back_wheels")[1]
    assert size("vehicle", "carriage", "front_wheels")[1] < 0.85 * size("vehicle", "carriage", "back_wheels")[1]


def test_one_stands_in_a_chariot_behind_a_wall_that_is_open_behind() -> None:
    body = points("vehicle", "chariot", "body")
    high = body[body[:, 1] > body[:, 1].max() * 0.92]
    assert high[:, 2].min() > body[:, 2].min() + 0.1
