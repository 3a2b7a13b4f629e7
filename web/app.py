"""One Flask app over the table of addresses, and what is done around every request."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from pydantic import BaseModel, ValidationError

from jobs.errors import Forbidden, InvalidRequest, UnsupportedMedia
from jobs.keys import Caller
from jobs.request import refusal
from web import access, afterwards, bodies, limits, observed, request_id
from web.answers import etag_of
from web.api import ENDPOINTS
from web.cors import Cors
from web.endpoint import Answer, AnyEndpoint, Asked, Nothing
from web.headers import guarded
from web.house import House
from web.problems import answer_to

BODY_BYTES_MAX = 1 << 20  # of JSON: a batch of 1 000 concepts is 200 kB
NOBODY = Caller(owner="", scopes=frozenset())


def create_app(house: House, endpoints: Iterable[AnyEndpoint] = ENDPOINTS) -> Flask:
    """The app over a house. Every address is in `web/api.py`."""
    app = Flask("lumen-web", static_folder=None)
    app.url_map.strict_slashes = True
    app.before_request(observed.begin)
    app.before_request(access.begin)
    app.before_request(request_id.begin)
    Cors.of(house.settings.cors_origins).install(app)
    limits.Limits.over(house.platform).install(app)
    for each in (observed.note, access.note, signed, guarded, bodies.hang_up, afterwards.hang_on):
        app.after_request(each)
    app.teardown_request(observed.end)
    app.register_error_handler(Exception, answer_to)
    app.wsgi_app = request_id.Logged(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way
    for endpoint in endpoints:
        view = view_of(endpoint, house)
        app.add_url_rule(endpoint.path, endpoint.name, view, methods=[endpoint.method], provide_automatic_options=False)
    return app


def view_of(endpoint: AnyEndpoint, house: House) -> Callable[..., Response]:
    """What Flask calls: who, may they, what do they want; then the endpoint's own part."""

    def view(**path: str) -> Response:
        caller = admitted(endpoint, house)
        asked = Asked(house, caller, path, queried(endpoint), body_of(endpoint), request, request_id.current())
        answer = endpoint.do(asked)
        return answer if isinstance(answer, Response) else written(answer)

    return view


def admitted(endpoint: AnyEndpoint, house: House) -> Caller:
    """Who is asking, if they may, and not too often. Raises: Unauthenticated, Forbidden, RateLimited, BackendDown."""
    if endpoint.scope is None:
        return NOBODY
    caller = house.callers(request.headers.get("Authorization"))
    access.by(caller)
    if endpoint.scope not in caller.scopes:
        raise Forbidden(f"This needs a key with the scope {endpoint.scope}.")
    limits.admit(caller, endpoint.costs or endpoint.scope)
    return caller


def queried(endpoint: AnyEndpoint) -> BaseModel:
    """The query, each name once unless it may be repeated. Raises: InvalidRequest."""
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        field = endpoint.query.model_fields.get(name)
        many = field is not None and "tuple" in str(field.annotation)
        if len(values) > 1 and not many:
            raise InvalidRequest(name, "is given more than once")
        given[name] = values if many else values[0]
    return read(endpoint.query, given)


def body_of(endpoint: AnyEndpoint) -> BaseModel:
    """The body. Raises: InvalidRequest, PayloadTooLarge, UnsupportedMedia."""
    if endpoint.body is Nothing:
        return Nothing()
    if request.mimetype != "application/json":
        raise UnsupportedMedia("The body must be application/json.")
    with bodies.body_of(request, bytes_max=BODY_BYTES_MAX, seconds=bodies.JSON_S) as body:
        said = bodies.json_in(body.all())
    return read(endpoint.body, said)


def read(model: type[BaseModel], given: Any) -> BaseModel:
    try:
        return model.model_validate(given, extra="forbid")
    except ValidationError as error:
        raise refusal(error) from None


def written(answer: Answer) -> Response:
    """An answer as JSON with an ETag; nothing but the head when the caller has it already."""
    if answer.body is None:
        return Response(status=answer.status, headers=dict(answer.headers))
    text = answer.body.model_dump_json()
    response = Response(text, status=answer.status, headers=dict(answer.headers), content_type="application/json")
    if answer.status is HTTPStatus.OK and request.method == "GET":
        response.set_etag(etag_of(text))
        response.make_conditional(request)
    return response


def signed(response: Response) -> Response:
    """What every answer carries."""
    response.headers[request_id.HEADER] = request_id.current()
    response.headers.pop("Date", None)  # a conditional answer has one of its own, and every server adds it
    response.headers.setdefault("Cache-Control", "no-store" if request.method != "GET" else "no-cache")
    return response
