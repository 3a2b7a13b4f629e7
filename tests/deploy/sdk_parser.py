"""Run by tests/deploy/gcloud.py with the folder of the SDK's code: commands in as JSON, what is wrong with each out."""

import contextlib
import io
import json
import sys

sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/third_party"]

from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]  # noqa: E402 (its folder was just named)
from googlecloudsdk.calliope import cli  # type: ignore[import-not-found]  # noqa: E402


def wrong(parser: object, words: list[str]) -> str:
    """Empty: the SDK takes it."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parser.parse_args(cli._ApplyFlagsFile(words))  # type: ignore[attr-defined]
    except SystemExit as error:
        return f"exit code {error.code}"
    except Exception as error:  # noqa: BLE001 (whatever it raises is its answer)
        return f"{type(error).__name__}: {error}"
    return ""


parser = gcloud_main.CreateCLI([])._CLI__parser
json.dump([wrong(parser, words) for words in json.load(sys.stdin)], sys.stdout)
