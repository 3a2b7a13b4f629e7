"""Which weights there are, under which licences, and whether they lie on this machine.

Where a commit or a sha256 comes from stands beside it: public sources, read 2026-11-26. They were never fetched here.
What is not pinned here, the hub says when weights are fetched, and the manifest beside them keeps (`models/manifest`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from models.craft import Craft
from models.errors import LoadFailed
from models.licences import LICENCES, not_accepted
from models.manifest import Manifest, incomplete, read
from models.model import Model


@dataclass(frozen=True, slots=True)
class Pin:
    """What is known of a file before it is fetched."""

    sha256: str
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """One row of the table."""

    id: str
    repo: str  #: on the hub
    revision: str  #: the commit there; empty: the newest
    patterns: tuple[str, ...]  #: which files are needed; a star also stands for slashes
    licences: tuple[str, ...]
    used_by: tuple[str, ...] = ()  #: names of stages
    pins: Mapping[str, Pin] = field(default_factory=dict)
    under: str = ""  #: the folder that the files are put into, within the folder of the id
    gated: bool = False  #: the hub asks for a token of somebody who accepted the licence there


ROWS = (
    Weights(
        "sdxl-turbo",
        "stabilityai/sdxl-turbo",
        # What main was for Arafat719/animation, which also has the sha256 of the small files
        # (docs/manifests/sdxl-turbo-71153311.sha256); many public caches show the same commit.
        "71153311d3dbb46851df1931d3ca6e939de83304",
        ("model_index.json", "*/*.json", "*/*.txt", "*.fp16.safetensors"),
        ("sai-nc-community",),
        ("text_to_image",),
        {
            "model_index.json": Pin("c3c2f99e3e94b5940bb072f7cf66858ab05d115dc5899b3cb36a7781e91769e0"),
            "unet/config.json": Pin("6ae877bd8daca6088f44c6251e07d7e252da53ace0d5895a0c6cbcbd5c132cb4"),
            "vae/config.json": Pin("85a181424a5fd0cc292e44e467be66a5263976eee1baf36d208133f9d49d4269"),
            # utensils/mold, crates/mold-core/src/manifest.rs.
            "unet/diffusion_pytorch_model.fp16.safetensors": Pin(
                "48fa46161a745f48d4054df3fe13804ee255486bca893403b60373c188fd1bdb", 5_135_149_760
            ),
        },
    ),
    Weights(
        "partcrafter",
        "wgsxm/PartCrafter",
        # Hitsuki-Ban/3dgen-demoroom, models/partcrafter/model.json; the sha256 from a public reproduction of
        # PartCrafter that compared its files with the hub's at this commit (prepare_subset200.py of AffordCraft).
        "69a0ffc1dad5e48e7e5ed91c0609f2b1276eb31f",
        ("model_index.json", "*/*.json", "*.safetensors"),
        ("mit", "tencent-hunyuan-community"),  # the second for what its code took from HunyuanDiT
        ("image_to_parts",),
        {
            "image_encoder_dinov2/model.safetensors": Pin(
                "aa0b83921a3339259fb1ef684ce63c9d09b5a45f9998e0789a0ad4cba318b07b"
            ),
            "transformer/diffusion_pytorch_model.safetensors": Pin(
                "915aba1d29c626d960305a0d36a6edb7798288a19c6724388b005c2fa53bcbf8"
            ),
            "vae/diffusion_pytorch_model.safetensors": Pin(
                "b43b006e5692223877427cdb568c2c1477f52a2d226db4d5eb354b4886c167a4"
            ),
        },
    ),
    Weights(
        "hunyuan3d-2mini-turbo",
        "tencent/Hunyuan3D-2mini",
        # A dozen public projects pin it; the sha256 in the Modly geometry probe (CANDIDATES) and its adapter, the
        # bytes in installers that compare them.
        "f90a0f7df7d5e6f71109cf333f6a95a0ae3194a6",
        tuple(
            f"hunyuan3d-{part}-v2-mini-turbo/{file}"
            for part in ("dit", "vae")
            for file in ("config.yaml", "model.fp16.safetensors")
        ),
        ("tencent-hunyuan-community",),
        ("image_to_mesh",),
        {
            "hunyuan3d-dit-v2-mini-turbo/model.fp16.safetensors": Pin(
                "bdbcef30dd0149a281e17d5b5b1fdad1122c904e098a42f3100e04e03c247bc4", 3_822_584_202
            ),
            "hunyuan3d-vae-v2-mini-turbo/model.fp16.safetensors": Pin(
                "5dcaca67a8da9e7079fb7b55714a572d0651ac95983bb43099913feaf6738f94", 407_410_402
            ),
        },
        under="Hunyuan3D-2mini",  # hy3dgen finds the VAE by the name of the folder above
    ),
    Weights(
        "grounding-dino-tiny",
        "IDEA-Research/grounding-dino-tiny",
        # More than ten public projects pin this commit, this sha256 and these bytes.
        "a2bb814dd30d776dcf7e30523b00659f4f141c71",
        ("*.json", "*.txt", "model.safetensors"),
        ("apache-2.0",),
        ("cut_out", "label", "recognize"),
        {"model.safetensors": Pin("1a2412ef99bd74bcd3c2a246fa1e48581f8889a1300c9051974741314fc042f3", 689_359_096)},
    ),
    Weights(
        "sam2.1-hiera-small",
        "facebook/sam2.1-hiera-small",
        # dzhng/photoctl, scripts/export-sam2.py; the sha256 and bytes in more than five public projects.
        "ee5bba1d82bb8749febdf90f45e84b687142ba03",
        ("*.json", "model.safetensors"),
        ("apache-2.0",),
        ("cut_out", "label"),
        {
            "model.safetensors": Pin("0a4067b11ce1e23d5229203f11c718a823060d15a4b23fa2372a7d4b77cbbc60", 184_305_280),
            "config.json": Pin("97ff9f65b76d107acda4247885f0a5555d0048850ae3c5f97183df289aaecde9", 5_698),
            "preprocessor_config.json": Pin("6ebf229ee259368ce4a8d4f2fe893a72b053023710853e257253939e601f583d", 683),
        },
    ),
    Weights(
        "sam3",
        "facebook/sam3",
        # storytold/lightcraft, crates/segment/src/fetch/mod.rs, and others that name the same commit.
        "3c879f39826c281e95690f02c7821c4de09afae7",
        ("*.json", "*.txt", "model.safetensors"),
        ("sam-licence",),
        ("cut_out", "label", "recognize"),
        {"model.safetensors": Pin("6d06f0a5f84e435071fe6603e61d0b4cc7b40e0d39d487cfd4d67d8cc11cc14a", 3_439_938_512)},
        gated=True,
    ),
)
TABLE: Mapping[str, Weights] = MappingProxyType({row.id: row for row in ROWS})
assert all(key in LICENCES for row in ROWS for key in row.licences)


def model_of(craft: Craft, id_: str) -> Model:
    """The model by that id: as its manifest says, or else the table; with neither, of no repository and no revision.

    Examples
    --------
    >>> model_of(Craft(weights="/nowhere"), "sam2.1-hiera-small").pinned
    'sam2.1-hiera-small@ee5bba1d82bb8749febdf90f45e84b687142ba03'
    >>> model_of(Craft(weights="/nowhere"), "my-own").pinned
    'my-own@'
    """
    folder, row = Path(craft.weights) / id_, TABLE.get(id_)
    listed = row.licences if row else ()
    try:
        manifest = read(folder)
    except LoadFailed:  # `unusable` says so
        manifest = None
    if manifest:
        return Model(id_, manifest.repo, manifest.revision, licences_of(row, manifest), folder)
    return Model(id_, row.repo if row else "", row.revision if row else "", listed, folder)


def licences_of(row: Weights | None, manifest: Manifest | None) -> tuple[str, ...]:
    """All that apply: a manifest cannot take back what the table says."""
    return tuple(dict.fromkeys((*(row.licences if row else ()), *(manifest.licences if manifest else ()))))


def unusable(craft: Craft, model: Model) -> str | None:
    """Why the model cannot be used here, in a sentence; None when it can. Looks at sizes only: cheap, for boot."""
    try:
        manifest = read(model.folder)
    except LoadFailed as error:
        return f"{model.id}: {error} Fetch them again: lumen weights fetch {model.id}"
    if manifest is None:
        return _not_there(model)
    return _not_whole(model, manifest) or _not_wanted(craft, model, manifest) or _not_allowed(craft, model)


def _not_there(model: Model) -> str:
    if model.id not in TABLE:
        known = ", ".join(TABLE)
        return f"{model.id}: no such weights in {model.folder.parent}, and Lumen knows only {known}."
    return f"{model.id}: the weights are not in {model.folder}: lumen weights fetch {model.id}"


def _not_whole(model: Model, manifest: Manifest) -> str | None:
    if manifest.id != model.id:
        return f"{model.id}: the manifest in {model.folder} is that of {manifest.id}."
    missing = incomplete(model.folder, manifest)
    return missing and f"{model.id}: {missing} in {model.folder}: lumen weights fetch {model.id}"


def _not_wanted(craft: Craft, model: Model, manifest: Manifest) -> str | None:
    wanted = craft.image_revision
    if model.id != craft.image_model or not wanted or wanted == manifest.revision:
        return None
    return f"{model.id}: LUMEN_IMAGE_REVISION is {wanted}, and what is there is {manifest.revision or 'of no commit'}."


def _not_allowed(craft: Craft, model: Model) -> str | None:
    refusal = not_accepted(model.licences, craft.accept_licenses)
    return refusal and f"{model.id}: {refusal}"
