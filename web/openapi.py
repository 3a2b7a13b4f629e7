"""The API as an OpenAPI 3.1 document, made from the table of addresses and from nothing else."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from itertools import groupby
from typing import Any

from jobs.errors import REASONS, Reason
from jobs.images import BYTES_MAX, READ
from jobs.request import JobRequest
from web.endpoint import AnyEndpoint, Nothing
from web.examples import EXAMPLES
from web.problems import PROBLEM, Problem
from web.request_id import GOOD
from web.schemas import Schema, Schemas, schemas_of

OPENAPI = "3.1.1"
EVENTS = "text/event-stream"
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")  # Flask's, with or without a converter
ANY_KIND = {"application/octet-stream": "*/*"}  # in a row: a file, of whatever kind it is
PICTURES = tuple(f"image/{format_}" for format_ in READ)

# What any address may refuse with, and what those may that want to know who asks.
ANYWHERE = (
    Reason.INVALID_INPUT,
    Reason.NOT_FOUND,
    Reason.METHOD_NOT_ALLOWED,
    Reason.PAYLOAD_TOO_LARGE,
    Reason.INTERNAL,
    Reason.STORAGE_UNAVAILABLE,
    Reason.OVERLOADED,
)
BEHIND_A_KEY = (Reason.UNAUTHENTICATED, Reason.FORBIDDEN, Reason.RATE_LIMITED)


@dataclass(frozen=True, slots=True)
class Head:
    """One header of requests or answers, and where it means something."""

    name: str
    schema: Schema
    description: str
    where: Callable[[AnyEndpoint], bool] = lambda _: True


ASKED = (
    Head("X-Request-ID", {"type": "string", "pattern": f"^{GOOD.pattern}$"}, "Comes back, and stands in our logs."),
    Head(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 255},
        "The same key and request lead to the same job, however often they are sent.",
        lambda endpoint: endpoint.body is JobRequest,
    ),
    Head(
        "Prefer",
        {"type": "string", "examples": ["wait=30"]},
        "`wait=30`: answer when the job is done, or after so many seconds.",
        lambda endpoint: endpoint.body is JobRequest,
    ),
    Head(
        "If-None-Match",
        {"type": "string"},
        "The ETag of what is here already: 304 while that is still so.",
        lambda endpoint: HTTPStatus.NOT_MODIFIED in statuses(endpoint),
    ),
    Head(
        "Range",
        {"type": "string", "examples": ["bytes=0-1023"]},
        "A part of the file.",
        lambda endpoint: HTTPStatus.PARTIAL_CONTENT in endpoint.answers,
    ),
    Head(
        "Last-Event-ID",
        {"type": "string"},
        "The last event that was seen: the stream goes on behind it.",
        lambda endpoint: EVENTS in endpoint.answers.values(),
    ),
)
REQUEST_ID: Schema = {"schema": {"type": "string"}, "required": True, "description": "Of this request."}
LIMITS: Schema = {
    "RateLimit": {"schema": {"type": "string"}, "description": "Requests that are left, and seconds until more are."},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "How many requests may be made in how long."},
}
RETRY_AFTER: Schema = {"schema": {"type": "integer", "minimum": 0}, "description": "Seconds."}


def document(endpoints: Iterable[AnyEndpoint], *, url: str = "") -> Schema:
    """The whole document; `url`: where the addresses begin, if not where the document is."""
    endpoints = tuple(endpoints)
    schemas = schemas_of(endpoints)
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        path = VARIABLE.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = operation(endpoint, schemas)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "Lumen",
            "version": version("lumen"),
            "summary": "Words become 3D objects with named parts.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url.rstrip("/") or "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.components(endpoints),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "`lk_...`, or a Firebase ID token."}
            },
        },
    }


def operation(endpoint: AnyEndpoint, schemas: Schemas) -> Schema:
    """One method of one address."""
    said: Schema = {
        "operationId": endpoint.name,
        "tags": [_room(endpoint)],
        "summary": endpoint.summary,
        "description": (endpoint.do.__doc__ or endpoint.summary).strip(),
        "parameters": [*_variables(endpoint), *_query(endpoint, schemas), *_heads(endpoint)],
        "responses": _answers(endpoint, schemas),
        "security": [{"key": [endpoint.scope.value]}] if endpoint.scope else [],
    }
    if (body := _body(endpoint, schemas)) is not None:
        said["requestBody"] = {"required": True, "content": body}
    return said


def statuses(endpoint: AnyEndpoint) -> dict[int, Any]:
    """What it answers when all is well. A model that is asked for with its ETag may be what the caller has."""
    conditional = endpoint.method == "GET" and isinstance(endpoint.answers.get(200), type)
    return {**endpoint.answers, **({304: None} if conditional else {})}


def refusals(endpoint: AnyEndpoint) -> dict[int, list[Reason]]:
    """By status: with which reasons it may refuse."""
    media = (Reason.UNSUPPORTED_MEDIA,) if endpoint.body is not Nothing else ()
    reasons = {*ANYWHERE, *media, *(BEHIND_A_KEY if endpoint.scope else ()), *endpoint.reasons}
    by_status = sorted(reasons, key=lambda reason: (REASONS[reason].http, reason))
    return {status: list(group) for status, group in groupby(by_status, key=lambda reason: REASONS[reason].http)}


# --- what is asked ----------------------------------------------------------------------------------


def _room(endpoint: AnyEndpoint) -> str:
    """The first word of its path that is no version: "jobs"."""
    return next(word for word in endpoint.path.strip("/").split("/") if word != "v1")


def _variables(endpoint: AnyEndpoint) -> Iterator[Schema]:
    for name in VARIABLE.findall(endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query(endpoint: AnyEndpoint, schemas: Schemas) -> Iterator[Schema]:
    for name, needed, schema in schemas.fields(endpoint.query):
        text = {"description": schema.pop("description")} if "description" in schema else {}
        yield {"name": name, "in": "query", "required": needed, **text, "schema": schema}


def _heads(endpoint: AnyEndpoint) -> Iterator[Schema]:
    for head in ASKED:
        if head.where(endpoint):
            yield {"name": head.name, "in": "header", "description": head.description, "schema": head.schema}


def _body(endpoint: AnyEndpoint, schemas: Schemas) -> Schema | None:
    """JSON of the model. An address without one that refuses a kind of media takes a picture."""
    if endpoint.body is not Nothing:
        return {"application/json": _media(schemas.taken(endpoint.body), endpoint.body)}
    if Reason.UNSUPPORTED_MEDIA in endpoint.reasons:
        return {kind: {"schema": {"type": "string", "format": "binary", "maxLength": BYTES_MAX}} for kind in PICTURES}
    return None


# --- what is answered -------------------------------------------------------------------------------


def _answers(endpoint: AnyEndpoint, schemas: Schemas) -> Schema:
    """By status. What an address says itself of a status comes before what any may say."""
    said = {status: _refusal(status, reasons, schemas) for status, reasons in refusals(endpoint).items()}
    for status, what in statuses(endpoint).items():
        answer: Schema = {"description": HTTPStatus(status).phrase, "headers": _answer_heads(endpoint, status)}
        if what is not None:
            answer["content"] = _content(what, schemas)
        said[status] = answer
    return {str(status): said[status] for status in sorted(said)}


def _content(what: Any, schemas: Schemas) -> Schema:
    if isinstance(what, type):
        return {PROBLEM if what is Problem else "application/json": _media(schemas.answered(what), what)}
    return {ANY_KIND.get(what, what): {"schema": {"type": "string"}} if what.startswith("text/") else {}}


def _answer_heads(endpoint: AnyEndpoint, status: int) -> Schema:
    heads: Schema = {"X-Request-ID": REQUEST_ID, **(LIMITS if endpoint.scope else {})}
    if status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.FOUND}:
        heads["Location"] = {"schema": {"type": "string"}, "description": "Where it is."}
    if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, HTTPStatus.PARTIAL_CONTENT}:
        heads["ETag"] = {"schema": {"type": "string"}, "description": "Of this version, for If-None-Match."}
    if status in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
        heads["Retry-After"] = RETRY_AFTER
    return heads


def _refusal(status: int, reasons: list[Reason], schemas: Schemas) -> Schema:
    heads: Schema = {"X-Request-ID": REQUEST_ID}
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        heads["Retry-After"] = {**RETRY_AFTER, "required": True}
    if status == HTTPStatus.UNAUTHORIZED:
        heads["WWW-Authenticate"] = {"schema": {"type": "string"}, "required": True}
    return {
        "description": "\n".join(f"`{reason}`: {REASONS[reason].sentence}" for reason in reasons),
        "headers": heads,
        "content": {PROBLEM: _media(schemas.answered(Problem), Problem)},
    }


def _media(schema: Schema, model: type) -> Schema:
    example = EXAMPLES.get(model)
    return {"schema": schema} if example is None else {"schema": schema, "example": example}
