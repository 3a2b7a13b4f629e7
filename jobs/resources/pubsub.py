"""Topics and subscriptions as the house needs them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from google.api_core.exceptions import AlreadyExists, NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import (
    DeadLetterPolicy,
    ExpirationPolicy,
    FieldMask,
    PushConfig,
    RetryPolicy,
    Subscription,
    UpdateSubscriptionRequest,
)

from jobs.gcp import CALL_S, speaking_our_errors
from jobs.resource import MISSING, Fault

GOOGLE = "googleapis.com"  # where a client leads when no variable leads it to the emulator
KEPT_FOR = timedelta(days=31)  # Pub/Sub's longest: a wake-up outlives a month without workers
EMULATOR_KEEPS_FOR = timedelta(days=7)  # its longest (0.8.20); it refuses more
RETRY_MIN, RETRY_MAX = timedelta(seconds=10), timedelta(seconds=600)  # Pub/Sub's default least and its most


@dataclass(frozen=True, slots=True)
class Push:
    """Where messages are pushed to, and whose token they carry."""

    url: str
    account: str = ""  #: a service account; empty: a push carries no token
    audience: str = ""


class PubsubTopic:
    """A topic by its name; nothing else about it matters."""

    def __init__(self, project: str, topic: str) -> None:
        self.name = f"topic {topic}"
        self._path = f"projects/{project}/topics/{topic}"

    @cached_property
    def _client(self) -> PublisherClient:
        return PublisherClient()

    def faults(self) -> Sequence[Fault]:
        with speaking_our_errors(self.name):
            try:
                self._client.get_topic(topic=self._path, retry=None, timeout=CALL_S)
            except NotFound:
                return [MISSING]
        return []

    def mend(self) -> None:
        with speaking_our_errors(self.name), suppress(AlreadyExists):
            self._client.create_topic(name=self._path, retry=None, timeout=CALL_S)


class PubsubSubscription:
    """A subscription that never expires, keeps messages as long as Pub/Sub can, and buries none by itself.

    A nack of a busy worker counts as a delivery attempt, so a dead-letter policy would bury healthy jobs; what is
    poison the job's document decides. Its topic has to be there before it is made.
    """

    def __init__(self, project: str, subscription: str, topic: str, *, ack_s: float, push: Push | None = None) -> None:
        self.name = f"subscription {subscription} ({f'push to {push.url}' if push else 'pull'})"
        self._path = f"projects/{project}/subscriptions/{subscription}"
        self._short = subscription
        self._project = project
        self._topic = f"projects/{project}/topics/{topic}"
        self._ack_s = int(ack_s)
        self._push = _push_config(push)

    @cached_property
    def _client(self) -> SubscriberClient:
        return SubscriberClient()

    def faults(self) -> Sequence[Fault]:
        there = self._there()
        if there is None:
            return [MISSING]
        return [*self._left_to_people(there), *self._differences(there).values()]

    def mend(self) -> None:
        there = self._there()
        with speaking_our_errors(self.name), suppress(AlreadyExists):
            if there is None:
                self._client.create_subscription(request=self._wanted, retry=None, timeout=CALL_S)
            elif differences := self._differences(there):
                request = UpdateSubscriptionRequest(
                    subscription=self._wanted, update_mask=FieldMask(paths=list(differences))
                )
                self._client.update_subscription(request=request, retry=None, timeout=CALL_S)

    @property
    def _wanted(self) -> Subscription:
        """How it has to be. A policy without a time to live means that it never expires."""
        return Subscription(
            name=self._path,
            topic=self._topic,
            push_config=self._push,
            ack_deadline_seconds=self._ack_s,
            message_retention_duration=KEPT_FOR if GOOGLE in self._client.target else EMULATOR_KEEPS_FOR,
            retry_policy=RetryPolicy(minimum_backoff=RETRY_MIN, maximum_backoff=RETRY_MAX),
            expiration_policy=ExpirationPolicy(),
        )

    def _there(self) -> Subscription | None:
        with speaking_our_errors(self.name):
            try:
                return self._client.get_subscription(subscription=self._path, retry=None, timeout=CALL_S)
            except NotFound:
                return None

    def _differences(self, there: Subscription) -> dict[str, Fault]:
        """What `mend` corrects, by the names of the fields."""
        wanted = _described(self._wanted)
        return {
            field: Fault(found, wanted[field]) for field, found in _described(there).items() if found != wanted[field]
        }

    def _left_to_people(self, there: Subscription) -> Sequence[Fault]:
        """Pub/Sub lets nobody change these; and to delete it, with the messages in it, is for a person to decide."""
        delete = f"gcloud pubsub subscriptions delete {self._short} --project={self._project}, then lumen init"
        pairs = (
            (f"attached to {there.topic}", f"attached to {self._topic}"),
            (f"filter {there.filter}" if there.filter else "no filter", "no filter"),
            ("ordered" if there.enable_message_ordering else "unordered", "unordered"),
        )
        return [Fault(found, wanted, delete) for found, wanted in pairs if found != wanted]


def _described(subscription: Subscription) -> dict[str, str]:
    """What matters of it, field by field, in words: two that read the same behave the same.

    Google answers with more than it was given (attributes of a push, for one), so the fields themselves do not compare.
    """
    return {
        "push_config": _delivery(subscription.push_config),
        "ack_deadline_seconds": f"ack deadline {subscription.ack_deadline_seconds} s",
        "message_retention_duration": f"kept for {_span(subscription.message_retention_duration)}",
        "retry_policy": _patience(subscription.retry_policy),
        "expiration_policy": _expiration(subscription.expiration_policy),
        "dead_letter_policy": _burial(subscription.dead_letter_policy),
        "enable_exactly_once_delivery": f"exactly-once {'on' if subscription.enable_exactly_once_delivery else 'off'}",
    }


def _push_config(push: Push | None) -> PushConfig:
    if push is None:
        return PushConfig()
    if not push.account:
        return PushConfig(push_endpoint=push.url)
    token = PushConfig.OidcToken(service_account_email=push.account, audience=push.audience)
    return PushConfig(push_endpoint=push.url, oidc_token=token)


def _delivery(config: PushConfig) -> str:
    if not config.push_endpoint:
        return "pull"
    token = config.oidc_token
    whose = f", as {token.service_account_email} for {token.audience}" if token.service_account_email else ""
    return f"push to {config.push_endpoint}{whose}"


def _patience(policy: RetryPolicy) -> str:
    if not policy.maximum_backoff:
        return "redelivered at once"
    return f"redelivered after {_span(policy.minimum_backoff)} to {_span(policy.maximum_backoff)}"


def _expiration(policy: ExpirationPolicy) -> str:
    """Google says the default of 31 days too; only one that never expires is without a time."""
    return f"expires after {_span(policy.ttl)} unused" if policy.ttl else "never expires"


def _burial(policy: DeadLetterPolicy) -> str:
    if not policy.dead_letter_topic:
        return "no dead-letter policy"
    return f"dead-letter policy of {policy.max_delivery_attempts} attempts to {policy.dead_letter_topic}"


def _span(span: timedelta) -> str:
    """In days where they are whole, so that no difference is rounded away."""
    days, rest = divmod(span, timedelta(days=1))
    return f"{span.total_seconds():g} s" if rest or not days else f"{days} day{'s' if days > 1 else ''}"
