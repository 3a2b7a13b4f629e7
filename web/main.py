"""The web process, put together."""

import logging
import os
from collections.abc import Mapping

from flask import Flask

from jobs.logs import log_without_waiting
from jobs.settings import Settings
from jobs.wiring import wire
from web.app import create_app
from web.callers import callers_of
from web.house import House
from web.seats import close_at_terminate
from web.sender import Sender, deliveries_of


def build(env: Mapping[str, str] = os.environ) -> Flask:
    """The app that gunicorn serves.

    Run by: gunicorn -k gthread --threads 64 --timeout 0 --graceful-timeout 8 'web.main:build()'.
    """
    log_without_waiting(logging.INFO)
    platform = wire(Settings.from_env(env))
    house = House(platform, callers_of(platform))
    app = create_app(house)
    close_at_terminate(house.seats)
    Sender(deliveries_of(house), house.settings.sweep_s).start()
    return app
