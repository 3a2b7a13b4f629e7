"""What the house asks of itself: a sweep, for when no worker is up. Cloud Scheduler calls it every minute."""

import logging
from dataclasses import asdict
from functools import cache
from http import HTTPStatus

from pydantic import BaseModel, Field

from jobs.clock import SystemClock
from jobs.errors import Forbidden, Reason, Unauthenticated
from jobs.settings import Settings
from jobs.tokens import PublicKeys, Refused, TokenCheck
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.sender import deliveries_of

log = logging.getLogger(__name__)


class SweepAnswer(BaseModel):
    """What one sweep did."""

    lapsed: int = Field(description="Running jobs whose worker went silent.")
    late: int = Field(description="Queued jobs that were to start before now.")
    condemned: int = Field(description="Running documents that cannot be read as jobs.")
    woken: int = Field(description="Due jobs that nobody had claimed for a minute.")
    canceled: int = Field(description="Queued jobs that were to be canceled.")
    announced: int = Field(description="Dead letters sent.")
    drained: int = Field(description="Dead letters taken off their topic.")
    removed: int = Field(description="Jobs that were kept as long as was promised.")
    left: int = Field(description="Steps that the next sweep has to do.")
    webhooks: dict[str, int] = Field(description="What was done about webhooks.")


def sweep(asked: Asked[Nothing, Nothing]) -> Answer:
    """Look once for what was forgotten. Two at the same moment are harmless; each worker sweeps by itself too."""
    demand_scheduler(asked.house.settings, asked.http.headers.get("Authorization"))
    swept, told = asked.house.platform.sweep().run(), deliveries_of(asked.house).run()
    return Answer(SweepAnswer(**asdict(swept), webhooks=dict(told)))


def demand_scheduler(settings: Settings, authorization: str | None) -> None:
    """Lets in who brings a token of Google's for the account that the settings name, made out to our address.

    Raises: Unauthenticated, Forbidden; BackendDown when it cannot be told.
    """
    account, audience = settings.sweep_account, settings.public_url
    if not account:
        raise Forbidden("Nobody may: LUMEN_SWEEP_ACCOUNT is not set.")
    try:
        TokenCheck(keys_at(settings.push_keys_url), audience=audience, account=account)(authorization)
    except Refused as refused:
        log.warning("a sweep was refused: %s", refused)
        kind = Unauthenticated if refused.status is HTTPStatus.UNAUTHORIZED else Forbidden
        raise kind("This is for the account of the scheduler.") from None


@cache
def keys_at(url: str) -> PublicKeys:
    """Google's keys stay with the process: fetched for each call, a stranger's calls would be Google's too."""
    return PublicKeys(url, SystemClock())


ENDPOINTS = (
    Endpoint(
        "POST",
        "/internal/sweep",
        sweep,
        "Sweep once",
        answers={200: SweepAnswer},
        reasons=(Reason.UNAUTHENTICATED, Reason.FORBIDDEN, Reason.STORAGE_UNAVAILABLE),
    ),
)
