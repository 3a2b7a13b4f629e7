"""The web's door in this process, over a real SQLite file, and people who ask at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jobs.clock import Clock
from jobs.errors import Unauthenticated
from jobs.keys import Caller, Scope
from jobs.settings import Settings
from jobs.wiring import Platform, wire
from web.app import create_app
from web.house import House

EVERYTHING = frozenset(Scope)
OWN = frozenset({Scope.SUBMIT, Scope.READ})
ADA, BOB, OPS = "Bearer ada", "Bearer bob", "Bearer ops"


@dataclass(frozen=True)
class Named:
    """Knows people by what they say; nobody is somebody who says nothing."""

    people: Mapping[str, Caller]

    def __call__(self, authorization: str | None) -> Caller:
        if authorization not in self.people:
            raise Unauthenticated("Who are you?")
        return self.people[authorization]


PEOPLE = Named(
    {
        ADA: Caller("ada", OWN, "k_ada"),
        BOB: Caller("bob", OWN, "k_bob"),
        OPS: Caller("olga", EVERYTHING, "k_ops"),
        "Bearer reader": Caller("ada", frozenset({Scope.READ}), "k_reader"),
    }
)


@dataclass
class Door:
    """The app, its platform, and one client for it."""

    app: Flask
    platform: Platform
    http: FlaskClient

    def ask(self, method: str, path: str, *, as_: str | None = ADA, **more: Any) -> TestResponse:
        """One request in somebody's name."""
        headers = dict(more.pop("headers", {})) | ({"Authorization": as_} if as_ else {})
        return self.http.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.ask("POST", path, **({} if body is None else {"json": body}), **more)

    def submitted(self, words: str = "cat", *, as_: str = ADA, **more: Any) -> dict[str, Any]:
        """A job as the API tells of it."""
        answer = self.post("/v1/jobs", {"input": {"prompt": words}, **more}, as_=as_)
        assert answer.status_code in {200, 202}, answer.get_data(as_text=True)
        return dict(answer.get_json())


def a_door(folder: Path, *, clock: Clock | None = None, callers: Any = PEOPLE, **settings: Any) -> Door:
    platform = wire(Settings.model_validate({"data": folder, **settings}), clock)
    app = create_app(House(platform, callers))
    return Door(app, platform, app.test_client())
