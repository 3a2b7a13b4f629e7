"""The page of the command line, from the commands themselves."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from cli.main import EXIT_CODES, lumen

AS_IT_STANDS = "\b\n"  # click's mark in front of a paragraph


def commands() -> Iterator[str]:
    """Every command with its arguments and options, as `--help` has them."""
    yield from ("# Command line", "")
    yield "`lumen`, also `python -m cli`. stdout is data, stderr is talk; `--json` prints data as JSON."
    yield from ("`lumen COMMAND --help` says the same as this page.", "")
    yield from ("| exit code | meaning |", "| --- | --- |")
    yield from (f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    top = click.Context(lumen, info_name="lumen")
    yield from ("", "Before the command:", "", *_options(lumen, top))
    yield from _below(lumen, top)


def _below(group: click.Group, above: click.Context) -> Iterator[str]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None
        here = click.Context(command, info_name=name, parent=above)
        yield from ("", f"## {here.command_path}", "", *_said(command))
        yield from (f"    {here.command_path} {' '.join(command.collect_usage_pieces(here))}", "")
        yield from _options(command, here)
        if isinstance(command, click.Group):
            yield from _below(command, here)


def _said(command: click.Command) -> Iterator[str]:
    """Its help; what click is told to leave as it stands stays so."""
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith(AS_IT_STANDS):
            yield from ("```", *paragraph.removeprefix(AS_IT_STANDS).strip("\n").splitlines(), "```", "")
        else:
            yield from (" ".join(paragraph.split()), "")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    rows = [
        option.get_help_record(context) for option in command.get_params(context) if isinstance(option, click.Option)
    ]
    said = [(names, text) for names, text in filter(None, rows) if "--help" not in names]
    if said:
        yield from ("| option | meaning |", "| --- | --- |")
        yield from (f"| `{_cell(names)}` | {_cell(text)} |" for names, text in said)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
