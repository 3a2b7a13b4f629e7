"""Whether this process answers, whether it can serve, and what it is."""

import platform
from importlib.metadata import version
from typing import Literal

from pydantic import BaseModel, Field

from jobs.errors import NotFound
from jobs.job import SCHEMA_VERSION
from jobs.pause import CLAIMS, CONTROL
from web.endpoint import Answer, Asked, Endpoint, Nothing


class Alive(BaseModel):
    """This process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """This process can serve: the store answers."""

    status: Literal["ready"] = "ready"
    paused: bool = Field(description="No worker takes another job now; jobs are taken on all the same.")


class Version(BaseModel):
    """What runs here."""

    version: str
    python: str
    backend: str = Field(description="local or gcp.")
    routes: tuple[str, ...] = Field(description="How things are made, the first is tried first.")
    schema_version: int = Field(description="Of job documents.")


def get_live(asked: Asked[Nothing, Nothing]) -> Answer:  # noqa: ARG001 (that it is called is the answer)
    """The process answers; nothing else is asked."""
    return Answer(Alive())


def get_ready(asked: Asked[Nothing, Nothing]) -> Answer:
    """200 when the store answers, 503 when it does not.

    It is asked once, not again and again: a probe has little patience, and comes again by itself. The pause is what is
    asked for, so that one question answers both.
    """
    try:
        record = asked.house.platform.records.documents.read(CONTROL, CLAIMS).fields
    except NotFound:
        record = {}
    return Answer(Ready(paused=record.get("paused") is True))


def get_version(asked: Asked[Nothing, Nothing]) -> Answer:
    """What runs here, without anything that is a secret."""
    settings = asked.house.settings
    return Answer(
        Version(
            version=version("lumen"),
            python=platform.python_version(),
            backend=settings.backend.value,
            routes=settings.routes,
            schema_version=SCHEMA_VERSION,
        )
    )


ENDPOINTS = (
    Endpoint("GET", "/health/live", get_live, "Whether this process answers", answers={200: Alive}),
    Endpoint("GET", "/health/ready", get_ready, "Whether this process can serve", answers={200: Ready}),
    Endpoint("GET", "/v1/version", get_version, "What runs here", answers={200: Version}),
)
