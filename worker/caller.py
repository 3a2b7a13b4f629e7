"""Who may push: Pub/Sub alone, in the name of the service account that we expect.

Pub/Sub sends a token of Google's, good for an hour, with every push.
"""

import logging
from collections.abc import Callable, Mapping

from jobs.clock import SystemClock
from jobs.errors import SettingsInvalid
from jobs.settings import Backend, Settings
from jobs.tokens import PublicKeys, TokenCheck

log = logging.getLogger(__name__)

EMULATOR = "PUBSUB_EMULATOR_HOST"

CallerCheck = Callable[[str | None], None]
"""Takes a push's Authorization header. Raises: Refused; BackendDown when it cannot be told."""


def anybody(authorization: str | None) -> None:
    """The check that lets everybody in."""


def caller_check(settings: Settings, env: Mapping[str, str]) -> CallerCheck:
    """The check of a worker's pushes; none on one machine, and none where Google's emulator pushes: it has no tokens.

    Raises: SettingsInvalid when nobody said whose token a push has to carry.
    """
    if settings.backend is Backend.LOCAL or env.get(EMULATOR):
        log.info("pushes are not checked: %s", f"{EMULATOR} is set" if env.get(EMULATOR) else "the backend is local")
        return anybody
    needed = {"LUMEN_PUSH_ACCOUNT": settings.push_account, "LUMEN_PUSH_URL": settings.audience}
    if missing := [name for name, value in needed.items() if not value]:
        raise SettingsInvalid(f"{' and '.join(missing)}: must be set, they say whose pushes are taken.")
    keys = PublicKeys(settings.push_keys_url, SystemClock())
    return TokenCheck(keys, audience=settings.audience, account=settings.push_account)
