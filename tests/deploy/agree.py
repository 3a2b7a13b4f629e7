"""deploy/, docs/deploy.md and the code hold the same numbers and names.

A number stands in at least two places: in a file or a command of deploy/, and in the table of docs/deploy.md that says
where it comes from. Where the code has it as well, that is a third. `disagreements` compares them all.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from cli.main import COMMANDS
from cli.web import REQUEST_THREADS
from jobs.errors import SettingsInvalid
from jobs.queue import HOLD_S
from jobs.resources.pubsub import KEPT_FOR, RETRY_MAX, RETRY_MIN
from jobs.settings import Backend, Settings
from jobs.uploads import KEPT_FOR as UPLOADS_KEPT_FOR
from models.routes import ROUTES
from tests.deploy.gcloud import Command, commands_in
from web.api import ENDPOINTS

PAGE = "docs/deploy.md"
SERVICES = MappingProxyType({"lumen-worker": "worker", "lumen-pool": "pool", "lumen-web": "web"})
STARTUP_S_MAX = 240  # Cloud Run's most for a startup probe: period times tries
L4_CPU_MIN, L4_GIB_MIN = 4, 16  # Cloud Run's least for an instance with this GPU
LATE_DAYS = 7  # after LUMEN_KEEP_DAYS, files whose job sweep never came by
WORKER_PATHS = ("/health/live", "/health/ready", "/pubsub/push")

OPTIONS = "--project my-project --accept-licenses a-license,another --alerts-to ops@example.com --pool 2"

Place = tuple[str, str]  #: what it is a number of, and which
Facts = Mapping[Place, str]


@dataclass(frozen=True)
class Code:
    """What the program has of it, with the defaults of its settings."""

    work_s: float
    push_s: float
    hold_s: float
    kept_days: int
    retry_min_s: float
    retry_max_s: float
    shelf_days: int
    upload_days: int
    keep_days: int
    web_threads: int
    topic: str
    subscription: str
    dead_letter_topic: str
    dead_letter_subscription: str
    location: str

    @classmethod
    def here(cls) -> "Code":
        own = {field.name for field in fields(cls)} & set(Settings.model_fields)
        return cls(
            **{name: Settings.model_fields[name].default for name in own},
            hold_s=HOLD_S,
            kept_days=KEPT_FOR.days,
            retry_min_s=RETRY_MIN.total_seconds(),
            retry_max_s=RETRY_MAX.total_seconds(),
            upload_days=UPLOADS_KEPT_FOR.days,
            web_threads=Settings.model_fields["event_streams_max"].default + REQUEST_THREADS,
        )


# --- what is said where -----------------------------------------------------------------------------------


PLANS: dict[tuple[str, ...], str] = {}  #: what each version of the scripts prints; a hundred tests ask for the same


def plan(root: Path) -> str:
    """What `deploy/up.sh --dry-run` prints there, for an empty project, with both doors."""
    alerts = sorted(path.name for path in (root / "deploy" / "alerts").iterdir())
    version = (*((root / "deploy" / name).read_text() for name in ("up.sh", "common.sh")), *alerts)
    if version not in PLANS:
        command = ["bash", "deploy/up.sh", *OPTIONS.split(), "--dry-run"]
        PLANS[version] = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout
    return PLANS[version]


def planned(root: Path) -> Sequence[Command]:
    return _commands(plan(root))


@cache
def _commands(said: str) -> Sequence[Command]:
    return list(commands_in(re.sub(r"(?m)^#.*", "", said)))


def flags_of(root: Path, service: str) -> Mapping[str, object]:
    flags: Mapping[str, object] = yaml.safe_load((root / "deploy" / f"{SERVICES[service]}.yaml").read_text())
    return flags


def facts(root: Path) -> Facts:
    """Every number of deploy/, where it stands."""
    found = dict(_of_services(root)) | dict(_of_commands(planned(root))) | dict(_of_bucket(root))
    return {place: value for place, value in found.items() if re.search(r"\d", value)}


def _of_services(root: Path) -> Iterator[tuple[Place, str]]:
    for service in SERVICES:
        for flag, value in flags_of(root, service).items():
            if not isinstance(value, dict):
                yield (service, flag), str(value)
                continue
            for key, each in value.items():
                if key != "LUMEN_ROUTES":  # names with a number in them
                    yield (service, key if flag == "--set-env-vars" else f"{flag} {key}"), str(each)


def _of_commands(commands: Sequence[Command]) -> Iterator[tuple[Place, str]]:
    for command in commands:
        if command[1:4] == ("pubsub", "subscriptions", "create"):
            name = command[4]
        elif command[1:5] == ("scheduler", "jobs", "create", "http"):
            name = command[5]
        else:
            continue
        for flag, value in _flags(command).items():
            if re.match(r"\d", value):
                yield (name, flag), value


def _flags(command: Command) -> Mapping[str, str]:
    return {name: value for name, _, value in (word.partition("=") for word in command if word.startswith("--"))}


def _of_bucket(root: Path) -> Iterator[tuple[Place, str]]:
    for rule in json.loads((root / "deploy" / "bucket.lifecycle.json").read_text())["rule"]:
        (prefix,) = rule["condition"]["matchesPrefix"]
        for name, value in rule["condition"].items():
            if name != "matchesPrefix":
                yield ("bucket", f"{name} {prefix}"), str(value)
    for entry in json.loads((root / "deploy" / "bucket.cors.json").read_text()):
        yield ("bucket", "maxAgeSeconds"), str(entry["maxAgeSeconds"])


def table(root: Path) -> Facts:
    """The numbers of docs/deploy.md."""
    section = (root / PAGE).read_text().partition("## Numbers")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z-]+) \| `?([^`|]+?)`? \| ([^| ]*\d[^| ]*) \|", section, re.MULTILINE)
    return {(where, what): value for where, what, value in rows}


def names(root: Path) -> Mapping[str, str]:
    """The variables that deploy/common.sh sets to a word."""
    text = (root / "deploy" / "common.sh").read_text()
    return dict(re.findall(r"^([A-Z_]+)=([a-z0-9-]+)$", text, re.MULTILINE))


# --- compared ---------------------------------------------------------------------------------------------


def disagreements(root: Path, code: Code) -> list[str]:
    """A sentence for each thing that one side has otherwise than another."""
    there, wanted = facts(root), expected(root, code)
    concerned = {place: there.get(place, "nothing") for place in wanted}
    return [
        *_differing(there, table(root), f"{PAGE} has"),
        *_differing(concerned, wanted, "it should be"),
        *_bounds(there, code),
        *_names(root, code),
        *_addresses(root),
        *_environments(root),
    ]


def _differing(here: Facts, other: Facts, says: str) -> Iterator[str]:
    for place in sorted({*here, *other}):
        if here.get(place) != other.get(place):
            yield f"{' '.join(place)}: {here.get(place, 'nothing')}, {says} {other.get(place, 'nothing')}"


def expected(root: Path, code: Code) -> Facts:
    """What a number has to be because of the code, the prices or the image."""
    prices = json.loads((root / "deploy" / "prices.json").read_text())["worker"]
    port = re.search(r"^EXPOSE (\d+)$", (root / "Dockerfile").read_text(), re.MULTILINE)
    assert port
    ours: dict[Place, str] = {
        ("lumen-worker", "--concurrency"): "1",
        ("lumen-worker", "--timeout"): f"{code.push_s:g}",
        ("lumen-worker", "LUMEN_SWEEP_S"): "60",
        ("lumen-web", "--concurrency"): str(code.web_threads),
        ("lumen-jobs-push", "--ack-deadline"): f"{code.push_s:g}",
        ("lumen-jobs-pull", "--ack-deadline"): f"{code.hold_s:g}",
        ("lumen-dead-letters-ops", "--ack-deadline"): f"{code.hold_s:g}",
        ("bucket", "daysSinceCustomTime shelf/"): str(code.shelf_days),
        ("bucket", "age uploads/"): str(code.upload_days),
        ("bucket", "age jobs/"): str(code.keep_days + LATE_DAYS),
    }
    for service in ("lumen-worker", "lumen-pool"):
        ours[service, "--cpu"] = str(prices["vcpu"])
        ours[service, "--memory"] = f"{prices['gib']}Gi"
        ours[service, "--gpu-type"] = prices["gpu"]
        ours[service, "--gpu"] = "1"
    for subscription in ("lumen-jobs-push", "lumen-jobs-pull", "lumen-dead-letters-ops"):
        ours[subscription, "--message-retention-duration"] = f"{code.kept_days}d"
        ours[subscription, "--min-retry-delay"] = f"{code.retry_min_s:g}s"
        ours[subscription, "--max-retry-delay"] = f"{code.retry_max_s:g}s"
    for service in ("lumen-worker", "lumen-web"):
        for flag in ("--port", "--startup-probe httpGet.port", "--liveness-probe httpGet.port"):
            ours[service, flag] = port[1]
    return ours


def _bounds(there: Facts, code: Code) -> Iterator[str]:
    """What has to be less than something else."""

    def number(*place: str) -> float:
        return float(re.sub(r"\D", "", there.get((place[0], place[1]), "")) or "nan")

    startup = number("lumen-worker", "--startup-probe periodSeconds") * number(
        "lumen-worker", "--startup-probe failureThreshold"
    )
    checks: Mapping[str, bool] = {
        f"LUMEN_WORK_S {code.work_s:g} is not below the push": code.work_s < number("lumen-worker", "--timeout"),
        f"a worker's start may take {startup:g} s, not {STARTUP_S_MAX}": startup == STARTUP_S_MAX,
        "an L4 wants more CPU": number("lumen-worker", "--cpu") >= L4_CPU_MIN,
        "an L4 wants more memory": number("lumen-worker", "--memory") >= L4_GIB_MIN,
        **{
            f"{service} {probe}: slower than it is asked": number(service, f"{probe} timeoutSeconds")
            < number(service, f"{probe} periodSeconds")
            for service in ("lumen-worker", "lumen-web")
            for probe in ("--startup-probe", "--liveness-probe")
        },
    }
    return (sentence for sentence, holds in checks.items() if not holds)


def _names(root: Path, code: Code) -> Iterator[str]:
    ours, worker, pool = names(root), flags_of(root, "lumen-worker"), flags_of(root, "lumen-pool")
    wanted = {
        "TOPIC": code.topic,
        "PUSH_SUBSCRIPTION": code.subscription,
        "DEAD_LETTER_TOPIC": code.dead_letter_topic,
        "DEAD_LETTER_SUBSCRIPTION": code.dead_letter_subscription,
        "REGION": code.location,
        "AUDIENCE": worker["--add-custom-audiences"],
        "PULL_SUBSCRIPTION": _environment(pool)["LUMEN_SUBSCRIPTION"],
    }
    for name, value in wanted.items():
        if ours.get(name) != value:
            yield f"{name} is {ours.get(name)} in deploy/common.sh, and {value} elsewhere"
    if _environment(worker).get("LUMEN_PUSH_AUDIENCE") != worker["--add-custom-audiences"]:
        yield "the worker expects another audience than its service has"
    command, *options = str(pool["--args"]).split(",")
    if command not in COMMANDS or options != ["--pull"]:
        yield f"lumen-pool: there is no `lumen {pool['--args']}`"


def _addresses(root: Path) -> Iterator[str]:
    """What is asked there is answered by somebody."""
    for service, paths in (("lumen-worker", WORKER_PATHS), ("lumen-web", {each.path for each in ENDPOINTS})):
        for probe in ("--startup-probe", "--liveness-probe"):
            path = flags_of(root, service)[probe]["httpGet.path"]  # type: ignore[index]
            if path not in paths:
                yield f"{service} {probe}: there is no {path}"
    for flag, known in (("--push-endpoint", WORKER_PATHS), ("--uri", {each.path for each in ENDPOINTS})):
        for command in planned(root):
            if (address := _flags(command).get(flag)) and not any(
                address.endswith(f".run.app{path}") for path in known
            ):
                yield f"{flag}: nobody answers at {address}"


def _environment(flags: Mapping[str, object]) -> Mapping[str, str]:
    return flags["--set-env-vars"]  # type: ignore[return-value]


def _environments(root: Path) -> Iterator[str]:
    """Each service, with what its file and its command set, is one that starts."""
    for service, command in deployed(root).items():
        env = environment(root, service, command)
        try:
            settings = Settings.from_env(env)
        except SettingsInvalid as error:
            yield f"{service}: {error}"
            continue
        if settings.backend is not Backend.GCP or not set(settings.routes) <= set(ROUTES):
            yield f"{service}: backend {settings.backend}, routes {', '.join(settings.routes)}"
        if service == "lumen-worker" and not settings.audience:
            yield f"{service}: nobody could push"


def deployed(root: Path) -> Mapping[str, Command]:
    """The command of the plan that deploys each service."""
    return {
        service: command for command in planned(root) for service in SERVICES if {"deploy", service} <= set(command)
    }


def environment(root: Path, service: str, command: Command) -> Mapping[str, str]:
    """What a service's processes find in their environment."""
    given = _flags(command)["--set-env-vars"].removeprefix("^|^").split("|")
    return dict(_environment(flags_of(root, service))) | dict(each.split("=", 1) for each in given)
