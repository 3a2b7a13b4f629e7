"""Debian's Chromium, driven as a person would, in a house that it may not leave."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# The one that has no window: the same engine, and half of the work.
CHROMIUM = "chromium-headless-shell"
# WebGL by the processor; and nothing that a browser asks of its maker by itself.
ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu-compositing",  # a page without 3D needs no graphics card
]
PATIENCE_MS = 15_000  # only a failing test waits that long


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A browser of its own, ended behind the block. `more`: arguments of the command line."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            browser.close()
