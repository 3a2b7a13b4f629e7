"""Which pages of other origins may call the API: those on the list, which is empty unless somebody fills it."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed

from jobs.errors import SettingsInvalid

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
ASKED_WITH = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Prefer, Range, "
    "X-Request-ID, traceparent"
)
SHOWN = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Location, Preference-Applied, RateLimit, "
    "RateLimit-Policy, Retry-After, X-Request-ID"
)
REMEMBERED_S = 7200  # of a preflight; Chromium's own limit, Firefox would take a day


@dataclass(frozen=True, slots=True)
class Cors:
    """The list. There is no `*`, and no cookies or other credentials that a browser would send by itself."""

    origins: frozenset[str]

    @classmethod
    def of(cls, origins: tuple[str, ...]) -> Self:
        """Raises: SettingsInvalid for what no browser would send as its origin."""
        for each in origins:
            if not ORIGIN.fullmatch(each):
                raise SettingsInvalid(f"LUMEN_CORS_ORIGINS: {each!r} is not an origin such as https://app.example")
        return cls(frozenset(origins))

    def install(self, app: Flask) -> None:
        app.before_request(self.answer_options)
        app.after_request(self.allow)

    def answer_options(self) -> Response | None:
        """OPTIONS of an address that is there needs no key: a browser asks without one, before it asks with one."""
        refused = request.routing_exception
        if request.method != "OPTIONS" or not isinstance(refused, MethodNotAllowed):
            return None
        methods = ", ".join(sorted({*(refused.valid_methods or ()), "OPTIONS"}))
        response = Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": methods})
        del response.headers["Content-Type"]  # of nothing
        if self._is_ours():
            response.headers["Access-Control-Allow-Methods"] = methods
            response.headers["Access-Control-Allow-Headers"] = ASKED_WITH
            response.headers["Access-Control-Max-Age"] = str(REMEMBERED_S)
        return response

    def allow(self, response: Response) -> Response:
        """Say whom the answer is for; with a list, caches have to know that it depends on who asks."""
        if self.origins:
            response.vary.add("Origin")
        if self._is_ours():
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = SHOWN
        return response

    def _is_ours(self) -> bool:
        return request.headers.get("Origin") in self.origins
