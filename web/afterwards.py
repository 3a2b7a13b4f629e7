"""What a request leaves to be done when its answer is out: nobody waits for that."""

import logging
from collections.abc import Callable
from functools import partial

from flask import Response, g

from jobs.errors import BackendDown

log = logging.getLogger(__name__)


def leave(act: Callable[[], object]) -> None:
    """`act` runs behind the answer's last byte, in the same thread; it can ask nothing of the request any more.

    What a store that does not answer then leaves undone is left to the next request.
    """
    g.setdefault("left", []).append(act)


def hang_on(response: Response) -> Response:
    for act in g.pop("left", ()):
        response.call_on_close(partial(_do, act))
    return response


def _do(act: Callable[[], object]) -> None:
    try:
        act()
    except BackendDown as error:
        log.warning("left to the next request: %s", error)
