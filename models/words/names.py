"""Proper names of common things: makes, types, breeds. No persons, no characters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def listed(names: str) -> list[str]:
    """Names between commas, however the lines are broken."""
    return [" ".join(name.split()) for name in names.split(",")]


# What follows a maker is a model, whatever animal it is called after: "ford mustang", "tesla model s".
MAKERS: Mapping[str, str] = MappingProxyType(
    {
        "car": """acura, alfa romeo, audi, bentley, bmw, buick, cadillac, chevrolet, chevy, chrysler, citroen, dacia,
            daihatsu, datsun, dodge, fiat, ford, geely, honda, hyundai, infiniti, jaguar, kia, lada,
            lancia, lexus, lincoln, mazda, mercedes, mercedes benz, mitsubishi, nissan, oldsmobile,
            opel, peugeot, plymouth, pontiac, renault, rolls royce, rover, saab, seat, skoda, smart,
            subaru, suzuki, tesla, toyota, trabant, vauxhall, volkswagen, volvo, vw""",
        "sports car": """aston martin, bugatti, ferrari, koenigsegg, lamborghini, lotus, maserati, mclaren, pagani,
            porsche, shelby""",
        "jeep": "gmc, hummer, jeep, land rover, range rover",
        "truck": "freightliner, kamaz, kenworth, mack, peterbilt, scania",
        "tractor": "john deere, kubota, massey ferguson, new holland",
        "excavator": "jcb",
        "motorcycle": "ducati, harley davidson, indian chief, kawasaki, royal enfield, triumph",
        "airplane": "airbus, antonov, boeing, embraer, ilyushin, tupolev",
        "propeller plane, airplane": "beechcraft, cessna, piper",
        "jet": "bombardier, gulfstream, learjet",
        "fighter": "dassault, fokker, grumman, lockheed, lockheed martin, mcdonnell douglas, northrop, sukhoi",
        "helicopter": "sikorsky",
    }
)  #: what it makes -> makers

# Models called by a word that means something else: after a maker they are cars. Most beasts are so without a list.
MODELS = frozenset(
    """accent accord bolt bronco cayman challenger charger civic continental corolla cortina cube defender discovery
    edge element enzo equinox escape escort explorer fiesta fit focus fusion galaxy ghost golf impala journey juke
    leaf legend malibu navigator note odyssey outback panda passat pathfinder phantom pilot polo prelude probe ram
    ranger roadster rogue shadow sierra silhouette soul spark spirit suburban swift tacoma transit tundra uno volt
    wraith""".split()
)

# Makers whose name alone is another word first; a model must follow it.
NOT_ALONE = frozenset("jaguar lincoln lotus dodge seat smart shelby mack piper triumph rover plymouth".split())

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "car": """camry, civic, corolla, cybertruck, delorean, fiat 500, golf gti, mercedes benz, mini cooper,
            model t, prius, rolls royce, volkswagen beetle, vw beetle""",
        "sports car": "camaro, chevrolet corvette, corvette, dodge viper, ford gt",
        "race car, sports car": "nascar",
        "pickup, truck": "ford f 150, f 150, toyota hilux",
        "panzer": "m1 abrams, t 34, t34",
        "jeep": "g wagon, hummer, land cruiser, land rover, range rover, wrangler",
        "bus": "greyhound bus",
        "motorcycle": "ducati, harley, harley davidson",
        "airplane": "airbus a320, boeing 737, boeing 777, boeing 787, dc 10, dreamliner",
        "jumbo jet, airplane": "747, air force one, a380, airbus a380, boeing 747",
        "propeller plane, airplane": "dc 3",
        "supersonic transport, airplane": "concorde",
        "fighter": """a 10, a 10 warthog, blackbird jet, eurofighter, eurofighter typhoon, f 14, f 15, f 16, f 18,
            f 22, f 35, f14, f15, f16, f18, f22, f35, harrier jump jet, mig, mig 21, mig 29,
            raptor jet, sr 71, stealth fighter, su 27, su 57, tomcat fighter, x wing""",
        "warplane, fighter": """hawker hurricane, messerschmitt, mitsubishi zero, p 38, p 40, p 47, p 51, p 51 mustang,
            stuka, supermarine spitfire""",
        "bomber, jet": "b 2, b2 bomber",
        "jet": "b 52, b52",
        "transport, airplane": "b 17, b 29, c 130, lancaster bomber",
        "biplane": "sopwith camel, wright flyer",
        "shuttle": "buran, space shuttle challenger, space shuttle discovery",
        "triplane, biplane": "fokker dr1, red baron plane",
        "helicopter": """apache helicopter, black hawk helicopter, blackhawk, chinook helicopter, huey, huey
            helicopter""",
        "tyrannosaurus, dinosaur": "allosaurus, spinosaurus, t rex, trex, tyrannosaurus rex, velociraptor",
        "brachiosaurus, dinosaur": "brontosaurus, diplodocus",
        "stegosaurus, dinosaur": "ankylosaurus",
        "dog": """akita, bichon, bichon frise, doberman, german shepard, german shepherd, golden retriever, great
            dane, husky, jack russell, lab retriever, labrador, pitbull, pomeranian, rottweiler, saint bernard, shiba,
            shiba inu, shih tzu, siberian husky, st bernard, yorkie""",
        "poodle, dog": "cavapoo, cockapoo, goldendoodle, labradoodle",
        "dachshund, dog": "sausage dog, wiener dog",
        "cat": """bengal cat, calico cat, maine coon, munchkin cat, ragdoll cat, scottish fold, siamese cat,
            sphynx, sphynx cat, tabby""",
        "horse": """appaloosa, arabian horse, clydesdale, icelandic horse, lipizzaner, mustang, shetland pony,
            shire horse""",
        "cow": "angus, highland cow, holstein, jersey cow, longhorn, texas longhorn",
        "chair": """adirondack chair, barcelona chair, eames chair, eames lounge chair, egg chair, panton chair,
            wassily chair, windsor chair, wingback chair""",
        "sofa": "chesterfield, chesterfield sofa",
        "tree": "baobab, bonsai, ginkgo, joshua tree, redwood, sequoia",
        "clownfish": "nemo, nemo fish",
    }
)  #: a known noun -> names that are drawn like it
