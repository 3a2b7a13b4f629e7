"""The part names that everybody else relies on."""

from models.templates import TEMPLATES


def test_each_template_has_the_parts_it_was_promised_with() -> None:
    assert {name: template.parts for name, template in TEMPLATES.items()} == {
        "quadruped": ("head", "body", "front_legs", "back_legs", "tail", "neck"),
        "biped": ("head", "torso", "left_arm", "right_arm", "left_leg", "right_leg"),
        "vehicle": ("body", "wheels", "windshield", "roof"),
        "plant": ("trunk", "canopy"),
        "furniture": ("seat", "backrest", "legs"),
        "fish": ("head", "body", "tail_fin", "dorsal_fin", "pectoral_fins"),
        "aircraft": ("fuselage", "left_wing", "right_wing", "tail", "engines"),
        "bird": ("head", "body", "left_wing", "right_wing", "tail", "legs"),
        "object": ("body",),
    }


def test_a_template_is_listed_under_its_own_name() -> None:
    assert all(name == template.name for name, template in TEMPLATES.items())
