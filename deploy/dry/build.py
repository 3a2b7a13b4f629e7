"""Tries the lines of the Dockerfile on a plain Debian 12, without an engine.

make image-dry                          # both images
python -m deploy.dry web                # what one of them is made from
python -m deploy.dry --page             # no line: writes the page of what is not tried

Debian and Python 3.11 stand in for the python image. Every RUN is run in a folder of its stage, as Docker would run it;
at the end each image's own command serves in its folder, as the image's user and as process 1. Needs root, a Debian 12
and mmdebstrap; packages come from where this machine's apt and pip get theirs. Writes docs/images-untried.md: what was
not tried, why, and how to try it with an engine.
"""

import ast
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.dry.dockerfile import Ignore, Line, Stage, expand, parse
from deploy.dry.room import Failed, Room, run, say, serving, within
from deploy.dry.untried import STANDS_IN, in_part, not_tried, page, shown, without_left_out

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "images-untried.md"
KEPT = ROOT / "out" / "image-dry"  #: Debian and pip's cache, for the next time

IMAGES = ("web", "worker")
#: beside Debian's least: what the python image has that our lines need
PACKAGES = "python3.11-venv,python3-pip,ca-certificates,netbase,tzdata"
#: Prints how many packages with compiled code there are; ends with 1 where one cannot be imported.
IMPORTS = """\
from importlib import import_module, metadata
files = [file for found in metadata.distributions() for file in found.files or () if file.suffix == ".so"]
names = {file.parts[0].partition(".")[0] for file in files if not file.parts[0].endswith(".libs")}
print(len([import_module(name) for name in names]))
"""
PROGRAMS = ("apt-get", "chroot", "cp", "ip", "mmdebstrap", "mount", "nsenter", "tar", "unshare")


def needed(stages: Sequence[Stage], images: Sequence[str]) -> list[Stage]:
    """The stages that these are made from, in the order of the file."""
    wanted = set(images)
    for stage in reversed(stages):  # a stage names earlier ones alone
        if stage.name in wanted:
            sources = [line.flag("from") for line in stage.lines if line.keyword == "COPY"]
            mounted = [mount.get("from") for line in stage.lines for mount in line.mounts]
            wanted |= {name for name in (stage.base, *sources, *mounted) if name}
    return [stage for stage in stages if stage.name in wanted]


@dataclass(slots=True)
class House:
    """All stages of a Dockerfile, made where they can be."""

    stages: list[Stage]
    work: Path
    rooms: dict[str, Room] = field(default_factory=dict)
    failed: int = 0

    def build(self) -> None:
        for number, stage in enumerate(self.stages):
            why = not_tried(self.stages, stage, stage.head)
            self._say(
                stage, stage.head, f"not tried: {why}" if why else "stood in for" if self._begins(stage) else "ok"
            )
            if why is None:
                room = self._first(stage, self.work / f"{number}-{stage.name}")
                self.rooms[stage.name] = room
                self._fill(room, stage)

    def _begins(self, stage: Stage) -> bool:
        return stage.base == STANDS_IN

    def _first(self, stage: Stage, path: Path) -> Room:
        if not self._begins(stage):
            return self.rooms[stage.base].copy(path)
        path.mkdir()
        run("tar", "-xf", str(debian()), "-C", str(path))
        return Room(path)

    def _fill(self, room: Room, stage: Stage) -> None:
        for line in stage.lines:
            if why := not_tried(self.stages, stage, line):
                self._say(stage, line, f"not tried: {why}")
                continue
            begun = time.monotonic()
            try:
                DO[line.keyword](self, room, line)
            except Failed as error:
                self.failed += 1
                self._say(stage, line, f"failed: {error}")
                return
            if line.keyword in {"RUN", "COPY"}:
                part = f" ({left})" if (left := in_part(line)) else ""
                self._say(stage, line, f"ok, {time.monotonic() - begun:.1f} s{part}")

    def run(self, room: Room, line: Line) -> None:
        binds, env = pip_of_this_machine() if "pip" in line.text else ({}, {})
        for mount in line.mounts:
            binds[mount["target"]] = self._source(mount)
        within(room, ["/bin/sh", "-c", line.text], binds, env)

    def _source(self, mount: Mapping[str, str]) -> Path:
        if mount["type"] == "cache":
            cache = KEPT / "cache" / mount["target"].strip("/").replace("/", "-")
            cache.mkdir(parents=True, exist_ok=True)
            return cache
        return self.rooms[mount["from"]].inside(mount["source"])

    def copy(self, room: Room, line: Line) -> None:
        *sources, target = line.text.split()
        room.inside(target).parent.mkdir(parents=True, exist_ok=True)
        source = line.flag("from")
        for each in sources:
            if source:
                run("cp", "-aT", str(self.rooms[source].inside(each)), str(room.inside(target)))
            else:
                self._from_context(each, room.inside(target))

    def _from_context(self, source: str, target: Path) -> None:
        for name in context():
            if source in {".", name}:
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes((ROOT / name).read_bytes())
                if source == name and name.endswith(".txt"):
                    path.write_text(without_left_out(path.read_text()))

    def serve(self, name: str) -> None:
        """Try an image by its own commands."""
        try:
            self._serve(name, self.rooms[name])
        except Failed as error:
            self.failed += 1
            say(f"{name}: failed: {error}")

    def _serve(self, name: str, room: Room) -> None:
        began = time.monotonic()
        said = within(room, [*room.entrypoint, "--version"], {}, {}).strip()
        say(f"{name}: {said}, as {room.user}")
        count = within(room, ["python", "-c", IMPORTS], {}, {}).strip()
        say(f"{name}: {count} packages with compiled code can be imported")
        within(room, [*room.entrypoint, "make", "flying bird", "--out", "out"], {}, {"LUMEN_ROUTES": "procedural"})
        say(f"{name}: `lumen make` made a flying bird, {time.monotonic() - began:.1f} s")
        with serving(room) as server:
            for path in ("/health/live", "/health/ready", *(["/"] if name == "web" else [])):
                say(f"{name}: GET {path} is 200 after {server.wait_for(path):.1f} s")
            seconds = server.stop()
        say(f"{name}: SIGTERM ended it with status 0 after {seconds:.1f} s")

    def _say(self, stage: Stage, line: Line, outcome: str) -> None:
        if line.keyword in {"FROM", "RUN", "COPY"}:
            say(f"{line.number:4} {stage.name or 'the default':16} {shown(line, 60):60} {outcome}")


