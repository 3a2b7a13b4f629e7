"""`lumen template`: what is made of words, before anything is made."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.options import as_json
from cli.render import columns, visible

if TYPE_CHECKING:
    from models.concept import Concept

HEADING = ("CONCEPT", "TEMPLATE", "MATCHED", "SCORE", "HOW", "LOOK", "VERB")


@click.command("template")
@click.argument("words", nargs=-1, required=True)
@click.option("--verb", default="", help="What it is doing: flying, sitting.")
@as_json
def template_command(words: tuple[str, ...], verb: str, json_: bool) -> None:
    """Say which template WORDS get, and how sure that is.

    "-" reads a concept from each line of stdin. With --json: one a line, as soon as it is read.
    """
    from models.concept import read

    found = (read(prompt, verb) for prompt in _prompts(words))
    if json_:
        for concept in found:
            click.echo(json.dumps(asdict(concept), ensure_ascii=False))
        return
    for line in _table(found):
        click.echo(line)


def _prompts(words: tuple[str, ...]) -> Iterator[str]:
    """Raises: UsageError for no words."""
    lines: Iterable[str] = (" ".join(words),)
    if words == ("-",):
        lines = (line.decode(errors="replace") for line in sys.stdin.buffer)
    prompts = (line.strip() for line in lines)
    first = next((prompt for prompt in prompts if prompt), None)
    if first is None:
        raise click.UsageError("no words: nothing to find a template for")
    yield first
    yield from (prompt for prompt in prompts if prompt)


def _table(found: Iterable["Concept"]) -> Iterator[str]:
    return columns([HEADING, *(_cells(concept) for concept in found)])


def _cells(concept: "Concept") -> tuple[str, ...]:
    texts = (
        concept.concept,
        concept.template,
        concept.matched,
        f"{concept.score:.2f}",
        concept.how,
        concept.look,
        concept.verb,
    )
    return tuple(visible(text) for text in texts)
