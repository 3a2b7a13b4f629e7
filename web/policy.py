"""What the page may do in a browser: its own scripts, its own server, and the bucket that its files come from."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from jobs.settings import Backend, Settings
from web.firebase import Firebase

STORAGE, STORAGE_EMULATOR = "https://storage.googleapis.com", "STORAGE_EMULATOR_HOST"  # where signed addresses lead


def policy(elsewhere: tuple[str, ...] = ()) -> str:
    """A Content-Security-Policy: what is not named here is not loaded, run, asked or framed.

    `elsewhere`: the origins that the page may ask, beside its own.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",  # a picture of a job is fetched with a key, and shown from memory
        "connect-src": " ".join(("'self'", *elsewhere)),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def elsewhere(settings: Settings, env: Mapping[str, str], firebase: Firebase | None = None) -> tuple[str, ...]:
    """The origins that answers of ours send a browser to."""
    files = (origin(env.get(STORAGE_EMULATOR) or STORAGE),) if settings.backend is Backend.GCP else ()
    return (*files, *(firebase.origins if firebase else ()))


def origin(address: str) -> str:
    """Scheme, host and port; Google's variables may leave the scheme out.

    Examples
    --------
    >>> origin("127.0.0.1:9023"), origin("https://a.example/b")
    ('http://127.0.0.1:9023', 'https://a.example')
    """
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return f"{parts.scheme}://{parts.netloc}"
