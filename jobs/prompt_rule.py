"""A rule for words, brought by whoever runs the house: asked about every prompt before a job is made from it.

LUMEN_PROMPT_RULE=house_rules:judge

def judge(prompt: str, verb: str) -> str | None:
    return "Weapons are not made here." if "sword" in prompt.lower() else None
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Self

from jobs.errors import Overloaded, PromptRejected, SettingsInvalid
from jobs.request import JobInput

log = logging.getLogger(__name__)

WHY_CHARS_MAX = 500  # a sentence for people; as much as a reason for the record may have
AGAIN_S = 5.0  # when to ask a rule again that failed: it may stand on a service that is being restarted

Rule = Callable[[str, str], str | None]  #: prompt and verb in, the sentence why not out, None: it may be made


@dataclass(frozen=True, slots=True)
class PromptRule:
    """The house's rule, or none."""

    rule: Rule | None = None

    @classmethod
    def named(cls, name: str) -> Self:
        """The function `name` says, as MODULE:FUNCTION; empty: none. Raises: SettingsInvalid."""
        if not name:
            return cls()
        module, _, function = name.partition(":")
        try:
            rule = getattr(import_module(module), function)
        except Exception as error:  # a module may raise anything while it is imported
            raise SettingsInvalid(f"LUMEN_PROMPT_RULE: {name!r} cannot be loaded: {error}") from error
        if not callable(rule):
            raise SettingsInvalid(f"LUMEN_PROMPT_RULE: {name!r} is not a function")
        return cls(rule)

    def require(self, wanted: JobInput) -> None:
        """Words are asked about, pictures are not.

        A rule that fails has not said yes: what it was asked about is refused for now, not let through.

        Raises: PromptRejected, with the rule's sentence; Overloaded when the rule failed.
        """
        if self.rule is None or not (wanted.prompt or wanted.verb):
            return
        try:
            why = _sentence(self.rule(wanted.prompt or "", wanted.verb))
        except Exception as error:
            log.exception("the rule for prompts failed")
            raise Overloaded("The rule for prompts cannot be asked now.", retry_after_s=AGAIN_S) from error
        if why is not None:
            raise PromptRejected(why)


def _sentence(answer: object) -> str | None:
    """Raises: TypeError for what is neither a sentence nor None: `False` may mean anything."""
    if answer is not None and not isinstance(answer, str):
        raise TypeError(f"the rule answered {answer!r}; it has to be a sentence or None")
    return answer if answer is None else answer.strip()[:WHY_CHARS_MAX] or "The prompt is refused."
