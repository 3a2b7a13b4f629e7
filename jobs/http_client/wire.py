"""What goes over the wire to the API and what comes back, without a connection: calls are made and answers are read."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from jobs.errors import InvalidRequest, LumenError, SettingsInvalid
from jobs.http_client.errors import BadAnswer, not_understood, refusal
from jobs.http_client.job import Page, RemoteJob, Uploaded
from jobs.images import HEAD_BYTES, READ, looks_like
from jobs.request import JobInput, JobRequest, parse_request
from jobs.traces import onward

PAGE_MAX = 100  # jobs the API gives at a time
CONNECT_S = 5.0  # within a second over the world, or hardly ever
ANSWER_S = 30.0  # a submit writes three documents; an upload of 20 MB takes 20 s at 8 Mbit/s
SILENCE_S = 45.0  # three heartbeats of an event stream
TIMEOUT = httpx.Timeout(ANSWER_S, connect=CONNECT_S)

LOCAL = "http://127.0.0.1:8080"  # where `lumen dev` listens

Model = TypeVar("Model", bound=BaseModel)
T = TypeVar("T")
Reader = Callable[[httpx.Response], T]  #: raises ApiError


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of one request of many: a job, or why there is none."""

    what: str | JobRequest
    job: RemoteJob | None = None
    error: LumenError | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, before it is sent."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    again: bool = True  #: whether asking twice does no more than asking once

    def build(self, http: httpx.Client | httpx.AsyncClient, timeout: httpx.Timeout | None = None) -> httpx.Request:
        """The request; `timeout` if it is not the client's."""
        return http.build_request(
            self.method,
            self.path,
            params=self.query,
            headers={**self.headers, **onward()},
            content=self.body or None,
            timeout=timeout or http.timeout,
        )


JSON: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})


def head(key: str) -> dict[str, str]:
    """What every request carries."""
    who = {"Authorization": f"Bearer {key}"} if key else {}
    return {"User-Agent": f"lumen-python/{version('lumen')}", "Accept": "application/json", **who}


def at(job_id: str, *rest: str) -> str:
    """The path of a job. Whatever an id holds stays within its own segment."""
    return "/".join(("/v1/jobs", *(quote(part, safe="") for part in (job_id, *rest))))


def address(url: str) -> str:
    """Raises: SettingsInvalid."""
    try:
        there = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingsInvalid(f"{url!r} is no address of an API: {error}") from None
    if there.scheme not in {"http", "https"} or not there.host:
        raise SettingsInvalid(f"{url!r} is no address of an API: it begins with http:// or https://")
    return url


def address_and_key(env: Mapping[str, str]) -> tuple[str, str]:
    """LUMEN_API_URL and LUMEN_API_KEY; without them `lumen dev` on this machine."""
    return env.get("LUMEN_API_URL") or LOCAL, env.get("LUMEN_API_KEY", "")


# --- calls ------------------------------------------------------------------------------------------


def request_of(what: str | JobRequest | None, fields: Mapping[str, Any]) -> JobRequest:
    """A prompt and fields of input and request, by their names. Raises: InvalidRequest, before anything is sent."""
    if isinstance(what, JobRequest):
        return what
    given = {**fields, **({} if what is None else {"prompt": what})}
    inner = {name: given.pop(name) for name in JobInput.model_fields if name in given}
    return parse_request({"input": inner, **given})


def submitting(request: JobRequest, key: str | None) -> Call:
    """Always with a key, so that it may be asked again when its answer was lost."""
    headers = {**JSON, "Idempotency-Key": key or secrets.token_hex(16)}
    return Call("POST", "/v1/jobs", headers=headers, body=request.model_dump_json(exclude_unset=True).encode())


def submitting_one_of(batch: str, what: str | JobRequest) -> Call:
    """With a key of its own in the batch: sent again, a batch makes only what is missing. Raises: InvalidRequest."""
    request = request_of(what, {})
    name = request.custom_id or request.input.fingerprint()
    key = hashlib.sha256(f"{batch}\0{name}".encode()).hexdigest()
    return submitting(request.model_copy(update={"batch_id": batch}), key)


def trying_again(job_id: str, reason: str, seed: int | None) -> Call:
    """Tried again in place, a job is not as it was: so that is asked once. With a seed it is the same new job."""
    body = json.dumps({"reason": reason} | ({} if seed is None else {"seed": seed})).encode()
    return Call("POST", at(job_id, "retry"), headers=JSON, body=body, again=seed is not None)


def listing(filters: Mapping[str, Any], page: Page | None) -> Call:
    """The first page, or the one behind `page`."""
    query: dict[str, Any] = {"page_size": PAGE_MAX, **{name: _said(value) for name, value in filters.items() if value}}
    return Call("GET", "/v1/jobs", query=query | ({"page_token": page.next_page_token} if page else {}))


def uploading(picture: bytes) -> Call:
    """Raises: InvalidRequest for what is no picture that is read."""
    format_ = looks_like(picture[:HEAD_BYTES])
    if format_ not in READ:
        raise InvalidRequest("image", f"is none of {', '.join(READ)}")
    return Call("POST", "/v1/uploads", headers={"Content-Type": f"image/{format_}"}, body=picture)


def _said(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


# --- answers ----------------------------------------------------------------------------------------


def read(model: type[Model], response: httpx.Response) -> Model:
    """The body of a good answer. Raises: ApiError."""
    require_good(response)
    if response.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        raise not_understood(response)
    return parsed(model, response.content, str(response.request.url))


a_job: Reader[RemoteJob] = partial(read, RemoteJob)
a_page: Reader[Page] = partial(read, Page)
an_upload: Reader[Uploaded] = partial(read, Uploaded)


def require_good(response: httpx.Response) -> None:
    """Raises: ApiError for a refusal, and for a redirect to somewhere else: the API has none of these."""
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise refusal(response)
    if not response.is_success:
        raise not_understood(response)


def parsed(model: type[Model], text: str | bytes, where: str) -> Model:
    """Raises: BadAnswer."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        _complain(error, where)


def _complain(error: ValidationError, where: str) -> NoReturn:
    first = error.errors(include_url=False, include_input=False)[0]
    field_ = ".".join(str(part) for part in first["loc"])
    raise BadAnswer(f"{where}: {f'{field_}: ' if field_ else ''}{first['msg']}") from error
