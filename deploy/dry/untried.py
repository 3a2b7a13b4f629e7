"""Which lines of the Dockerfile `make image-dry` leaves out, and why: docs/images-untried.md."""

import fnmatch
import re
from collections.abc import Sequence
from pathlib import Path

from deploy.dry.dockerfile import Line, Stage, parse

ROOT = Path(__file__).parents[2]
STANDS_IN = "python:3.11-slim-bookworm"  #: the image for which a Debian 12 stands in

NOT_TRIED = re.compile(r"image-dry: not tried: (.*)")  #: said in the Dockerfile, above a line
NO_REGISTRY = "an image of a registry, and there is no engine to pull it"
INSTALLS_A_LOCK = re.compile(r"--require-hashes -r (\S+)")
#: Gigabytes, which the procedural route does without; and a machine may have builds of torch of its own.
LEFT_OUT = ("torch", "torchvision", "triton", "nvidia-*", "cuda-*")
PIN = re.compile(r"^(\S+)==.*?(?<!\\)\n", re.MULTILINE | re.DOTALL)
WIDTH = 72  # of a line in a table
PAGE = f"""\
<!-- Written by deploy/dry/untried.py from the Dockerfile: `make image-dry`. -->

# What nobody has tried of the images

`make image-dry` runs the lines of the Dockerfile on a plain Debian 12, without an engine. Debian with its own Python
3.11 stands in for `{STANDS_IN}`. What it leaves out is here, with the command that tries it where there is an engine.

| stage | line | why not | with an engine |
| --- | --- | --- | --- |
"""


def page(text: str) -> str:
    """docs/images-untried.md, of a Dockerfile's text."""
    stages = parse(text)
    rows = [
        f"| {stage.name} | `{shown(line)}` | {why} | `docker build --target {stage.name} .` |\n"
        for stage in stages
        for line in (stage.head, *stage.lines)
        if (why := _why(stages, stage, line))
    ]
    return PAGE + "".join(rows)


def _why(stages: Sequence[Stage], stage: Stage, line: Line) -> str | None:
    if line.keyword == "FROM" and stage.base == STANDS_IN:
        return "an image of a registry; Debian's own Python stands in for it"
    return not_tried(stages, stage, line) or in_part(line)


def not_tried(stages: Sequence[Stage], stage: Stage, line: Line) -> str | None:
    """Why a line is left out, or None."""
    if found := NOT_TRIED.search(line.note):
        return found[1].rstrip(".")
    source = line.flag("from") if line.keyword == "COPY" else None
    if source and not _is_here(stages, source):
        return NO_REGISTRY
    if line.keyword == "FROM" and stage.base != STANDS_IN and _named(stages, stage.base) is None:
        return NO_REGISTRY
    return None


def in_part(line: Line) -> str | None:
    """What is left out of a line that is tried, or None."""
    lock = INSTALLS_A_LOCK.search(line.text) if line.keyword == "RUN" else None
    pins = PIN.findall((ROOT / lock[1]).read_text()) if lock else []
    gone = [name for name in pins if is_left_out(name)]
    return f"without {len(gone)} packages, gigabytes: {', '.join(gone)}" if gone else None


def without_left_out(lock: str) -> str:
    """A lock's text with what is tried of it alone."""
    return PIN.sub(lambda pin: "" if is_left_out(pin[1]) else pin[0], lock)


def is_left_out(package: str) -> bool:
    return any(fnmatch.fnmatch(package, pattern) for pattern in LEFT_OUT)


def shown(line: Line, width: int = WIDTH) -> str:
    text = " ".join([line.keyword, *(f"--{name}={value}" for name, value in line.flags if name == "from"), line.text])
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= width else text[: width - 3] + "..."


def _named(stages: Sequence[Stage], name: str) -> Stage | None:
    return next((stage for stage in stages if stage.name == name), None)


def _is_here(stages: Sequence[Stage], name: str) -> bool:
    """Whether a stage's files can be had: it is one of ours, and so is all that it is made from."""
    stage = _named(stages, name)
    return stage is not None and (stage.base == STANDS_IN or _is_here(stages, stage.base))
