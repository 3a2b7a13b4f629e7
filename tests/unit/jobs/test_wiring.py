"""Every setting arrives where it is meant, and at no other place."""

from datetime import timedelta
from typing import Any

import pytest

from jobs.clock import Clock
from jobs.queue import HOLD_S
from jobs.settings import Backend, Settings
from jobs.wiring import Platform, resources, wire
from tests.fakes import FakeClock

PUSHED = Settings(
    backend=Backend.GCP,
    project="project",
    database="database",
    bucket="bucket",
    location="location",
    topic="wake-ups",
    subscription="workers",
    dead_letter_topic="letters",
    dead_letter_subscription="ops",
    push_url="https://worker.example/push",
    push_account="account",
    push_audience="audience",
    push_s=300,
    work_s=200,
)
PULLED = PUSHED.model_copy(update={"push_url": ""})
CLOCK = FakeClock()


def inside(thing: object) -> dict[str, Any]:
    """What a constructor was given: nothing connects, so this is all there is to see, behind what measures it."""
    adapter = vars(thing).get("_adapter", thing)
    return {name.lstrip("_"): value for name, value in vars(adapter).items()}


@pytest.fixture
def platform() -> Platform:
    return wire(PUSHED, CLOCK)


def test_wake_ups_and_dead_letters_have_a_topic_and_a_subscription_each(platform: Platform) -> None:
    paths = {"topic": "projects/project/topics/{}", "subscription": "projects/project/subscriptions/{}"}
    for queue, topic, subscription in (
        (platform.queue, "wake-ups", "workers"),
        (platform.letters.topic, "letters", "ops"),
    ):
        said = inside(queue)
        assert said["topic"] == paths["topic"].format(topic)
        assert said["subscription"] == paths["subscription"].format(subscription)


def test_documents_are_in_the_database_and_files_in_the_bucket_of_the_settings(platform: Platform) -> None:
    documents, bucket = inside(platform.store.documents), inside(platform.bucket)
    assert platform.records.documents is platform.store.documents
    assert (documents["project"], documents["database"]) == ("project", "database")
    assert (bucket["project"], bucket["name"]) == ("project", "bucket")


@pytest.mark.parametrize("settings", [PUSHED, Settings()], ids=["gcp", "local"])
def test_all_go_by_one_clock(settings: Settings) -> None:
    platform = wire(settings, CLOCK)
    clocks: list[Clock] = [platform.clock, platform.store.clock, platform.records.clock]
    adapters = [platform.store.documents, platform.queue, platform.letters.topic, platform.bucket]
    clocks += [inside(each)["clock"] for each in adapters if "clock" in inside(each)]
    assert all(clock is CLOCK for clock in clocks)
    assert len(clocks) > 3


def test_what_is_made_is_what_is_used_and_first_whatever_garbage_needs() -> None:
    assert [each.name for each in resources(PUSHED)] == [
        "Firestore database database",
        "topic letters",
        "subscription ops (pull)",
        "topic wake-ups",
        "subscription workers (push to https://worker.example/push)",
        "bucket bucket",
    ]
    database, topic, ops, wake_ups, workers, bucket = (inside(each) for each in resources(PUSHED))
    assert (inside(database["documents"])["project"], inside(database["documents"])["database"]) == (
        "project",
        "database",
    )
    assert "--location=location" in database["create"]
    assert topic["path"] == ops["topic"] == "projects/project/topics/letters"
    assert wake_ups["path"] == workers["topic"] == "projects/project/topics/wake-ups"
    assert (bucket["project"], bucket["bucket"], bucket["location"]) == ("project", "bucket", "location")


def test_a_push_comes_in_our_accounts_name_and_lives_as_long_as_the_settings_say() -> None:
    workers = inside(resources(PUSHED)[4])
    token = workers["push"].oidc_token
    assert (token.service_account_email, token.audience) == ("account", "audience")
    assert workers["ack_s"] == 300


def test_without_an_audience_of_its_own_a_token_is_made_out_to_the_address() -> None:
    workers = inside(resources(PUSHED.model_copy(update={"push_audience": ""}))[4])
    assert workers["push"].oidc_token.audience == "https://worker.example/push"


def test_what_is_pulled_is_held_as_long_as_a_puller_extends_it() -> None:
    ops, workers = inside(resources(PULLED)[2]), inside(resources(PULLED)[4])
    assert not workers["push"].push_endpoint
    assert workers["ack_s"] == ops["ack_s"] == HOLD_S
    assert inside(resources(PUSHED)[2])["ack_s"] == HOLD_S, "also where workers are pushed to"


def test_a_client_has_the_attempts_the_owner_and_the_days_of_the_settings() -> None:
    settings = Settings(owner="ada", attempts_max=3, keep_days=7)
    client = wire(settings, CLOCK).client()
    assert (client.owner, client.attempts_max, client.keep_for) == ("ada", 3, timedelta(days=7))
    assert wire(settings, CLOCK).client(owner="bob").owner == "bob"
