"""What a test needs and a laptop may lack: skipped there with a reason, failed where CI=true.

    @needs_program("chromium", "make system")
    def test_the_page_shows_a_bird() -> None: ...

Not for GPUs: no CI of ours has one, so `gpu` tests are skipped everywhere else.
"""

import shutil
from importlib.util import find_spec

import pytest

from tests.chromium import CHROMIUM


def needs(present: bool, why: str) -> pytest.MarkDecorator:
    """A mark: `why` tells the reader what is missing and where to get it."""
    return pytest.mark.needs(present, why)


def needs_program(name: str, get: str) -> pytest.MarkDecorator:
    return needs(shutil.which(name) is not None, f"{name} is not on the PATH: {get}")


def needs_package(name: str, get: str) -> pytest.MarkDecorator:
    return needs(find_spec(name) is not None, f"{name} is not installed: {get}")


needs_torch = needs_package("torch", "make torch")
needs_chromium = needs_program(CHROMIUM, "make system")
