"""`lumen init` makes what the house stands on, corrects what differs, and `lumen doctor --gcp` sees the same."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar

import grpc
import pytest
from google.api_core.exceptions import NotFound
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import (
    DeadLetterPolicy,
    ExpirationPolicy,
    PushConfig,
    Subscription,
    UpdateSubscriptionRequest,
)
from google.cloud.storage import Bucket, Client

from cli.init import settle
from cli.main import run
from jobs.errors import BackendDown
from jobs.resource import Resource
from jobs.resources import pubsub
from jobs.resources.pubsub import PubsubSubscription, PubsubTopic, Push
from jobs.resources.storage import StorageBucket
from jobs.settings import Settings
from jobs.wiring import resources
from tests.emulators.google import Google
from tests.emulators.grpc_server import answering

PUSH_URL = "https://worker.example/pubsub/push"
JOBS, LETTERS = "lumen-jobs-push", "lumen-dead-letters-ops"
DATABASE, JOBS_LINE, LETTERS_LINE = (
    "Firestore database (default)",
    f"subscription {JOBS} (pull)",
    f"subscription {LETTERS} (pull)",
)


@dataclass
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def steps(self) -> dict[str, str]:
        """What `init` says became of each thing, by its name, in the order of its lines."""
        return {name: what for name, _, what in (line.partition(": ") for line in self.out.splitlines())}

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Lumen = Callable[..., Said]
T = TypeVar("T")


@pytest.fixture
def lumen(google: Google, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lumen:
    """Run a command in this process, against this test's Google. Keywords are settings: push_url="https://..."."""
    for name in [name for name in os.environ if name.startswith("LUMEN_")]:
        monkeypatch.delenv(name)
    for name, value in google.env.items():
        monkeypatch.setenv(name, value)

    def call(*args: str, **more: str) -> Said:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in more.items():
                patch.setenv(name if name.endswith("_HOST") else f"LUMEN_{name.upper()}", value)
            code = run(args)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@dataclass
class Pubsub:
    """What a person with Google's own tools sees and does."""

    project: str

    def __post_init__(self) -> None:
        self.publisher, self.subscriber = PublisherClient(), SubscriberClient()

    def topic(self, name: str) -> str:
        return f"projects/{self.project}/topics/{name}"

    def make_topic(self, name: str) -> str:
        self.publisher.create_topic(name=self.topic(name))
        return self.topic(name)

    def make(self, name: str, topic: str, **more: Any) -> None:
        path = f"projects/{self.project}/subscriptions/{name}"
        self.subscriber.create_subscription(request=Subscription(name=path, topic=self.make_topic(topic), **more))

    def subscription(self, name: str) -> Subscription:
        return self.subscriber.get_subscription(subscription=f"projects/{self.project}/subscriptions/{name}")

    def everything(self) -> list[str]:
        where = f"projects/{self.project}"
        topics = [each.name for each in self.publisher.list_topics(project=where)]
        return topics + [each.name for each in self.subscriber.list_subscriptions(project=where)]


@pytest.fixture
def there(google: Google) -> Pubsub:
    return Pubsub(google.project)


@pytest.fixture
def bucket(google: Google) -> str:
    return f"bucket {google.env['LUMEN_BUCKET']}"


@pytest.fixture
def made(bucket: str) -> set[str]:
    """The names of all that `init` makes; the database has to be there."""
    return {bucket, "topic lumen-dead-letters", LETTERS_LINE, "topic lumen-jobs", JOBS_LINE}


def storage(google: Google) -> Client:
    return Client(project=google.project)


# --- an empty project ---------------------------------------------------------------------------------


def test_the_first_init_makes_everything_and_the_second_finds_it_in_order(lumen: Lumen, made: set[str]) -> None:
    first = lumen("init")
    assert first.steps == dict.fromkeys(made, "created") | {DATABASE: "in order"}
    assert first.code == 0
    second = lumen("init")
    assert second.steps == dict.fromkeys(made | {DATABASE}, "in order")
    assert second.code == 0


