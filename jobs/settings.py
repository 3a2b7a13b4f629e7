"""Every setting there is, in one frozen model: the environment in, checked numbers out."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from jobs.errors import SettingsInvalid

PREFIX = "LUMEN_"
PUSH_SECONDS_MAX = 600  # Pub/Sub: ack deadline and push timeout are one number, at most 600 s


class Backend(StrEnum):
    LOCAL = "local"
    GCP = "gcp"


def _split(value: object) -> object:
    return tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
ResourceId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$")]  # Pub/Sub's rule for names
ModelId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]  # also the name of a folder
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class CraftSettings(BaseModel):
    """How things are made. `models/craft.py` has the same names and defaults for the craft; a test compares them."""

    routes: Names = Field(default=("procedural",), min_length=1, description="Routes, the first is tried first.")

    # the machine
    weights: Path = Field(default=Path(".lumen/weights"), description="Folder of the weights (`lumen weights fetch`).")
    accept_licenses: Names = Field(
        default=(), description="Restricted licences you accept, by the names that `lumen weights list` shows."
    )
    device: Literal["auto", "cuda", "cpu"] = Field(default="auto", description="What networks run on.")
    offload: Literal["none", "model"] = Field(
        default="none", description="model: each network is on the GPU during its stage only."
    )
    load: Literal["eager", "background", "lazy"] = Field(
        default="eager",
        description="eager: all routes before the first job. background: the first route before, the others while "
        "nothing else is to do. lazy: one route at a time, when it is needed.",
    )

    # words -> picture
    image_model: ModelId = Field(default="sdxl-turbo", description="What draws the picture: an id of the weights.")
    image_revision: str = Field(
        default="", pattern=r"^([0-9a-f]{40})?$", description="The commit it has to be of; empty: whichever is there."
    )
    image_steps: int = Field(default=4, ge=1, le=100, description="Its steps; SDXL Turbo was made for 1 to 4.")
    image_guidance: float = Field(default=0.0, ge=0, le=20, description="How closely it keeps to the words.")
    image_px: int = Field(default=512, ge=64, le=1024, multiple_of=8, description="Its width and height.")
    image_prompt: str = Field(
        default="{concept}, full body, single object, centered, plain white background, no shadow, 3D render",
        max_length=300,
        description="What it is told; {concept} are the words of the job.",
    )

    # picture -> the thing alone
    remover: Literal["segmenter", "plain"] = Field(
        default="segmenter", description="How a background is removed: by the segmenter, or as one plain colour."
    )

    # picture -> parts
    partcrafter: str = Field(
        default="/opt/partcrafter", description="Folder of PartCrafter's code, which no package has."
    )
    parts_steps: int = Field(default=50, ge=1, le=200, description="Steps of PartCrafter.")
    parts_guidance: float = Field(default=7.0, ge=0, le=20, description="How closely it keeps to the picture.")
    parts_tokens: int = Field(default=1024, ge=64, le=4096, description="Tokens for each part; fewer need less memory.")
    parts_depth: int = Field(default=8, ge=4, le=9, description="Depth of its octree: 8 is a grid of 256.")

    # picture -> one mesh
    mesh_steps: int = Field(default=5, ge=1, le=100, description="Steps of Hunyuan3D-2; the turbo was made for 5.")
    mesh_guidance: float = Field(default=5.0, ge=0, le=20, description="How closely it keeps to the picture.")
    mesh_octree: int = Field(default=380, ge=16, le=512, description="Cells of its grid along each side.")
    mesh_chunk: int = Field(default=20_000, ge=1000, le=500_000, description="Points that are decoded at once.")

    # views -> labels
    segmenter: Literal["grounded-sam2", "sam3"] = Field(
        default="grounded-sam2", description="What finds parts in views."
    )
    box_score_min: float = Field(default=0.25, ge=0, le=1, description="Boxes below are dropped.")
    text_score_min: float = Field(default=0.25, ge=0, le=1, description="Words of a box below are dropped.")

    @model_validator(mode="after")
    def _the_words_have_their_place(self) -> Self:
        if self.image_prompt.count("{concept}") != 1:
            raise ValueError("LUMEN_IMAGE_PROMPT must have {concept} in it, once")
        return self


class Settings(CraftSettings):
    """One model for every process, so that a name is known everywhere or nowhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # what processes say
    logs: Literal["auto", "json", "text"] = Field(
        default="auto",
        description="Form of the log lines on stderr. auto: text in a terminal and in `lumen dev`, else JSON.",
    )

    # where state lives
    backend: Backend = Field(default=Backend.LOCAL, description="local (SQLite and a folder) or gcp.")
    data: Path = Field(default=Path(".lumen"), description="Folder of the local backend.")
    project: str = Field(default="", description="Google Cloud project; the gcp backend needs it.")
    database: str = Field(default="(default)", description="Firestore database.")
    bucket: str = Field(default="", description="Cloud Storage bucket; the gcp backend needs it.")
    location: str = Field(default="us-central1", description="Where `lumen init` makes the bucket.")
    topic: ResourceId = Field(default="lumen-jobs", description="Pub/Sub topic of the wake-ups.")
    subscription: ResourceId = Field(
        default="lumen-jobs-push", description="Its subscription, pushed or pulled: what wakes workers."
    )
    dead_letter_topic: ResourceId = Field(default="lumen-dead-letters", description="Topic of the dead letters.")
    dead_letter_subscription: ResourceId = Field(
        default="lumen-dead-letters-ops", description="What sweep and `lumen dlq drain` read dead letters from."
    )

    # who may push
    push_url: str = Field(default="", description="What `lumen init` points the subscription at; empty: workers pull.")
    push_account: str = Field(default="", description="Service account whose token a push carries.")
    push_audience: str = Field(default="", description="Audience of that token; empty: LUMEN_PUSH_URL.")
    push_keys_url: str = Field(
        default="https://www.googleapis.com/oauth2/v1/certs", description="Where the keys that sign such tokens are."
    )

    # `lumen smoke`
    smoke_token: str = Field(default="", repr=False, description="Identity token that `lumen smoke` pushes with.")

    # whoever asks over HTTP
    api_url: str = Field(default="", description="Where `jobs.http_client` finds the API.")
    api_key: str = Field(default="", repr=False, description="The key it comes with.")

    # the web's door
    public_url: str = Field(default="", description="Where clients reach the web's door; what its links begin with.")
    cors_origins: Names = Field(default=(), description="Origins whose pages may call the API; empty: none.")
    firebase_project: str = Field(default="", description="Project whose Firebase ID tokens are taken; empty: none.")
    firebase_web: str = Field(
        default="", description="The page's Firebase configuration, as JSON from the Firebase console; empty: without."
    )
    sweep_account: str = Field(
        default="", description="Service account whose token a call of /internal/sweep carries; empty: nobody may."
    )
    rate_max: int = Field(
        default=300, ge=1, le=1_000_000, description="Requests a key may make in LUMEN_RATE_S, of each scope."
    )
    rate_s: Seconds = Field(default=60, description="Seconds in which LUMEN_RATE_MAX requests may be made.")
    jobs_open_max: int = Field(
        default=1000, ge=1, le=100_000, description="Jobs of one owner that may wait or run at a time: a batch."
    )
    shed_age_s: Seconds = Field(
        default=1800, description="Age of the longest waiting job from which on no more are taken."
    )
    event_streams_max: int = Field(default=48, ge=1, le=1000, description="Event streams of one web process at a time.")
    prompt_rule: str = Field(
        default="", description="MODULE:FUNCTION that is asked about every prompt; empty: all are taken."
    )

    # jobs
    owner: str = Field(default="local", min_length=1, max_length=128, description="Whose jobs this terminal submits.")
    attempts_max: int = Field(default=5, ge=1, le=100, description="Attempts a job has before it fails.")
    keep_days: int = Field(
        default=30, ge=1, le=3650, description="Days a finished job and its files are kept, and garbage from messages."
    )

    cost_per_hour: float = Field(
        default=0, ge=0, le=100_000, description="What an hour of one GPU costs, in your currency; 0: not said."
    )

    # looking at a job
    trace_url: str = Field(
        default="",
        pattern=r"^(https?://\S*\{trace_id\}\S*)?$",
        description="What `lumen trace` makes a link of, with {trace_id} in it; empty: none.",
    )

    # the worker's times; they nest
    work_s: Seconds = Field(default=510, description="Seconds one attempt may work before it hands over.")
    push_s: Annotated[float, Field(gt=0, le=PUSH_SECONDS_MAX)] = Field(
        default=600, description="How long a push lives."
    )
    lease_s: Seconds = Field(default=45, description="Seconds after which a silent worker has lost its job.")
    beat_s: Seconds = Field(default=10, description="Seconds between beats when there is nothing to say.")
    progress_s: float = Field(
        default=1,
        ge=0,
        le=60,
        description="Seconds between two progress writes of one job, at least. 0: each step waits until it is written.",
    )
    sweep_s: Seconds = Field(default=5, description="Seconds between two sweeps of one process.")

    # the model process
    child_jobs_max: int = Field(default=500, ge=1, description="Jobs after which the model process is replaced.")
    child_memory_mb: int = Field(
        default=0, ge=0, description="Memory the model process may use; 0: 80 % of what is there for the worker."
    )
    shelf_days: int = Field(default=90, ge=1, le=3650, description="Days an output of a stage is kept unused.")
    shelf_max: int = Field(
        default=5000, ge=100, le=100_000, description="Outputs kept of each stage; the least recently used go first."
    )

    @model_validator(mode="after")
    def _times_nest(self) -> Self:
        """Work ends before the push is cut off; three beats fit into a lease."""
        if not self.work_s < self.push_s:
            raise ValueError(f"LUMEN_WORK_S {self.work_s:g} must be less than LUMEN_PUSH_S {self.push_s:g}")
        if not 3 * self.beat_s < self.lease_s:
            raise ValueError(f"LUMEN_LEASE_S {self.lease_s:g} must have room for three of LUMEN_BEAT_S {self.beat_s:g}")
        return self

    @model_validator(mode="after")
    def _google_is_named(self) -> Self:
        """Google's resources have no defaults that could be somebody else's."""
        missing = [name for name in ("project", "bucket") if not getattr(self, name)]
        if self.backend is Backend.GCP and missing:
            raise ValueError(f"LUMEN_BACKEND=gcp also needs {' and '.join(PREFIX + name.upper() for name in missing)}")
        return self

    @model_validator(mode="after")
    def _the_scheduler_has_an_address(self) -> Self:
        """Its token is made out to the web's door: without that name nobody could ever be let in."""
        if self.sweep_account and not self.public_url:
            raise ValueError("LUMEN_SWEEP_ACCOUNT also needs LUMEN_PUBLIC_URL")
        return self

    @property
    def audience(self) -> str:
        """Whom a push's token must be made out to."""
        return self.push_audience or self.push_url

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """`LUMEN_DATA=x` sets `data`. An unknown LUMEN_ name is an error, not a silence.

        Raises: SettingsInvalid, naming the variable.
        """
        ours = {name.removeprefix(PREFIX).lower(): value for name, value in env.items() if name.startswith(PREFIX)}
        try:
            return cls.model_validate(ours)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "LUMEN_ settings"
            why = (
                "is not a setting" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
            )
            raise SettingsInvalid(f"{name}: {why}") from None
