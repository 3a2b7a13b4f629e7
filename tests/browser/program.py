"""`lumen` with two changes: it serves the page that a test has built, and its stages heed a test's orders.

python -m tests.browser.program dev --port 0
gunicorn 'tests.browser.program:web()'
"""

import os
from pathlib import Path

from flask import Flask

from tests.browser.stages import FACTORY
from web import built

PAGE = "BROWSER_PAGE"  # environment: the folder that the page was built into


def web() -> Flask:
    """What `lumen web` serves."""
    from web.main import build

    built.FOLDER = Path(os.environ[PAGE])
    return build()


def main() -> None:
    from cli.main import main as lumen
    from models.host import Host
    from models.limits import Limits
    from worker import main as worker
    from worker.craft import craft_of

    built.FOLDER = Path(os.environ[PAGE])
    worker.host_of = lambda settings: Host(craft_of(settings), FACTORY, Limits.here(500, 0))
    lumen()


if __name__ == "__main__":
    main()
