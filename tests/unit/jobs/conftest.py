"""Webhooks and their deliveries, with an inbox for what they send."""

import pytest

from jobs.addresses import Outside
from jobs.deliveries import Deliveries
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.webhooks import Webhooks
from tests.inbox import Inbox


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def webhooks(records: Records) -> Webhooks:
    return Webhooks(records, Outside(resolve=lambda _host, _port: ["8.8.8.8"]).target)


@pytest.fixture
def deliveries(store: JobStore, webhooks: Webhooks, inbox: Inbox) -> Deliveries:
    return Deliveries(store, webhooks, inbox.post, "https://lumen.example")
