"""Words -> a picture: what both model routes begin with when nobody brought one."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from models.concept import VERBS
from models.craft import Craft
from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params
from models.stages import PICTURE
from models.words.grammar import ARTICLES

# Widths that need less memory, each with about half the pixels of the one before. It ends near the 512 that SDXL Turbo
# was made for (its model card), as a model draws worst far from its own size.
RUNGS_PX = (1024, 768, 512, 384)


@dataclass(frozen=True, slots=True)
class TextToImage:
    """The prompt -> `picture.png`, RGB.

    The cost is not measured by us: Stability AI (2023-11) has SDXL Turbo take 207 ms on an A100 for 512 px in one step,
    67 ms of them the step, in half precision; with four steps that makes 0.41 s.
    """

    craft: Craft
    model: Model
    name: str = "text_to_image"
    label: str = "Drawing a picture"
    version: int = 1
    reads: tuple[str, ...] = ()
    policy: Policy = Policy(budget_s=60, ladders={"px": RUNGS_PX})
    cost_s: float = 0.41

    @property
    def models(self) -> tuple[Model, ...]:
        return (self.model,)

    def params(self, brief: Brief) -> Params:
        return {
            "prompt": prompted(self.craft.image_prompt, concept_words(brief.prompt, brief.verb)),
            "steps": self.craft.image_steps,
            "guidance": self.craft.image_guidance,
            "px": self.craft.image_px,
            "seed": brief.attempt_seed,
            "model": self.model.pinned,
        }

    def load(self) -> None:
        from models.nets.device import at_work
        from models.nets.diffusion import warm_up

        with at_work(self._pipeline(), self.craft) as pipe:
            warm_up(pipe)

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:  # noqa: ARG002 (reads nothing)
        from models.images.png import write
        from models.nets.device import at_work
        from models.nets.diffusion import Drawing, draw, pixels_of

        drawing = Drawing(
            prompt=str(params["prompt"]),
            steps=int(params["steps"] or 0),
            guidance=float(params["guidance"] or 0),
            px=int(params["px"] or 0),
            seed=int(params["seed"] or 0),
        )
        with at_work(self._pipeline(), self.craft) as pipe:
            picture = draw(pipe, drawing, lambda done, total: step(done, total, f"step {done} of {total}"))
        return {PICTURE: write(pixels_of(picture))}

    def _pipeline(self) -> Any:
        from models.nets.diffusion import load
        from models.nets.held import hold

        return hold(self.model.id, partial(load, self.model.folder, self.craft))


def prompted(frame: str, words: str) -> str:
    """The words in their frame; braces in them are theirs.

    Examples
    --------
    >>> prompted("{concept}, white background", "a {red} bird")
    'a {red} bird, white background'
    """
    return frame.replace("{concept}", words)


def concept_words(prompt: str, verb: str = "") -> str:
    """What shall be seen: the verb before the prompt, unless the prompt has it.

    Examples
    --------
    >>> concept_words("a bird", "fly"), concept_words("Flying  bird", "flying"), concept_words("bird")
    ('flying bird', 'Flying bird', 'bird')
    """
    prompt, verb = " ".join(prompt.split()), " ".join(verb.split())
    doing = VERBS.get(verb.casefold(), verb)
    if not verb or _has(prompt, verb) or _has(prompt, doing):
        return prompt
    return f"{doing} {_without_article(prompt)}"


def _has(prompt: str, verb: str) -> bool:
    """Whether the verb is among the words, as they are: a "firefly" does not fly."""
    return re.search(rf"(?<!\w){re.escape(verb.casefold())}(?!\w)", prompt.casefold()) is not None


def _without_article(prompt: str) -> str:
    """No article between a verb and its noun: a "flying bird", not a "flying a bird"."""
    first, _, rest = prompt.partition(" ")
    return rest if rest and first.casefold() in ARTICLES else prompt
