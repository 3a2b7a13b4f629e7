"""Under which licences weights are published, and what those forbid, in a sentence. The texts decide, not we."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Licence:
    """Under what terms weights are published."""

    name: str
    url: str  #: its text
    restriction: str = ""  #: what it forbids; empty: nothing that Lumen asks about


LICENCES: Mapping[str, Licence] = MappingProxyType(
    {
        "mit": Licence("MIT", "https://opensource.org/license/mit"),
        "apache-2.0": Licence("Apache 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
        "sai-nc-community": Licence(
            "Stability AI Non-Commercial Community License",
            "https://huggingface.co/stabilityai/sdxl-turbo/blob/main/LICENSE.md",
            "Not for commercial use, unless Stability AI has licensed you.",
        ),
        "tencent-hunyuan-community": Licence(
            "Tencent Hunyuan 3D 2.0 Community License",
            "https://huggingface.co/tencent/Hunyuan3D-2mini/blob/main/LICENSE",
            "Not in the European Union, the United Kingdom and South Korea; "
            "with more than 1 million monthly users only if Tencent has licensed you.",
        ),
        "sam-licence": Licence(
            "SAM License",
            "https://github.com/facebookresearch/sam3/blob/main/LICENSE",
            "Not for military, weapons, nuclear or espionage use.",
        ),
        "openrail++-m": Licence(
            "CreativeML Open RAIL++-M",
            "https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md",
            "Not for the uses that its Attachment A lists.",
        ),
        "other": Licence("Other", "", "Its terms are not known to Lumen: read them where the weights are published."),
    }
)


def not_accepted(licences: Iterable[str], accepted: Collection[str]) -> str | None:
    """The first restricted licence that nobody accepted, in a sentence that says what it forbids and what to do.

    Examples
    --------
    >>> not_accepted(("mit", "openrail++-m"), ("openrail++-m",))
    >>> print(not_accepted(("mit", "openrail++-m"), ()))
    CreativeML Open RAIL++-M: Not for the uses that its Attachment A lists. If that suits you:
    LUMEN_ACCEPT_LICENSES=openrail++-m
    """
    for key in licences:
        licence = LICENCES.get(key, LICENCES["other"])
        if licence.restriction and key not in accepted:
            name = licence.name if key in LICENCES else key
            return f"{name}: {licence.restriction} If that suits you: LUMEN_ACCEPT_LICENSES={key}"
    return None
