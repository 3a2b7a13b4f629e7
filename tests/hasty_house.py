"""The web's door for gunicorn, as `tests/web_house.py` has it, and in a hurry with bodies as well."""

from flask import Flask

from tests import web_house
from web import bodies

JSON_S = 0.5


def build() -> Flask:
    bodies.JSON_S = JSON_S
    return web_house.build()
