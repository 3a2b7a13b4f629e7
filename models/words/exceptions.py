"""Single words that are not what WordNet makes of them. The build (models/words/build.py) reads them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Words that WordNet knows first as people, letters, places or tools, and that mean an animal here.
ANIMALS = frozenset(
    """albatross alsatian badger bass bat booby brahman bunny canary chameleon cock coon crane cub cuckoo dalmatian
    dodo donkey ewe fledgling gopher gull hammerhead harrier heron jackass kiwi loon lynx manta mole ostrich packrat
    peacock perch phoenix pike piranha pony pussycat ram ray redstart samoyed seahorse setter shrew skunk snapper
    stork swift thoroughbred tiger tuna turtle vixen warbler watchdog weasel whale wolverine yearling""".split()
)

# Nouns whose commonest sense in WordNet is not what someone who wants a shape means.
SENSES: Mapping[str, str] = MappingProxyType(
    {
        "alien": "alien.3", "amphibian": "amphibian.3", "bike": "bicycle.1", "carriage": "carriage.2",
        "coach": "coach.5", "cradle": "cradle.1", "drone": "drone.4", "fireman": "fireman.4", "giant": "giant.6",
        "guinea pig": "guinea_pig.2", "hang glider": "hang_glider.2", "mushroom": "mushroom.1", "palm": "palm.3",
        "plant": "plant.2", "queen": "queen.3", "red fox": "red_fox.2", "scooter": "motor_scooter.1",
        "sea horse": "seahorse.2", "seat": "seat.3", "skate": "skate.1", "sphinx": "sphinx.2",
        "spitfire": "fighter.2", "trailer": "trailer.4", "tram": "streetcar.1",
    }
)  # fmt: skip  #: noun -> the sense that is meant

# What WordNet lacks, or files under nothing with these parts, or means otherwise than people who want a shape.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        # Four legs.
        "horse": "horsey, horsie, hobbyhorse, rocking horse, trojan horse, wooden horse",
        "pig": "hog, piggy",
        "leopard": "black panther",
        "lion": "king of the jungle",
        "squirrel": "flying squirrel",
        "dinosaur": "dino",
        # Two legs.
        "person": """attorney general, biker, biped, cosplayer, gamer, human being, orc, people, sergeant major,
            skateboarder, snowboarder, stormtrooper, yogi""",
        "man": "dracula, garden gnome, gingerbread man, gnome, lincoln, men",
        "child": "hobbit",
        "superhero, person": "superheroine",
        "doctor": "medic",
        "astronaut": "spaceman, spacewoman",
        "robot": "cyborg, humanoid, mech, mecha, terminator",
        "gorilla": "bigfoot, sasquatch, yeti",
        # Wheels.
        "car": "hatchback, hypercar, motorcar, supercar, vehicle",
        "race car": "dragster, f1 car, formula 1, formula 1 car, formula one car",
        "bus": "minibus, school bus",
        "double-decker, bus": "double decker, double decker bus",
        "train": "cable car, maglev, monorail",
        "truck": """backhoe, cement mixer, concrete mixer, crane truck, digger, excavator, food truck, forklift,
            forklift truck, lorry, mobile crane, monster truck, road roller, snow plough, snow plow,
            snowplough, snowplow, steamroller, zamboni""",
        "tank truck, truck": "fuel tanker, fuel truck, tanker",
        "trailer truck, truck": "semi, semi truck",
        "fire engine": "fire truck, firetruck",
        "tractor": "combine, combine harvester, harvester",
        "jeep": "atv, dune buggy, humvee, lunar rover, mars rover, moon buggy, offroader, quad bike, rover, suv",
        "motorcycle": "chopper bike, moped, vespa",
        "bicycle": "penny farthing",
        "wagon": "cart, chariot, handcart, rickshaw, tuk tuk",
        "van": "camper",
        # Leaves.
        "tree": """bald cypress, common juniper, cypress pine, fire tree, giant sequoia, mangrove,
            topiary""",
        "bonsai, tree": "bonsai tree",
        "palm": "palmtree",
        "pine": "christmas tree, xmas tree",
        "bush": "hedge, houseplant, mistletoe, plant, poison ivy, pot plant, potted plant",
        "flower": "cattail, venus fly trap, venus flytrap",
        # A seat.
        "bed": "bunk, cot, futon",
        "chair": """beanbag chair, camping chair, deckchair, dining chair, electric chair, high chair,
            lawn chair, lounger, rocker, sun lounger""",
        "office chair, chair": "desk chair, gaming chair, swivel chair",
        "sofa": "sectional",
        "stool": "barstool, footstool, ottoman",
        # Fins.
        "fish": "anglerfish, betta, blowfish, clown fish, koi, mola mola, pufferfish, tilapia",
        "shark": "megalodon",
        # No parts.
        "teddy, bear": "teddy bear",
        # Wings.
        "airplane": "aeroplane, aircraft, crop duster, flying machine, plane, ultralight",
        "transport, airplane": "cargo plane, freight plane, transport plane",
        "fighter": "fighter aircraft, fighter jet, fighter plane, jet fighter",
        "helicopter": "chopper, gyrocopter, multicopter, quadcopter",
        "duck": "duckie, ducky, rubber duck, rubber ducky",
        "bird": "mother goose",
        "owl": "owlet",
    }
)  #: nouns, the best first -> what is drawn like the first of them that is known

# WordNet knows a catfish, an orchid or a saying by these words; here they mean what they say.
LITERAL = frozenset(
    """balloon_seat big_tree black_archangel black_buffalo black_cat blue_angel blue_cat blue_jet dead_duck
    electric_pig elephant-tusk fat_hen flying_bird flying_cat flying_dragon flying_gecko flying_lizard flying_mouse
    flying_robin golden_calf green_dragon green_goddess little_bear little_dog little_phoebe long_horse long_plane
    man-on-a-horse naked_lady paper_tiger pink_lady red_dwarf red_giant round_robin running_game running_pop
    running_postman sleeping_beauty stuffed_mushroom walking_fern walking_horse walking_leaf water_dragon
    water_nymph water_sprite white_dwarf white_horse white_knight yellow_dwarf""".split()
)

# Nouns with nothing of the parts their WordNet senses or their last words promise. A toaster is nobody who toasts.
OBJECTS = frozenset(
    """adder affirmed antique arbor assault backstop bandwagon beater bedstead bird_house bird_table birdhouse blimp
    brownie bud calculator car_wash carrier caster cat_tree catgut cereal changer character charger chatterbox
    checker chess choker cinnamon citation clapper clocks clothes_horse clothes_tree coaster cog collector commuter
    construction_crane controller conveyer conveyor corn_dog cotton crank crop cultivator cutter decoder decoy diner
    distributor divider dog_house doghouse egg_beater ex extra family_tree fastener feeder fellow_feeling finder
    fixer flower_bed flowerbed fodder game goffer gondola grade hack hall_tree hammock hanger hat_tree heap hob hood
    hot_dog hulk hydra incendiary indigo irregular jade jumper knocker love lower macaroni mailer maroon model
    monitor mount mufti mute nail_bed pacifier peeler permit picket piggy_bank pinwheel pivot planter poke
    pommel_horse popcorn pout printer puck puncher punching_bag quad quarry rake repeater riser riverbed roaster
    rounder ruler saddle sawhorse scanner scratcher screw seabed secretariat sender server shaker shaper shoe_tree
    shrimp silly skate skimmer snow_man snowball snowflake snowman spanker speaker spearhead spinner spoiler sprayer
    stamper stint straight stray stringer stroller stud stunt tackle tart technical test_bed toaster toilet_seat
    torpedo tower_crane transmitter trawler tree_house treehouse trimmer truck_bed trumpets tumbler tuner upper
    vaulting_horse viewer viola washer waxwork weld whaler whiff white winder wiper""".split()
)
