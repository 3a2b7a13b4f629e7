"""Google's SDK as a reader of policies and dashboards: the client it has of the API says which fields there are."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

READER = Path(__file__).with_name("sdk_messages.py")


def unknown_fields(kind: Literal["AlertPolicy", "Dashboard"], said: Sequence[Any]) -> list[list[str]]:
    """Of each: fields and words that the API does not have, or why it cannot be read."""
    program = shutil.which("gcloud")
    assert program is not None
    sdk = Path(program).resolve().parents[1] / "lib"
    done = subprocess.run(
        [sys.executable, READER, sdk, kind],
        input=json.dumps(said),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=100,
    )
    answers: list[list[str]] = json.loads(done.stdout)
    return answers
