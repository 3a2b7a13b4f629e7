"""Google's SDK as a reader of command lines: its own parser says whether it would take them. Nothing is called.

The parser knows every flag, which go together, how values are spelled and which files have to be there.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.needs import needs_program

ROOT = Path(__file__).parents[2]
PARSER = Path(__file__).with_name("sdk_parser.py")

needs_gcloud = needs_program("gcloud", "install the Google Cloud SDK")

Command = tuple[str, ...]


def sdk() -> Path:
    """Where its code lies, of whichever is on the PATH."""
    program = shutil.which("gcloud")
    assert program is not None
    return Path(program).resolve().parents[1] / "lib"


def refusals(commands: Sequence[Command]) -> dict[Command, str]:
    """The commands (as words, `gcloud` first) that the installed SDK would not take, and why."""
    done = subprocess.run(
        [sys.executable, PARSER, sdk()],
        cwd=ROOT,
        input=json.dumps([command[1:] for command in commands]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=100,
    )
    answers: list[str] = json.loads(done.stdout)
    return {command: answer for command, answer in zip(commands, answers, strict=True) if answer}


def commands_in(text: str) -> Iterator[Command]:
    """Every `gcloud ...` of a shell text or a page, as words: also those inside `$(...)` and of a dry run.

    Lines that end in a backslash go on. Names in capitals stand for themselves.
    """
    for line in text.replace("\\\n", " ").splitlines():
        for found in re.finditer(r"\bgcloud (?=[a-z])[^`]*", line):
            yield tuple(_words(found[0]))


def _words(line: str) -> Iterator[str]:
    """Up to whatever a shell would end the command with."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    for word in lexer:
        if not word.strip("();<>|&"):
            return
        yield word
