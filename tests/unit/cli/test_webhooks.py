"""`lumen webhooks`: what an owner sees of theirs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Standard

from cli.main import run
from cli.webhooks import EVENTS
from jobs.webhooks import ENDS
from tests.receiver import Receiver, a_receiver

Shell = Callable[..., Any]


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command; what it had on stdout and stderr, after a look at its exit code."""
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LUMEN_OWNER", "ada")

    def lumen(*args: str, code: int = 0) -> Any:
        assert run(["webhooks", *args]) == code
        return capsys.readouterr()

    return lumen


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


def test_the_events_to_choose_from_are_all_there_are() -> None:
    assert tuple(each.value for each in ENDS) == EVENTS  # written out: `lumen webhooks --help` imports no jobs


def test_a_webhook_is_added_listed_and_removed(lumen: Shell, receiver: Receiver) -> None:
    made = lumen("add", receiver.url, "--event", "job.failed")
    webhook_id, secret = made.out.split()
    assert secret.startswith("whsec_")
    assert f"lumen webhooks test {webhook_id}" in made.err
    heading, line = lumen("list").out.splitlines()
    assert heading.split() == ["ID", "AGE", "EVENTS", "FAILED", "URL", "LAST", "ERROR"]
    assert line.split() == [webhook_id, "0s", "failed", "0", receiver.url]
    lumen("remove", webhook_id)
    assert "No webhooks" in lumen("list").err
    lumen("remove", webhook_id, code=6)


def test_as_json_the_secret_is_in_what_add_says_and_nowhere_else(lumen: Shell, receiver: Receiver) -> None:
    made = json.loads(lumen("add", receiver.url, "--json").out)
    assert sorted(made) == ["events", "id", "secret", "url"]
    assert made["events"] == list(EVENTS)
    (line,) = lumen("list", "--json").out.splitlines()
    assert json.loads(line)["id"] == made["id"]
    assert "whsec_" not in line
    assert "whsec_" not in lumen("list").out
    assert json.loads(lumen("remove", made["id"], "--json").out) == {"removed": made["id"]}


def test_a_test_message_arrives_and_its_answer_is_said(lumen: Shell, receiver: Receiver) -> None:
    made = json.loads(lumen("add", receiver.url, "--json").out)
    assert lumen("test", made["id"]).out == f"{made['id']}  answered 204\n"
    (got,) = receiver.received
    assert Standard(made["secret"]).verify(got.body, got.headers)["type"] == "webhook.test"
    receiver.answers = [500, 500]
    assert "It answered 500." in lumen("test", made["id"], code=1).err
    said = json.loads(lumen("test", made["id"], "--json", code=1).out)
    assert said == {"id": made["id"], "status": 500, "error": "It answered 500."}
    lumen("test", "wh_nobody", code=6)


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "https://10.0.0.1/", "http://8.8.8.8/", "ftp://x/"])
def test_an_address_inwards_is_refused_in_a_sentence(lumen: Shell, url: str) -> None:
    said = lumen("add", url, code=2)
    assert said.err.startswith("lumen: url: ")
