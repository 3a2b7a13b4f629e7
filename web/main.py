"""The web process, put together."""

import logging
import os
from collections.abc import Mapping

from flask import Flask

from jobs import gauges, telemetry
from jobs.log_form import log_form
from jobs.logs import log_without_waiting
from jobs.settings import Settings
from jobs.wiring import wire
from web.app import create_app
from web.callers import callers_of
from web.firebase import firebase_of, require_one_project
from web.house import House
from web.policy import elsewhere
from web.seats import close_at_terminate
from web.sender import Sender, deliveries_of


def build(env: Mapping[str, str] = os.environ) -> Flask:
    """The app that gunicorn serves.

    Run by: gunicorn -k gthread --threads 64 --timeout 0 --graceful-timeout 8
    --logger-class jobs.gunicorn_log.GunicornLog 'web.main:build()'.
    """
    settings = Settings.from_env(env)
    log_without_waiting(logging.INFO, log_form(settings, env))
    telemetry.begin("lumen-web", env)
    platform = wire(settings)
    firebase = firebase_of(platform.settings, env)
    require_one_project(firebase, platform.settings)
    gauges.observe(platform.store)
    house = House(platform, callers_of(platform), elsewhere(platform.settings, env, firebase), firebase)
    app = create_app(house)
    close_at_terminate(house.seats)
    Sender(deliveries_of(house), house.settings.sweep_s).start()
    return app
