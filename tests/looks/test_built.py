"""What makes a truck a truck, among vehicles, aircraft and furniture. What holds for all is in test_every_look.py."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from models.parts import PartMesh
from models.procedural.looks.cart import CARTS, NO_CART
from models.procedural.looks.cycle import CYCLES, NO_CYCLE
from models.procedural.make import KINDS
from models.templates import PARTS_MAX, TEMPLATES
from tests.shapes import complaints, pieces, points, size

BUILT = ("vehicle", "aircraft", "furniture")


def made(template: str, look: str) -> dict[str, PartMesh]:
    return {piece.name: piece for piece in pieces(template, look)}


def solid(part: PartMesh) -> trimesh.Trimesh:
    return trimesh.Trimesh(part.vertices, part.faces, process=False)


@pytest.mark.parametrize("template", BUILT)
def test_solids_are_built_for_the_pieces_a_look_has_and_for_no_others(template: str) -> None:
    kind = KINDS[template]
    for look in ("", *kind.looks):
        built = kind.build(replace(kind.default, **kind.looks.get(look, {})), np.random.default_rng(0))
        assert {name for name, solids in built.items() if solids} == set(TEMPLATES[template].of(look).pieces), look


@pytest.mark.parametrize("template", BUILT)
@pytest.mark.parametrize("seed", [1, 4, 7])
def test_a_seed_makes_another_one_of_the_kind_and_not_another_kind(template: str, seed: int) -> None:
    drawn, other = (np.concatenate([part.vertices for part in pieces(template, "", seed=n)]) for n in (0, seed))
    assert 0 < np.abs(np.ptp(drawn, axis=0) - np.ptp(other, axis=0)).max() < 0.12


# Vehicles


def top(template: str, look: str, *names: str) -> float:
    return float(points(template, look, *names)[:, 1].max())


@pytest.mark.parametrize("look", ["truck", "fire engine", "tank truck", "ambulance"])
def test_what_a_truck_carries_stands_higher_than_its_hood_and_behind_its_cabin(look: str) -> None:
    body, windshield = points("vehicle", look, "body"), points("vehicle", look, "windshield")
    load = body[body[:, 1] > windshield[:, 1].mean()]
    assert load[:, 2].mean() < windshield[:, 2].min()


def test_a_sports_car_is_flatter_than_a_car_and_a_bus_is_taller() -> None:
    flat, usual, tall = (size("vehicle", look)[1] / size("vehicle", look)[0] for look in ("sports car", "", "bus"))
    assert flat < usual < tall


@pytest.mark.parametrize("look", ["", *KINDS["vehicle"].looks])
def test_a_vehicle_stands_on_its_wheels_and_they_are_left_and_right(look: str) -> None:
    pairs = [piece.vertices for piece in pieces("vehicle", look) if "wheels" in piece.name]
    for wheels in pairs:
        assert wheels[:, 1].min() == pytest.approx(0, abs=0.02)
        assert wheels[:, 0].min() == pytest.approx(-wheels[:, 0].max(), abs=0.01)
    assert len(pairs) == (1 if look in {"cart", "chariot"} else 2)
    assert pairs[0][:, 2].mean() > pairs[-1][:, 2].mean() or len(pairs) == 1


def test_a_tractor_has_large_wheels_behind_and_a_trailer_truck_many() -> None:
    assert size("vehicle", "tractor", "back_wheels")[1] > 1.5 * size("vehicle", "tractor", "front_wheels")[1]
    assert size("vehicle", "trailer truck", "back_wheels")[2] > 0.5


def test_the_wheels_of_a_race_car_stand_free_and_those_of_a_car_run_in_its_shell() -> None:
    def out(look: str) -> float:
        front, nose = points("vehicle", look, "front_wheels"), points("vehicle", look, "windshield")
        return float(front[:, 0].max() / nose[:, 0].max())

    assert out("race car") > 1.5 * out("")


@pytest.mark.parametrize("look", ["police car", "ambulance", "taxi", "fire engine", "school bus"])
def test_what_must_be_seen_from_afar_has_a_light_on_its_roof(look: str) -> None:
    assert top("vehicle", look, "lights") > top("vehicle", look, "roof") > top("vehicle", "", "lights")


def test_a_convertible_has_no_roof_over_its_seats() -> None:
    above = points("vehicle", "convertible", "body")[:, 1].max()
    assert above > top("vehicle", "convertible", "roof") - size("vehicle", "convertible")[1] * 0.3
    assert size("vehicle", "convertible", "roof")[1] < size("vehicle", "", "body")[1]


def test_a_bulldozer_and_a_snowplow_have_something_before_their_nose() -> None:
    for look in ("bulldozer", "snowplow"):
        body = points("vehicle", look, "body")
        foremost = body[body[:, 2] > body[:, 2].max() - 0.05]
        assert np.ptp(foremost[:, 0]) > 0.8 * np.ptp(body[:, 0])


# Cycles: vehicles that one sits on


def test_what_has_no_cabin_says_so_in_its_proportions_and_in_its_template() -> None:
    lacking = {look for look, parts in TEMPLATES["vehicle"].lacks.items() if "windshield" in parts}
    assert lacking == {*CYCLES, *CARTS}
    assert all(cart.body != NO_CART.body for cart in CARTS.values())
    assert all(cycle.body != NO_CYCLE.body for cycle in CYCLES.values())
    assert KINDS["vehicle"].default.cycle == NO_CYCLE


def test_every_proportion_of_a_bicycle_is_another_in_some_cycle() -> None:
    names = NO_CYCLE.__dataclass_fields__
    same = [name for name in names if {getattr(cycle, name) for cycle in CYCLES.values()} == {getattr(NO_CYCLE, name)}]
    assert same == []


@pytest.mark.parametrize("look", CYCLES)
@pytest.mark.parametrize("seed", [1, 5])
def test_a_seed_makes_another_cycle_that_is_as_whole(look: str, seed: int) -> None:
    assert complaints("vehicle", look, seed=seed) == []
    drawn, other = pieces("vehicle", look), pieces("vehicle", look, seed=seed)
    assert [piece.name for piece in other] == [piece.name for piece in drawn]
    assert not np.array_equal(drawn[0].vertices, other[0].vertices)


@pytest.mark.parametrize("look", ["bicycle", "mountain bike", "tandem", "motorcycle", "scooter"])
def test_one_wheel_runs_behind_the_other(look: str) -> None:
    front, back = (points("vehicle", look, name) for name in ("front_wheels", "back_wheels"))
    assert front[:, 2].min() > back[:, 2].max(), "there is room between them"
    for wheel in (front, back):
        assert wheel[:, 0].max() == pytest.approx(-wheel[:, 0].min(), abs=0.01)


def test_a_tricycle_has_a_wheel_in_front_and_two_behind() -> None:
    across = {name: size("vehicle", "tricycle", name)[0] for name in ("front_wheels", "back_wheels")}
    assert across["back_wheels"] > 4 * across["front_wheels"]
    assert size("vehicle", "tricycle", "front_wheels")[1] > 1.4 * size("vehicle", "tricycle", "back_wheels")[1]


def test_a_tyre_is_thicker_the_faster_it_goes() -> None:
    def thick(look: str) -> float:
        wheel = points("vehicle", look, "front_wheels")
        out = np.linalg.norm(wheel[:, 1:] - (wheel[:, 1:].min(axis=0) + wheel[:, 1:].max(axis=0)) / 2, axis=1)
        return float(np.ptp(wheel[out > 0.9 * out.max(), 0]) / out.max())

    assert thick("bicycle") < thick("mountain bike") < thick("motorcycle")


def test_one_sees_through_the_wheels_of_a_bicycle_and_not_through_those_of_a_scooter() -> None:
    def hit(look: str) -> float:
        """Of lines across the wheel halfway between hub and tyre, how many end at it."""
        wheel = solid(made("vehicle", look)["front_wheels"])
        middle, reach = wheel.bounds.mean(axis=0), np.ptp(wheel.bounds[:, 1]) / 4
        turns = np.linspace(0, 2 * np.pi, 90, endpoint=False)
        at = middle + reach * np.stack([0 * turns, np.sin(turns), np.cos(turns)], axis=1) - [1, 0, 0]
        return float(wheel.ray.intersects_any(at, np.tile([1.0, 0, 0], (len(at), 1))).mean())

    assert hit("bicycle") < 0.5 < hit("scooter") == 1


def test_a_tandem_is_a_bicycle_for_two() -> None:
    def long(look: str) -> float:
        return float(size("vehicle", look)[2] / size("vehicle", look, "front_wheels")[1])

    assert long("tandem") > 1.25 * long("bicycle")


@pytest.mark.parametrize("look", CYCLES)
def test_a_cycle_has_a_lamp_in_front_and_one_behind(look: str) -> None:
    lamps = solid(made("vehicle", look)["lights"]).split(only_watertight=False)
    places = sorted(lamp.centroid[2] for lamp in lamps)
    assert len(places) == 2
    assert places[0] < 0 < places[1]


@pytest.mark.parametrize("look", CYCLES)
def test_a_cycle_is_alike_on_both_sides_but_for_its_chain_its_brakes_and_its_stand(look: str) -> None:
    body = points("vehicle", look, "body")
    assert body[:, 0].max() == pytest.approx(-body[:, 0].min(), abs=0.02)


# Aircraft


def test_a_fast_aircraft_has_short_wings_and_a_glider_long_ones() -> None:
    fast, usual, slow = (
        size("aircraft", look, "left_wing", "right_wing")[0] / size("aircraft", look, "fuselage")[2]
        for look in ("fighter", "", "glider")
    )
    assert fast < usual < slow


@pytest.mark.parametrize("look, wings", [("propeller plane", 1), ("biplane", 2), ("triplane", 3)])
def test_a_biplane_has_two_wings_on_a_side(look: str, wings: int) -> None:
    wing = made("aircraft", look)["left_wing"]
    cut = solid(wing).section(plane_origin=[0.3, 0, 0], plane_normal=[1, 0, 0])
    longest = [loop for loop in cut.discrete if np.ptp(loop[:, 2]) > 0.08]
    assert len(longest) == wings


def test_the_wings_of_a_helicopter_turn_above_its_cabin() -> None:
    blades = points("aircraft", "helicopter", "left_wing", "right_wing")
    assert blades[:, 1].min() > top("aircraft", "helicopter", "fuselage") * 0.9
    assert size("aircraft", "helicopter", "left_wing", "right_wing")[2] > 0.5


def test_wheels_go_up_in_the_air_where_they_can() -> None:
    def stands(look: str, verb: str) -> float:
        fuselage = points("aircraft", look, "fuselage", verb=verb)
        wing = points("aircraft", look, "left_wing", "right_wing", verb=verb)
        return float(wing[:, 1].min() - fuselage[:, 1].min())

    assert stands("", "flying") < stands("", "") * 0.8
    assert stands("seaplane", "flying") > stands("seaplane", "") * 0.9


@pytest.mark.parametrize("look", ["jet", "glider"])
def test_a_t_tail_carries_its_planes_on_top_of_the_fin(look: str) -> None:
    fin, planes = points("aircraft", look, "fin"), points("aircraft", look, "tailplane")
    assert planes[:, 1].mean() > fin[:, 1].mean() + np.ptp(fin[:, 1]) * 0.25


def test_a_shuttle_has_engines_beside_its_fin_and_below_it() -> None:
    shells = solid(made("aircraft", "shuttle")["engines"]).split(only_watertight=False)
    nozzles, swellings = 3, [shell for shell in shells if np.ptp(shell.bounds[:, 2]) > 0.2]
    assert len(shells) == nozzles + 2 * len(swellings) == nozzles + 4
    assert {bool(shell.centroid[0] > 0) for shell in swellings} == {True, False}
    assert all(top("aircraft", "shuttle", "fin") > shell.bounds[1, 1] for shell in swellings)


# Furniture


def test_a_look_without_a_backrest_says_so_in_its_proportions_and_in_its_template() -> None:
    without = {look for look, change in KINDS["furniture"].looks.items() if change.get("rest") == "none"}
    assert without == {look for look, parts in TEMPLATES["furniture"].lacks.items() if "backrest" in parts}


def test_a_bar_stool_is_high_and_an_ottoman_is_low() -> None:
    def tall(look: str) -> float:
        across, up, _ = size("furniture", look)
        return float(up / across)

    assert tall("ottoman") < 1 < tall("stool") < tall("bar stool")


@pytest.mark.parametrize("wide, narrow", [("sofa", "loveseat"), ("loveseat", "armchair"), ("bench", "")])
def test_more_people_sit_on_wider_seats(wide: str, narrow: str) -> None:
    def ratio(look: str) -> float:
        across, _, deep = size("furniture", look, "seat")
        return float(across / deep)

    assert ratio(wide) > 1.2 * ratio(narrow)


@pytest.mark.parametrize("look", ["bed", "four-poster", "bunk bed", "crib", "cradle"])
def test_one_lies_on_a_bed_along_z_with_the_head_behind(look: str) -> None:
    seat, board = points("furniture", look, "seat"), points("furniture", look, "backrest")
    assert np.ptp(seat[:, 2]) > 1.2 * np.ptp(seat[:, 0])
    assert board[:, 2].mean() < seat[:, 2].min() + 0.1


def test_an_office_chair_rolls_on_a_star_wider_than_its_seat() -> None:
    star = size("furniture", "office chair", "front_legs", "back_legs")
    assert star[0] > size("furniture", "office chair", "backrest")[0]


def test_the_higher_bed_is_over_the_lower_one() -> None:
    seat = made("furniture", "bunk bed")["seat"]
    levels = sorted(shell.bounds[1, 1] for shell in solid(seat).split(only_watertight=False))
    assert levels[-1] > 2 * levels[0]


def test_a_recliner_leans_back_more_than_an_armchair_and_has_a_footrest() -> None:
    def back_slope(look: str) -> float:
        _, tall, deep = size("furniture", look, "backrest")
        return float(deep / tall)

    assert back_slope("recliner") > 1.2 * back_slope("armchair")
    legs = points("furniture", "recliner", "front_legs")[:, 2].max()
    assert points("furniture", "recliner", "seat")[:, 2].max() > legs + 0.2


# The numbers of parts


@pytest.mark.parametrize("template", BUILT)
def test_fewer_parts_have_names_that_say_what_they_hold(template: str) -> None:
    names = {count: tuple(TEMPLATES[template].partition(count)) for count in range(1, PARTS_MAX)}
    assert NAMES[template].items() <= names.items()


NAMES = {
    "vehicle": {1: ("body",), 2: ("body", "wheels"), 3: ("body", "wheels", "cabin")},
    "aircraft": {1: ("body",), 2: ("fuselage", "wings"), 3: ("fuselage", "wings", "tail")},
    "furniture": {1: ("body",), 2: ("seat", "legs"), 4: ("seat", "backrest", "front_legs", "back_legs")},
}
