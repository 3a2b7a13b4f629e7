"""The page over HTTP. Its files lie compressed and are sent as they lie; what they may do is one policy."""

from flask import Response
from werkzeug.datastructures import Accept

from jobs.errors import NotFound
from web.built import ENCODINGS, INDEX, BuiltFile, built
from web.endpoint import Asked, Endpoint, Nothing
from web.policy import policy

HTML, ANY = "text/html", "*/*"
FOREVER = "public, max-age=31536000, immutable"  # a name with a digest in it never means anything else


def get_page(asked: Asked[Nothing, Nothing]) -> Response:
    """The page for people: submit, follow, look, download; and for ops."""
    response = sent(asked, INDEX)
    response.headers["Content-Security-Policy"] = policy(asked.house.elsewhere)
    return response


def get_page_file(asked: Asked[Nothing, Nothing]) -> Response:
    """A script, a style or a picture of the page."""
    response = sent(asked, asked.path["file"])
    response.headers["Cache-Control"] = FOREVER
    return response


def sent(asked: Asked[Nothing, Nothing], name: str) -> Response:
    """Raises: NotFound."""
    file = built().get(name)
    if file is None:
        raise NotFound(f"The page has no file {name!r}.")
    return written(asked, file)


def written(asked: Asked[Nothing, Nothing], file: BuiltFile) -> Response:
    body, encoding = file.sent_as(wanted(asked.http.accept_encodings))
    response = Response(body, content_type=file.content_type)
    if encoding:
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{file.etag}-{encoding}" if encoding else file.etag)
    response.make_conditional(asked.http)
    return response


def wanted(accepted: Accept) -> list[str]:
    """Our encodings that somebody takes, what they like best first; of equals the smaller."""
    return sorted(filter(accepted.quality, ENCODINGS), key=accepted.quality, reverse=True)


ENDPOINTS = (
    Endpoint("GET", "/", get_page, "The page", answers={200: HTML, 304: None}),
    Endpoint("GET", "/page/<file>", get_page_file, "A file of the page", answers={200: ANY, 304: None}),
)
