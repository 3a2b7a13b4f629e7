"""Every error has a fate of its own. A new error cannot be added without deciding it."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import jobs
import models
import worker
from jobs.errors import REASONS, BackendDown, LumenError, Reason
from models.errors import CraftError, Refused, RouteFailed
from worker.fate import ANSWERS, FATES, REASONS_OF_CRAFT, Fate, fate_of, reason_of

PACKAGES = (jobs, models, worker)
ERROR_MODULES = ("errors",)
OURS = ("jobs.", "models.", "worker.")


def everything_imported() -> None:
    """Errors may be defined anywhere in our packages; those that need a backend's client are looked at with it."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rpartition(".")[2] in ERROR_MODULES:
                import_module(module.name)


def is_a_clients(kind: type[Exception]) -> bool:
    """What a program that asks over HTTP may meet; no worker does."""
    return kind.__module__.startswith("jobs.http_client.")


def leaves(kind: type[Exception]) -> Iterator[type[Exception]]:
    ours = [each for each in kind.__subclasses__() if each.__module__.startswith(OURS) and not is_a_clients(each)]
    if not ours:
        yield kind
    for each in ours:
        yield from leaves(each)


everything_imported()
LUMEN, CRAFT = sorted(set(leaves(LumenError)), key=repr), sorted(set(leaves(CraftError)), key=repr)


def test_the_trees_are_not_empty() -> None:
    assert len(LUMEN) > 15
    assert len(CRAFT) > 8


@pytest.mark.parametrize("kind", [*LUMEN, *CRAFT])
def test_every_error_has_a_row_of_its_own(kind: type[Exception]) -> None:
    assert kind in FATES, f"decide the fate of {kind.__name__} in worker/fate.py"


@pytest.mark.parametrize("kind", CRAFT)
def test_every_error_of_the_craft_has_a_reason_of_its_own(kind: type[Exception]) -> None:
    assert kind in REASONS_OF_CRAFT, f"give {kind.__name__} a reason in worker/fate.py"


def test_no_row_is_for_an_error_that_is_gone() -> None:
    inner = {Exception, BackendDown}
    raised = {kind for kind in FATES if kind not in {*LUMEN, *CRAFT, *inner}}
    assert all(issubclass(kind, (LumenError, CraftError)) for kind in raised)
    assert set(REASONS_OF_CRAFT) <= {*CRAFT, RouteFailed, Refused}


def test_every_fate_has_an_answer_and_only_an_end_is_acked() -> None:
    assert set(ANSWERS) == set(Fate)
    acked = {fate for fate, answer in ANSWERS.items() if answer.ack}
    assert acked == {Fate.FINISH, Fate.FAIL, Fate.CANCEL, Fate.IDLE, Fate.REJECT}
    assert {answer.status for answer in ANSWERS.values()} == {204, 429, 503}


def test_a_fault_of_ours_is_tried_again() -> None:
    assert fate_of(ZeroDivisionError()) is Fate.RETRY
    assert reason_of(ZeroDivisionError()) is Reason.INTERNAL


def test_an_error_without_a_row_has_the_fate_of_its_kind() -> None:
    class Unheard(BackendDown):
        pass

    assert fate_of(Unheard()) is FATES[BackendDown]


@pytest.mark.parametrize("kind", LUMEN)
def test_every_reason_of_ours_has_a_meaning(kind: type[LumenError]) -> None:
    assert kind.reason in REASONS