def test_what_keeps_messages_is_made_before_anybody_could_publish(lumen: Lumen) -> None:
    """A message to a topic without a subscription is lost; and nobody publishes before there is a jobs topic."""
    lines = list(lumen("init").steps)
    assert lines.index(LETTERS_LINE) < lines.index("topic lumen-jobs")
    assert lines.index(JOBS_LINE) == lines.index("topic lumen-jobs") + 1


def test_the_subscriptions_are_as_the_house_needs_them(lumen: Lumen, there: Pubsub) -> None:
    lumen("init", push_url=PUSH_URL, push_account="push@example.iam", push_audience="lumen")
    for name, topic, ack_s in ((JOBS, "lumen-jobs", 600), (LETTERS, "lumen-dead-letters", 60)):
        made = there.subscription(name)
        assert made.topic == there.topic(topic)
        assert made.ack_deadline_seconds == ack_s
        assert made.message_retention_duration == timedelta(days=7), "what the emulator takes at most"
        assert made.retry_policy.minimum_backoff == timedelta(seconds=10)
        assert made.retry_policy.maximum_backoff == timedelta(seconds=600)
        assert "expiration_policy" in made
        assert not made.expiration_policy.ttl
        assert "dead_letter_policy" not in made
        assert not made.enable_message_ordering
        assert not made.enable_exactly_once_delivery
        assert not made.filter
    token = PushConfig.OidcToken(service_account_email="push@example.iam", audience="lumen")
    assert there.subscription(JOBS).push_config == PushConfig(push_endpoint=PUSH_URL, oidc_token=token)
    assert there.subscription(LETTERS).push_config == PushConfig()


def test_the_ack_deadline_is_how_long_a_push_lives(lumen: Lumen, there: Pubsub) -> None:
    lumen("init", push_url=PUSH_URL, push_s="300", work_s="200")
    assert there.subscription(JOBS).ack_deadline_seconds == 300


def test_the_bucket_is_closed_as_a_whole(lumen: Lumen, google: Google) -> None:
    lumen("init")
    access = storage(google).get_bucket(google.env["LUMEN_BUCKET"]).iam_configuration
    assert access.uniform_bucket_level_access_enabled
    assert access.public_access_prevention == "enforced"


def test_the_bucket_forgets_what_nobody_needs(lumen: Lumen, google: Google) -> None:
    lumen("init", shelf_days="30")
    assert rules(google) == [
        {"action": {"type": "Delete"}, "condition": {"daysSinceCustomTime": 30, "matchesPrefix": ["shelf/"]}},
        {"action": {"type": "Delete"}, "condition": {"age": 7, "matchesPrefix": ["uploads/"]}},
    ]


def rules(google: Google) -> list[dict[str, Any]]:
    return [dict(rule) for rule in storage(google).get_bucket(google.env["LUMEN_BUCKET"]).lifecycle_rules]


def test_four_inits_at_once_all_succeed(google: Google, lumen: Lumen, made: set[str]) -> None:
    settings = Settings.from_env(google.env)
    together = Barrier(4)

    def init(_: int) -> set[str]:
        together.wait(10)
        return {step.state for resource in resources(settings) for step in settle(resource, dry_run=False)}

    with ThreadPoolExecutor(4) as pool:
        states = set().union(*pool.map(init, range(4)))
    assert states <= {"created", "in order", "corrected"}, "the bucket's maker may be overtaken before it is closed"
    assert lumen("init").steps == dict.fromkeys(made | {DATABASE}, "in order")


