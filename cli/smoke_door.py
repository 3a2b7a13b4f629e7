"""A worker's door as `lumen smoke` knocks at it: health, and a push like Pub/Sub's."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import httpx

from cli.smoke_proof import Failed
from jobs.job import Job
from jobs.queue import wake_up
from jobs.settings import Settings

ANSWER_S = 30.0  # health answers within milliseconds; an instance that has to start first takes longer
REST_S = 10.0  # between two pushes that were put off: Pub/Sub's shortest


@dataclass(frozen=True, slots=True)
class Health:
    """What /health/ready says; nothing when nobody answers."""

    ready: bool
    facts: Mapping[str, Any]
    why: str  #: it is not ready


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of a push, in words, and for how long to rest before another."""

    said: str
    rest_s: float


@dataclass(frozen=True, slots=True)
class Door:
    """Whatever it is asked, it raises Failed when it does not let us in: waiting makes no wrong token right."""

    http: httpx.Client

    @classmethod
    @contextmanager
    def at(cls, url: str, settings: Settings) -> Iterator[Self]:
        """A push is answered when its job is done, so that is what it waits for."""
        who = {"Authorization": f"Bearer {settings.smoke_token}"} if settings.smoke_token else {}
        timeout = httpx.Timeout(ANSWER_S, read=max(ANSWER_S, settings.push_s))
        with httpx.Client(base_url=url, headers=who, timeout=timeout) as http:
            yield cls(http)

    def health(self) -> Health:
        try:
            response = self.http.get("/health/ready", timeout=ANSWER_S)
        except httpx.HTTPError as error:
            return Health(False, {}, f"nobody answers ({error})")
        _require_let_in(response)
        facts = _object(response)
        return Health(response.status_code == HTTPStatus.OK, facts, _why(response.status_code, facts))

    def push(self, job: Job) -> Pushed:
        """Wake it for this job. What became of that the job's document says. Raises: Failed."""
        try:
            response = self.http.post("/pubsub/push", content=envelope(job))
        except httpx.HTTPError as error:
            return Pushed(f"the push got no answer ({error})", REST_S)
        _require_let_in(response)
        fate = response.headers.get("Lumen-Fate", "")
        if fate == "reject":
            raise Failed(f"it knows no job {job.id}", "is it over the project, database and bucket of LUMEN_... here?")
        if response.status_code == HTTPStatus.NOT_FOUND:
            raise Failed("there is no worker: POST /pubsub/push is answered 404", "look at the address")
        rest_s = 0.0 if response.status_code == HTTPStatus.NO_CONTENT else REST_S
        return Pushed(f"the last push was answered {response.status_code} {fate}".strip(), rest_s)


def envelope(job: Job) -> bytes:
    """The push that Pub/Sub would send for this job's wake-up."""
    message = wake_up(job.id, job.trace)
    data = base64.b64encode(message.data).decode()
    inner = {"data": data, "attributes": dict(message.attributes), "messageId": f"smoke-{job.id}"}
    return json.dumps({"message": inner, "subscription": "smoke"}).encode()


def _require_let_in(response: httpx.Response) -> None:
    if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        then = "LUMEN_SMOKE_TOKEN: of LUMEN_PUSH_ACCOUNT, made out to LUMEN_PUSH_AUDIENCE, an hour old at most"
        raise Failed(f"it does not let us in: {response.url.path} is answered {response.status_code}", then)


def _object(response: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of an answer, empty when it has none: a platform in front may answer too."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _why(status: int, facts: Mapping[str, Any]) -> str:
    """What an answer that is not ready says of it."""
    said = [f"models {facts['models']}"] if "models" in facts else []
    said += [str(facts["why"])] if facts.get("why") else []
    said += [f"store: {facts['store']}"] if facts.get("store", "ok") != "ok" else []
    return ", ".join(said) or f"it answers {status}"
