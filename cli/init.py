"""`lumen init`: everything that has to be there before the first job, made once and looked after."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import print_json

if TYPE_CHECKING:
    from jobs.resource import Fault, Resource

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one resource."""

    name: str
    state: str
    detail: str = ""
    then: str = ""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.name}: {self.state}{detail}{f'   -> {self.then}' if self.then else ''}"


@click.command("init")
@click.option("--dry-run", is_flag=True, help="Say what would be done and do nothing.")
@as_json
@click.pass_obj
def init_command(context: Context, dry_run: bool, json_: bool) -> int:
    """Make what is missing, correct what differs: topics, subscriptions and a bucket; or a folder.

    Deletes nothing, and may run as often as you like. Exit code 1 when something is left to do by hand.
    """
    from jobs.wiring import resources

    steps: list[Step] = []
    for resource in resources(context.settings):
        for step in settle(resource, dry_run=dry_run):
            steps.append(step)
            if not json_:
                click.echo(str(step))
    if json_:
        print_json([asdict(step) for step in steps])
    return int(any(step.state == BY_HAND for step in steps))


def settle(resource: "Resource", *, dry_run: bool) -> Iterator[Step]:
    """Do for one resource what can be done, and say so. Raises: BackendDown."""
    faults = resource.faults()
    ours = [fault for fault in faults if not fault.by_hand]
    if not faults:
        yield Step(resource.name, "in order")
    if ours:
        if not dry_run:
            resource.mend()
        yield _done(resource.name, ours, "would be " if dry_run else "")
    yield from (Step(resource.name, BY_HAND, str(fault), fault.by_hand) for fault in faults if fault.by_hand)


def _done(name: str, faults: "list[Fault]", would_be: str) -> Step:
    from jobs.resource import MISSING

    if MISSING in faults:
        return Step(name, f"{would_be}created")
    return Step(name, f"{would_be}corrected", ", ".join(f"{fault.wanted} (was {fault.found})" for fault in faults))