def test_somebody_else_may_be_a_moment_faster(google: Google) -> None:
    topic = PubsubTopic(google.project, "jobs")
    topic.mend()
    topic.mend()

    class OvertakenSubscription(PubsubSubscription):
        def _there(self) -> Subscription | None:
            return _overtaken(super()._there(), PubsubSubscription(google.project, "lumen", "jobs", ack_s=60))

    class OvertakenBucket(StorageBucket):
        def _there(self) -> Bucket | None:
            return _overtaken(super()._there(), a_bucket(google.project))

    ours = OvertakenSubscription(google.project, "lumen", "jobs", ack_s=60)
    ours.mend()
    assert ours.faults() == []
    bucket = OvertakenBucket(google.project, google.project, "us-central1", shelf_days=90)
    bucket.mend()
    assert bucket.faults() == []


def a_bucket(name: str, *, shelf_days: int = 90) -> StorageBucket:
    return StorageBucket(name, name, "us-central1", shelf_days=shelf_days)


def _overtaken(seen: T, other: Resource) -> T:
    """What was seen; and if that was nothing, somebody else has made it by the time anything is done about it."""
    if seen is None:
        other.mend()
    return seen


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    lumen: Lumen, google: Google, there: Pubsub, made: set[str]
) -> None:
    said = lumen("init", "--dry-run")
    assert said.steps == dict.fromkeys(made, "would be created") | {DATABASE: "in order"}
    assert said.code == 0
    assert there.everything() == []
    with pytest.raises(NotFound):
        storage(google).get_bucket(google.env["LUMEN_BUCKET"])


def test_a_dry_run_corrects_nothing(lumen: Lumen, there: Pubsub) -> None:
    lumen("init")
    said = lumen("init", "--dry-run", push_url=PUSH_URL)
    assert f"would be corrected: push to {PUSH_URL} (was pull)" in said.out
    assert there.subscription(JOBS).push_config.push_endpoint == ""


def test_json_has_the_same_steps(lumen: Lumen, made: set[str]) -> None:
    steps = lumen("init", "--json").data
    assert {step["name"]: step["state"] for step in steps} == dict.fromkeys(made, "created") | {DATABASE: "in order"}


# --- what differs -------------------------------------------------------------------------------------


def test_a_changed_push_address_is_corrected_and_nothing_else(lumen: Lumen, there: Pubsub) -> None:
    lumen("init", push_url="https://old.example/push", push_account="push@example.iam")
    said = lumen("init", push_url=PUSH_URL, push_account="push@example.iam")
    assert f"corrected: push to {PUSH_URL}, as push@example.iam for {PUSH_URL} (was push to https://old" in said.out
    assert said.out.count("corrected") == 1
    assert there.subscription(JOBS).push_config.push_endpoint == PUSH_URL
    assert "corrected" not in lumen("init", push_url=PUSH_URL, push_account="push@example.iam").out


def test_a_token_for_the_wrong_audience_is_corrected(lumen: Lumen, there: Pubsub) -> None:
    lumen("init", push_url=PUSH_URL, push_account="push@example.iam", push_audience="old")
    lumen("init", push_url=PUSH_URL, push_account="push@example.iam", push_audience="new")
    assert there.subscription(JOBS).push_config.oidc_token.audience == "new"


def test_without_an_address_the_workers_pull_again(lumen: Lumen, there: Pubsub) -> None:
    lumen("init", push_url=PUSH_URL)
    assert f"corrected: pull (was push to {PUSH_URL})" in lumen("init").out
    assert there.subscription(JOBS).push_config == PushConfig()


