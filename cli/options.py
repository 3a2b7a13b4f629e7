"""Options that several commands share."""

import secrets
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from jobs.client import JobClient
    from jobs.request import JobRequest

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "json_", is_flag=True, help="Data as JSON on stdout.")


class Seed(click.ParamType[int]):
    """A number, or the word "random": by default equal requests are equal."""

    name = "seed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if value == "random":
            return secrets.randbelow(2**31)
        try:
            return int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a number nor 'random'", param, ctx)


def wishes(command: Command) -> Command:
    """What shall be made: words and options, the same for `make` and `submit`."""
    for option in reversed(
        [
            click.argument("words", nargs=-1),
            click.option(
                "--image", "picture", type=click.File("rb"), help="A PNG, JPEG or WebP instead of WORDS; - is stdin."
            ),
            click.option("--verb", default="", help="What it is doing: flying, sitting."),
            click.option("--quality", default="standard", help="draft, standard or high.", show_default=True),
            click.option("--num-parts", type=int, help="1 to 16; without: as many as the template has."),
            click.option("--points", type=int, default=2048, help="256 to 65536.", show_default=True),
            click.option("--seed", type=Seed(), default="0", help='A number, or "random".', show_default=True),
        ]
    ):
        command = option(command)
    return command


def request_from(
    client: "JobClient", words: tuple[str, ...], *, picture: IO[bytes] | None, **more: Any
) -> "JobRequest":
    """The request of a command line; a picture is uploaded for it. Raises: InvalidRequest, with the field."""
    from jobs.request import parse_request

    if bool(words) == (picture is not None):
        raise click.UsageError("Give either WORDS or --image FILE.")
    names = ("verb", "quality", "num_parts", "points", "seed")
    source = {"image": client.upload(picture)} if picture else {"prompt": " ".join(words)}
    wanted = source | {name: more[name] for name in names if more[name] is not None}
    handling = {name: value for name, value in more.items() if name not in names and value is not None}
    return parse_request({"input": wanted} | handling)
