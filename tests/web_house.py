"""The web's door for gunicorn, as `web/main.py` has it: with people who need no keys, and a heartbeat in a hurry."""

import os

from flask import Flask

from jobs.settings import Settings
from jobs.wiring import wire
from tests.web.asking import PEOPLE
from web import streams
from web.app import create_app
from web.house import House
from web.seats import close_at_terminate

HEARTBEAT_S = 1.5


def build() -> Flask:
    streams.HEARTBEAT_S = HEARTBEAT_S
    house = House(wire(Settings.from_env(os.environ)), PEOPLE)
    close_at_terminate(house.seats)
    return create_app(house)
