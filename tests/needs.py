"""What a test needs and a laptop may lack: skipped there with a reason, failed where CI=true.

    @needs_program("chromium", "make system")
    def test_the_page_shows_a_bird() -> None: ...

Not for GPUs: no CI of ours has one, so `gpu` tests are skipped everywhere else.
"""

import shutil

import pytest


def needs(present: bool, why: str) -> pytest.MarkDecorator:
    """A mark: `why` tells the reader what is missing and where to get it."""
    return pytest.mark.needs(present, why)


def needs_program(name: str, get: str) -> pytest.MarkDecorator:
    return needs(shutil.which(name) is not None, f"{name} is not on the PATH: {get}")
