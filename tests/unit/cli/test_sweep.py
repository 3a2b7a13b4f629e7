"""`lumen sweep`: what it could not do is no success."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import CliRunner

from cli.run import sweep_command
from jobs.errors import BackendDown
from jobs.job_store import JobStore
from jobs.sweep import Swept


@dataclass
class Platform:
    store: JobStore
    swept: Swept = field(default_factory=Swept)

    def sweep(self) -> "Platform":
        return self

    def run(self) -> Swept:
        return self.swept


@dataclass
class House:
    platform: Platform


def swept(store: JobStore, **counts: int) -> Any:
    house = House(Platform(store, Swept(**counts)))
    return CliRunner().invoke(sweep_command, ["--json"], obj=house, standalone_mode=False)


def test_what_was_done_is_data(store: JobStore) -> None:
    done = swept(store, lapsed=2)
    assert done.exception is None
    assert json.loads(done.stdout)["lapsed"] == 2


def test_steps_left_for_the_next_sweep_are_a_backend_out_of_reach(store: JobStore) -> None:
    done = swept(store, lapsed=2, left=1)
    assert json.loads(done.stdout)["lapsed"] == 2, "what was done is said all the same"
    with pytest.raises(BackendDown, match="left 1 of its steps"):
        raise done.exception
