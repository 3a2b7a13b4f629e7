"""The proportions of things: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Thing:
    """The proportions of a thing: which form, and its build, each as a factor of what is drawn.

    A seed moves every factor; `give` says which of them this thing heeds, so that a die stays a cube.
    """

    form: str = "sculpture"
    give: str = "grown"
    height: float = 1.0
    girth: float = 1.0  #: width and depth together, so that what is round stays round
    depth: float = 1.0  #: depth alone
    taper: float = 1.0  #: above 1 wider at the top, below 1 at the foot
    belly: float = 1.0  #: above 1 swollen in the middle
    facing: float = 1.0  #: turned about y, in full turns away from 1


GIVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "exact": frozenset({"facing"}),  # its measures are what it is: only how it lies differs
        "faced": frozenset({"facing", "depth"}),  # round to the front: a dial, a wheel
        "turned": frozenset({"height", "girth"}),  # off a wheel or a lathe: round, with straight walls
        "built": frozenset({"height", "girth", "depth"}),
        "grown": frozenset({"height", "girth", "taper", "belly"}),
    }
)  #: what each way of being made lets differ

# The forms of models.procedural.things, by what they let differ; the look of a form has its name.
_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "exact": """ball, soccer ball, basketball, tennis ball, die, cube, sphere, moon, eye, diamond, square pyramid,
            globe, planet""",
        "faced": """gear, wheel, coin, clock, watch, pocket watch, magnifying glass, yo-yo, medal, ring, camera, washer,
            life preserver, snowflake, sun, cookie, traffic light, sign, fan, racket, lollipop""",
        "turned": """cup, teacup, glass, wineglass, goblet, bottle, jar, can, bowl, plate, pot, pan, bucket, barrel,
            bathtub, watering can, flowerpot, trophy, nail, screw, light bulb, flashlight, lamp, reading lamp,
            lantern, candle, pawn, rook, chessman, bowling pin, bat, doughnut, pizza, cake, cupcake, hamburger,
            ice cream, top, drum, bell, microphone, hat, straw hat, cap, crown, umbrella, parasol, parachute,
            hourglass, traffic cone, trash can, fire hydrant, street lamp, round table, lighthouse, tower, igloo,
            tepee, hut, column, fountain, well, rocket, flying saucer, hot-air balloon, cylinder, cone, torus,
            telescope, bomb, flask, watermelon, coconut, drop, balloon, volcano, saxophone, flute, trumpet""",
        "built": """box, chest, spoon, fork, knife, hammer, screwdriver, wrench, pliers, ax, pickax, saw, shovel, rake,
            broom, paintbrush, scissors, ladder, key, lock, anchor, magnet, sword, shield, spear, bow, arrow,
            cannon, anvil, chain, house, church, castle, skyscraper, windmill, bridge, tent, pyramid, temple,
            pagoda, arch, obelisk, fence, barn, tombstone, stairs, door, window, chess knight, kite, golf club,
            dumbbell, skateboard, gift, football, guitar, electric guitar, violin, piano, harp, xylophone,
            headphone, laptop, phone, telephone, television, computer, radio, refrigerator, stove, toaster,
            satellite, helmet, mask, shoe, sandal, boot, spectacles, necklace, shirt, trouser, dress, sock, glove,
            bag, backpack, suitcase, book, notebook, pen, pencil, envelope, newspaper, comb, brush, cowboy hat,
            table, coffee table, desk, bookcase, wardrobe, chest of drawers, mirror, picture, toilet, sink,
            signpost, mailbox, flag, pillow, birdhouse, pistol, microscope, wheelbarrow, sled, surfboard,
            unicycle, baby buggy, stethoscope, syringe, boat, canoe, sailboat, ship, galleon, submarine, airship,
            raft, heart, star, crescent, lightning, cross, prism, knot, sandwich, cheese, slice, bread, hot dog""",
        "grown": """vase, amphora, teapot, kettle, pitcher, basket, apple, pear, orange, lemon, banana, strawberry,
            cherry, grape, pineapple, carrot, tomato, pepper, corn, pumpkin, eggplant, egg, loaf, croissant,
            pretzel, candy, stone, potato, onion, peach, ghost, seal, walrus, snake, cobra, snail, butterfly,
            dragonfly, bee, ant, ladybug, beetle, spider, scorpion, octopus, jellyfish, starfish, crab, lobster,
            caterpillar, worm, shell, skull, bone, tooth, feather, hand, teddy, doll, snowman, piggy bank, cloud,
            flame, fire, mountain""",
    }
)

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        form: {"form": form, "give": give}
        for give, forms in _FORMS.items()
        for form in (" ".join(words.split()) for words in forms.split(","))
    }
    | {
        "mug": {"form": "cup", "give": "turned", "height": 1.12},
        "jug": {"form": "pitcher", "belly": 1.25, "height": 0.85},
        "urn": {"form": "amphora", "belly": 1.2, "girth": 1.15},
        "cask": {"form": "barrel", "give": "turned", "height": 0.8},
        "saucepan": {"form": "pan", "give": "turned", "height": 2.6},
        "tub": {"form": "bucket", "give": "turned", "height": 0.62},
        "dagger": {"form": "sword", "give": "built", "height": 0.55},
        "cottage": {"form": "house", "give": "built", "height": 0.8, "girth": 1.1},
        "dinghy": {"form": "boat", "give": "built", "depth": 0.75},
        "kayak": {"form": "canoe", "give": "built", "girth": 0.8, "depth": 1.3, "height": 0.75},
        "moth": {"form": "butterfly", "height": 0.78},
        "wasp": {"form": "bee", "girth": 0.86},
        "shrimp": {"form": "lobster", "girth": 0.85},
        "squash": {"form": "pumpkin", "height": 0.7, "girth": 1.2},
        "lime": {"form": "lemon", "girth": 0.9},
    }
)

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # things do nothing
