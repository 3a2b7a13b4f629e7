"""Contact sheets, made by the program itself: `make pictures`.

To look at some concepts, or at every look or pose of a template:

python docs/pictures.py "flying bird" "red fox" --out sheet.png
python docs/pictures.py --looks bird --poses owl --seeds owl --quality draft --out sheet.png
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.concept import Concept, read
from models.mesh.preview import picture
from models.procedural import shape
from models.procedural.make import KINDS

CELL_PX, LABEL_PX, MARGIN_PX = 220, 26, 10
PAPER, INK = (250, 249, 246), (70, 68, 66)

TEMPLATES = ("cat", "person", "car", "tree", "chair", "fish", "airplane", "bird", "xyzzy")
CONCEPTS = (
    "flying bird", "owl", "hummingbird", "penguin", "peacock", "elephant", "running giraffe", "red fox", "hedgehog",
    "triceratops", "frog", "sitting cat", "wizard", "dancing robot", "waving astronaut", "knight", "sports car",
    "school bus", "fire engine", "steam locomotive", "bicycle", "helicopter", "biplane", "hammerhead", "whale",
    "oak tree", "sunflower", "cactus", "office chair", "sofa", "teapot", "lighthouse", "butterfly", "guitar",
    "sailboat", "castle",
)  # fmt: skip
README = ("flying bird", "cat", "sports car", "oak tree", "office chair", "airplane")
README_PX = 512


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture and what stands below it."""

    label: str
    concept: Concept


def main(args: Sequence[str] | None = None) -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("concepts", nargs="*")
    parser.add_argument("--looks", action="append", default=[], choices=sorted(KINDS), help="every look of a template")
    parser.add_argument("--poses", default="", help="a noun, once in every pose of its template")
    parser.add_argument("--seeds", default="", help="a noun, drawn with seeds 0 to 7")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--readme", type=Path, metavar="FOLDER", help="the contact sheet and the README's pictures")
    parser.add_argument("--quality", default="standard")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--columns", type=int, default=8)
    given = parser.parse_args(args)
    if given.readme:
        for_readme(given.readme)
    if given.out:
        cells = [(cell, given.seed) for cell in _cells(given.concepts, given.looks, given.poses)]
        if given.seeds:
            cells += [(Cell(f"{given.seeds}, seed {seed}", read(given.seeds)), seed) for seed in range(8)]
        sheet(cells, given.quality, given.columns).save(given.out)
        sys.stderr.write(f"{given.out}: {len(cells)} pictures\n")


def for_readme(folder: Path) -> None:
    """The pictures that are kept with the source."""
    cells = [(Cell(f"{words} ({read(words).template})", read(words)), 0) for words in TEMPLATES]
    cells += [(Cell(words, read(words)), 0) for words in CONCEPTS]
    page = sheet(cells, "standard", len(TEMPLATES))
    page.quantize(256, dither=Image.Dither.NONE).save(folder / "contact-sheet.png", optimize=True)
    for words in README:
        pixels = picture(shape(read(words)), README_PX)
        Image.fromarray(pixels).save(folder / f"{words.replace(' ', '-')}.png", optimize=True)


def _cells(concepts: Sequence[str], templates: Sequence[str], noun: str) -> Iterator[Cell]:
    for words in concepts:
        found = read(words)
        yield Cell(f"{words} ({found.template})", found)
    for template in templates:
        for look in ("", *KINDS[template].looks):
            yield Cell(look or f"{template} (default)", _drawn(template, look))
    if noun:
        found = read(noun)
        for verb in ("", *KINDS[found.template].poses):
            yield Cell(f"{verb} {noun}".strip(), replace(found, verb=verb))


def _drawn(template: str, look: str) -> Concept:
    """A concept for a look, whether or not any word leads to it."""
    return Concept(look or template, template, look, 1.0, "exact", "", look)


def sheet(cells: Sequence[tuple[Cell, int]], quality: str, columns: int) -> Image.Image:
    """All cells on one page, row by row."""
    with ProcessPoolExecutor(2) as pool:
        pictures = list(pool.map(partial(_picture, quality), *zip(*cells, strict=True)))
    wide, high = CELL_PX + MARGIN_PX, CELL_PX + LABEL_PX + MARGIN_PX
    rows = -(-len(cells) // columns)
    page = Image.new("RGB", (columns * wide + MARGIN_PX, rows * high + MARGIN_PX), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for index, ((cell, _), pixels) in enumerate(zip(cells, pictures, strict=True)):
        x, y = MARGIN_PX + index % columns * wide, MARGIN_PX + index // columns * high
        image = Image.fromarray(pixels)
        page.paste(image, (x, y), image)
        pen.text((x + CELL_PX / 2, y + CELL_PX + LABEL_PX / 2), cell.label, INK, font, anchor="mm")
    return page


def _picture(quality: str, cell: Cell, seed: int) -> NDArray[np.uint8]:
    return picture(shape(cell.concept, quality=quality, seed=seed), CELL_PX)


if __name__ == "__main__":
    main()
