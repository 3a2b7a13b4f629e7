"""No secret gets into a line, wherever it is planted; and no text, however long or strange, breaks one."""

import json
import logging
import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jobs.logs import Form, bound
from jobs.logs.bounds import MESSAGE_CHARS_MAX, VALUE_CHARS_MAX
from jobs.logs.cloud import LINE_BYTES_MAX
from jobs.logs.scrub import PATTERNS, SCRUBBED, SECRET_NAME, may_hold_a_secret, scrubbed
from tests.log_lines import JSON, Log

TOKEN = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=24, max_size=60)
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
#: What stands before the secret, in the ways in which people and libraries write it down.
BEFORE = [
    "lk_abcdefghij234567_",
    "whsec_",
    "Authorization: Bearer ",
    "authorization: ",
    "Authorization: Basic ",
    "{'Authorization': 'Bearer ",
    '{"authorization": "Bearer ',
    '{\\"Authorization\\": \\"',
    "(b'Authorization', b'Bearer ",
    "Proxy-Authorization=",
    "bearer ",
    "Cookie: a=1; session=",
    "Set-Cookie: sid=",
    "https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=",
    "https://x/o?X-Goog-Credential=",
    "https://x/o?x-goog-security-token=",
    "url=https%3A%2F%2Fx%2Fo%3FX-Goog-Signature%3D",
    "https://x/o?GoogleAccessId=a&Signature=",
    "https://maps.googleapis.com/x?key=",
    "postgres://user:",
    "eyJhbGciOiJSUzI1NiJ9.",
    "AIza",
    "ya29.",
    "GOCSPX-",
    "1//0",
    "x-api-key: ",
    "X-Goog-Api-Key = ",
    "client_secret=",
    "access_token: ",
    "'refresh_token': '",
    "api_key=",
    "password = ",
    "passphrase: '",
    "-----BEGIN PRIVATE KEY-----\n",
]
AFTER = {"postgres://user:": "@db/x"}
SECRET_NAMES = st.sampled_from(["Authorization", "cookie", "token", "webhook_secret", "X-Goog-Signature", "password"])
WORDS = st.text(st.characters(exclude_characters="\r\n"), max_size=40)


def fail(text: str) -> None:
    raise ValueError(text)


@given(before=st.sampled_from(BEFORE), token=TOKEN, around=WORDS, cut_at=st.integers(0, 3))
def test_what_says_itself_what_it_is_gets_nowhere(before: str, token: str, around: str, cut_at: int) -> None:
    assume(token[:-3] not in around)
    if before.startswith("lk_"):
        token = "".join(BASE32[ord(each) % 32] for each in token)
    planted = f"{before}{token}{AFTER.get(before, '')}"
    log = Log()
    with bound(came=planted):
        try:
            fail(planted)
        except ValueError:
            log.logger.exception("%s%s", around, planted, extra={"nested": {"a": [{"b": planted}], planted: 1}})
        log.logger.warning(f"{around} {planted}")  # noqa: G004 (people do)
        log.logger.warning("%(body)s", {"body": {"deep": [planted.encode()]}})
    for text in log.texts():
        assert token not in text, before
        assert token[: len(token) - cut_at] not in text


@given(name=SECRET_NAMES, token=TOKEN)
def test_what_is_called_a_secret_is_not_looked_at(name: str, token: str) -> None:
    log = Log()
    log.logger.info("%s", {name: token}, extra={"headers": {name: [token]}, f"their_{name}": token})
    with bound(**{name: token}):
        log.logger.info("x")
    assert not [text for text in log.texts() if token in text]


@pytest.mark.parametrize("chars", [MESSAGE_CHARS_MAX, 4 * MESSAGE_CHARS_MAX])
@pytest.mark.parametrize("before", BEFORE)
def test_no_half_of_a_secret_is_left_where_a_text_is_cut(before: str, chars: int) -> None:
    token = "qrstuvwxyz234567abcdefghijklmnop"
    log = Log()
    for short in (0, 5, 12, 31):
        log.logger.info("%s", "")
        log.logger.info("." * (chars - len(before) - short) + before + token)  # noqa: G003
    assert not [text for text in log.texts() if token[:5] in text]


def test_a_token_of_hugging_face_is_one_and_a_function_of_theirs_is_none() -> None:
    assert scrubbed(f"hf_{'aB3' * 8} in hf_hub_download") == f"{SCRUBBED} in hf_hub_download"


