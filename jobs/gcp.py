"""What the adapters for Google have in common: their errors in our words, and how long a call may take."""

from collections.abc import Iterator
from contextlib import contextmanager

import google.auth
from google.api_core.exceptions import GoogleAPIError
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from requests.exceptions import RequestException

from jobs.errors import BackendDown

# Google's own retries are off (`retry=None`): `jobs/retry.py` asks again, and the two would multiply.
CALL_S = 5.0  # a document or a message: milliseconds on a good day; four tries fit into a push's patience
TRANSFER_S = 60.0  # a file of some MB
SCOPE = "https://www.googleapis.com/auth/cloud-platform"


@contextmanager
def speaking_our_errors(what: str) -> Iterator[None]:
    """Whatever Google's libraries raise when a call fails, as BackendDown.

    What an adapter has an answer to (not found, exists, outrun) it catches inside this block.
    """
    try:
        yield
    except (GoogleAPIError, GoogleAuthError, RequestException, TimeoutError) as error:
        raise BackendDown(f"{what}: {error}") from error


def session() -> AuthorizedSession:
    """HTTP as whoever this process is to Google. Raises: BackendDown when it is nobody."""
    with speaking_our_errors("Google's credentials"):
        credentials, _ = google.auth.default(scopes=(SCOPE,))
    return AuthorizedSession(credentials)
