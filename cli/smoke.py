"""`lumen smoke`: one revision of the worker proves itself by a real job, before and after traffic moves to it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import click

from cli.context import Context
from cli.doctor import COLORS, Finding
from cli.options import as_json
from cli.render import print_json
from cli.smoke_proof import Failed, Proof


class Address(click.ParamType[str]):
    """Where a worker listens, without a path."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        parts = urlsplit(str(value))
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
            self.fail(f"{value!r} is not an address like https://candidate---lumen-worker-abc.a.run.app", param, ctx)
        return f"{parts.scheme}://{parts.netloc}"


@click.command("smoke")
@click.argument("url", type=Address())
@click.option("--revision", metavar="NAME", required=True, help="Whose work counts: a worker's name before the slash.")
@click.option("--route", metavar="NAME", help="The route it has to be made by. Without: any.")
@click.option(
    "--patience",
    "patience_s",
    type=click.FloatRange(0, min_open=True),
    default=900.0,
    show_default=True,
    metavar="SECONDS",
    help="How long it may take to be ready, and then again to make the job.",
)
@as_json
@click.pass_obj
def smoke_command(context: Context, url: str, revision: str, route: str | None, patience_s: float, json_: bool) -> int:
    """Have the worker at URL make a small job, as Pub/Sub would ask for it, and look at what it made.

    The job is of owner "smoke" and goes first; no message is published for it. LUMEN_SMOKE_TOKEN is the identity token
    that URL asks for. Exit code 1 when the revision does not prove itself.
    """
    from cli.smoke_door import Door

    findings = []
    with Door.at(url, context.settings) as door:
        for finding in told(Proof(context.platform, door, revision, route, patience_s)):
            findings.append(finding)
            if not json_:
                click.echo(_line(finding))
    if json_:
        print_json([asdict(finding) for finding in findings])
    return int(findings[-1].level == "fail")


def told(proof: Proof) -> Iterator[Finding]:
    """Its steps as they are done, the last of them perhaps why it failed."""
    try:
        yield from proof.steps()
    except Failed as failed:
        yield Finding("fail", str(failed), failed.then)


def _line(finding: Finding) -> str:
    then = f"   -> {finding.then}" if finding.then else ""
    return f"{click.style(f'{finding.level:<5}', fg=COLORS[finding.level])} {finding.what}{then}"
