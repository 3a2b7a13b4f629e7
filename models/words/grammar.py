"""The few words of English that say how the others belong together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

VERBS: Mapping[str, str] = MappingProxyType(
    {
        form: gerund
        for gerund, forms in {
            "flying": "fly flies soaring soar gliding hovering",
            "running": "run runs jogging sprinting galloping racing",
            "walking": "walk walks strolling striding marching",
            "sitting": "sit sits seated sat",
            "standing": "stand stands perching perched resting",
            "jumping": "jump jumps leaping hopping",
            "swimming": "swim swims diving",
            "dancing": "dance dances",
            "waving": "wave waves greeting",
            "sleeping": "sleep sleeps lying",
            "eating": "eat eats grazing drinking feeding",
        }.items()
        for form in (gerund, *forms.split())
    }
)  #: form -> the gerund that poses are named after

ARTICLES = frozenset("a an the my your his her its our their one this that some".split())

# What follows them says more about the thing, and is not the thing.
ENDS = frozenset(
    """of with on in at by from under over near without for and or who which is are that has having made like beside
    behind between inside above below through into onto against during across around along as to plus versus vs while
    wearing holding carrying riding driving playing using covered surrounded filled looking chasing reading pulling
    pushing wielding""".split()
)

GERUNDS = tuple(form for form in VERBS if form.endswith("ing"))  #: in which a misspelt verb is still known for one

# They end a noun phrase before another such word or an article: "fish out of water", but not "pull out sofa".
PARTICLES = frozenset("away back down full off out over up upside".split())

# Gerunds that tell what the next noun is for: "bird watching binoculars", "car washing brush", "bride wedding dress".
PURPOSES = frozenset(
    """bathing bedding boarding breeding catching changing christening cleaning clipping clothing cooling crossing
    dining drawing driving farming feeding fishing flooring grooming heating herding housing hunting keeping
    lighting loading meeting milking mounting nursing packing parking plumbing polishing racing rearing repairing
    riding schooling seating sewing shearing shoeing shopping spotting stocking taming teething training trapping
    trimming vending washing watching wedding writing""".split()
)
RIDDEN = frozenset(
    "bicycle bike bull bus camel car donkey elephant horse motorbike motorcycle mule pony tractor truck".split()
)

# Said last they are things: a "valet stand" is no valet, and no "ski jump" jumps.
ALSO_NOUNS = frozenset({"dance", "jump", "stand"})

# "a herd of elephants" are elephants.
AMOUNTS = frozenset(
    """army bevy bouquet breed bunch bundle cluster colony couple crowd family field fleet flock forest gaggle gang
    group grove herd kind line litter murder pack pair patch pod pride row school set shoal sort species squad
    squadron stand swarm team trio type variety""".split()
)

# "a statue of a horse", "horse statue": made of something else, in the shape of a horse.
LIKENESSES = frozenset(
    """caricature cartoon carving cutout drawing figure figurine illustration image miniature model photo photograph
    picture plush plushie portrait puppet render rendering replica robot sculpture silhouette skeleton sketch
    statue statuette toy""".split()
)
TOYS = frozenset(
    "balloon chocolate cuddly fake inflatable lego model origami plush plushie rocking stuffed toy voxel".split()
)
MATERIALS = frozenset(
    """brass bronze cardboard ceramic clay crochet crystal felt glass golden granite ice iron jade knitted marble metal
    paper plastic porcelain rubber silver snow steel stone straw tin wood wooden wool""".split()
)

# "cat black": said after its noun, a colour is no head noun.
COLORS = frozenset(
    "black blue brown gold gray green grey orange pink purple red silver tan turquoise violet white yellow".split()
)

# How a picture or a model is made, said before or after what it shows.
STYLES = frozenset(
    """3d; 3d art; 3d asset; 3d character; 3d mesh; 3d model; 3d print; 3d printable; 3d render; 4k; 8k; anime style;
    cartoon style; clip art; clipart; close up; closeup; concept art; digital art; fan art; fanart; fantasy art;
    game asset; game ready; hd; high poly; highly detailed; highpoly; line art; low poly; lowpoly; octane render;
    photo realistic; pixel art; stl; stl file; uhd; unreal engine; vector art; voxel art""".replace(
        "\n    ", " "
    ).split("; ")
)
