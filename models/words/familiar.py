"""Words that everybody knows and that WordNet's glosses of 2006 hardly use: a misspelt word may have meant them."""

from __future__ import annotations

FAMILIAR = frozenset(
    """accordion axolotl bagpipes barista bougainvillea budgerigar burrito candelabra cappuccino cassowary
    cheeseburger chihuahua firefighter forklift gazebo gladiator gondola guillotine hacksaw hammock harmonica
    headphones hydrangea kaleidoscope labrador lasagna lawnmower leprechaun lifeguard mermaid minivan monorail
    paramedic pegasus pomeranian pterodactyl rottweiler samurai sequoia skateboarder smartphone snowboarder spaceship
    tambourine trampoline trebuchet ukulele velociraptor werewolf zeppelin zucchini""".split()
)
