"""deploy/up.sh and down.sh, run for real against a Google in a folder (played_gcloud.py)."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.agree import OPTIONS, plan
from tests.deploy.gcloud import ROOT, commands_in, needs_gcloud, refusals
from tests.needs import needs_program

PLAYED = Path(__file__).with_name("played_gcloud.py")
WEIGHTS = "storage objects my-project-lumen-weights/weights/sdxl-turbo/lumen.json"
NUMBER = "123456789012"
LOOKS = {"describe", "list"}


@dataclass(frozen=True)
class Google:
    """A project of Google's, and what was asked of it."""

    folder: Path

    @property
    def there(self) -> list[str]:
        path = self.folder / "there"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def calls(self) -> list[tuple[str, ...]]:
        path = self.folder / "calls"
        return [tuple(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def changes(self) -> list[tuple[str, ...]]:
        """The calls that were more than a look."""
        return [call for call in self.calls if not LOOKS & set(call)]

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def forget_calls(self) -> None:
        (self.folder / "calls").unlink()

    def run(
        self, script: str, *options: str, said: str = "", env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        quick = {"DEPLOY_REST_S": "0"}
        return subprocess.run(
            ["bash", f"deploy/{script}", *options],
            cwd=ROOT,
            env={**os.environ, "PATH": path, "PLAYED": str(self.folder), **quick, **(env or {})},
            input=said,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def up(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return self.run("up.sh", *OPTIONS.split(), *options)

    def down(self, *options: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        return self.run("down.sh", "--project", "my-project", *options, said=said)


def a_google(folder: Path) -> Google:
    (folder / "bin").mkdir()
    for program in ("gcloud", "npx"):
        file = folder / "bin" / program
        file.write_text(f"#!{sys.executable} -IS\n{PLAYED.read_text()}")  # a hundred starts for each run: bare ones
        file.chmod(0o755)
    return Google(folder)


@pytest.fixture
def google(tmp_path: Path) -> Google:
    """An empty project."""
    return a_google(tmp_path)


@pytest.fixture
def filled(google: Google) -> Google:
    """Empty, but for the weights that a person has put there."""
    google.put("there", WEIGHTS)
    return google


@pytest.fixture(scope="module")
def once_up(tmp_path_factory: pytest.TempPathFactory) -> Google:
    google = a_google(tmp_path_factory.mktemp("up"))
    google.put("there", WEIGHTS)
    done = google.up()
    assert done.returncode == 0, done.stderr
    return google


@pytest.fixture
def standing(once_up: Google, google: Google) -> Google:
    """A project in which everything is up, and nothing was asked since."""
    google.put("there", "\n".join(once_up.there))
    google.put("built", "")
    return google


def created(calls: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [call for call in calls if "create" in call and "identity" not in call]


def test_the_plan_is_what_is_done_in_an_empty_project(once_up: Google) -> None:
    promised = [command for command in commands_in("\n".join(_lines(plan(ROOT)))) if not LOOKS & set(command)]
    kept = [call for call in once_up.changes if call[0] == "gcloud"]
    assert kept == [tuple(_with_answers(word) for word in command) for command in promised]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def _with_answers(word: str) -> str:
    """In the plan there is nobody to ask."""
    tag = subprocess.check_output(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, text=True).strip()
    for name, answer in (
        ("_TAG=TAG", f"_TAG={tag}"),
        ("PROJECT_NUMBER", NUMBER),
        ("=CHANNEL", "=lumen=ops"),
        ("=WEB_IMAGE", "=us-central1-docker.pkg.dev/my-project/lumen/web@sha256:abc"),
        ("=WORKER_IMAGE", "=us-central1-docker.pkg.dev/my-project/lumen/worker@sha256:abc"),
    ):
        word = word.replace(name, answer)
    return word


def test_a_second_run_makes_nothing_and_changes_what_may_differ(standing: Google) -> None:
    before = standing.there
    done = standing.up()
    assert done.returncode == 0, done.stderr
    assert created(standing.calls) == []
    assert not [call for call in standing.calls if "submit" in call or call[1:3] == ("run", "deploy")]
    assert standing.there == before
    updated = {" ".join(call[1:5]) for call in standing.changes if "update" in call}
    assert {"pubsub subscriptions update lumen-jobs-push", "scheduler jobs update http"} <= updated


def test_without_weights_it_stops_before_anything_runs_and_goes_on_later(google: Google) -> None:
    done = google.up()
    assert done.returncode != 0
    assert "lumen weights mirror" in done.stdout
    assert not [each for each in google.there if each.startswith("run ")]
    google.put("there", "\n".join([*google.there, WEIGHTS]))
    google.forget_calls()
    assert google.up().returncode == 0
    assert {"run services lumen-web", "run services lumen-worker"} <= set(google.there)
    assert not [call for call in created(google.calls) if "service-accounts" in call]


def test_what_it_may_not_look_at_is_not_taken_for_missing(filled: Google) -> None:
    filled.put("broken", "topics describe lumen-jobs")
    done = filled.up()
    assert done.returncode != 0
    assert "PERMISSION_DENIED" in done.stderr
    assert not [call for call in created(filled.calls) if "lumen-jobs" in call]


def test_without_an_answer_it_goes_no_further(google: Google) -> None:
    google.put("broken", "projects describe")
    assert google.up().returncode != 0
    assert google.changes == []


def test_an_account_that_google_does_not_know_everywhere_yet_is_waited_for(filled: Google) -> None:
    filled.put("late", "3")
    assert filled.up().returncode == 0
    filled.put("late", "100")
    assert filled.up().returncode != 0  # not for ever


def test_a_dry_run_asks_nothing(google: Google) -> None:
    assert google.up("--dry-run").returncode == 0
    assert google.down("--with-data", "--dry-run").returncode == 0
    assert google.calls == []


@pytest.mark.parametrize(
    "options, why",
    [
        ("", "--project"),
        ("--project p", "--accept-licenses"),
        ("--project p --accept-licenses a", "--alerts-to"),
        ("--project", "needs a value"),
        (f"{OPTIONS} --force", "--force is no option"),
    ],
)
def test_what_is_missing_or_unknown_is_said_before_anything_is_done(google: Google, options: str, why: str) -> None:
    done = google.run("up.sh", *options.split())
    assert done.returncode != 0
    assert why in done.stderr
    assert google.calls == []


# --- and down again -----------------------------------------------------------------------------------------


def test_down_leaves_what_holds_data(standing: Google) -> None:
    done = standing.down()
    assert done.returncode == 0, done.stderr
    assert {" ".join(each.split()[:2]) for each in standing.there} == {
        "artifacts repositories",
        "firestore databases",
        "pubsub subscriptions",
        "pubsub topics",
        "storage buckets",
        "storage objects",
    }
    assert "pubsub subscriptions lumen-dead-letters-ops" in standing.there


def test_down_with_data_leaves_nothing_once_the_project_was_named(standing: Google) -> None:
    before = standing.there
    assert standing.down("--with-data", said="another\n").returncode != 0
    assert standing.there == before
    assert standing.down("--with-data", said="my-project\n").returncode == 0
    assert standing.there == [WEIGHTS]  # of the played Google: a real one has no file without its bucket
    assert standing.down("--with-data", said="my-project\n").returncode == 0


def test_after_down_it_comes_up_again(standing: Google) -> None:
    before = standing.there
    standing.down()
    assert standing.up().returncode == 0
    assert standing.there == before


@needs_gcloud
def test_the_sdk_takes_every_command_that_takes_things_away(google: Google) -> None:
    commands = list(commands_in(google.down("--with-data", "--dry-run").stdout))
    assert len(commands) > 20
    assert refusals(commands) == {}


@needs_program("shellcheck", "make system")
def test_the_scripts_have_no_traps_of_the_shell() -> None:
    scripts = sorted(path.relative_to(ROOT) for path in (ROOT / "deploy").glob("*.sh"))
    done = subprocess.run(["shellcheck", "-x", *scripts], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
