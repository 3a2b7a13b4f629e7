"""The page's own reader of our GLB: a whole file is read, and whatever is wrong with another is said in a sentence."""

import json
import random
import struct
import subprocess
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from models.mesh.export import glb
from models.parts import PartMesh
from tests.browser.conftest import SOURCES

CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
FACES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
WHOLE = glb([PartMesh("left wing", CORNERS, FACES), PartMesh("tail", CORNERS + 1, FACES)])
READ = """files => files.map(file => {
    const bytes = Uint8Array.from(atob(file), each => each.charCodeAt(0));
    try { return reader.readGlb(bytes.buffer).map(part => part.name).join(); }
    catch (error) { return error instanceof reader.BadFile ? `bad: ${error.message}` : `broke: ${error}`; }
})"""


def rewritten(change: Callable[[Any], object]) -> bytes:
    """The whole file with another description."""
    size = struct.unpack_from("<I", WHOLE, 12)[0]
    document = json.loads(WHOLE[20 : 20 + size])
    change(document)
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<I4s", len(text), b"JSON") + text + WHOLE[20 + size :]
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def put(*path: Any) -> bytes:
    """The whole file with another value in its description: keys, then the value."""
    *where, last, value = path

    def change(document: Any) -> None:
        for key in where:
            document = document[key]
        document[last] = value

    return rewritten(change)


def flipped(seed: int) -> bytes:
    """The whole file with three bytes changed."""
    file, chance = bytearray(WHOLE), random.Random(seed)
    for _ in range(3):
        file[chance.randrange(len(file))] = chance.randrange(256)
    return bytes(file)


def shorter(document: Any, accessor: int) -> None:
    """One number less in an accessor, and in its view."""
    document["accessors"][accessor]["count"] -= 1
    document["bufferViews"][document["accessors"][accessor]["bufferView"]]["byteLength"] -= 4


def with_empty(kind: str, component: int, *path: Any) -> bytes:
    """The whole file with an accessor of nothing where the path leads."""

    def change(document: Any) -> None:
        document["bufferViews"].append({"byteOffset": 0, "byteLength": 0})
        view = len(document["bufferViews"]) - 1
        document["accessors"].append({"bufferView": view, "componentType": component, "count": 0, "type": kind})
        *where, last = path
        for key in ("meshes", 0, "primitives", 0, *where):
            document = document[key]
        document[last] = view

    return rewritten(change)


PRIMITIVE = {"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2}
TWO = [PRIMITIVE, PRIMITIVE]
BINARY = struct.pack("<I", len(WHOLE) - WHOLE.index(b"BIN\0") - 4) + b"BIN\0"
NOT_A_NUMBER = WHOLE.replace(struct.pack("<f", 2.0), struct.pack("<f", float("nan")), 1)
DAMAGED = {
    "nothing": b"",
    "another magic": b"GLTF" + WHOLE[4:],
    "another version": WHOLE[:4] + b"\1" + WHOLE[5:],
    "a byte more": WHOLE + b"\0",
    "no parts": put("nodes", []),
    "no nodes": put("nodes", None),
    "a node without a mesh": put("nodes", 0, "mesh", 9),
    "a part without a name": put("meshes", 0, "extras", {}),
    "two parts of one id": put("meshes", 1, "extras", "part_id", 0),
    "no normals": put("meshes", 0, "primitives", 0, "attributes", "NORMAL", None),
    "no primitive": put("meshes", 0, "primitives", []),
    "two primitives": rewritten(lambda document: document["meshes"][0].update(primitives=TWO)),
    "another binary chunk": WHOLE.replace(b"BIN\0", b"BON\0"),
    "a chunk that goes on": WHOLE.replace(BINARY, struct.pack("<I", len(WHOLE)) + b"BIN\0"),
    "fewer normals": with_empty("VEC3", 5126, "attributes", "NORMAL"),
    "half a face": rewritten(lambda document: shorter(document, 2)),
    "no faces": with_empty("SCALAR", 5125, "indices"),
    "short corners": put("accessors", 2, "componentType", 5123),
    "negative place": put("bufferViews", 0, "byteOffset", -4),
    "crooked place": put("bufferViews", 0, "byteOffset", 2),
    "beyond the end": put("bufferViews", 0, "byteOffset", 1 << 20),
    "too many": put("accessors", 0, "count", 1 << 28),
    "half a number": put("accessors", 0, "count", 3.5),
    "corners of another kind": put("meshes", 0, "primitives", 0, "indices", 0),
    "a corner beyond the vertices": WHOLE[:-4] + struct.pack("<I", 999),
    "a face is left out": put("accessors", 2, "count", 9),
    "a place that is none": NOT_A_NUMBER,
    **{f"cut off at {length}": WHOLE[:length] for length in range(4, len(WHOLE), 61)},
}


@pytest.fixture(scope="module")
def reader() -> str:
    """The reader by itself, as one script."""
    if not (SOURCES / "node_modules").exists():
        pytest.skip("needs `npm ci` in web/page")
    command = ["node_modules/.bin/esbuild", "viewer/glb.ts", "--bundle", "--global-name=reader"]
    return subprocess.run(command, cwd=SOURCES, check=True, capture_output=True, text=True).stdout


def read(browser: Browser, reader: str, files: list[bytes]) -> list[str]:
    """The parts' names, or what is said of the file."""
    page = browser.new_page()
    page.add_script_tag(content=reader)
    answers: list[str] = page.evaluate(READ, [b64encode(file).decode() for file in files])
    page.close()
    return answers


def test_whatever_is_wrong_with_a_file_is_said_in_a_sentence(browser: Browser, reader: str) -> None:
    whole, *answers = read(browser, reader, [WHOLE, *DAMAGED.values()])
    assert whole == "left wing,tail"
    said = dict(zip(DAMAGED, answers, strict=True))
    assert not {name: answer for name, answer in said.items() if not answer.startswith("bad: The 3D file is damaged")}


def test_whatever_bytes_come_they_are_read_or_refused(browser: Browser, reader: str) -> None:
    answers = read(browser, reader, [flipped(seed) for seed in range(400)])
    assert not [answer for answer in answers if answer.startswith("broke")]
    assert {answer.startswith("bad") for answer in answers} == {True, False}
