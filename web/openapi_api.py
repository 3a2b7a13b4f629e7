"""The API about itself: its OpenAPI document, and the same as a page."""

import hashlib
import json
from functools import cache

from flask import Response

from web.endpoint import Asked, Endpoint, Nothing
from web.openapi import document
from web.openapi_page import POLICY, html
from web.schemas import Schema

JSON, HTML = "application/json", "text/html"


def openapi(asked: Asked[Nothing, Nothing]) -> Response:
    """Every address, what it takes and what it answers, as OpenAPI 3.1."""
    return _kept(asked, json.dumps(_document(asked.house.settings.public_url), ensure_ascii=False), JSON)


def docs(asked: Asked[Nothing, Nothing]) -> Response:
    """The same for people. The page has no script and loads nothing."""
    response = _kept(asked, html(_document(asked.house.settings.public_url)), f"{HTML}; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@cache
def _document(url: str) -> Schema:
    """Of the whole table, which this module is a part of: so it is looked up when somebody asks."""
    from web.api import ENDPOINTS

    return document(ENDPOINTS, url=url)


def _kept(asked: Asked[Nothing, Nothing], text: str, content_type: str) -> Response:
    """With an ETag; nothing but the head when the caller has it already."""
    response = Response(text, content_type=content_type)
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    response.make_conditional(asked.http)
    return response


ENDPOINTS = (
    Endpoint("GET", "/openapi.json", openapi, "This API as OpenAPI", answers={200: JSON, 304: None}),
    Endpoint("GET", "/docs", docs, "This API as a page", answers={200: HTML, 304: None}),
)