def _set_env(_: House, room: Room, line: Line) -> None:
    room.env |= {name: expand(value, room.env | room.args) for name, value in line.pairs.items()}


def _set_arg(_: House, room: Room, line: Line) -> None:
    room.args |= line.pairs


def _set_user(_: House, room: Room, line: Line) -> None:
    room.user = line.text


def _set_workdir(_: House, room: Room, line: Line) -> None:
    room.inside(line.text).mkdir(parents=True, exist_ok=True)
    room.workdir = str(Path("/", room.workdir, line.text))


def _set_entrypoint(_: House, room: Room, line: Line) -> None:
    room.entrypoint = line.words


def _set_command(_: House, room: Room, line: Line) -> None:
    room.command = line.words


def _nothing(*_: object) -> None:
    """Says something to people or to the engine; changes no file."""


DO: Mapping[str, Callable[[House, Room, Line], None]] = {
    "ARG": _set_arg,
    "CMD": _set_command,
    "COPY": House.copy,
    "ENTRYPOINT": _set_entrypoint,
    "ENV": _set_env,
    "EXPOSE": _nothing,
    "LABEL": _nothing,
    "RUN": House.run,
    "USER": _set_user,
    "WORKDIR": _set_workdir,
}


# ---- the machine ----------------------------------------------------------------------------------------------------


def missing() -> str | None:
    """What this machine lacks, in a sentence, or None."""
    release = Path("/etc/os-release")
    said = dict(row.split("=", 1) for row in release.read_text().splitlines() if "=" in row) if release.exists() else {}
    if said.get("VERSION_CODENAME") != "bookworm":
        return "This is no Debian 12: its packages would not be those that the images install."
    if os.geteuid() != 0:
        return "A root file system is made and entered by root alone."
    if gone := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"Not on the PATH: {', '.join(gone)}. apt-get install --no-install-recommends mmdebstrap iproute2"
    return None


def debian() -> Path:
    """Debian 12 with Python 3.11, as a tar file: made once, from where this machine's apt gets its packages."""
    made = KEPT / "debian.tar"
    if not made.exists():
        begun = time.monotonic()
        made.parent.mkdir(parents=True, exist_ok=True)
        rows = run("apt-get", "indextargets", "--format", "$(CREATED_BY) deb $(REPO_URI) $(RELEASE) $(COMPONENT)")
        found = [row.removeprefix("Packages ") for row in rows.splitlines() if row.startswith("Packages ")]
        sources = [row for row in dict.fromkeys(found) if row.split()[2].startswith("bookworm")]
        half = made.with_suffix(".half.tar")
        run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(half), *sources)
        half.rename(made)
        say(f"made a Debian 12, {time.monotonic() - begun:.0f} s")
    return made


def context() -> list[str]:
    """The files that an engine would be sent."""
    lets_in = Ignore.parse((ROOT / ".dockerignore").read_text()).lets_in
    tracked = run("git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    return [name for name in tracked if lets_in(name) and (ROOT / name).is_file()]


def pip_of_this_machine() -> tuple[dict[str, Path], dict[str, str]]:
    """What has to be mounted and set so that a pip elsewhere asks the same index as this machine's."""
    env: dict[str, str] = {}
    for row in run(sys.executable, "-m", "pip", "config", "list").splitlines():
        name, _, value = row.partition("=")
        env["PIP_" + name.rpartition(".")[2].upper().replace("-", "_")] = str(ast.literal_eval(value))
    words = [word for value in env.values() for word in value.split()]
    # The pages of an index in a folder name files beside it.
    paths = [Path(word.removeprefix("file://")).parent if word.startswith("file://") else Path(word) for word in words]
    return {str(path): path for path in paths if path.is_absolute() and path.exists()}, env


def main(arguments: Sequence[str]) -> int:
    text = (ROOT / "Dockerfile").read_text()
    PAGE.write_text(page(text))
    if "--page" in arguments:
        return 0
    if lack := missing():
        say(lack)
        return 1
    return tried(text, arguments or IMAGES)


def tried(text: str, images: Sequence[str]) -> int:
    """1 where something failed."""
    begun = time.monotonic()
    work = Path(tempfile.mkdtemp(prefix="image-dry-"))
    house = House(needed(parse(text), images), work)
    try:
        house.build()
        for name in images:
            house.serve(name)
    finally:
        run("rm", "-rf", "--one-file-system", str(work))
    say(f"{house.failed} failed, {time.monotonic() - begun:.0f} s; what was not tried: {PAGE.relative_to(ROOT)}")
    return 1 if house.failed else 0
