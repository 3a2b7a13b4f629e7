"""The Khronos validator has nothing to say of what we write: no error, no warning, no info, no hint."""

import json
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from models.concept import read
from models.mesh.export import glb
from models.procedural import shape
from models.templates import TEMPLATES
from tests.needs import needs, needs_program

HERE = Path(__file__).parent
pytestmark = [
    needs_program("node", "apt-get install nodejs npm"),
    needs((HERE / "node_modules").is_dir(), "the glTF validator is not installed: make gltf"),
]

TYPICAL = {
    "quadruped": "cat",
    "biped": "person",
    "vehicle": "car",
    "plant": "oak tree",
    "furniture": "office chair",
    "fish": "shark",
    "aircraft": "airplane",
    "bird": "flying bird",
    "object": "vase",
}
CONCEPTS = (
    "dog, horse, elephant, giraffe, cow, lion, mouse, running fox, rabbit, bear, "
    "knight, robot, dancer, child, astronaut, walking man, "
    "sports car, truck, school bus, van, jeep, taxi, "
    "palm tree, pine, cactus, rose, bush, mushroom, "
    "sofa, bar stool, bed, table, bench, bookshelf, "
    "tuna, goldfish, swordfish, whale, "
    "biplane, jet, glider, helicopter, "
    "eagle, penguin, ostrich, hummingbird, duck, "
    "cup, lamp, guitar"
).split(", ")

Issues = list[dict[str, str]]


def validated(folder: Path, files: Mapping[str, bytes]) -> dict[str, Issues]:
    """What the validator says of each file; one process for all, because it takes half a second to start."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = ["node", str(HERE / "validate.mjs"), *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return {row["file"]: row["issues"] for row in map(json.loads, done.stdout.splitlines())}


def complaints(found: Mapping[str, Issues]) -> list[str]:
    return [
        f"{file}: {issue['severity']} {issue['code']} at {issue['pointer']}: {issue['message']}"
        for file, issues in found.items()
        for issue in issues
    ]


@pytest.mark.parametrize("quality", ["draft", "standard"])
def test_every_template_is_valid(tmp_path: Path, quality: str) -> None:
    assert set(TYPICAL) == set(TEMPLATES)
    files = {f"{template}.glb": glb(shape(read(words), quality=quality)) for template, words in TYPICAL.items()}
    found = validated(tmp_path, files)
    assert set(found) == set(files)
    assert complaints(found) == []


def test_fifty_concepts_are_valid(tmp_path: Path) -> None:
    assert len(set(CONCEPTS)) == 50
    files = {f"{words.replace(' ', '-')}.glb": glb(shape(read(words), quality="draft")) for words in CONCEPTS}
    found = validated(tmp_path, files)
    assert set(found) == set(files)
    assert complaints(found) == []


def test_what_is_broken_on_purpose_is_found(tmp_path: Path) -> None:
    whole = glb(shape(read("cat"), quality="draft"))
    broken = {
        "whole.glb": whole,
        "short.glb": whole[:-8],
        "index.glb": whole[:-8] + struct.pack("<2I", 2**31, 2**31),
        "normal.glb": whole.replace(b'"NORMAL"', b'"normal"', 1),
        "version.glb": whole.replace(b'"version":"2.0"', b'"version":"7.0"', 1),
    }
    found = validated(tmp_path, broken)
    wrong = {file for file, issues in found.items() if any(issue["severity"] == "error" for issue in issues)}
    assert wrong == set(broken) - {"whole.glb"}
