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
        "car": """acura, alfa romeo, aston martin, audi, bentley, bmw, bugatti, buick, cadillac, chevrolet,
            chevy, chrysler, citroen, dacia, daihatsu, datsun, dodge, ferrari, fiat, ford, geely, honda,
            hyundai, infiniti, jaguar, kia, koenigsegg, lada, lamborghini, lancia, lexus, lincoln,
            lotus, maserati, mazda, mclaren, mercedes, mercedes benz, mitsubishi, nissan, oldsmobile,
            opel, pagani, peugeot, plymouth, pontiac, porsche, renault, rolls royce, rover, saab, seat,
            shelby, skoda, smart, subaru, suzuki, tesla, toyota, trabant, vauxhall, volkswagen, volvo,
            vw""",
        "jeep": "gmc, hummer, jeep, land rover, range rover",
        "truck": "freightliner, kamaz, kenworth, mack, peterbilt, scania",
        "tractor": "john deere, kubota, massey ferguson, new holland",
        "excavator": "jcb",
        "motorcycle": "ducati, harley davidson, indian chief, kawasaki, royal enfield, triumph",
        "airplane": """airbus, antonov, beechcraft, boeing, bombardier, cessna, embraer, gulfstream, ilyushin,
            learjet, piper, tupolev""",
        "helicopter": "sikorsky",
    }
)  #: what it makes -> makers

# Makers whose name alone is another word first; a model must follow it.
NOT_ALONE = frozenset("jaguar lincoln lotus dodge seat smart shelby mack piper triumph rover plymouth".split())

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "car": """camry, civic, corolla, cybertruck, delorean, fiat 500, golf gti, mercedes benz, mini cooper,
            model t, prius, rolls royce, volkswagen beetle, vw beetle""",
        "sports car": """bugatti, camaro, chevrolet corvette, corvette, dodge viper, ferrari, ford gt, lamborghini,
            mclaren, porsche, porsche 911""",
        "jeep": "g wagon, hummer, land cruiser, land rover, range rover, wrangler",
        "bus": "greyhound bus",
        "motorcycle": "ducati, harley, harley davidson",
        "airplane": """747, a380, airbus, airbus a320, airbus a380, antonov, boeing, boeing 737, boeing 747,
            boeing 777, boeing 787, cessna, dc 10, dc 3, dreamliner, jumbo jet, learjet""",
        "supersonic transport, airplane": "concorde",
        "fighter": """a 10, a 10 warthog, blackbird jet, eurofighter, eurofighter typhoon, f 14, f 15, f 16, f 18,
            f 22, f 35, f14, f15, f16, f18, f22, f35, harrier jump jet, messerschmitt, mig, mig 21,
            mig 29, p 38, p 47, p 51, p 51 mustang, raptor jet, spitfire, sr 71, stealth fighter, su 27,
            supermarine spitfire, tomcat fighter""",
        "jet": "b 2, b 52, b2 bomber, b52",
        "biplane": "sopwith camel, wright flyer",
        "shuttle": "space shuttle challenger, space shuttle discovery",
        "helicopter": "apache helicopter, black hawk helicopter, chinook helicopter",
        "dinosaur": """allosaurus, ankylosaurus, brachiosaurus, brontosaurus, diplodocus, spinosaurus, stegosaurus,
            t rex, trex, triceratops, tyrannosaurus rex, velociraptor""",
        "dog": """akita, bichon, bichon frise, cavapoo, cockapoo, corgi, dachshund, doberman, french bulldog,
            german shepherd, golden retriever, goldendoodle, great dane, husky, jack russell,
            lab retriever, labradoodle, labrador, pitbull, pomeranian, rottweiler, saint bernard,
            sausage dog, shiba, shiba inu, shih tzu, siberian husky, st bernard, whippet, yorkie""",
        "cat": """bengal cat, calico cat, maine coon, munchkin cat, ragdoll cat, scottish fold, siamese cat,
            sphynx, sphynx cat, tabby""",
        "horse": """appaloosa, arabian horse, clydesdale, icelandic horse, lipizzaner, mustang, shetland pony,
            shire horse""",
        "cow": "angus, highland cow, holstein, jersey cow, longhorn, texas longhorn",
        "chair": """adirondack chair, barcelona chair, eames chair, eames lounge chair, egg chair, panton chair,
            wassily chair, windsor chair, wingback chair""",
        "sofa": "chesterfield, chesterfield sofa",
        "tree": "baobab, bonsai, ginkgo, joshua tree, redwood, sequoia",
        "clownfish": "nemo fish",
    }
)  #: a known noun -> names that are drawn like it
