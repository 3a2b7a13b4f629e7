"""Reads a Dockerfile and a .dockerignore, as far as ours use the language.

stages = parse((ROOT / "Dockerfile").read_text())
[line.text for stage in stages for line in stage.lines if line.keyword == "RUN"]
"""

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

FLAG = re.compile(r"--(?P<name>[a-z-]+)=(?P<value>\S+)\s+")
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
KEYWORDS = frozenset("ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM LABEL RUN USER WORKDIR".split())


class NotUnderstood(Exception):
    """The file uses more of the language than is read here."""


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction."""

    number: int  #: of its first line in the file
    keyword: str
    flags: tuple[tuple[str, str], ...]  #: name and value of each --name=value, in their order
    text: str  #: what follows them, continuations joined
    note: str  #: the comment right above

    def flag(self, name: str) -> str | None:
        return dict(self.flags).get(name)

    @property
    def mounts(self) -> list[dict[str, str]]:
        """Of a RUN, what is mounted: `type`, `target` and so on."""
        values = [value for name, value in self.flags if name == "mount"]
        return [dict(pair.split("=", 1) for pair in value.split(",")) for value in values]

    @property
    def words(self) -> list[str]:
        """Of a CMD or an ENTRYPOINT. Raises: NotUnderstood, where it would be run by a shell."""
        try:
            words: list[str] = json.loads(self.text)
        except ValueError:
            raise NotUnderstood(f"line {self.number}: {self.keyword} is not in exec form") from None
        return words

    @property
    def pairs(self) -> dict[str, str]:
        """Of an ARG, ENV or LABEL. An ARG without a value has an empty one."""
        split = [word.partition("=") for word in shlex.split(self.text)]
        return {name: value for name, _, value in split}


@dataclass(frozen=True, slots=True)
class Stage:
    """What a FROM begins."""

    name: str  #: empty where it has none
    base: str  #: a stage or an image, its variables resolved
    head: Line
    lines: list[Line] = field(default_factory=list)


def parse(text: str) -> list[Stage]:
    """The stages of a Dockerfile, in their order. Raises: NotUnderstood."""
    given: dict[str, str] = {}
    stages: list[Stage] = []
    for line in _lines(text):
        if line.keyword == "FROM":
            base, _, name = line.text.partition(" AS ")
            stages.append(Stage(name.strip(), expand(base.strip(), given), line))
        elif stages:
            stages[-1].lines.append(line)
        else:
            given |= line.pairs
    return stages


def expand(text: str, variables: Mapping[str, str]) -> str:
    """With $NAME and ${NAME} replaced; what nobody set is empty, as Docker has it."""
    return VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), text)


def _lines(text: str) -> Iterable[Line]:
    note: list[str] = []
    whole, first = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        if raw.lstrip().startswith("#"):
            note += [] if whole else [raw.lstrip().removeprefix("#").strip()]
        elif not raw.strip():
            note.clear()
        else:
            first = first or number
            whole += raw.strip().removesuffix("\\")
            if not raw.rstrip().endswith("\\"):
                yield _line(first, whole, " ".join(note))
                note.clear()
                whole, first = "", 0


def _line(number: int, whole: str, note: str) -> Line:
    keyword, _, rest = whole.partition(" ")
    if keyword not in KEYWORDS or "<<" in rest:
        raise NotUnderstood(f"line {number}: {keyword}{' with a heredoc' if '<<' in rest else ''}")
    rest, flags = rest.lstrip(), []
    while found := FLAG.match(rest):
        flags.append((found["name"], found["value"]))
        rest = rest[found.end() :]
    return Line(number, keyword, tuple(flags), rest.strip(), note)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A .dockerignore. The last line that speaks of a file, or of a folder it is in, decides."""

    rules: tuple[tuple[re.Pattern[str], bool], ...]  #: what it matches, and whether that gets in

    @classmethod
    def parse(cls, text: str) -> "Ignore":
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return cls(tuple((_pattern(line.removeprefix("!")), line.startswith("!")) for line in lines))

    def lets_in(self, path: str) -> bool:
        """Whether a file, relative to the context, goes to the builder."""
        names = [path, *(str(parent) for parent in PurePosixPath(path).parents)]
        for pattern, gets_in in reversed(self.rules):
            if any(pattern.fullmatch(name) for name in names):
                return gets_in
        return True


def _pattern(glob: str) -> re.Pattern[str]:
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]*\])", glob.strip("/"))
    return re.compile("".join(words.get(p) or (p if p.startswith("[") else re.escape(p)) for p in pieces if p))
