"""What deploy/up.sh makes of Pub/Sub and the bucket is what `lumen doctor --gcp` asks for: by gcloud, on emulators."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

from jobs.resources.pubsub import EMULATOR_KEEPS_FOR, PubsubSubscription, PubsubTopic
from jobs.resources.storage import StorageBucket
from jobs.settings import Settings
from jobs.wiring import resources
from tests.deploy.agree import deployed, environment, planned
from tests.deploy.gcloud import ROOT, Command, sdk
from tests.emulators.google import Google

RUNNER = ROOT / "tests" / "deploy" / "sdk_runner.py"
OURS = (PubsubTopic, PubsubSubscription, StorageBucket)
NUMBER = "123456789012"


def test_nothing_of_pubsub_and_the_bucket_is_left_to_correct_after_up(google: Google) -> None:
    run(google, *_commands(google))
    env = google.env | _deployed(google, "lumen-worker") | {"LUMEN_PUSH_URL": _push_url()}
    made = [each for each in resources(Settings.from_env(env)) if isinstance(each, OURS)]
    assert len(made) == 5
    assert {each.name: [str(fault) for fault in each.faults()] for each in made} == {each.name: [] for each in made}


def run(google: Google, *commands: Command) -> None:
    """gcloud, on the emulators."""
    done = subprocess.run(
        [sys.executable, RUNNER, sdk()],
        cwd=ROOT,
        env={**os.environ, **google.env, **_led_to(google)},
        input=json.dumps([command[1:] for command in commands]),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _led_to(google: Google) -> Mapping[str, str]:
    """Where gcloud finds them; to a made-up project, as nobody."""
    pubsub, storage = google.env["PUBSUB_EMULATOR_HOST"], google.env["STORAGE_EMULATOR_HOST"]
    return {
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB": f"http://{pubsub}/",
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"{storage}/storage/v1/",
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
    }


def _commands(google: Google) -> Iterator[Command]:
    """Those of the plan that make things where emulators are: they know no permissions and keep for a week at most."""
    week = f"{EMULATOR_KEEPS_FOR.days}d"
    for command in planned(ROOT):
        if command[1] in {"pubsub", "storage"} and command[3] in {"create", "update"}:
            yield tuple(
                word.replace("my-project", google.project).replace("PROJECT_NUMBER", NUMBER).replace("=31d", f"={week}")
                for word in command
            )


def _deployed(google: Google, service: str) -> Mapping[str, str]:
    env = environment(ROOT, service, deployed(ROOT)[service])
    return {name: value.replace("my-project", google.project) for name, value in env.items()}


def _push_url() -> str:
    return f"https://lumen-worker-{NUMBER}.us-central1.run.app/pubsub/push"
