"""Writes the locks that the images install from: every package with the digests of its files on PyPI.

make lock

A lock says what it was made from, so a test can tell when it is out of date without asking PyPI.
"""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
#: what an image installs from -> what people write
LOCKS: Mapping[str, str] = MappingProxyType(
    {"requirements.txt": "requirements-gpu.txt", "requirements-web.txt": "requirements-gcp.txt"}
)
UNWANTED = "deploy/lock.toml"
INCLUDE = "-r "
HEADER = """\
# Made by `make lock` from {source}, for Linux on x86_64 with glibc 2.35 or later (Debian 12).
# sha256 of what it was made from: {digest}
# The pip line:  pip install --no-deps --require-hashes -r {lock}
"""
COMPILE = (
    *("pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-annotate"),
    *("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_35"),
    *("--config-file", UNWANTED),
)


def digest(source: str) -> str:
    """Of a requirements file with those that it includes, and of what is not wanted of them."""
    return hashlib.sha256((_whole(source) + (ROOT / UNWANTED).read_text()).encode()).hexdigest()


def header(lock: str) -> str:
    return HEADER.format(source=LOCKS[lock], digest=digest(LOCKS[lock]), lock=lock)


def main() -> None:
    uv = Path(sys.executable).with_name("uv")
    for lock, source in LOCKS.items():
        done = subprocess.run([uv, *COMPILE, source], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        (ROOT / lock).write_text(header(lock) + done.stdout)


def _whole(source: str) -> str:
    """Its requirements without what people say of them, and those of the files that it includes."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / source).read_text().splitlines()]
    return "".join(
        _whole(line.removeprefix(INCLUDE)) if line.startswith(INCLUDE) else f"{line}\n" for line in lines if line
    )


if __name__ == "__main__":
    main()
