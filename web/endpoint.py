"""An address of the API as data: who may ask, what is taken, what is answered. App and OpenAPI document read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from flask import Request, Response
from pydantic import BaseModel, ConfigDict

from jobs.client import JobClient
from jobs.errors import Reason
from jobs.keys import Caller, Scope
from web.house import House

Q = TypeVar("Q", bound=BaseModel)  #: the query
B = TypeVar("B", bound=BaseModel)  #: the body


class Nothing(BaseModel):
    """No query, no body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view says: a model, and what goes into the head."""

    body: BaseModel | None = None
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Q, B]):
    """One request that may be answered: its caller is known and allowed, its query and body have been read."""

    house: House
    caller: Caller
    path: Mapping[str, str]
    query: Q
    body: B
    http: Request
    request_id: str

    @property
    def client(self) -> JobClient:
        """Jobs in the caller's name."""
        return self.client_of(self.caller.owner)

    def client_of(self, owner: str) -> JobClient:
        """Jobs in somebody's name: for ops, who act for others."""
        return self.house.platform.client(owner=owner, source="api", request_id=self.request_id)


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Q, B]):
    """One method of one address."""

    method: str
    path: str  #: as Flask has it: "/v1/jobs/<job_id>"
    do: Callable[[Asked[Q, B]], Answer | Response]
    summary: str
    scope: Scope | None = None  #: what the caller's key must allow; None: anybody may ask
    query: type[Q] = Nothing  # type: ignore[assignment]  # the default is one of them
    body: type[B] = Nothing  # type: ignore[assignment]
    answers: Mapping[int, type[BaseModel] | str | None] = field(default_factory=lambda: {200: None})
    #: by status: a model, a media type for bytes, or None for no body
    reasons: tuple[Reason, ...] = ()  #: what it may refuse with, beside what every address may
    costs: str = ""  #: the limit that a request counts against: "submit", "read", "ops"; "": none

    @property
    def name(self) -> str:
        """Unique, and what the OpenAPI document calls it."""
        return self.do.__name__.strip("_")


AnyEndpoint = Endpoint[Any, Any]
