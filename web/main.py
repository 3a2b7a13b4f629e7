"""The web process, put together."""

import logging
import os
from collections.abc import Mapping

from flask import Flask

from jobs.keys import Keys
from jobs.settings import Settings
from jobs.wiring import wire
from web.app import create_app
from web.callers import WithKey
from web.house import House


def build(env: Mapping[str, str] = os.environ) -> Flask:
    """The app that gunicorn serves.

    Run by: gunicorn -k gthread --workers 1 --threads 64 --timeout 0 --graceful-timeout 8 'web.main:build()'.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    platform = wire(Settings.from_env(env))
    return create_app(House(platform, WithKey(Keys(platform.records))))