def test_a_subscription_that_buries_and_forgets_is_corrected(lumen: Lumen, there: Pubsub) -> None:
    there.make(
        JOBS,
        "lumen-jobs",
        ack_deadline_seconds=10,
        message_retention_duration=timedelta(days=1),
        enable_exactly_once_delivery=True,
        dead_letter_policy=DeadLetterPolicy(
            dead_letter_topic=there.make_topic("lumen-dead-letters"), max_delivery_attempts=5
        ),
    )
    said = lumen("init", push_url=PUSH_URL).out
    for words in (
        "ack deadline 600 s (was ack deadline 10 s)",
        "kept for 7 days (was kept for 1 day)",
        "redelivered after 10 s to 600 s (was redelivered at once)",
        "no dead-letter policy (was dead-letter policy of 5 attempts",
        "exactly-once off (was exactly-once on)",
    ):
        assert words in said
    made = there.subscription(JOBS)
    assert "dead_letter_policy" not in made
    assert made.ack_deadline_seconds == 600
    assert made.message_retention_duration == timedelta(days=7)
    assert made.retry_policy.maximum_backoff == timedelta(seconds=600)
    assert not made.enable_exactly_once_delivery
    assert "corrected" not in lumen("init", push_url=PUSH_URL).out


@pytest.mark.parametrize(
    "topic, more, found",
    [
        ("another", {}, "topics/another instead of attached to projects/"),
        ("lumen-jobs", {"filter": 'attributes.x = "1"'}, 'filter attributes.x = "1" instead of no filter'),
        ("lumen-jobs", {"enable_message_ordering": True}, "ordered instead of unordered"),
    ],
    ids=["another topic", "a filter", "an order"],
)
def test_what_pubsub_lets_nobody_change_is_left_to_a_person(
    lumen: Lumen, there: Pubsub, topic: str, more: dict[str, Any], found: str
) -> None:
    there.make(JOBS, topic, **more)
    said = lumen("init", push_url=PUSH_URL)
    assert said.code == 1
    (left,) = [line for line in said.out.splitlines() if ": by hand: " in line]
    assert found in left
    assert f"gcloud pubsub subscriptions delete {JOBS}" in left
    assert there.subscription(JOBS).ack_deadline_seconds == 600, "what can be corrected is"
    doctor = lumen("doctor", "--gcp")
    assert doctor.code == 1
    assert f"gcloud pubsub subscriptions delete {JOBS}" in doctor.out


def test_an_open_bucket_is_closed_and_told_what_to_forget(lumen: Lumen, google: Google, bucket: str) -> None:
    storage(google).create_bucket(google.env["LUMEN_BUCKET"])
    words = [
        "uniform access (was access by file)",
        "public access prevented (was public access possible)",
        "shelf/ deleted at daysSinceCustomTime 90 (was shelf/ never deleted)",
        "uploads/ deleted at age 7 (was uploads/ never deleted)",
    ]
    assert lumen("init").steps[bucket] == f"corrected: {', '.join(words)}"
    assert lumen("init").steps[bucket] == "in order"


FOREIGN = [
    {"action": {"type": "SetStorageClass", "storageClass": "NEARLINE"}, "condition": {"matchesPrefix": ["shelf/"]}},
    {"action": {"type": "Delete"}, "condition": {"age": 1, "matchesPrefix": ["shelf/", "tmp/"]}},
    {"action": {"type": "Delete"}, "condition": {"age": 365}},
    {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 1}},
    {"action": {"type": "WhatGoogleInventsNext"}, "condition": {"age": 1}},
]
SHELF_FOR_A_DAY = {"action": {"type": "Delete"}, "condition": {"age": 1, "matchesPrefix": ["shelf/"]}}


def kept(there: Bucket) -> list[Any]:
    """All rules, also those of kinds that the library does not know."""
    there.reload()
    return list(there._properties["lifecycle"]["rule"])


def test_a_rule_of_ours_that_differs_is_corrected_and_those_of_others_stay(
    lumen: Lumen, google: Google, bucket: str
) -> None:
    lumen("init")
    there = storage(google).get_bucket(google.env["LUMEN_BUCKET"])
    ours = kept(there)
    there.lifecycle_rules = [*FOREIGN[:3], SHELF_FOR_A_DAY, *FOREIGN[3:], *ours]
    there.patch()
    said = lumen("doctor", "--gcp").out
    assert (
        "shelf/ deleted at age 1 or daysSinceCustomTime 90 instead of shelf/ deleted at daysSinceCustomTime 90" in said
    )
    words = "shelf/ deleted at daysSinceCustomTime 90 (was shelf/ deleted at age 1 or daysSinceCustomTime 90)"
    assert lumen("init").steps[bucket] == f"corrected: {words}"
    assert kept(there) == [*FOREIGN, *ours]
    assert lumen("init").steps[bucket] == "in order"


