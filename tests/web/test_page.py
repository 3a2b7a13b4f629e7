"""The page as it lies in web/page/built: that it is what its sources say, small, and how it is sent."""

import gzip
import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.needs import needs, needs_program
from tests.web.asking import Door, a_door
from web.built import FOLDER, INDEX, built

SOURCES = FOLDER.parent
GZIP_MAX = 170_000  # bytes of everything that a visit may load, Firestore's own client aside
NOT_SOURCES = {"node_modules", "built"}
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text())
SIZES: dict[str, dict[str, int]] = MANIFEST["sizes"]
NAMES = sorted(SIZES)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
NODE_MODULES = needs((SOURCES / "node_modules").exists(), "web/page/node_modules is not there: make page")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """One for all: nobody changes anything here."""
    return a_door(tmp_path_factory.mktemp("house"))


def address(name: str) -> str:
    return "/" if name == INDEX else f"/page/{name}"


def digests() -> dict[str, str]:
    """Of every source, as build.mjs counts them."""
    paths = (path for path in SOURCES.rglob("*") if path.relative_to(SOURCES).parts[0] not in NOT_SOURCES)
    files = sorted(path for path in paths if path.is_file())
    return {path.relative_to(SOURCES).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def ask(door: Door, name: str, accept: str | None = None, method: str = "GET", **headers: str) -> TestResponse:
    """As anybody, without a key."""
    given = {**headers, **({} if accept is None else {"Accept-Encoding": accept})}
    return door.ask(method, address(name), as_=None, headers=given)


# --- what lies there ------------------------------------------------------------------------------------


def test_the_built_page_is_what_its_sources_say() -> None:
    assert MANIFEST["sources"] == digests(), "`make web` was not run after the last change"


def test_every_file_of_the_manifest_lies_there_and_no_other() -> None:
    expected = {f"{name}{ending}" for name in NAMES for ending in (".br", ".gz")} | {"manifest.json"}
    assert {path.name for path in FOLDER.iterdir()} == expected
    for name, size in SIZES.items():
        packed = built()[name].compressed
        assert (len(packed["br"]), len(packed["gzip"])) == (size["brotli"], size["gzip"])
        assert len(gzip.decompress(packed["gzip"])) == size["bytes"]


def test_the_whole_page_is_small() -> None:
    loaded = {name: size["gzip"] for name, size in SIZES.items() if name not in MANIFEST["optional"]}
    assert sum(loaded.values()) <= GZIP_MAX, loaded


def test_the_docs_say_how_small() -> None:
    text = (SOURCES.parents[1] / "docs" / "page.md").read_text(encoding="utf-8")
    assert f"at most {GZIP_MAX // 1000} kB, gzipped" in text


def test_what_is_optional_is_loaded_by_nobody_at_first() -> None:
    """Or the sum above would leave out what every visit pays for."""
    texts = {name: gzip.decompress(built()[name].compressed["gzip"]).decode() for name in NAMES}
    for name, text in texts.items():
        if name not in MANIFEST["optional"]:
            statically = re.findall(r"""(?:from|import)\s*["']\./([^"']+)["']""", text)
            assert not set(statically) & set(MANIFEST["optional"]), name


@NODE_MODULES
@needs_program("node", "make system")
def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    command = ["node", "build.mjs", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=SOURCES, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ours, theirs = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (FOLDER, tmp_path))
    assert sorted(theirs) == sorted(ours)
    assert [name for name in ours if ours[name] != theirs[name]] == []


# --- how it is sent -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept, encoding",
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", None),
        ("*;q=0, gzip", "gzip"),
        ("identity", None),
        ("deflate, zstd", None),
        ("nonsense;;q=x", None),
        ("", None),
        (None, None),
    ],
)
def test_everybody_gets_an_encoding_that_they_take(door: Door, accept: str | None, encoding: str | None) -> None:
    answer = ask(door, INDEX, accept)
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_the_same_in_every_encoding(door: Door, name: str) -> None:
    """Brotli has no decoder here: tests/browser has one."""
    plain, packed = ask(door, name), ask(door, name, "gzip")
    assert plain.status_code == packed.status_code == 200
    assert plain.data == gzip.decompress(packed.data)
    assert len(plain.data) == SIZES[name]["bytes"]
    assert ask(door, name, "br").data == (FOLDER / f"{name}.br").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_what_it_is(door: Door, name: str) -> None:
    answer = ask(door, name)
    assert answer.headers["Content-Type"] == TYPES[Path(name).suffix]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert int(answer.headers["Content-Length"]) == SIZES[name]["bytes"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_page_itself_is_asked_for_again(door: Door, name: str) -> None:
    """A name with a digest in it never means anything else."""
    kept = ask(door, name).headers["Cache-Control"]
    assert kept == ("no-cache" if name == INDEX else "public, max-age=31536000, immutable")


def test_an_etag_is_of_one_encoding_and_saves_the_body(door: Door) -> None:
    tags = {accept: ask(door, INDEX, accept).headers["ETag"] for accept in ("br", "gzip", "identity")}
    assert len(set(tags.values())) == 3
    same = ask(door, INDEX, "br", **{"If-None-Match": tags["br"]})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tags["br"])
    assert ask(door, INDEX, "gzip", **{"If-None-Match": tags["br"]}).status_code == 200


def test_a_head_is_a_get_without_its_body(door: Door) -> None:
    whole, head = ask(door, INDEX, "br"), ask(door, INDEX, "br", method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    told = ("Content-Type", "Content-Encoding", "Content-Length", "ETag", "Content-Security-Policy")
    assert {name: head.headers[name] for name in told} == {name: whole.headers[name] for name in told}


@pytest.mark.parametrize(
    "path",
    [
        "main.js",
        "manifest.json",
        f"{INDEX}.gz",
        "..%2Fmanifest.json",
        "%2e%2e%2f%2e%2e%2fpolicy.py",
        "..\\policy.py",
        ".",
        "%00",
        "a/b",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_there(door: Door, path: str) -> None:
    answer = door.get(f"/page/{path}", as_=None)
    assert answer.status_code == 404
    assert answer.get_json()["reason"] == "NOT_FOUND"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'", "the API's"


def test_where_the_page_was_not_built_the_api_still_is(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.built.FOLDER", tmp_path)
    assert ask(door, INDEX).status_code == 404
    assert door.get("/v1/jobs").status_code == 200
