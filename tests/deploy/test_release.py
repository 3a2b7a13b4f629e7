"""A release: cloudbuild.yaml is what deploy/release.sh can do, and that goes back where it does not hold.

The script runs for real; gcloud, docker, curl and lumen are played (PLAYED), and remember what they were asked.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.smoke import smoke_command
from jobs.settings import Settings
from tests.deploy.gcloud import ROOT, commands_in, needs_gcloud, refusals
from tests.needs import needs_program

STEPS = ["build", "try", "push", "candidate", "smoke", "migrate"]
DIGEST = "sha256:" + "0123456789abcdef" * 4
OPTIONS = ("--project", "my-project", "--accept-licenses", "a,b", "--tag", "t1")
SERVICES = ("lumen-web", "lumen-worker")
OLD = {name: f"{name}-00007-kiv=100" for name in SERVICES}
# Called as gcloud, docker, curl or lumen. `calls` has a line for each: the token it was given, and its words. What
# `broken` matches fails. Traffic lies in a file for each service.
PLAYED = rf"""#!/bin/bash
line="${{0##*/}} $*"
printf '%s|%s\n' "$LUMEN_SMOKE_TOKEN" "$line" >>"$PLAYED/calls"
if [ -e "$PLAYED/broken" ] && [[ $line =~ $(<"$PLAYED/broken") ]]; then echo broken >&2; exit 1; fi
case $line in
*artifacts*) echo {DIGEST} ;;
*"projects describe"*) echo 123456789012 ;;
*print-identity-token*) echo secret-token ;;
*"services describe"*) cat "$PLAYED/$4" ;;
*update-traffic*--to-revisions=*) to=${{line##*--to-revisions=}}; printf %s "${{to//,/$'\n'}}" >"$PLAYED/$4" ;;
esac
"""


@dataclass(frozen=True)
class Google:
    """A project with two services, and a copy of deploy/ to release from."""

    folder: Path

    @property
    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return [line.partition("|")[2] for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def tokens(self) -> set[str]:
        """What was in the environment of whoever had a worker proved."""
        lines = (self.folder / "calls").read_text().splitlines()
        return {line.partition("|")[0] for line in lines if " smoke " in line}

    @property
    def traffic(self) -> dict[str, str]:
        return {name: (self.folder / name).read_text() for name in SERVICES}

    def is_broken(self, pattern: str) -> None:
        (self.folder / "broken").write_text(pattern)

    def run(self, args: Sequence[str], **env: str) -> "subprocess.CompletedProcess[str]":
        theirs = {name: value for name, value in os.environ.items() if name not in {"BUILD_ID", "PROJECT_NUMBER"}}
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", *args],
            cwd=self.folder,
            env=theirs | {"PATH": path, "PLAYED": str(self.folder)} | env,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def release(self, *args: str, options: Sequence[str] = OPTIONS, code: int = 0) -> str:
        """What the script says, on both streams."""
        done = self.run(["deploy/release.sh", *options, *args])
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def index(self, pattern: str) -> int:
        """Where the one call is that this matches."""
        (found,) = [at for at, call in enumerate(self.calls) if re.search(pattern, call)]
        return found


@pytest.fixture
def google(tmp_path: Path) -> Google:
    (tmp_path / "bin").mkdir()
    for program in ("gcloud", "docker", "curl", "lumen"):
        file = tmp_path / "bin" / program
        file.write_text(PLAYED)
        file.chmod(0o755)
    (tmp_path / "deploy").mkdir()
    for path in [*(ROOT / "deploy").glob("*.sh"), *(ROOT / "deploy").glob("*.yaml")]:
        shutil.copy(path, tmp_path / "deploy")
    for name, traffic in OLD.items():
        (tmp_path / name).write_text(f"{traffic}\n{name}-00006-xyz=")
    return Google(tmp_path)


def new(google: Google) -> dict[str, str]:
    """The revisions of this release, as traffic names them."""
    (suffix,) = {word for call in google.calls for word in call.split() if word.startswith("--revision-suffix=")}
    return {name: f"{name}-{suffix.partition('=')[2]}=100" for name in SERVICES}


def moves(google: Google) -> list[str]:
    return [call for call in google.calls if "--to-revisions" in call]


# --- it goes well ------------------------------------------------------------------------------------------


def test_a_release_is_built_tried_pushed_deployed_proved_and_then_given_traffic(google: Google) -> None:
    said = google.release()
    order = [
        google.index(pattern)
        for pattern in (
            "^docker build --target=worker",
            "^docker run .*worker:t1 make",
            "^docker push .*/worker:t1",
            "^gcloud artifacts docker images describe .*/worker:t1",
            "^gcloud run services describe lumen-worker",
            "^gcloud run deploy lumen-web",
            "^gcloud run deploy lumen-worker",
            "^curl .*https://candidate---lumen-web-123456789012.us-central1.run.app/health/ready",
            "^lumen smoke https://candidate---lumen-worker-123456789012.us-central1.run.app ",
            "^gcloud run services update-traffic lumen-web .*--to-revisions",
            "^curl .*https://lumen-web-123456789012.us-central1.run.app/v1/version",
            "^gcloud run services update-traffic lumen-worker .*--to-revisions",
            "^lumen smoke https://lumen-worker-123456789012.us-central1.run.app ",
            "^gcloud run services update-traffic lumen-web .*--remove-tags=candidate",
        )
    ]
    assert order == sorted(order)
    assert google.traffic == new(google)
    assert (
        f"update-traffic lumen-worker --project=my-project --region=us-central1 --to-revisions={OLD['lumen-worker']}"
        in said
    )


def test_what_is_deployed_is_named_by_its_digest_and_gets_no_traffic(google: Google) -> None:
    google.release()
    for name, image in zip(SERVICES, ("web", "worker"), strict=True):
        call = google.calls[google.index(f"^gcloud run deploy {name}")]
        assert f"--image=us-central1-docker.pkg.dev/my-project/lumen/{image}@{DIGEST} " in call
        assert "--no-traffic --tag=candidate" in call


def test_the_candidate_has_to_make_its_job_by_the_first_route_of_its_own_settings(google: Google) -> None:
    google.release()
    call = google.calls[google.index("^lumen smoke https://candidate")]
    routes = yaml.safe_load((ROOT / "deploy" / "worker.yaml").read_text())["--set-env-vars"]["LUMEN_ROUTES"]
    assert f"--route={routes.split(',')[0]}" in call.split()
    assert f"--revision={new(google)['lumen-worker'].removesuffix('=100')}" in call.split()


def test_the_token_is_in_the_environment_and_in_no_line(google: Google) -> None:
    said = google.release()
    assert google.tokens == {"secret-token"}
    assert "secret-token" not in said + "".join(google.calls)
    assert "secret-token" not in (google.folder / "out" / "release" / "state").read_text()


def test_cloud_build_does_the_same_step_by_step(google: Google) -> None:
    """Every step of cloudbuild.yaml that calls the script, in a process of its own, as the file has it."""
    build = the_build()
    values = {"BUILD_ID": "b1", "PROJECT_ID": "my-project", "PROJECT_NUMBER": "123456789012", "COMMIT_SHA": "c1"}
    values |= {**build["substitutions"], "_TAG": "b1", "_LICENSES": "a,b"}

    def filled(text: str) -> str:
        return re.sub(r"\$(\w+)", lambda found: values[found[1]], text)

    env = dict(filled(each).split("=", 1) for each in build["options"]["env"])
    for step in build["steps"]:
        if step["args"][0] == "deploy/release.sh":
            done = google.run([filled(arg) for arg in step["args"]], **env)
            assert done.returncode == 0, done.stdout + done.stderr
    assert google.traffic == new(google)
    proofs = [call for call in google.calls if " smoke " in call]
    assert len(proofs) == 2
    assert all(
        call.startswith("docker run --rm --network=cloudbuild --env=LUMEN_SMOKE_TOKEN --env=LUMEN_BACKEND=gcp ")
        and f"/web@{DIGEST} smoke https://" in call
        for call in proofs
    )
    assert not [call for call in google.calls if "projects describe" in call], "Cloud Build knows the number"


def test_a_build_may_end_with_images_in_the_registry(google: Google) -> None:
    said = google.release("--until", "push")
    assert "No candidate: this is to end with push" in said
    assert google.calls[-1].startswith("gcloud artifacts docker images describe")


def test_a_pool_gets_the_image_when_all_else_holds(google: Google) -> None:
    google.release("--pool", "2")
    assert google.index("^gcloud .*worker-pools deploy lumen-pool .*--scaling=2") > google.index(
        "^lumen smoke https://lumen-w"
    )
    assert f"/worker@{DIGEST}" in google.calls[google.index("worker-pools deploy")]


# --- it does not hold ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        "^docker build",
        "^docker run .* doctor",
        "^docker push",
        "^gcloud run deploy lumen-web",
        "^gcloud run deploy lumen-worker",
        "^curl .*candidate.*/health/ready",
        "^curl .*candidate.*run.app/$",
        "print-identity-token",
        "^lumen smoke .*candidate",
    ],
)
def test_traffic_never_moves_to_what_was_not_proved(google: Google, broken: str) -> None:
    google.is_broken(broken)
    google.release(code=1)
    assert moves(google) == []
    if any("gcloud run deploy" in call for call in google.calls):
        removed = [call.split()[4] for call in google.calls if "--remove-tags=candidate" in call]
        assert removed == list(SERVICES), "a tag keeps an instance up"


@pytest.mark.parametrize(
    "broken",
    [
        "update-traffic lumen-web .*-20",
        "^curl .*https://lumen-web.*/health/ready",
        "update-traffic lumen-worker .*-20",
        "^lumen smoke https://lumen-worker",
    ],
)
def test_traffic_goes_back_where_it_was_when_it_does_not_hold(google: Google, broken: str) -> None:
    google.is_broken(broken)
    said = google.release(code=1)
    assert "Back: traffic goes where it was" in said
    assert google.traffic == OLD
    assert "worker-pools" not in "".join(google.calls)


def test_a_split_of_traffic_is_put_back_as_it_was(google: Google) -> None:
    (google.folder / "lumen-worker").write_text(
        "lumen-worker-a=90\nlumen-worker-b=10\nlumen-worker-c=0\nlumen-worker-d="
    )
    google.is_broken("^lumen smoke https://lumen-worker")
    google.release(code=1)
    assert google.traffic["lumen-worker"] == "lumen-worker-a=90\nlumen-worker-b=10"


def test_a_way_back_that_is_barred_is_shouted(google: Google) -> None:
    google.is_broken("^lumen smoke https://lumen-worker|lumen-worker .*00007")
    said = google.release(code=1)
    assert "NOT BACK: lumen-worker." in said
    assert google.traffic["lumen-web"] == OLD["lumen-web"], "one that can go back goes back"


def test_a_release_can_be_taken_back_by_hand(google: Google) -> None:
    google.release()
    google.release("back")
    assert google.traffic == OLD


# --- it does not begin -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken, args, options, said",
    [
        ("services describe lumen-web", (), OPTIONS, "The very first revisions are deployed by deploy/up.sh"),
        ("artifacts docker images", (), OPTIONS, "no answer, so nothing more is done"),
        ("projects describe", (), OPTIONS, "no answer, so nothing more is done"),
        (None, (), (*OPTIONS[:2], *OPTIONS[4:]), "--accept-licenses is needed"),
        (None, ("smoke",), OPTIONS, "WEB_IMAGE is not known: candidate comes first"),
        (None, ("back",), OPTIONS, "WEB_EARLIER is not known: candidate comes first"),
        (None, ("build", "fly"), OPTIONS, "'fly' is no step"),
        (None, ("--until", "fly"), OPTIONS, "'fly' is no step"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_deployed(
    google: Google, broken: str | None, args: Sequence[str], options: Sequence[str], said: str
) -> None:
    if broken:
        google.is_broken(broken)
    assert said in google.release(*args, options=options, code=1)
    assert not [call for call in google.calls if "run deploy" in call or "update-traffic" in call]


def test_a_new_build_knows_nothing_of_the_release_before(google: Google) -> None:
    google.release()
    google.release("build")
    assert "WEB_IMAGE is not known: push comes first" in google.release("candidate", code=1)


def test_a_dry_run_prints_what_a_release_does_and_asks_nobody(google: Google) -> None:
    plan = google.release("--dry-run", "--pool", "2")
    assert google.calls == []
    assert not (google.folder / "out").exists()
    google.release("--pool", "2")
    printed = [line.partition("$(")[2] or line for line in plan.splitlines()]
    planned = [what_of(line) for line in printed if line.startswith(("gcloud", "docker", "curl", "env"))]
    assert planned[: len(google.calls)] == [what_of(call) for call in google.calls]
    assert planned[len(google.calls) :] == ["gcloud run services"] * 2, "how to go back"


def what_of(line: str) -> str:
    """What a command does, without whom it does it to."""
    words = [word for word in line.split() if not word.startswith("-") and word not in {"env", "alpha", "beta"}]
    return " ".join([word for word in words if "=" not in word][: 3 if words[0] == "gcloud" else 1])


# --- the files ---------------------------------------------------------------------------------------------------


def the_build() -> dict[str, Any]:
    build: dict[str, Any] = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())
    return build


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def test_each_step_of_a_build_waits_for_all_that_it_needs() -> None:
    before: dict[str, set[str]] = {}
    for step in the_build()["steps"]:
        waits = [each for each in step["waitFor"] if each != "-"]
        assert set(waits) <= set(before), f"{step['id']} waits for what comes later"
        before[step["id"]] = {each for wait in waits for each in {wait} | before[wait]}
    for earlier, later in pairwise(STEPS):
        assert earlier in before[later]
    assert "check" in before["push"], "what its tests refuse is pushed nowhere"


def test_a_step_of_the_build_is_the_step_of_the_script() -> None:
    calls = {step["id"]: step["args"] for step in the_build()["steps"] if step["id"] != "check"}
    assert list(calls) == STEPS
    assert all(args[:2] == ["deploy/release.sh", name] for name, args in calls.items())


def test_every_substitution_is_used_and_defined() -> None:
    build = the_build()
    own = set(build.pop("substitutions"))
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(build)))
    assert {name for name in used if name.startswith("_")} == own
    assert used - own == {"PROJECT_ID", "PROJECT_NUMBER", "BUILD_ID", "COMMIT_SHA"}
    assert build["options"]["dynamicSubstitutions"], "one of them is made of another"


def test_only_a_steps_own_limit_ends_it_and_each_has_room_for_what_it_waits_for() -> None:
    build = the_build()
    limits = {step["id"]: seconds(step["timeout"]) for step in build["steps"]}
    assert sum(limits.values()) < seconds(build["timeout"])
    patience = {option.name: option.default for option in smoke_command.params}["patience_s"]
    proof = 2 * patience + Settings().push_s
    assert limits["smoke"] > proof
    assert limits["migrate"] > proof
    probe = yaml.safe_load((ROOT / "deploy" / "worker.yaml").read_text())["--startup-probe"]
    assert limits["candidate"] > 2 * probe["periodSeconds"] * probe["failureThreshold"]
    (tests,) = re.findall(r"^FIRST_TESTS_S := (\d+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert limits["check"] > int(tests)


def test_a_build_runs_as_its_own_account_with_programs_of_a_version() -> None:
    build = the_build()
    assert (
        build["serviceAccount"]
        == "projects/$PROJECT_ID/serviceAccounts/lumen-build@$PROJECT_ID.iam.gserviceaccount.com"
    )
    assert build["options"]["logging"] == "CLOUD_LOGGING_ONLY"
    assert all(re.search(r":[\d.]+[a-z-]*$", step["name"]) for step in build["steps"])
    assert len({step["name"] for step in build["steps"]}) == 2


@needs_gcloud
def test_gcloud_takes_every_command_of_a_release_and_of_its_page(google: Google) -> None:
    page = (ROOT / "docs" / "release.md").read_text(encoding="utf-8")
    commands = [*commands_in(google.release("--dry-run", "--pool", "2")), *commands_in(page)]
    assert len(commands) > 15
    assert refusals(commands) == {}


@needs_program("shellcheck", "make system")
def test_shellcheck_has_nothing_to_say() -> None:
    done = subprocess.run(
        ["shellcheck", "-x", "deploy/release.sh"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout


def test_the_page_names_the_steps_that_there_are() -> None:
    page = (ROOT / "docs" / "release.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE) == ["check", *STEPS]
    assert set(re.findall(r"`(_[A-Z]+)", page)) == set(the_build()["substitutions"])
