"""Lists in pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from jobs.errors import InvalidRequest, NotFound


@contextmanager
def from_a_page() -> Iterator[None]:
    """Around the look behind a page token: one that leads nowhere is the caller's, and no missing thing of ours.

    Raises: InvalidRequest.
    """
    try:
        yield
    except NotFound:
        raise InvalidRequest("page_token", "leads nowhere any more; begin the list again") from None
