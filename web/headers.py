"""What keeps a browser from doing more with an answer than it was meant for."""

from flask import Response, request

# An answer of the API is data: nothing in it is run, loaded or framed. A page brings a policy of its own.
DATA_ONLY = "default-src 'none'; frame-ancestors 'none'"
# A year is the least that hstspreload.org takes; other names of the domain are not ours.
HTTPS_FOR_S = 365 * 86_400


def guarded(response: Response) -> Response:
    """The same for every answer, errors included; what an answer says for itself stays."""
    response.headers.setdefault("Content-Security-Policy", DATA_ONLY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if came_over_https():
        response.headers.setdefault("Strict-Transport-Security", f"max-age={HTTPS_FOR_S}")
    return response


def came_over_https() -> bool:
    """Here, or at the proxy in front. Who lies about it binds nobody but their own browser."""
    first = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    return request.is_secure or first == "https"
