"""Webhooks and their deliveries, with an inbox for what they send; a house to keep a copy of, and an empty one."""

from pathlib import Path

import pytest

from jobs.addresses import Outside
from jobs.backup import Backup
from jobs.deliveries import Deliveries
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.webhooks import Webhooks
from tests.fakes import FakeClock, Flaky
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


@pytest.fixture
def backup(documents: Flaky, clock: FakeClock) -> Backup:
    """Of the house that the other fixtures are rooms of."""
    return Backup(documents, clock)


@pytest.fixture
def elsewhere(tmp_path: Path, clock: FakeClock) -> Backup:
    """Of another house, which is empty."""
    return Backup(SqliteDocumentStore(tmp_path / "elsewhere.db", clock), clock)
