"""What is refused and what is accepted, at both ends of every range."""

import unicodedata
from typing import Any

import pytest

from jobs.errors import InvalidRequest
from jobs.job_store import JOBS, JobStore
from jobs.request import JobInput, Priority, Quality, parse_request
from jobs.store import Query
from tests.builders import a_job, a_request
from tests.fakes import Flaky


def with_input(**fields: Any) -> dict[str, Any]:
    return {"input": {"prompt": "flying bird"} | fields}


REFUSED: dict[str, tuple[Any, str]] = {
    "an empty prompt": (with_input(prompt=""), "input.prompt"),
    "only blanks": (with_input(prompt=" \t\n "), "input.prompt"),
    "201 characters": (with_input(prompt="x" * 201), "input.prompt"),
    "201 characters of Chinese": (with_input(prompt="鳥" * 201), "input.prompt"),
    "only digits": (with_input(prompt="12345"), "input.prompt"),
    "only digits and blanks": (with_input(prompt="1 2 3"), "input.prompt"),
    "only digits of another script": (with_input(prompt="١٢٣"), "input.prompt"),
    "a prompt that is a number": (with_input(prompt=5), "input.prompt"),
    "a prompt that is a list": (with_input(prompt=["bird"]), "input.prompt"),
    "neither prompt nor image": ({"input": {}}, "input"),
    "no prompt": (with_input(prompt=None), "input"),
    "both prompt and image": (with_input(image="u_1"), "input"),
    "an empty image": ({"input": {"image": ""}}, "input.image"),
    "a NUL": (with_input(prompt="bi\x00rd"), "input.prompt"),
    "a bell": (with_input(prompt="bird\x07"), "input.prompt"),
    "an escape sequence": (with_input(prompt="\x1b[31mbird"), "input.prompt"),
    "half a surrogate pair": (with_input(prompt="bird \ud83d"), "input.prompt"),
    "a control character in the verb": (with_input(verb="fly\x00ing"), "input.verb"),
    "a verb of 41 characters": (with_input(verb="x" * 41), "input.verb"),
    "a verb that grows beyond 40 characters": (with_input(verb="\u0958" * 40), "input.verb"),
    "an unknown quality": (with_input(quality="ultra"), "input.quality"),
    "no parts": (with_input(num_parts=0), "input.num_parts"),
    "17 parts": (with_input(num_parts=17), "input.num_parts"),
    "half a part": (with_input(num_parts=1.5), "input.num_parts"),
    "a negative seed": (with_input(seed=-1), "input.seed"),
    "a seed of 2^31": (with_input(seed=2**31), "input.seed"),
    "255 points": (with_input(points=255), "input.points"),
    "65537 points": (with_input(points=65_537), "input.points"),
    "points without an end": (with_input(points=float("inf")), "input.points"),
    "an unknown field of the input": (with_input(color="red"), "input.color"),
    "an unknown field of the request": (with_input() | {"prompt": "bird"}, "prompt"),
    "a field of the job": (with_input() | {"status": "succeeded"}, "status"),
    "an unknown priority": (with_input() | {"priority": "urgent"}, "priority"),
    "11 tags": (with_input() | {"tags": [str(n) for n in range(11)]}, "tags"),
    "an empty tag": (with_input() | {"tags": [""]}, "tags.0"),
    "a tag of 65 characters": (with_input() | {"tags": ["ok", "x" * 65]}, "tags.1"),
    "a long custom id": (with_input() | {"custom_id": "x" * 129}, "custom_id"),
    "a start without a time zone": (with_input() | {"not_before": "2030-01-01T00:00:00"}, "not_before"),
    "no input": ({}, "input"),
    "an input that is text": ({"input": "bird"}, "input"),
    "a body that is text": ("bird", ""),
    "a body that is a list": ([], ""),
    "no body": (None, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_request_is_refused_by_the_name_of_its_field(name: str) -> None:
    body, field = REFUSED[name]
    with pytest.raises(InvalidRequest) as caught:
        parse_request(body)
    assert caught.value.field == field
    assert str(caught.value) == (f"{field}: {caught.value.why}" if field else caught.value.why)


def test_the_sentence_says_what_is_wrong() -> None:
    with pytest.raises(InvalidRequest, match=r"^input\.prompt: has 201 characters; the limit is 200$"):
        parse_request(with_input(prompt="x" * 201))
    with pytest.raises(InvalidRequest, match=r"^input: exactly one of prompt and image is needed$"):
        parse_request({"input": {}})


@pytest.mark.parametrize(
    "prompt",
    [
        "x",
        "x" * 200,
        "鳥" * 200,
        "🐦" * 200,
        "flying bird",
        "空を飛ぶ鳥",
        "새",
        "طائر يطير",
        "птица",
        "पक्षी",
        "čáp bílý",
        "👩‍🚀 on a 🐎",
        "Robert'); DROP TABLE jobs;--",
        "<script>alert(1)</script>",
        "{{7*7}} ${HOME} $(id) %s %n",
        "../../etc/passwd",
        "2 birds",
        "3.5",
        "-1",
        "null",
    ],
)
def test_words_in_any_script_are_data(prompt: str, store: JobStore) -> None:
    request = parse_request(with_input(prompt=prompt))
    assert request.input.prompt == unicodedata.normalize("NFC", prompt)
    assert store.create(a_job(request=request)).input == store.get("a").input == request.input


@pytest.mark.parametrize(
    "given,kept", [("cafe\u0301", "café"), ("  flying \t\n bird ", "flying bird"), ("\uac00", "가")]
)
def test_equal_words_are_equal_bytes(given: str, kept: str) -> None:
    input_ = parse_request(with_input(prompt=given)).input
    assert input_.prompt == kept
    assert input_.fingerprint() == parse_request(with_input(prompt=kept)).input.fingerprint()


@pytest.mark.parametrize(
    "fields",
    [
        {"num_parts": 1},
        {"num_parts": 16},
        {"num_parts": None},
        {"seed": 0},
        {"seed": 2**31 - 1},
        {"points": 256},
        {"points": 65_536},
        {"verb": ""},
        {"verb": "x" * 40},
        {"quality": "draft"},
        {"quality": "high"},
    ],
)
def test_what_is_at_the_limit_is_accepted(fields: dict[str, Any]) -> None:
    input_ = parse_request(with_input(**fields)).input
    assert {name: getattr(input_, name) for name in fields} == fields


def test_defaults_are_those_of_the_design() -> None:
    request = parse_request({"input": {"prompt": "flying bird"}})
    assert request.input == JobInput(
        prompt="flying bird", quality=Quality.STANDARD, num_parts=None, seed=0, points=2048
    )
    assert (request.priority, request.tags, request.not_before) == (Priority.NORMAL, (), None)


def test_an_image_needs_no_words() -> None:
    assert parse_request({"input": {"image": "u_1"}}).input.prompt is None


@pytest.mark.parametrize("word,priority", [("high", Priority.HIGH), ("Normal", Priority.NORMAL), ("low", Priority.LOW)])
def test_priority_is_a_word(word: str, priority: Priority) -> None:
    assert parse_request(with_input() | {"priority": word}).priority is priority


@pytest.mark.parametrize(
    "other", [{"prompt": "another bird"}, {"seed": 1}, {"verb": "flying"}, {"points": 256}, {"quality": "high"}]
)
def test_another_request_has_another_fingerprint(other: dict[str, Any]) -> None:
    first, second = (parse_request(body).input.fingerprint() for body in (with_input(), with_input(**other)))
    assert first != second
    assert first == parse_request(with_input()).input.fingerprint()


def test_how_it_is_handled_is_not_what_it_is() -> None:
    plain, tagged = a_request("bird"), a_request("bird", tags=["x"], priority="high")
    assert plain.input.fingerprint() == tagged.input.fingerprint()


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_is_written_on_refusal(name: str, store: JobStore, documents: Flaky) -> None:
    with pytest.raises(InvalidRequest):
        store.create(a_job(request=parse_request(REFUSED[name][0])))
    assert not documents.calls
    assert documents.count(Query(JOBS, 9)) == 0


@pytest.mark.parametrize("verb", ["\u0958" * 20, "e\u0301" * 40, "  flying   high  "])
def test_what_is_accepted_can_be_read_back(verb: str, store: JobStore) -> None:
    request = parse_request(with_input(verb=verb))
    store.create(a_job(request=request))
    assert store.get("a").input == request.input


@pytest.mark.parametrize("prompt", ["\u200b\u200d", "\u2060", "\ufe0f"])
def test_a_prompt_of_nothing_visible_is_refused(prompt: str) -> None:
    with pytest.raises(InvalidRequest, match="nothing to be seen"):
        parse_request({"input": {"prompt": prompt}})


@pytest.mark.parametrize("field", ["seed", "points", "num_parts"])
def test_true_is_no_number(field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_request({"input": {"prompt": "cat", field: True}})
    assert caught.value.field == f"input.{field}"
