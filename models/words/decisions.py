"""What people decided where WordNet alone misleads; the build (models/words/build.py) reads it.

A template is right for a thing that has its parts (models/templates.py); `object` is right otherwise.
The close calls, and why:

- Dragons, centaurs, griffins and dinosaurs, on two legs or four: quadruped. They have its neck and tail.
- Kangaroos: quadruped. Two pairs of legs, a neck, a tail.
- Bats and pterosaurs: bird. They have two wings, legs and a tail.
- Seals and walruses: object. Flippers are neither legs nor the fins of a fish.
- Sea cows, rays, eels, seahorses: fish. A fin or two is missing, the rest is there.
- Motorcycles, bicycles, tanks: vehicle. Wheels, and a frame or hull to carry; a roof is missing from convertibles too.
- Helicopters: aircraft. Fuselage, tail, engines; rotor blades stand for wings.
- Mermaids: object. No legs. Ghosts: object. No body.
- Fruit and vegetables: object, also where WordNet puts the plant first. Mushrooms: plant. A stem and a cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# A noun belongs where its nearest ancestor among these does. "cat.1" is the first sense of cat.
ROOTS: Mapping[str, str] = MappingProxyType(
    {
        "quadruped": "mammal.1 reptile.1 amphibian.3 young_mammal.1 mythical_monster.1 unicorn.1 pegasus.1",
        "biped": """person.1 primate.2 spiritual_being.1 mythical_being.1 hypothetical_creature.1 mummy.2 mannequin.2
            puppet.1 doll.1 scarecrow.1 werewolf.1 legendary_creature.1 minotaur.1 medusa.1 giant.6 robot.1 troll.1""",
        "vehicle": "wheeled_vehicle.1 train.1 military_vehicle.1 bumper_car.1 trailer.3 bus.1",
        "plant": "plant.2 mushroom.1 mushroom.3 agaric.2 bryophyte.1",
        "furniture": "seat.3 bed.1 baby_bed.1",
        "fish": "fish.1 aquatic_vertebrate.1 cetacean.1 sea_cow.1 ichthyosaur.1 young_fish.1",
        "aircraft": "heavier-than-air_craft.1 space_shuttle.1",
        "bird": "bird.1 young_bird.1 bat.1 pterosaur.1 phoenix.3 roc.1",
        "object": """invertebrate.1 snake.1 caecilian.1 plesiosaur.1 pinniped_mammal.1 larva.1 embryo.1 embryo.2 fetus.1
            monster.1 mermaid.1 snowmobile.1 baby_buggy.1 skateboard.1 handcart.1 unicycle.1 kite.3 warship.1
            tunicate.1 cephalochordate.1""",
    }
)  #: template -> senses

# The roots of those that have none of the above: other animals have four legs, and who does something is a person.
REST: Mapping[str, str] = MappingProxyType({"animal.1": "quadruped", "operator.2": "biped"})  #: sense -> template

# A look is drawn for what is nearest to it in WordNet. By default it stands at the first sense of its own name
# under its template; here are more places. Of several looks the first that exists is taken; "" is the default.
ANCHORS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "quadruped": {
            "cat.1": "",
            "big_cat.1": "lion",
            "leopard.2": "leopard",
            "snow_leopard.1": "snow leopard,leopard",
            "jaguar.1": "jaguar,leopard",
            "cheetah.1": "cheetah,leopard",
            "cougar.1": "cougar,lion",
            "panda.1": "panda",
            "giant_panda.1": "panda",
            "lesser_panda.1": "red panda,raccoon,fox",
            "kitten.1": "",
            "colt.1": "foal,horse",
            "foal.1": "foal,horse",
            "calf.1": "calf,cow",
            "lamb.1": "lamb,sheep",
            "piglet.1": "pig",
            "livestock.1": "cow",
            "platypus.1": "platypus,beaver,mouse",
            "echidna.1": "hedgehog,porcupine,mouse",
            "hyrax.1": "mouse",
            "pika.1": "rabbit",
            "cerberus.1": "dog",
            "canine.2": "dog",
            "puppy.1": "dog",
            "pup.1": "dog",
            "hyena.1": "hyena,wolf",
            "coyote.1": "coyote,wolf",
            "raccoon.2": "raccoon,fox",
            "procyonid.1": "raccoon,fox",
            "musteline_mammal.1": "weasel,otter,ferret,fox",
            "viverrine.1": "mongoose,weasel,fox",
            "equine.1": "horse",
            "pony.4": "pony,horse",
            "ass.2": "donkey",
            "mule.1": "mule,donkey",
            "pegasus.1": "pegasus,horse",
            "unicorn.1": "unicorn,horse",
            "centaur.1": "centaur,horse",
            "bovine.1": "cow",
            "bison.1": "bison,buffalo,cow",
            "buffalo.2": "buffalo,bison,cow",
            "ox.1": "ox,bull,cow",
            "cattle.1": "cow",
            "antelope.1": "antelope,gazelle,deer",
            "deer.1": "deer",
            "wild_sheep.1": "sheep",
            "water_buffalo.1": "buffalo,cow",
            "mountain_goat.1": "goat",
            "ibex.1": "ibex,goat",
            "chamois.1": "goat",
            "ruminant.1": "deer",
            "llama.1": "llama,alpaca,camel",
            "alpaca.3": "alpaca,llama,camel",
            "pachyderm.1": "elephant",
            "proboscidean.1": "elephant",
            "tapir.1": "tapir,pig",
            "rhinoceros.1": "rhino,rhinoceros",
            "hippopotamus.1": "hippo,hippopotamus",
            "swine.1": "pig",
            "boar.1": "wild boar,boar,pig",
            "peccary.1": "wild boar,boar,pig",
            "leporid.1": "rabbit",
            "kangaroo.1": "kangaroo,rabbit",
            "marsupial.1": "kangaroo,mouse",
            "koala.1": "koala,bear",
            "wombat.1": "wombat,koala,bear",
            "rodent.1": "mouse",
            "squirrel.1": "squirrel,mouse",
            "marmot.1": "marmot,beaver,squirrel,mouse",
            "insectivore.1": "mouse",
            "badger.2": "badger,raccoon,bear",
            "skunk.2": "skunk,badger,raccoon,fox",
            "hedgehog.2": "hedgehog,porcupine,mouse",
            "porcupine.1": "porcupine,hedgehog,mouse",
            "edentate.1": "anteater,armadillo,bear",
            "sloth.2": "sloth,bear",
            "anteater.3": "anteater,bear",
            "armadillo.1": "armadillo,tortoise,turtle,mouse",
            "reptile.1": "lizard,crocodile",
            "saurian.1": "lizard,crocodile",
            "crocodilian_reptile.1": "crocodile",
            "chelonian.1": "turtle,tortoise,crocodile",
            "dinosaur.1": "dinosaur,crocodile",
            "theropod.1": "t-rex,tyrannosaur,dinosaur,crocodile",
            "sauropod.1": "brontosaurus,sauropod,diplodocus,dinosaur,crocodile",
            "ceratopsian.1": "triceratops,dinosaur,rhino",
            "armored_dinosaur.1": "stegosaurus,dinosaur,crocodile",
            "amphibian.3": "salamander,newt,lizard,crocodile",
            "frog.1": "frog,toad,crocodile",
            "mythical_monster.1": "dragon,crocodile",
            "griffin.1": "griffin,lion",
            "chimera.1": "lion",
        },
        "biped": {
            "person.1": "",
            "male.2": "man",
            "female.2": "woman",
            "male_child.1": "boy,child",
            "female_child.1": "girl,child",
            "baby.1": "baby,child",
            "juvenile.1": "child",
            "ape.1": "gorilla",
            "primate.2": "monkey",
            "gorilla.1": "gorilla",
            "chimpanzee.1": "chimpanzee,gorilla",
            "homo.2": "",
            "automaton.2": "robot",
            "legendary_creature.1": "gorilla",
            "bigfoot.1": "gorilla",
            "soldier.1": "soldier,man",
            "nobleman.1": "king,man",
            "woman.1": "woman",
            "actress.1": "woman",
            "ballet_dancer.1": "ballerina,dancer,",
            "witch.2": "witch,woman",
            "nun.1": "woman",
        },
        "vehicle": {
            "car.1": "",
            "sports_car.1": "sports car",
            "racer.2": "race car,sports car",
            "pickup.1": "pickup",
            "jeep.1": "jeep",
            "sport_utility.1": "suv,jeep",
            "cab.3": "taxi",
            "cab.1": "taxi",
            "bus.1": "bus",
            "minibus.1": "minibus,van,bus",
            "trolleybus.1": "bus",
            "streetcar.1": "tram,streetcar,train,bus",
            "train.1": "train,locomotive,tram,streetcar,bus",
            "car.2": "train,tram,streetcar,bus",
            "locomotive.1": "locomotive,steam engine,train,bus",
            "van.5": "van",
            "motor_home.1": "camper,van",
            "house_trailer.1": "camper,caravan,van",
            "trailer.4": "camper,caravan,van",
            "ambulance.1": "ambulance,van",
            "fire_engine.1": "fire engine,fire truck,truck",
            "tractor.1": "tractor,truck",
            "tracked_vehicle.1": "tank,bulldozer,truck",
            "military_vehicle.1": "tank,truck",
            "motorcycle.1": "motorcycle,motorbike",
            "bicycle.1": "bicycle,motorcycle",
            "minibike.1": "motorcycle,bicycle",
            "motor_scooter.1": "scooter,motorcycle",
            "scooter.2": "scooter,bicycle,motorcycle",
            "tricycle.1": "tricycle,bicycle,motorcycle",
            "golfcart.1": "golf cart,jeep",
            "wagon.1": "wagon,cart,truck",
            "horse-drawn_vehicle.1": "carriage,wagon,cart",
            "convertible.1": "convertible,sports car",
            "hearse.1": "van",
            "beach_wagon.1": "station wagon,",
        },
        "plant": {
            "tree.1": "",
            "conifer.1": "pine",
            "cypress.2": "cypress",
            "palm.3": "palm",
            "willow.1": "willow",
            "shrub.1": "bush",
            "flower.1": "flower",
            "composite.2": "daisy,flower",
            "herb.1": "flower",
            "bulbous_plant.1": "tulip",
            "rose.1": "rose,flower",
            "grass.1": "grass,bush",
            "bamboo.2": "bamboo,grass,palm",
            "fern.1": "fern,bush",
            "pteridophyte.1": "fern,bush",
            "bryophyte.1": "moss,bush",
            "vine.1": "vine,ivy,bush",
            "mushroom.1": "mushroom",
            "mushroom.3": "mushroom",
            "agaric.2": "mushroom",
            "succulent.1": "succulent,aloe,cactus",
            "plant.2": "bush",
            "vascular_plant.1": "bush",
            "aquatic_plant.1": "flower",
            "houseplant.1": "bush",
            "cycad.1": "palm",
            "banana.1": "palm",
        },
        "furniture": {
            "chair.1": "",
            "armchair.1": "armchair",
            "stool.1": "stool,bar stool",
            "sofa.1": "sofa",
            "bench.1": "bench",
            "bed.1": "bed",
            "baby_bed.1": "crib,cradle,bed",
            "chaise_longue.1": "chaise longue,lounger,sofa",
            "ottoman.3": "ottoman,footstool,stool,bench",
            "easy_chair.1": "armchair",
            "couch.1": "sofa",
        },
        "fish": {
            "fish.1": "",
            "cetacean.1": "whale",
            "toothed_whale.1": "dolphin",
            "baleen_whale.1": "whale",
            "killer_whale.1": "orca",
            "dolphin.2": "dolphin",
            "porpoise.1": "dolphin",
            "sperm_whale.1": "whale",
            "white_whale.1": "whale",
            "narwhal.1": "narwhal,whale",
            "sea_cow.1": "manatee,whale",
            "elasmobranch.1": "shark",
            "ray.7": "ray,manta ray,stingray,",
            "hammerhead.3": "hammerhead,hammerhead shark,shark",
            "great_white_shark.1": "shark",
            "eel.2": "eel,",
            "cyprinid.1": "goldfish",
            "tuna.3": "tuna",
            "tuna.4": "tuna",
            "scombroid.1": "tuna",
            "billfish.1": "swordfish,marlin,tuna",
            "swordfish.2": "swordfish,tuna",
            "butterfly_fish.1": "angelfish",
            "percoid_fish.1": "",
            "damselfish.1": "clownfish",
            "anemone_fish.1": "clownfish",
            "characin.1": "piranha",
            "seahorse.2": "seahorse,",
            "ichthyosaur.1": "dolphin",
        },
        "aircraft": {
            "airplane.1": "",
            "airliner.1": "",
            "jet.1": "jet",
            "fighter.2": "fighter",
            "warplane.1": "fighter",
            "bomber.1": "bomber,",
            "glider.1": "glider",
            "sailplane.1": "glider",
            "hang_glider.2": "hang glider,glider",
            "biplane.1": "biplane",
            "space_shuttle.1": "shuttle",
            "helicopter.1": "helicopter",
            "autogiro.1": "helicopter",
            "drone.4": "drone,glider",
            "seaplane.1": "seaplane,",
            "propeller_plane.1": "propeller plane,",
        },
        "bird": {
            "bird.1": "",
            "bird_of_prey.1": "eagle",
            "owl.1": "owl",
            "vulture.1": "vulture,eagle",
            "duck.1": "duck",
            "goose.1": "goose,swan",
            "waterfowl.1": "duck",
            "anseriform_bird.1": "duck",
            "duckling.1": "duckling,duck",
            "gallinaceous_bird.1": "chicken",
            "rooster.1": "rooster,chicken",
            "chick.1": "chick,chicken",
            "turkey.1": "turkey,chicken",
            "peafowl.1": "peacock,chicken",
            "ratite_bird.1": "ostrich",
            "wading_bird.1": "heron,stork,crane,flamingo",
            "stork.1": "stork,heron,crane,flamingo",
            "crane.5": "crane,heron,stork,flamingo",
            "heron.2": "heron,crane,stork,flamingo",
            "ibis.1": "ibis,heron,stork,flamingo",
            "flamingo.1": "flamingo",
            "shorebird.1": "sandpiper,gull,seagull",
            "seabird.1": "gull,seagull",
            "gull.2": "gull,seagull",
            "tern.1": "tern,gull,seagull",
            "albatross.2": "albatross,gull,seagull",
            "pelican.1": "pelican,duck",
            "penguin.1": "penguin",
            "auk.1": "puffin,penguin",
            "parrot.1": "parrot",
            "cockatoo.1": "cockatoo,parrot",
            "hummingbird.1": "hummingbird",
            "corvine_bird.1": "crow",
            "jay.2": "jay,blue jay,",
            "finch.1": "sparrow",
            "thrush.3": "robin,sparrow",
            "columbiform_bird.1": "pigeon",
            "dodo.2": "dodo,pigeon",
            "toucan.1": "toucan,parrot",
            "woodpecker.1": "woodpecker,",
            "kingfisher.1": "kingfisher,",
            "swallow.3": "swallow,",
            "cuckoo.2": "",
            "bat.1": "bat,",
            "pterosaur.1": "pterosaur,pterodactyl,eagle",
            "phoenix.3": "phoenix,eagle",
            "roc.1": "eagle",
        },
    }
)  #: template -> sense -> looks

# Words that WordNet knows first as people, letters, places or tools, and that mean an animal here.
ANIMALS = frozenset(
    """albatross alsatian badger bass booby brahman bunny canary chameleon cock coon crane cub cuckoo dalmatian dodo
    donkey ewe fledgling gopher gull hammerhead harrier heron jackass loon lynx mole ostrich packrat perch phoenix
    pike piranha pony pussycat ray redstart samoyed seahorse setter shrew skunk snapper stork swift thoroughbred
    tiger tuna vixen warbler watchdog weasel whale wolverine yearling""".split()
)

# Nouns whose commonest sense in WordNet is not what someone who wants a shape means.
SENSES: Mapping[str, str] = MappingProxyType(
    {
        "amphibian": "amphibian.3", "bike": "bicycle.1", "carriage": "carriage.2", "coach": "coach.5",
        "cradle": "cradle.1", "drone": "drone.4", "fireman": "fireman.4", "giant": "giant.6",
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
        "bear": "teddy, teddy bear",
        "pig": "hog, piggy",
        "leopard": "black panther",
        "lion": "king of the jungle",
        "squirrel": "flying squirrel",
        "dinosaur": "dino",
        # Two legs.
        "person": """attorney general, biker, biped, cosplayer, gamer, human being, orc, people, sergeant major,
            skateboarder, snowboarder, stormtrooper, superhero, superheroine, yogi""",
        "man": "dracula, garden gnome, gingerbread man, gnome, lincoln, men",
        "child": "hobbit",
        "doctor": "medic",
        "astronaut": "spaceman, spacewoman",
        "robot": "cyborg, humanoid, mech, mecha, terminator",
        "gorilla": "bigfoot, sasquatch, yeti",
        # Wheels.
        "car": "hatchback, hypercar, motorcar, supercar, vehicle",
        "race car": "dragster, f1 car, formula 1, formula 1 car, formula one car",
        "bus": "double decker, double decker bus, minibus, school bus",
        "train": "cable car, maglev, monorail",
        "truck": """backhoe, cement mixer, concrete mixer, crane truck, digger, excavator, food truck, forklift,
            forklift truck, lorry, mobile crane, monster truck, road roller, semi, semi truck, snow plough, snow plow,
            snowplough, snowplow, steamroller, tanker, zamboni""",
        "fire engine": "fire truck, firetruck",
        "tractor": "combine, combine harvester, harvester",
        "jeep": "atv, dune buggy, humvee, lunar rover, mars rover, moon buggy, offroader, quad bike, rover, suv",
        "motorcycle": "chopper bike, moped, vespa",
        "bicycle": "penny farthing",
        "wagon": "cart, chariot, handcart, rickshaw, tuk tuk",
        "van": "camper",
        # Leaves.
        "tree": """bald cypress, bonsai tree, common juniper, cypress pine, fire tree, giant sequoia, mangrove,
            topiary""",
        "palm": "palmtree",
        "pine": "christmas tree, xmas tree",
        "bush": "hedge, houseplant, mistletoe, plant, poison ivy, pot plant, potted plant",
        "flower": "cattail, venus fly trap, venus flytrap",
        # A seat.
        "bed": "bunk, cot, futon",
        "chair": """beanbag chair, camping chair, deckchair, dining chair, electric chair, gaming chair, high chair,
            lawn chair, lounger, office chair, rocker, sun lounger, swivel chair""",
        "sofa": "sectional",
        "stool": "barstool, footstool, ottoman",
        # Fins.
        "fish": "anglerfish, betta, blowfish, clown fish, koi, mola mola, pufferfish, tilapia",
        "shark": "megalodon",
        # Wings.
        "airplane": "aeroplane, aircraft, crop duster, flying machine, plane, ultralight",
        "fighter": "fighter aircraft, fighter jet, fighter plane, jet fighter",
        "helicopter": "chopper, gyrocopter, multicopter, quadcopter",
        "duck": "duckie, ducky, rubber duck, rubber ducky",
        "bird": "mother goose",
        "owl": "owlet",
    }
)  #: a known noun -> nouns that are drawn like it

# WordNet knows a catfish, an orchid or a saying by these words; here they mean what they say.
LITERAL = frozenset(
    """balloon_seat big_tree black_archangel black_buffalo black_cat blue_angel blue_cat blue_jet dead_duck
    electric_pig fat_hen flying_bird flying_cat flying_dragon flying_gecko flying_lizard flying_mouse flying_robin
    golden_calf green_dragon green_goddess little_bear little_dog little_phoebe long_horse long_plane naked_lady
    paper_tiger pink_lady red_dwarf red_giant round_robin running_game running_pop running_postman sleeping_beauty
    stuffed_mushroom walking_fern walking_horse walking_leaf water_dragon water_nymph water_sprite white_dwarf
    white_horse white_knight yellow_dwarf""".split()
)

# Nouns with nothing of the parts their WordNet senses or their last words promise. A toaster is nobody who toasts.
OBJECTS = frozenset(
    """adder affirmed antique arbor assault backstop bandwagon beater bedstead bird_house bird_table birdhouse blimp
    brownie bud calculator car_wash carrier caster cat_tree catgut cereal changer character charger chatterbox
    checker chess choker cinnamon citation clapper clocks clothes_horse clothes_tree coaster cog collector commuter
    construction_crane controller conveyer conveyor corn_dog cotton crank crop cultivator cutter decoder decoy diner
    distributor divider dog_house doghouse ex extra family_tree fastener feeder fellow_feeling finder fixer
    flower_bed flowerbed fodder game goffer gondola grade hack hall_tree hammock hanger hat_tree heap hob hood
    hot_dog hulk hydra incendiary indigo irregular jade jumper knocker love lower macaroni mailer maroon model
    monitor mount mufti mute nail_bed pacifier peeler permit picket piggy_bank pinwheel pivot planter poke
    pommel_horse popcorn pout printer puck punching_bag quad quarry rake repeater riser riverbed roaster rounder
    ruler saddle sawhorse scanner scratcher screw seabed secretariat sender server shaker shaper shoe_tree shrimp
    silly skate skimmer snow_man snowball snowflake snowman spanker speaker spearhead spinner sprayer stamper stint
    straight stray stringer stroller stud stunt tackle tart technical test_bed toaster toilet_seat torpedo
    tower_crane transmitter trawler tree_house treehouse trimmer truck_bed trumpets tumbler tuner upper
    vaulting_horse viewer viola washer waxwork weld whaler whiff white winder wiper""".split()
)
