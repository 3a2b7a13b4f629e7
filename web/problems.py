"""Every error as `application/problem+json` (RFC 9457), with the reason from the one table."""

import logging
from http import HTTPStatus
from math import ceil

from flask import Response, request
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

from jobs.errors import REASONS, ComeBack, InvalidRequest, LumenError, Reason, Unauthenticated
from web import observed
from web.request_id import current

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
DOMAIN = "lumen"
# What Flask itself refuses with, in our words. Anything else of its is INVALID_INPUT below 500, and INTERNAL above.
OF_FLASK = {
    404: Reason.NOT_FOUND,
    405: Reason.METHOD_NOT_ALLOWED,
    413: Reason.PAYLOAD_TOO_LARGE,
    415: Reason.UNSUPPORTED_MEDIA,
}
AGAIN_S = 5  # for a fault that passes and does not say when: a store that is down, a worker that is not up


class Wrong(BaseModel):
    """One field of the request, and what is wrong with it."""

    field: str = Field(description="Its dotted path.")
    message: str


class Problem(BaseModel):
    """Why a request was refused."""

    type: str = Field(description="Where a person reads on.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The address that was asked.")
    reason: Reason
    domain: str = DOMAIN
    retryable: bool = Field(description="Whether the same request may succeed later.")
    errors: list[Wrong] = []
    request_id: str


def answer_to(error: Exception) -> Response:
    """What a caller is told of any error. What is a fault of ours is logged with its traceback, and not told."""
    if isinstance(error, LumenError):
        return of_lumen(error)
    if isinstance(error, HTTPException) and error.code is not None:
        return of_flask(error)
    log.error("%s %s failed (request %s)", request.method, request.path, current(), exc_info=error)
    return problem(Reason.INTERNAL, f"A fault of ours. It is on record as {current()}.")


def of_lumen(error: LumenError) -> Response:
    wrong = [Wrong(field=error.field, message=error.why)] if isinstance(error, InvalidRequest) and error.field else []
    response = problem(error.reason, str(error), errors=wrong)
    observed.refused(error)
    if isinstance(error, ComeBack):
        response.headers["Retry-After"] = str(max(1, ceil(error.retry_after_s)))
    elif response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(AGAIN_S)
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="lumen"'
    return response


def of_flask(error: HTTPException) -> Response:
    """Also redirects and the like, which Flask raises too."""
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 (where HTTP's errors begin)
        return Response(status=status, headers=dict(error.get_headers()))
    default = Reason.INTERNAL if status >= 500 else Reason.INVALID_INPUT  # noqa: PLR2004 (the server's own)
    reason = OF_FLASK.get(status, default)
    response = problem(reason, REASONS[reason].sentence, status=status)
    if (allowed := getattr(error, "valid_methods", None)) is not None:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def problem(reason: Reason, detail: str, *, status: int | None = None, errors: list[Wrong] | None = None) -> Response:
    meaning = REASONS[reason]
    body = Problem(
        type=f"/docs#{reason.lower()}",
        title=meaning.sentence,
        status=status or meaning.http,
        detail=detail,
        instance=request.path,
        reason=reason,
        retryable=meaning.retryable,
        errors=errors or [],
        request_id=current(),
    )
    return Response(body.model_dump_json(), status=body.status, content_type=PROBLEM)
