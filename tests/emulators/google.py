"""Google's emulators as real processes: one of each for a run of pytest, a project of its own for each test."""

import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.needs import needs
from tests.ports import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
START_S = 30.0  # they need about a second
JAVA = (
    "java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Duser.language=en -Dsun.net.http.retryPost=false".split()
)
FIRESTORE = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
PUBSUB = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"


@cache
def sdk() -> Path | None:
    """Where the Cloud SDK is: two folders above the gcloud that runs."""
    gcloud = shutil.which("gcloud")
    return Path(gcloud).resolve().parents[1] if gcloud else None


def jar(pattern: str) -> Path | None:
    return next(iter(sorted(sdk().glob(pattern))), None) if sdk() else None  # type: ignore[union-attr]  # asked before


needs_emulators = needs(
    shutil.which("java") is not None and jar(FIRESTORE) is not None and jar(PUBSUB) is not None,
    "Google's emulators are not here: gcloud components install cloud-firestore-emulator pubsub-emulator; and Java",
)


@dataclass(frozen=True, slots=True)
class Google:
    """Where a test finds its Google: the variables Google's libraries read, and a project nobody else has."""

    hosts: Mapping[str, str]
    project: str

    @property
    def env(self) -> dict[str, str]:
        """For the processes of a test: a backend of its own."""
        return {
            **self.hosts,
            "LUMEN_BACKEND": "gcp",
            "LUMEN_PROJECT": self.project,
            "LUMEN_BUCKET": f"{self.project}-results",
            "GRPC_VERBOSITY": "ERROR",
        }


def new_project() -> str:
    return f"lumen-{secrets.token_hex(6)}"


@contextmanager
def emulators() -> Iterator[Mapping[str, str]]:
    """All three, started at once; yields the variables that lead to them."""
    with ExitStack() as stack:
        ports = {name: free_port() for name in ("firestore", "pubsub", "storage")}
        for name, command in commands(ports).items():
            stack.enter_context(serving(command, ports[name]))
        for name, port in ports.items():
            until(lambda port=port: answers(port), f"the {name} emulator answers", within_s=START_S)
        yield {
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{ports['firestore']}",
            "PUBSUB_EMULATOR_HOST": f"127.0.0.1:{ports['pubsub']}",
            "STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{ports['storage']}",
        }


def commands(ports: Mapping[str, int]) -> dict[str, Sequence[str]]:
    """Java itself, not Google's launchers: those leave their Java behind when they are ended."""
    firestore = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
    return {
        "firestore": [*JAVA, "-cp", str(jar(FIRESTORE)), firestore, "start", *address(ports["firestore"])],
        "pubsub": [*JAVA, "-jar", str(jar(PUBSUB)), *address(ports["pubsub"])],
        "storage": [sys.executable, "tests/emulators/storage_server.py", str(ports["storage"])],
    }


def address(port: int) -> list[str]:
    return ["--host=127.0.0.1", f"--port={port}"]


@contextmanager
def serving(command: Sequence[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_S)


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def main() -> None:
    """All three until Ctrl-C, for who tries the gcp backend by hand: says what to put into the environment."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # both end it in order: no Java is left behind
    with emulators() as variables:
        for name, value in Google(variables, "lumen-dev").env.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.write("# Paste that into another terminal, then: lumen init\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