def test_another_number_of_days_is_corrected(lumen: Lumen, google: Google) -> None:
    lumen("init")
    assert "shelf/ deleted at daysSinceCustomTime 9 (was shelf/ deleted at" in lumen("init", shelf_days="9").out
    assert len(rules(google)) == 2


def test_a_rule_that_somebody_else_adds_at_the_same_moment_stays(google: Google) -> None:
    theirs, meanwhile = FOREIGN[2], [1, 2, 3]

    class OutrunBucket(StorageBucket):
        def _mended(self, there: Bucket) -> bool:
            if meanwhile:
                other = storage(google).get_bucket(google.project)
                other.lifecycle_rules = [*other.lifecycle_rules, theirs | {"condition": {"age": meanwhile.pop()}}]
                other.patch()
            return super()._mended(there)

    there = storage(google).create_bucket(google.project)
    ours = OutrunBucket(google.project, google.project, "us-central1", shelf_days=90)
    ours.mend()
    assert ours.faults() == []
    assert [rule["condition"]["age"] for rule in kept(there)[:3]] == [3, 2, 1]
    assert len(kept(there)) == 5


def test_a_bucket_that_never_holds_still_is_an_outage(google: Google) -> None:
    class RestlessBucket(StorageBucket):
        def _mended(self, there: Bucket) -> bool:
            other = storage(google).get_bucket(google.project)
            other.labels = {"at": secrets.token_hex(4)}
            other.patch()
            return super()._mended(there)

    storage(google).create_bucket(google.project)
    with pytest.raises(BackendDown, match="others change it"):
        RestlessBucket(google.project, google.project, "us-central1", shelf_days=90).mend()


# --- what only Google's own Pub/Sub takes -------------------------------------------------------------


class RealerPubsub(grpc.GenericRpcHandler):
    """Subscriptions as Google keeps them where the emulator does not: any field in the mask is changed, what nobody
    said expires after 31 days, and a push has attributes nobody gave it.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        kinds = {"CreateSubscription": Subscription, "UpdateSubscription": UpdateSubscriptionRequest}
        method = details.method.rpartition("/")[2]
        if method == "GetSubscription":
            return grpc.unary_unary_rpc_method_handler(self.get, _name_in)
        return grpc.unary_unary_rpc_method_handler(
            self.create if method == "CreateSubscription" else self.update, kinds[method].deserialize
        )

    def get(self, name: str, context: grpc.ServicerContext) -> bytes:
        if name not in self.kept:
            context.abort(grpc.StatusCode.NOT_FOUND, "Resource not found")
        return bytes(Subscription.serialize(self.kept[name]))

    def create(self, given: Subscription, context: grpc.ServicerContext) -> bytes:
        if "expiration_policy" not in given:
            given.expiration_policy = ExpirationPolicy(ttl=timedelta(days=31))
        if given.push_config.push_endpoint:
            given.push_config.attributes = {"x-goog-version": "v1"}
        self.kept[given.name] = given
        return self.get(given.name, context)

    def update(self, request: UpdateSubscriptionRequest, context: grpc.ServicerContext) -> bytes:
        for path in request.update_mask.paths:
            setattr(self.kept[request.subscription.name], path, getattr(request.subscription, path))
        return self.get(request.subscription.name, context)


def _name_in(message: bytes) -> str:
    """The one field of a GetSubscriptionRequest, short enough for a length of one byte."""
    return message[2 : 2 + message[1]].decode()


@pytest.fixture
def realer(monkeypatch: pytest.MonkeyPatch) -> Iterator[RealerPubsub]:
    """Stands where Google's clients and our adapter look for Google."""
    handler = RealerPubsub()
    with answering(handler) as address:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", address)
        monkeypatch.setattr(pubsub, "GOOGLE", address)
        yield handler


