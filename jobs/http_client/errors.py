"""What a call of the API may end with, told apart: no answer, an answer that is none, a refusal, a failed job.

    ApiError
    ├── NoAnswer
    │   ├── Unreachable         the network, or nobody listens
    │   └── TimedOut            also a TimeoutError
    ├── BadAnswer               not what the API's description says: HTML, broken JSON, a damaged file
    ├── Refused                 a problem, with its reason; one class for each below
    │   ├── InvalidInput, PromptRejected, Unauthenticated, Forbidden, NothingThere, NotAllowed, TooLarge, WrongMedia
    │   ├── KeyConflict, AlreadyDone, NotDone
    │   └── ComeBack            says when
    │       ├── RateLimited, QuotaExceeded, Overloaded
    │       └── ServerFailed    5xx; also without a word of ours, from whatever stands in front of the API
    └── JobEnded                in jobs/http_job.py; has the job
        ├── JobFailed
        └── JobCanceled

A wait that is over while the job is not raises `jobs.errors.StillRunning`, as `JobClient.watch` does.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from jobs.errors import InvalidRequest, LumenError, Reason

PROBLEM = "application/problem+json"
SHOWN_CHARS = 200  # of a body that nobody understands: enough to recognise a proxy's page by
SECONDS = re.compile(r"\d{1,9}")  # of Retry-After; the form with a date is not ours
TOO_MANY, SERVERS_OWN = 429, 500  # where HTTP says "later", and where its faults of the server begin


class ApiError(LumenError):
    """A call of the API did not end well."""

    retryable: bool = False  #: whether the same call may succeed later


class NoAnswer(ApiError):
    """What was asked for may have happened or not; what is asked with a key may be asked again."""

    retryable = True


class Unreachable(NoAnswer):
    """No connection, or it broke off."""


class TimedOut(NoAnswer, TimeoutError):
    """Connected, and then silent for too long."""


class BadAnswer(ApiError):
    """An answer that is not what the API's description says."""


class Said(BaseModel):
    """A problem as it arrives. A newer server may have reasons that are not known here."""

    reason: str
    detail: str = ""
    retryable: bool = False
    request_id: str = ""
    errors: tuple[dict[str, Any], ...] = ()


class Refused(ApiError):
    """The API said no. `code`: the HTTP status. `said.reason`: its own word, also where no class here is named so."""

    def __init__(self, code: int, said: Said) -> None:
        super().__init__(said.detail or f"The API answered {code}.")
        self.code = code
        self.said = said
        self.request_id = said.request_id
        self.retryable = said.retryable


class InvalidInput(Refused):
    reason = Reason.INVALID_INPUT


class PromptRejected(Refused):
    reason = Reason.PROMPT_REJECTED


class Unauthenticated(Refused):
    reason = Reason.UNAUTHENTICATED


class Forbidden(Refused):
    reason = Reason.FORBIDDEN


class NothingThere(Refused):
    reason = Reason.NOT_FOUND


class NotAllowed(Refused):
    reason = Reason.METHOD_NOT_ALLOWED


class TooLarge(Refused):
    reason = Reason.PAYLOAD_TOO_LARGE


class WrongMedia(Refused):
    reason = Reason.UNSUPPORTED_MEDIA


class KeyConflict(Refused):
    """The Idempotency-Key was used for another request."""

    reason = Reason.IDEMPOTENCY_CONFLICT


class AlreadyDone(Refused):
    reason = Reason.JOB_ALREADY_DONE


class NotDone(Refused):
    reason = Reason.JOB_NOT_DONE


class ComeBack(Refused):
    """Refused for now. `retry_after_s`: when the same call has a chance, if the API said so."""

    retry_after_s: float | None = None


class RateLimited(ComeBack):
    reason = Reason.RATE_LIMITED


class QuotaExceeded(ComeBack):
    reason = Reason.QUOTA_EXCEEDED


class Overloaded(ComeBack):
    reason = Reason.OVERLOADED


class ServerFailed(ComeBack):
    reason = Reason.INTERNAL


REFUSALS: Mapping[str, type[Refused]] = MappingProxyType(
    {
        kind.reason.value: kind
        for parent in (Refused, ComeBack)
        for kind in parent.__subclasses__()
        if kind not in {ComeBack, ServerFailed}
    }
)


def refusal(response: httpx.Response) -> ApiError:
    """What an answer of 400 or more means. Its body has been read."""
    said = _said(response)
    if said is None and response.status_code < SERVERS_OWN and response.status_code != TOO_MANY:
        return not_understood(response)
    error = _kind(response.status_code, said)(response.status_code, said or Said(reason="", retryable=True))
    if isinstance(error, ComeBack) and SECONDS.fullmatch(after := response.headers.get("Retry-After", "")):
        error.retry_after_s = float(after)
    return error


def not_understood(response: httpx.Response) -> BadAnswer:
    """What is said of an answer that another program may have given."""
    kind, text = response.headers.get("Content-Type", "nothing"), response.text[:SHOWN_CHARS]
    return BadAnswer(f"{response.request.url} answered {response.status_code} with {kind}: {text!r}")


# What is wrong with one request of many and not with the next.
OF_ITS_OWN = (InvalidRequest, InvalidInput, PromptRejected, KeyConflict)


@contextmanager
def speaking_our_errors() -> Iterator[None]:
    """httpx's errors as ours. Raises: Unreachable, TimedOut, BadAnswer."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise TimedOut(f"{error.request.url} did not answer in time ({type(error).__name__}).") from error
    except (httpx.DecodingError, httpx.TooManyRedirects) as error:
        raise BadAnswer(f"{error.request.url}: {error}") from error
    except httpx.TransportError as error:
        raise Unreachable(f"{error.request.url}: {str(error) or type(error).__name__}") from error


def _said(response: httpx.Response) -> Said | None:
    """The problem in an answer, or None when it is not of ours."""
    if response.headers.get("Content-Type", "").partition(";")[0].strip() != PROBLEM:
        return None
    try:
        return Said.model_validate_json(response.content)
    except ValidationError:
        return None


def _kind(status: int, said: Said | None) -> type[Refused]:
    """By reason; where that is not known here, by status."""
    by_status = ServerFailed if status >= SERVERS_OWN else RateLimited if status == TOO_MANY else Refused
    return REFUSALS.get(said.reason, by_status) if said else by_status
