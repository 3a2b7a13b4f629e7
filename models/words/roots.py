"""Which kinds of things have the parts of which template, in the terms of WordNet.

A template is right for a thing that has its parts (models/templates.py); `object` is right otherwise.
The close calls, and why:

- Dragons, centaurs, griffins and dinosaurs, on two legs or four: quadruped. They have its neck and tail.
- Kangaroos: quadruped. Two pairs of legs, a neck, a tail.
- Bats and pterosaurs: bird. They have two wings, legs and a tail.
- Seals and walruses: object. Flippers are neither legs nor the fins of a fish.
- Sea cows, rays, eels, seahorses: fish. A fin or two is missing, the rest is there.
- Motorcycles, bicycles, tanks: vehicle. Wheels, and a frame or hull to carry; a roof is missing from convertibles too.
- Helicopters: aircraft. Fuselage, tail, engines; rotor blades stand for wings.
- Mermaids: object. No legs. Ghosts: object. No body. People in stories and myths: biped, as other people.
- Rocking horses: quadruped; they look like one. Dolls and teddy bears: object; they are drawn sitting, in one piece.
- Fruit and vegetables: object, also where WordNet puts the plant first. Mushrooms: plant. A stem and a cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# A noun belongs where its nearest ancestor among these does. "cat.1" is the first sense of cat.
ROOTS: Mapping[str, str] = MappingProxyType(
    {
        "quadruped": "mammal.1 reptile.1 amphibian.3 young_mammal.1 mythical_monster.1 unicorn.1 pegasus.1",
        "biped": """person.1 primate.2 spiritual_being.1 imaginary_being.1 mummy.2 mannequin.2
            puppet.1 scarecrow.1 werewolf.1 minotaur.1 medusa.1 giant.6 robot.1 troll.1""",
        "vehicle": "wheeled_vehicle.1 train.1 military_vehicle.1 bumper_car.1 trailer.3 bus.1",
        "plant": "plant.2 mushroom.1 mushroom.3 agaric.2 bryophyte.1",
        "furniture": "seat.3 bed.1 baby_bed.1",
        "fish": "fish.1 aquatic_vertebrate.1 cetacean.1 sea_cow.1 ichthyosaur.1 young_fish.1",
        "aircraft": "heavier-than-air_craft.1 space_shuttle.1",
        "bird": "bird.1 young_bird.1 bat.1 pterosaur.1 phoenix.3 roc.1",
        "object": """invertebrate.1 snake.1 caecilian.1 plesiosaur.1 pinniped_mammal.1 larva.1 embryo.1 embryo.2 fetus.1
            monster.1 mermaid.1 merman.1 doll.1 snowmobile.1 baby_buggy.1 skateboard.1 handcart.1 unicycle.1 kite.3
            warship.1 tunicate.1 cephalochordate.1""",
    }
)  #: template -> senses

# The roots of those that have none of the above: other animals have four legs, and who does something is a person.
REST: Mapping[str, str] = MappingProxyType({"animal.1": "quadruped", "operator.2": "biped"})  #: sense -> template