def test_a_key_of_ours_is_known_by_its_id() -> None:
    assert scrubbed("key lk_abcdefghij234567_" + "a" * 32) == f"key lk_abcdefghij234567_{SCRUBBED}"


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1/jobs 200 in 3.1 ms (request q_0011223344556677aabb, ada, key bcjkwn7hdvy65mwj)",
        "j_yiie3i3xp3aqdshxqxz6hihf succeeded in 1.20 s",
        "lease token 7 is not the current one",
        "made with seed=3, num_parts=5",
        "the key of this record is jobs/j_1: it was written by somebody else",
        "projects/p/traces/0af7651916cd43dd8448eb211c80319c",
        "a basic chair, a secretary desk, an author",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_numbers_are_no_secrets() -> None:
    log = Log()
    log.logger.info("x", extra={"token": 7, "secret": None})
    assert log.line()["token"] == 7


@pytest.mark.parametrize("pattern", [*(pattern for pattern, _ in PATTERNS), SECRET_NAME], ids=str)
@given(data=st.data())
def test_whatever_a_pattern_finds_is_looked_for(pattern: "re.Pattern[str]", data: st.DataObject) -> None:
    assert may_hold_a_secret(data.draw(st.from_regex(pattern)))


@given(st.text())
def test_to_scrub_twice_changes_nothing(text: str) -> None:
    assert scrubbed(scrubbed(text)) == scrubbed(text)


# --- bounds ---------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=100),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(message=st.text(), value=VALUES, form=st.sampled_from([JSON, Form()]))
def test_whatever_is_logged_is_one_line(message: str, value: Any, form: Form) -> None:
    log = Log(form)
    log.logger.info("%s %r", message, value, extra={"value": value})
    if form.json:
        line = log.line()
        assert line["severity"] == "INFO"
    else:
        (text,) = log.texts()
        assert all(each.startswith("    ") for each in text.split("\n")[1:])
        assert len(text.splitlines()) == len(text.split("\n"))


@pytest.mark.parametrize("filler", ["x", "é", "\x00", "\U0001f9a9", "\ud800", "\x9b", '"'])
def test_a_line_has_64_kib_at_most_and_says_what_was_cut(filler: str) -> None:
    log = Log()
    long = filler * 1_000_000
    try:
        fail(long)
    except ValueError:
        log.logger.exception(long, extra={f"field_{n}": [{"a": [long] * 50}] * 50 for n in range(60)})
    (text,) = log.texts()
    assert len(text.encode()) <= LINE_BYTES_MAX
    line = json.loads(text)
    assert line["severity"] == "ERROR"
    assert line["message"].endswith(" chars]")
    assert " chars]" in line["stack_trace"]


def test_both_ends_of_a_traceback_stay() -> None:
    log = Log()

    def deeper(depth: int) -> None:
        if not depth:
            raise KeyError("the end of it")
        try:
            deeper(depth - 1)
        except KeyError as error:
            raise RuntimeError("x" * 1000) from error

    try:
        deeper(60)
    except RuntimeError:
        log.logger.exception("deep")
    stack = log.line()["stack_trace"]
    assert stack.startswith("Traceback")
    assert "KeyError: 'the end of it'" in stack
    assert stack.rstrip().endswith("x" * 10)


def test_each_value_is_cut_and_says_by_how_much() -> None:
    log = Log()
    body = b"x" * 1000
    log.logger.info("%s of %s", "y" * 10_000, body, extra={"body": body, "many": list(range(100))})
    line = log.line()
    assert line["message"] == f"{'y' * VALUE_CHARS_MAX}…[+{10_000 - VALUE_CHARS_MAX} chars] of <1000 bytes>"
    assert line["body"] == "<1000 bytes>"
    assert line["many"][-1] == "…[+80 items]"


def test_what_goes_round_in_a_ring_ends() -> None:
    ring: list[object] = []
    ring.append({"again": ring})
    log = Log()
    log.logger.info("%s", ring, extra={"ring": ring})
    assert "<1 items>" in json.dumps(log.line()["ring"])


def test_nothing_keeps_what_was_logged_alive() -> None:
    """A line may wait in the queue for long."""
    log = Log()
    try:
        fail("x")
    except ValueError:
        log.logger.exception("x", extra={"it": [1]})
    record: logging.LogRecord = log.records.get()
    assert record.exc_info is None
    assert record.args is None
