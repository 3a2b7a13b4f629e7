"""Run by tests with the folder of the SDK's code: runs commands that come in as JSON, one after the other.

Starting gcloud takes longer than most of what it does. The first command that fails ends it.
"""

import json
import sys

sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/third_party"]

from googlecloudsdk import gcloud_main  # type: ignore[import-not-found]  # noqa: E402 (its folder was just named)

cli = gcloud_main.CreateCLI([])
for words in json.load(sys.stdin):
    cli.Execute(words, call_arg_complete=False)
