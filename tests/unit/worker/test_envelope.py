"""What may be in a push body: a wake-up, or one of the many things that are none."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.errors import BadMessage
from jobs.queue import Message, wake_up
from worker.envelope import Hint, open_envelope, read_hint

TEXT = st.text(st.characters(codec="utf-8"))


def pushed(message: Message, message_id: str = "7") -> bytes:
    """As Pub/Sub wraps it."""
    data = base64.b64encode(message.data).decode()
    inner = {"data": data, "attributes": dict(message.attributes), "messageId": message_id, "publishTime": "2026"}
    return json.dumps({"message": inner, "subscription": "projects/p/subscriptions/s"}).encode()


def test_a_wake_up_comes_out_as_it_went_in() -> None:
    message, message_id = open_envelope(pushed(wake_up("j_1", "00-trace")), {})
    assert message_id == "7"
    assert read_hint(message) == Hint("j_1", "00-trace")


@given(st.binary(max_size=200), st.dictionaries(TEXT, TEXT))
def test_an_envelope_never_changes_what_is_in_it(data: bytes, attributes: dict[str, str]) -> None:
    assert open_envelope(pushed(Message(data, attributes)), {}) == (Message(data, attributes), "7")


def test_the_id_may_be_spelt_as_in_python_or_be_missing() -> None:
    assert open_envelope(b'{"message": {"message_id": "8", "data": ""}}', {})[1] == "8"
    assert open_envelope(b'{"message": {"data": ""}}', {})[1] == ""


def test_pubsubs_own_trace_is_taken_where_ours_is_missing() -> None:
    data = b'{"job_id": "a"}'
    assert read_hint(Message(data, {"googclient_traceparent": "g"})).trace == "g"
    assert read_hint(Message(data, {"googclient_traceparent": "g", "traceparent": "t"})).trace == "t"
    assert read_hint(Message(data)).trace == ""


def test_fields_and_attributes_that_we_do_not_know_are_not_our_business() -> None:
    assert read_hint(Message(b'{"job_id": "a", "more": [1]}', {"x": "y"})).job_id == "a"


BROKEN = [
    b'{"message": {"data": 7}}',
    b'{"message": {"data": "!!!"}}',
    b'{"message": {"data": "YQ"}}',
    '{"message": {"data": "ü"}}'.encode(),
    b'{"message": {"data": "", "attributes": {"a": 7}}}',
    b'{"message": {"data": "", "attributes": []}}',
    b'{"message": {"data": "", "messageId": 7}}',
    b'{"message": {"data": null}, "job_id": "a"}',
]


@pytest.mark.parametrize("body", BROKEN, ids=repr)
def test_an_envelope_that_is_broken_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(BadMessage) as caught:
        open_envelope(body, {"x-goog-pubsub-message-id": "8"})
    assert 0 < len(str(caught.value)) < 500


BARE = [
    b"",
    b"not json",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"{}",
    b'{"job_id": "a"}',
    b'{"message": null}',
    b'{"message": "text", "job_id": "a"}',
    b'{"message": []}',
    b'[{"message": {"data": ""}}]',
    b'{"message": {"data": "YQ=="',
    b'{"message": {"data": "\xff"}}',
    b'{"message": {"data": "\\ud800"}}',
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"[" * 100_000,
    b"\0" * 1_000,
]


@pytest.mark.parametrize("body", BARE, ids=lambda body: repr(body[:40]))
def test_a_body_that_is_no_envelope_is_itself_the_message(body: bytes) -> None:
    headers = {"x-goog-pubsub-message-id": "8", "x-goog-pubsub-subscription-name": "s", "traceparent": "00-trace"}
    assert open_envelope(body, headers) == (Message(body, {"traceparent": "00-trace"}), "8")
    assert open_envelope(body, {}) == (Message(body), "")


def test_a_bare_wake_up_names_its_job_and_its_trace() -> None:
    message, _ = open_envelope(wake_up("j_1").data, {"googclient_traceparent": "g"})
    assert read_hint(message) == Hint("j_1", "g")
    message, _ = open_envelope(wake_up("j_1").data, {"googclient_traceparent": "g", "traceparent": "t"})
    assert read_hint(message) == Hint("j_1", "t")


def test_the_headers_of_an_envelope_say_nothing_about_what_is_in_it() -> None:
    """Whoever carries a request may put a trace of its own on it."""
    headers = {"x-goog-pubsub-message-id": "8", "traceparent": "of the carrier", "job_id": "b"}
    message, message_id = open_envelope(pushed(wake_up("a", "ours")), headers)
    assert (read_hint(message), message_id) == (Hint("a", "ours"), "7")
    assert read_hint(open_envelope(pushed(wake_up("a")), headers)[0]) == Hint("a", "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"j_1",
        b"null",
        b"[]",
        b"{}",
        b'{"job_id": null}',
        b'{"job_id": 7}',
        b'{"job_id": ""}',
        b'{"job_id": "../../etc"}',
        b'{"job_id": "a b"}',
        b'{"job_id": "a\\n"}',
        b'{"job_id": "' + b"a" * 65 + b'"}',
        '{"job_id": "ä"}'.encode(),
        b'{"job_id": {"job_id": "a"}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=lambda data: repr(data[:40]),
)
def test_a_message_without_a_job_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadMessage) as caught:
        read_hint(Message(data))
    assert 0 < len(str(caught.value)) < 500


def test_a_message_that_names_two_jobs_is_refused_and_says_which() -> None:
    with pytest.raises(BadMessage, match="data names job a, attributes name 'b'"):
        read_hint(Message(b'{"job_id": "a"}', {"job_id": "b"}))
    with pytest.raises(BadMessage) as caught:
        read_hint(Message(b'{"job_id": "a"}', {"job_id": "b" * 100_000}))
    assert len(str(caught.value)) < 500


@given(st.binary(max_size=300))
def test_no_bytes_are_a_traceback(noise: bytes) -> None:
    try:
        message, _ = open_envelope(noise, {})
        read_hint(message)
    except BadMessage:
        return
