"""deploy/ is held to the code and to its own page: as it is, it agrees; with any one number changed, it does not."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import NamedTuple

import pytest

from jobs.settings import Settings
from tests.deploy.agree import Code, deployed, disagreements, environment, facts, flags_of, plan, planned, table
from tests.deploy.gcloud import ROOT, commands_in, needs_gcloud, refusals
from web.firebase import firebase_of, require_one_project
from worker.caller import caller_check

WITH_NUMBERS = ("worker.yaml", "pool.yaml", "web.yaml", "bucket.lifecycle.json", "bucket.cors.json", "up.sh")
#: Of up.sh: what is no number of a deployment, but of the shell (`$1`, `${@:3}`, `[0]`), a version or a name.
NO_NUMBER = re.compile(r"return 0|\$\{?[#@]?\d|@:\d|\[0\]|-(?:eq|gt) 0|\" = 0|15\.34\.2|--short=12")


class Number(NamedTuple):
    """One number in a file: where it begins and ends."""

    file: str
    start: int
    end: int


def numbers(file: str) -> Iterator[Number]:
    text = (ROOT / file).read_text()
    if file.endswith(".md"):
        start = text.index("## Numbers")
        rows = re.finditer(r"^\| [a-z-]+ \| `?[^`|]+?`? \| [^|\d]*(\d+)", text[start:], re.MULTILINE)
        yield from (Number(file, start + row.start(1), start + row.end(1)) for row in rows)
        return
    for line in re.finditer(r"^(?! *#)[^\n]*?(?=$|\s#)", text, re.MULTILINE):
        said = re.sub(NO_NUMBER, lambda found: "·" * len(found[0]), line[0])
        for found in re.finditer(r"\d+", said):
            yield Number(file, line.start() + found.start(), line.start() + found.end())


NUMBERS = [each for file in (*(f"deploy/{name}" for name in WITH_NUMBERS), "docs/deploy.md") for each in numbers(file)]


def named(number: Number) -> str:
    """The line that it stands in, for who reads of a failure."""
    text = (ROOT / number.file).read_text()
    line = text[text.rfind("\n", 0, number.start) + 1 :].partition("\n")[0]
    return f"{number.file}: {' '.join(line.split())[:60]}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    for file in ("docs/deploy.md", "Dockerfile"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def test_files_script_page_and_code_agree() -> None:
    assert disagreements(ROOT, Code.here()) == []


def test_there_is_something_to_agree_on() -> None:
    assert len(facts(ROOT)) == len(table(ROOT)) > 50
    assert len(NUMBERS) > 100


@pytest.mark.parametrize("number", NUMBERS, ids=named)
def test_a_number_changed_on_one_side_alone_is_seen(copy: Path, number: Number) -> None:
    text = (copy / number.file).read_text()
    changed = str(int(text[number.start : number.end]) + 1)
    (copy / number.file).write_text(text[: number.start] + changed + text[number.end :])
    assert disagreements(copy, Code.here()) != []


@pytest.mark.parametrize("field", [field.name for field in fields(Code)])
def test_what_the_code_changes_alone_is_seen(field: str) -> None:
    here = Code.here()
    value = getattr(here, field)
    if field == "work_s":
        changed: object = here.push_s  # it has to be less, and nothing else
    else:
        changed = f"{value}-x" if isinstance(value, str) else value + 1
    assert disagreements(ROOT, replace(here, **{field: changed})) != []


@pytest.mark.parametrize("name", ["TOPIC", "PUSH_SUBSCRIPTION", "PULL_SUBSCRIPTION", "DEAD_LETTER_TOPIC", "AUDIENCE"])
def test_a_name_changed_in_the_script_alone_is_seen(copy: Path, name: str) -> None:
    file = copy / "deploy" / "common.sh"
    file.write_text(re.sub(rf"(?m)^({name}=.*)$", r"\1-x", file.read_text()))
    assert disagreements(copy, Code.here()) != []


@pytest.mark.parametrize("broken", ["LUMEN_BACKEND: gcp", "/health/live", "LUMEN_PUSH_AUDIENCE", "hunyuan3d"])
def test_a_name_changed_in_a_file_alone_is_seen(copy: Path, broken: str) -> None:
    file = copy / "deploy" / "worker.yaml"
    file.write_text(file.read_text().replace(broken, f"{broken}x", 1))
    assert disagreements(copy, Code.here()) != []


# --- each command is one that the SDK takes -----------------------------------------------------------------


@needs_gcloud
def test_the_sdk_takes_every_command_of_the_plan() -> None:
    assert refusals(planned(ROOT)) == {}


@needs_gcloud
def test_the_sdk_takes_every_command_that_a_page_shows() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    shown = [
        tuple(word.replace("$LUMEN_PUBLIC_URL", "https://lumen.example") for word in command)
        for page in pages
        for command in commands_in(page.read_text())
    ]
    assert shown
    assert refusals(shown) == {}


@needs_gcloud
def test_the_sdk_refuses_what_it_does_not_know() -> None:
    """Of the two tests above: they would see a flag, a value and a file that are not there."""
    line = "gcloud run deploy lumen-worker --image=x --region=us-central1"
    (good,) = commands_in(line)
    wrong = [
        next(commands_in(f"{line} {more}"))
        for more in (
            "--gpus=1",
            "--concurrency=none",
            "--flags-file=deploy/nothing.yaml",
            "--startup-probe=path=/health",
        )
    ]
    assert set(refusals([good, *wrong])) == set(wrong)


# --- in which order, and what each service finds ------------------------------------------------------------


def test_the_plan_makes_everything_before_somebody_needs_it() -> None:
    """What a command names, and the one that makes it before."""
    lines = plan(ROOT).splitlines()

    def place(words: str) -> int:
        found = [n for n, line in enumerate(lines) if words in line]
        assert found, words
        return found[0]

    order = [
        "gcloud services enable",
        "iam service-accounts create lumen-worker",
        "projects add-iam-policy-binding my-project --member=serviceAccount:lumen-worker@",
        "firestore databases create",
        "firebase-tools",
        "storage buckets create gs://my-project-lumen ",
        "pubsub topics create lumen-dead-letters",
        "pubsub subscriptions create lumen-dead-letters-ops",
        "pubsub topics create lumen-jobs",
        "artifacts repositories create",
        "gcloud builds submit",
        "run deploy lumen-web",
        "run deploy lumen-worker",
        "--role=roles/run.invoker",
        "pubsub subscriptions create lumen-jobs-push",
        "scheduler jobs create http lumen-sweep",
        "monitoring channels create",
        "monitoring policies create",
        "monitoring dashboards create",
    ]
    assert sorted(order, key=place) == order


def test_every_account_is_made_before_it_is_named_and_no_key_is_made() -> None:
    said = plan(ROOT)
    made: set[str] = set()
    for command in planned(ROOT):
        words = " ".join(command)
        used = set(re.findall(r"(lumen-[a-z]+)@my-project\.iam", words))
        assert used <= made, words
        if "service-accounts create" in words:
            made.add(command[4])
    assert made == {"lumen-worker", "lumen-web", "lumen-push", "lumen-sweep", "lumen-build"}
    assert "keys create" not in said
    assert "roles/owner" not in said
    assert "roles/editor" not in said


def test_every_service_finds_settings_that_it_starts_with() -> None:
    """With the very checks that its process begins with."""
    env = {service: environment(ROOT, service, command) for service, command in deployed(ROOT).items()}
    assert set(env) == {"lumen-worker", "lumen-web", "lumen-pool"}
    caller_check(Settings.from_env(env["lumen-worker"]), {})
    settings = Settings.from_env(env["lumen-web"])
    require_one_project(firebase_of(settings, env["lumen-web"]), settings)
    assert (settings.sweep_account, settings.public_url) == (
        "lumen-sweep@my-project.iam.gserviceaccount.com",
        "https://lumen-web-PROJECT_NUMBER.us-central1.run.app",
    )


def test_the_worker_and_the_pool_differ_in_their_door_alone() -> None:
    worker, pool = (dict(flags_of(ROOT, service)["--set-env-vars"]) for service in ("lumen-worker", "lumen-pool"))  # type: ignore[call-overload]
    assert worker.pop("LUMEN_PUSH_AUDIENCE")
    assert pool.pop("LUMEN_SUBSCRIPTION")
    assert worker == pool
