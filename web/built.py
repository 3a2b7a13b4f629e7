"""The page as it was built: every file compressed twice, under a name that says what is in it."""

import gzip
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "page" / "built"  # `make web` writes it
INDEX = "index.html"
ENCODINGS = ("br", "gzip")  # the smaller first
SUFFIXES = {"br": ".br", "gzip": ".gz"}


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of the page, as it may be sent."""

    name: str
    content_type: str
    compressed: dict[str, bytes]  #: by content encoding

    @property
    def etag(self) -> str:
        return hashlib.sha256(self.compressed["gzip"]).hexdigest()[:32]

    def sent_as(self, wanted: Sequence[str]) -> tuple[bytes, str | None]:
        """The bytes in the first of these encodings, and which one that is; None: in none."""
        for encoding in wanted:
            return self.compressed[encoding], encoding
        return gzip.decompress(self.compressed["gzip"]), None


def built() -> dict[str, BuiltFile]:
    """Every file of the page by its name."""
    return read(FOLDER)


@cache
def read(folder: Path) -> dict[str, BuiltFile]:
    """The files of a folder: half a megabyte, read once. None where the page was not built."""
    names = sorted(path.name.removesuffix(".gz") for path in folder.glob("*.gz"))
    return {name: _read(folder, name) for name in names}


def _read(folder: Path, name: str) -> BuiltFile:
    compressed = {encoding: (folder / f"{name}{SUFFIXES[encoding]}").read_bytes() for encoding in ENCODINGS}
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "text/plain"
    text = kind.startswith("text/")
    return BuiltFile(name, f"{kind}; charset=utf-8" if text else kind, compressed)
