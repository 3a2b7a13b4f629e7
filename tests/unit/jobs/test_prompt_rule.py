"""A rule for words that the house brings along."""

import pytest

from jobs.errors import Overloaded, PromptRejected, SettingsInvalid
from jobs.prompt_rule import AGAIN_S, WHY_CHARS_MAX, PromptRule
from jobs.request import JobInput


def no_swords(prompt: str, verb: str) -> str | None:
    return "Weapons are not made here." if "sword" in f"{prompt} {verb}" else None


def words(prompt: str = "cat", verb: str = "") -> JobInput:
    return JobInput(prompt=prompt, verb=verb)


def test_without_a_rule_all_words_are_taken() -> None:
    PromptRule.named("").require(words("sword"))


def test_the_rule_is_asked_about_prompt_and_verb_and_its_sentence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = PromptRule(no_swords)
    rule.require(words("cat"))
    for refused in (words("sword"), words("cat", "swinging a sword")):
        with pytest.raises(PromptRejected, match=r"^Weapons are not made here\.$"):
            rule.require(refused)


def test_a_picture_is_not_asked_about_but_what_it_is_said_to_do_is() -> None:
    rule = PromptRule(no_swords)
    rule.require(JobInput(image="x"))
    with pytest.raises(PromptRejected):
        rule.require(JobInput(image="x", verb="swinging a sword"))


def test_a_rule_is_found_by_its_name() -> None:
    assert PromptRule.named("tests.fakes:DeafQueue").rule is not None


@pytest.mark.parametrize(
    "name, why",
    [
        ("nowhere:judge", "No module named 'nowhere'"),
        ("tests.fakes:judge", "has no attribute 'judge'"),
        ("tests.fakes:START", "is not a function"),
        ("tests.fakes", "has no attribute ''"),
        (":judge", "Empty module name"),
        (".fakes:judge", "cannot be loaded"),
    ],
)
def test_a_rule_that_is_not_there_is_said_in_a_sentence(name: str, why: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^LUMEN_PROMPT_RULE: '{name}' .*{why}"):
        PromptRule.named(name)


@pytest.mark.parametrize("answer", [False, True, 0, ["no"]])
def test_an_answer_that_is_no_sentence_lets_nothing_through(answer: object) -> None:
    with pytest.raises(Overloaded):
        PromptRule(lambda prompt, verb: answer).require(words())  # type: ignore[arg-type, return-value]


def test_a_rule_that_fails_lets_nothing_through_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken(prompt: str, verb: str) -> str | None:
        raise ConnectionError(f"no answer about {prompt} {verb}")

    with pytest.raises(Overloaded, match="cannot be asked now") as caught:
        PromptRule(broken).require(words())
    assert caught.value.retry_after_s == AGAIN_S
    assert "ConnectionError" in caplog.text


@pytest.mark.parametrize(
    "given, told", [("", "The prompt is refused."), (" no ", "no"), ("x" * 999, "x" * WHY_CHARS_MAX)]
)
def test_the_sentence_is_there_and_no_longer_than_a_sentence(given: str, told: str) -> None:
    with pytest.raises(PromptRejected) as caught:
        PromptRule(lambda prompt, verb: given).require(words())
    assert str(caught.value) == told
