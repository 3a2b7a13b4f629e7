"""What has to be got past: the caller's rate by every request; places, the queue's age and the rule by new jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from math import ceil
from typing import Self

from flask import Flask, Response, current_app, g

from jobs.errors import RateLimited
from jobs.keys import Caller, Scope
from jobs.limits import Rate, RateLimits, Standing
from jobs.prompt_rule import PromptRule
from jobs.quota import Backlog, OpenJobs, Places
from jobs.request import JobInput, JobRequest, Priority
from jobs.wiring import Platform
from web import afterwards

COME_BACK = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}  # both say when
NAME = "lumen.limits"  #: among the extensions of an app


@dataclass(frozen=True, slots=True)
class Limits:
    """Those of one process, over the store that it shares with others."""

    rates: RateLimits
    open_jobs: OpenJobs
    backlog: Backlog
    rule: PromptRule

    @classmethod
    def over(cls, platform: Platform) -> Self:
        """Raises: SettingsInvalid for a rule that cannot be loaded."""
        settings, store, clock = platform.settings, platform.store, platform.clock
        return cls(
            RateLimits(platform.records, clock, Rate(settings.rate_max, settings.rate_s)),
            OpenJobs(store, clock, settings.jobs_open_max),
            Backlog(store, clock, settings.shed_age_s),
            PromptRule.named(settings.prompt_rule),
        )

    def install(self, app: Flask) -> None:
        app.extensions[NAME] = self
        app.after_request(self.show)
        app.teardown_request(give_back)

    # --- every request -------------------------------------------------------------------------

    def admit(self, caller: Caller, costs: str) -> None:
        """Count a request against the caller's limit of that name; "": none.

        Each name has a limit of its own, so that a page which polls does not use up what it submits with. What changes
        something is counted exactly, what only looks is counted in memory first.

        Raises: RateLimited.
        """
        if not costs:
            return
        key, exact = f"{_who(caller)}.{costs}", costs != Scope.READ
        try:
            g.limit = costs, self.rates.take(key, exact=exact)
            if not exact:
                afterwards.leave(partial(self.rates.settle, key))
        except RateLimited as error:
            g.limit = costs, Standing(0, error.retry_after_s)
            raise

    def show(self, response: Response) -> Response:
        """Where the caller stands, as draft-ietf-httpapi-ratelimit-headers-10 has it."""
        costs, standing = g.get("limit", ("", None))
        if standing is not None:
            rate = self.rates.rate
            response.headers["RateLimit-Policy"] = f'"{costs}";q={rate.requests_max};w={ceil(rate.window_s)}'
            response.headers["RateLimit"] = f'"{costs}";r={standing.remaining};t={ceil(standing.more_in_s)}'
            if standing.remaining == 0 and response.status_code in COME_BACK:
                again_s = max(response.headers.get("Retry-After", 0, type=int), ceil(standing.more_in_s))
                response.headers["Retry-After"] = str(again_s)  # whatever else it is refused for, this comes first
        return response

    # --- every job -----------------------------------------------------------------------------

    def may_queue(self, caller: Caller, requests: Sequence[JobRequest]) -> Places:
        """Places for the jobs of these requests. What is urgent is taken on however long others wait.

        Raises: Overloaded, QuotaExceeded, InvalidRequest, BackendDown.
        """
        if any(each.priority is not Priority.HIGH for each in requests):
            self.backlog.require_room()
        places = self.open_jobs.take(caller.owner, len(requests))
        g.setdefault("places", []).append(places)  # whoever forgets to give them back does so with the request's end
        return places


def admit(caller: Caller, costs: str) -> None:
    """Count this request. Raises: RateLimited."""
    _ours().admit(caller, costs)


def may_say(wanted: JobInput) -> None:
    """Whether the house's rule takes these words. Raises: PromptRejected, Overloaded."""
    _ours().rule.require(wanted)


def may_queue(caller: Caller, requests: Sequence[JobRequest]) -> Places:
    """Whether there is room for more jobs of the caller. The room is theirs until the end of the block.

        with may_queue(asked.caller, requests):
            ...  # write the jobs

    Raises: Overloaded, QuotaExceeded, InvalidRequest, BackendDown.
    """
    return _ours().may_queue(caller, requests)


def may_submit(caller: Caller, requests: Sequence[JobRequest]) -> Places:
    """Both, for jobs that are made all or none: whether the words may be said, and room in the same way.

    Raises: PromptRejected, Overloaded, QuotaExceeded, InvalidRequest, BackendDown.
    """
    for each in requests:
        may_say(each.input)
    return may_queue(caller, requests)


def give_back(_error: BaseException | None) -> None:
    """At a request's end its jobs are written, or will never be."""
    for places in g.pop("places", []):
        places.give_back()


def _ours() -> Limits:
    limits: Limits = current_app.extensions[NAME]
    return limits


def _who(caller: Caller) -> str:
    """A key has limits of its own; who came with none, shares those of the owner."""
    return f"key-{caller.key_id}" if caller.key_id else f"owner-{caller.owner}"
