"""What a client may ask for. Every number has both bounds, every unknown field is refused."""

import hashlib
import unicodedata
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from jobs.errors import InvalidRequest

PROMPT_CHARS_MAX = 200  # a concept, not an essay: SDXL's text encoders read 77 tokens
VERB_CHARS_MAX = 40
PARTS_MAX = 16  # PartCrafter's own limit: more than 16 overflow its part embedding
SEED_MAX = 2**31 - 1  # what every generator behind a route accepts
POINTS_MIN, POINTS_MAX = 256, 65_536  # below, a part may go without a point; above, files outgrow their use
POINTS_DEFAULT = 2_048
TAGS_MAX, TAG_CHARS_MAX = 10, 64
ID_CHARS_MAX = 128


class Frozen(BaseModel):
    """A value: compared by content, changed only by making another."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=False)


class Quality(StrEnum):
    DRAFT = "draft"
    STANDARD = "standard"
    HIGH = "high"


class Priority(IntEnum):
    """Who goes first. Stored as a number because the index sorts by it; people write the word."""

    HIGH = 0
    NORMAL = 1
    LOW = 2


def _words(text: str) -> str:
    """One line of visible text in one Unicode form, so that equal words are equal bytes."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in line):
        raise ValueError("control characters are not words")
    return line


def _says_something(prompt: str) -> str:
    if not prompt:
        raise ValueError("is empty")
    if len(prompt) > PROMPT_CHARS_MAX:
        raise ValueError(f"has {len(prompt)} characters; the limit is {PROMPT_CHARS_MAX}")
    if not any(unicodedata.category(char)[0] in "LNPS" for char in prompt):
        raise ValueError("has nothing to be seen")
    if prompt.replace(" ", "").isdigit():
        raise ValueError("has only digits; name a thing")
    return prompt


def _by_word(value: Any) -> Any:
    return Priority.__members__.get(value.upper(), value) if isinstance(value, str) else value


# What a schema can say of it; the rest is said in words when it is refused.
_PROMPT_SCHEMA = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": PROMPT_CHARS_MAX})
_PRIORITY_SCHEMA = WithJsonSchema({"enum": [*(each.name.lower() for each in Priority), *Priority]}, mode="validation")

Prompt = Annotated[str, AfterValidator(_words), AfterValidator(_says_something), _PROMPT_SCHEMA]
Verb = Annotated[str, AfterValidator(_words), Field(max_length=VERB_CHARS_MAX)]  # after NFC, which may lengthen
Tag = Annotated[str, AfterValidator(_words), Field(min_length=1, max_length=TAG_CHARS_MAX)]
PriorityWord = Annotated[Priority, BeforeValidator(_by_word), _PRIORITY_SCHEMA]


class JobInput(Frozen):
    """What shall be made: a concept in words, or an image. Equal inputs give equal objects."""

    prompt: Prompt | None = Field(default=None, description="The concept in words, 1 to 200 characters, any script.")
    image: str | None = Field(default=None, min_length=1, max_length=ID_CHARS_MAX, description="The id of an upload.")
    verb: Verb = Field(default="", description="What it is doing, 0 to 40 characters: flying, sitting.")
    quality: Quality = Quality.STANDARD
    num_parts: int | None = Field(
        default=None, strict=True, ge=1, le=PARTS_MAX, description="None: as many as the template has."
    )
    seed: int = Field(default=0, strict=True, ge=0, le=SEED_MAX)
    points: int = Field(default=POINTS_DEFAULT, strict=True, ge=POINTS_MIN, le=POINTS_MAX)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.prompt is None) == (self.image is None):
            raise ValueError("exactly one of prompt and image is needed")
        return self

    @property
    def words(self) -> str:
        """What to call it in a line."""
        return self.prompt or f"image {self.image}"

    def fingerprint(self) -> str:
        """sha256 over the canonical form: equal requests have equal fingerprints."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class JobRequest(Frozen):
    """An input, and how the client wants it handled."""

    input: JobInput
    priority: PriorityWord = Priority.NORMAL
    tags: tuple[Tag, ...] = Field(default=(), max_length=TAGS_MAX)
    batch_id: str | None = Field(default=None, max_length=ID_CHARS_MAX)
    custom_id: str | None = Field(default=None, max_length=ID_CHARS_MAX)
    not_before: AwareDatetime | None = Field(default=None, description="Earliest start; None: at once.")
    start_by: AwareDatetime | None = Field(default=None, description="Give up if not started by then; None: never.")

    @model_validator(mode="after")
    def _it_can_start(self) -> Self:
        if self.start_by and self.not_before and self.start_by <= self.not_before:
            raise ValueError("start_by is not after not_before")
        return self


def parse_request(body: Any) -> JobRequest:
    """The request in `body` (a mapping, as from JSON). Unknown fields are refused at every level.

    Raises: InvalidRequest, naming the first field that is wrong and why.
    """
    try:
        return JobRequest.model_validate(body, extra="forbid")
    except ValidationError as error:
        raise refusal(error) from None


def refusal(error: ValidationError) -> InvalidRequest:
    """The first complaint of pydantic, as one of ours."""
    first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ")
    return InvalidRequest(field, why[:1].lower() + why[1:])