def a_subscription() -> PubsubSubscription:
    return PubsubSubscription("p", "lumen", "jobs", ack_s=600, push=Push(PUSH_URL, "push@example.iam", "lumen"))


def test_google_keeps_messages_for_a_month_and_may_add_what_it_likes(realer: RealerPubsub) -> None:
    ours = a_subscription()
    ours.mend()
    (made,) = realer.kept.values()
    assert made.message_retention_duration == timedelta(days=31)
    assert made.push_config.attributes
    assert ours.faults() == []


def test_an_expiring_subscription_is_corrected(realer: RealerPubsub) -> None:
    path = "projects/p/subscriptions/lumen"
    with SubscriberClient() as client:
        client.create_subscription(name=path, topic="projects/p/topics/jobs")
    ours = a_subscription()
    assert "expires after 31 days unused instead of never expires" in [str(fault) for fault in ours.faults()]
    ours.mend()
    assert ours.faults() == []
    assert not realer.kept[path].expiration_policy.ttl


def test_the_emulators_refusal_to_correct_an_expiration_is_said(lumen: Lumen, there: Pubsub) -> None:
    there.make(JOBS, "lumen-jobs", expiration_policy=ExpirationPolicy(ttl=timedelta(days=2)))
    said = lumen("init")
    assert said.code == 7
    assert "expiration_policy field is currently unsupported in the Pub/Sub Emulator" in said.err


# --- the doctor ---------------------------------------------------------------------------------------


def test_the_doctor_names_everything_that_is_missing_and_nothing_after_init(lumen: Lumen, made: set[str]) -> None:
    before = lumen("doctor", "--gcp", "--json")
    assert before.code == 1
    missing = [finding for finding in before.data if finding["what"].endswith(": missing")]
    assert {finding["what"] for finding in missing} == {f"{name}: missing" for name in made}
    assert {(finding["level"], finding["then"]) for finding in missing} == {("fail", "lumen init")}
    lumen("init")
    after = lumen("doctor", "--gcp", "--json")
    assert {f"{name}: in order" for name in made | {DATABASE}} <= {finding["what"] for finding in after.data}
    assert after.code == 0


def test_the_doctor_says_what_differs(lumen: Lumen) -> None:
    lumen("init")
    said = lumen("doctor", "--gcp", push_url=PUSH_URL)
    assert said.code == 1
    assert f"pull instead of push to {PUSH_URL}   -> lumen init" in said.out


# --- Google out of reach ------------------------------------------------------------------------------

NOWHERE = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:1", "PUBSUB_EMULATOR_HOST": "127.0.0.1:1"}


@pytest.mark.parametrize("name", ["FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"])
def test_a_google_out_of_reach_is_one_sentence_and_exit_code_seven(lumen: Lumen, name: str) -> None:
    nowhere = "http://127.0.0.1:1" if name.startswith("STORAGE") else "127.0.0.1:1"
    said = lumen("init", **{name: nowhere})
    assert said.code == 7
    assert len(said.err.splitlines()) == 1
    assert "Connection refused" in said.err


def test_a_google_out_of_reach_is_a_line_of_the_doctors(lumen: Lumen) -> None:
    said = lumen("doctor", "--gcp", "--json", **NOWHERE)
    assert said.code == 1
    failed = [finding["what"] for finding in said.data if finding["level"] == "fail"]
    for name in ("Firestore", "topic lumen-jobs", "subscription lumen-jobs-push"):
        assert [what for what in failed if what.startswith(name) and "Connection refused" in what]
