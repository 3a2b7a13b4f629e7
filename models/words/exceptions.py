"""Single words that are not what WordNet makes of them. The build (models/words/build.py) reads them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Words that WordNet knows first as people, letters, places or tools, and that mean an animal here.
ANIMALS = frozenset(
    """albatross alsatian badger bass bat booby brahman bunny canary canine cardinal chameleon cock coon crane cub
    cuckoo dalmatian dodo donkey ewe fledgling gopher gull hammerhead harrier heron jackass kiwi loon lynx manta mole
    nighthawk ostrich packrat peacock perch phoenix pike piranha pony pussycat ram ray redstart samoyed seahorse
    setter shrew skunk snapper stork swift thoroughbred thrush tiger tuna turtle vixen warbler watchdog weasel whale
    wildcat wolverine yearling""".split()
)

# Nouns whose commonest sense in WordNet is not what someone who wants a shape means.
SENSES: Mapping[str, str] = MappingProxyType(
    {
        "agent": "agent.2", "alien": "alien.3", "amphibian": "amphibian.3", "arch": "arch.4", "barrel": "barrel.2",
        "bike": "bicycle.1", "builder": "builder.2", "bumper": "bumper.2", "cake": "cake.3",
        "capuchin": "capuchin.2", "carriage": "carriage.2", "chain": "chain.3", "cherry": "cherry.3",
        "chest": "chest.2", "coach": "coach.5", "column": "column.7", "cradle": "cradle.1", "crown": "crown.4",
        "drone": "drone.4", "drop": "drop.1", "fire": "fire.3", "fireman": "fireman.4", "giant": "giant.6",
        "glass": "glass.2", "globe": "globe.3", "guinea pig": "guinea_pig.2", "hammer": "hammer.2",
        "hang glider": "hang_glider.2", "humpback": "humpback.3", "hunchback": "hunchback.2", "hut": "hut.2",
        "jellyfish": "jellyfish.2", "lime": "lime.6", "lobster": "lobster.2", "manufacturer": "manufacturer.2",
        "mug": "mug.4", "mushroom": "mushroom.1", "nail": "nail.2", "notebook": "notebook.1",
        "octopus": "octopus.2", "operator": "operator.2", "palm": "palm.3", "plant": "plant.2", "plate": "plate.4",
        "publisher": "publisher.2", "queen": "queen.3", "red fox": "red_fox.2", "scooter": "motor_scooter.1",
        "sea horse": "seahorse.2", "seat": "seat.3", "shell": "shell.10", "siamese": "siamese.4",
        "sitter": "sitter.3", "skate": "skate.1", "sphinx": "sphinx.2",
        "tanner": "tanner.2", "television": "television.3", "tenor": "tenor.3", "toilet": "toilet.2",
        "top": "top.8", "trailer": "trailer.4", "tram": "streetcar.1",
    }
)  # fmt: skip  #: noun -> the sense that is meant

# What WordNet lacks, or files under nothing with these parts, or means otherwise than people who want a shape.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        # Four legs.
        "cat": "cheshire cat, kitteh",
        "lion": "king of the jungle",
        "leopard": "black panther",
        "tiger": "sabertooth, sabre tooth, smilodon",
        "fox": "fennec",
        "raccoon, fox": "tanuki",
        "dog": "australian shepherd, doggo, hellhound, pupper, sheltie, snoopy",
        "bulldog, dog": "boxer dog, bull mastiff, cane corso, frenchie",
        "horse": "hobbyhorse, horsey, horsie, houyhnhnm, rocking horse, trojan horse, wooden horse",
        "griffin": "hippogriff",
        "pig": "hog, piggy",
        "elephant": "babar",
        "rabbit": "brer rabbit",
        "squirrel": "flying squirrel, sugar glider",
        "hamster, mouse": "degu",
        "kangaroo": "quokka",
        "dragon": "kirin, qilin",
        "dinosaur": "dino, parasaurolophus",
        # Two legs.
        "person": """air traffic controller, attorney general, au pair, barista, biker, biped, camera operator,
            cosplayer, couch potato, couple, doppelganger, emt, football fan, furry, gamer, garbage collector, head of
            state, human being, influencer, instagrammer, living dead, mickey mouse, minnie mouse, mixologist,
            newlyweds, newsstand operator, notary public, orc, parkour runner, peeping tom, people, pet sitter,
            podcaster, powerlifter, private eye, sergeant first class, sergeant major, ship builder, skateboarder,
            snowboarder, soccer fan, sports fan, stormtrooper, suicide bomber, tax collector, ticket agent, ticket
            collector, tiktoker, toll collector, vlogger, window dresser, yogi, youtuber""",
        "man": """dracula, frankenstein, garden gnome, gingerbread man, gnome, john bull, john doe, lincoln, man friday,
            men, uncle sam""",
        "old man, man": "grandfather, grandpa",
        "woman": "bride, cinderella, girl friday, grandma, grandmother, guinevere, jane doe, maid marian",
        "girl": "little red riding hood",
        "child": "hobbit, peter pan",
        "superhero, person": "superheroine",
        "doctor": "medic",
        "dancer, person": "pop star, rock star",
        "astronaut": "spaceman, spacewoman",
        "knight": "don quixote, galahad, lancelot, sir galahad, sir lancelot",
        "king": "emperor, king arthur, prince",
        "queen": "empress, princess",
        "athlete, person": "boxer, jogger, runner, sprinter, wrestler",
        "wizard": "warlock",
        "alien": "martian",
        "robot": "cyborg, droid, humanoid, mech, mecha, terminator",
        "gorilla": "abominable snowman, bigfoot, sasquatch, yeti",
        "samurai, person": "ronin",
        # Wheels.
        "car": "batmobile, hatchback, hypercar, low rider, lowrider, motorcar, supercar, vehicle, wheeler",
        "race car": """drag racer, dragster, f1 car, formula 1, formula 1 car, formula one car, go cart, go kart,
            gokart, kart, racecar""",
        "bus": "minibus, school bus",
        "double-decker, bus": "double decker, double decker bus",
        "train": "cable car, maglev, monorail",
        "streetcar, train": "metro train, subway car, subway train, tube train, underground train",
        "bulldozer, truck": "backhoe, digger, excavator",
        "truck": """cement mixer, concrete mixer, crane truck, food truck, forklift, forklift truck, lorry,
            mobile crane, monster truck, road roller, steamroller, street sweeper, tow truck, wrecker, zamboni""",
        "snowplow, truck": "snow plough, snow plow, snowplough, snowplow",
        "tank truck, truck": "fuel tanker, fuel truck, milk tanker, oil tanker truck, tanker, tanker truck",
        "trailer truck, truck": """18 wheeler, articulated lorry, big rig, eighteen wheeler, juggernaut, semi,
            semi truck, tractor trailer""",
        "fire engine": "fire truck, firetruck",
        "tractor": "combine, combine harvester, harvester",
        "jeep": """4x4, atv, dune buggy, four wheeler, humvee, lunar rover, mars rover, moon buggy, offroader,
            quad bike, rover, suv""",
        "motorcycle": "chopper bike, dirt bike, moped",
        "scooter, motorcycle": "e scooter, electric scooter, kick scooter, segway, vespa",
        "bicycle": "bmx, e bike, ebike, penny farthing, two wheeler",
        "tricycle, bicycle": "three wheeler, tuk tuk",
        "cart": "handcart, rickshaw",
        "pegasus": "winged horse, flying horse, alicorn",
        "tandem, bicycle": "tandem bike",
        "van": "camper, motorhome, rv",
        # Leaves.
        "tree": """bald cypress, cherry blossom tree, common juniper, cypress pine, ent, fire tree, giant sequoia,
            mangrove, sakura, topiary, treant""",
        "bonsai, tree": "bonsai tree",
        "palm": "palmtree",
        "pine": "christmas tree, xmas tree",
        "bush": """fiddle leaf fig, hedge, hosta, houseplant, mistletoe, monstera, plant, poison ivy, pot plant,
            potted plant""",
        "cactus": "prickly pear",
        "grass, bush": "reed",
        "corn, grass": "corn stalk, cornstalk",
        "flower": "bloom, blossom, cattail, cherry blossom, venus fly trap, venus flytrap",
        # A seat.
        "bed": "bunk, cot, futon",
        "four-poster, bed": "canopy bed, four poster bed",
        "chair": """beanbag chair, camping chair, dining chair, electric chair, lawn chair, lounger, rocker""",
        "deck chair, chair": "beach chair, deckchair, sun lounger",
        "high chair, chair": "highchair",
        "office chair, chair": "desk chair, gaming chair, swivel chair",
        "sofa": "sectional",
        "stool": "footstool, ottoman",
        "bar stool, stool": "barstool",
        # Fins.
        "fish": "arapaima, arowana, betta, blobfish, blowfish, mola mola, tilapia",
        "clownfish, fish": "clown fish",
        "carp, fish": "koi, koi carp",
        "shark": "megalodon",
        "whale": "moby dick",
        # No parts.
        "airship": "blimp",
        "flying saucer, object": "millennium falcon, ufo",
        "skateboard": "hoverboard",
        "bookcase": "bookshelf",
        "wardrobe": "armoire, cabinet, closet, cupboard",
        "trouser": "pants, trousers",
        "doughnut": "bagel",
        "pumpkin": "jack o lantern, jack o'lantern, jack-o'-lantern, jack-o-lantern",
        "onion": "garlic",
        "bag": "handbag, purse",
        "suitcase": "briefcase",
        "rocket": "rocket ship, spacecraft, spaceship, starship",
        "cottage, hut": "cabin, log cabin",
        "table": "picnic table",
        "toilet": "commode, lavatory, loo",
        "phone": "cell phone, cellphone, iphone, mobile phone, smartphone",
        "headphone": "earbuds, headphones, headset",
        "computer": "mac, macbook, pc",
        "teddy, bear": "teddy bear",
        # Wings.
        "airplane": "aeroplane, aircraft, flying machine, plane, ultralight",
        "propeller plane, airplane": "crop duster, microlight",
        "transport, airplane": "cargo plane, freight plane, transport plane",
        "warplane, fighter": "spitfire",
        "fighter": "fighter aircraft, fighter jet, fighter plane, jet fighter",
        "glider": "paraglider",
        "helicopter": "chopper, gyrocopter, multicopter, quadcopter",
        "duck": "daffy duck, donald duck, duckie, ducky, rubber duck, rubber ducky",
        "parrot": "galah, kakapo",
        "hawk, eagle": "black hawk, red kite",
        "chicken": "chicken little",
        "eagle": "thunderbird",
        "pterodactyl, bird": "pteranodon",
        "bird": "birb, bird of paradise, birdie, mother goose, tweety",
        "owl": "owlet",
    }
)  #: nouns, the best first -> what is drawn like the first of them that is known

# WordNet knows a catfish, an orchid or a saying by these words; here they mean what they say.
LITERAL = frozenset(
    """balloon_seat big_tree black_archangel black_buffalo black_cat blue_angel blue_cat blue_jet dead_duck
    electric_pig elephant-tusk fat_hen flying_bird flying_cat flying_dragon flying_gecko flying_lizard flying_mouse
    flying_robin golden_calf green_dragon green_goddess landing little_bear little_dog little_phoebe long_horse
    long_plane man-on-a-horse naked_lady paper_tiger pink_lady red_dwarf red_giant round_robin running_game
    running_pop running_postman sleeping_beauty stuffed_mushroom walking_fern walking_horse walking_leaf
    water_dragon water_nymph water_sprite white_dwarf white_horse white_knight yellow_dwarf""".split()
)

# Nouns with nothing of the parts their WordNet senses or their last words promise. A toaster is nobody who toasts.
OBJECTS = frozenset(
    """accumulator adapter adder affirmed antique applier arbor assault backscratcher backstop bandwagon battle-axe
    beater bedstead bird_house bird_table birdhouse booster breaker brownie bud calculator car_wash carrier caster
    cat_toy cat_tree catgut cereal changer character charger chatterbox checker chess choker cinnamon citation clapper
    clocks clothes_horse clothes_tree coaster cog comforter commuter construction_crane controller conveyer conveyor
    corn_dog cotton crank crimper crop cultivator cutter decoder decoy diner distributor divider dog_house dog_toy
    doghouse dumb_waiter edger egg_beater ejector energizer ex extra family_tree fastener feeder fellow_feeling finder
    fixer flower_bed flowerbed fodder fumigator game goffer goldbrick gondola grade hack hall_tree hammock hanger
    hat_tree heap hob hood hot_dog hulk humpty_dumpty hydra incendiary indigo irregular jade juicer jumper knocker
    lame loch_ness_monster love lower macaroni mailer mantrap maroon model monitor mount mufti mute nail_bed nessie
    oiler pacifier peeler permit picket piggy_bank pinwheel pivot planter plotter plunger poke pommel_horse popcorn
    popper pout predictor preserver printer pruner puck puncher punching_bag quad quarry rake repeater riser riverbed
    riveter roaster romper rounder router ruler saddle samba sawhorse scanner scrambler scratcher screw sea_serpent
    seabed secretariat seeder selector sender server shaker shaper shaver shifter shoe_tree shrimp silly skate skimmer
    slicer snow_man snowball snowflake snowman sorter spanker speaker spearhead spinner splicer spoiler sprayer
    stamper stint stirrer straight stray stringer stroller stud stunt subtracter suppressor synthesiser synthesizer
    tackle tart technical test_bed thruster tilter tipper toaster toilet_seat topper torpedo tower_crane tracer
    transmitter trawler tree_house treehouse trencher trimmer truck_bed trumpets tumbler tuner upper vaulting_horse
    viewer viola washer waxwork weeder weld whaler whiff white winder wiper""".split()
)
