"""Run by tests/deploy/monitoring.py with the folder of the SDK's code: policies in as JSON, unknown fields out."""

import json
import sys

sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/third_party"]

from apitools.base.py import encoding  # type: ignore[import-not-found]  # noqa: E402 (its folder was just named)
from googlecloudsdk.generated_clients.apis.monitoring.v1 import (  # type: ignore[import-not-found]  # noqa: E402
    monitoring_v1_messages as dashboards,
)
from googlecloudsdk.generated_clients.apis.monitoring.v3 import (  # type: ignore[import-not-found]  # noqa: E402
    monitoring_v3_messages as alerts,
)

KINDS = {"AlertPolicy": alerts.AlertPolicy, "Dashboard": dashboards.Dashboard}


def unknown(message: object, where: str) -> list[str]:
    """Fields that the API does not have, at any depth."""
    found = [f"{where}.{name}" for name in message.all_unrecognized_fields()]  # type: ignore[attr-defined]
    for field in message.all_fields():  # type: ignore[attr-defined]
        value = getattr(message, field.name)
        for each in value if field.repeated else [value]:
            if hasattr(each, "all_unrecognized_fields"):
                found += unknown(each, f"{where}.{field.name}")
    return found


def wrong(kind: str, said: object) -> list[str]:
    try:
        return unknown(encoding.PyValueToMessage(KINDS[kind], said), kind)
    except Exception as error:  # noqa: BLE001 (whatever it raises is its answer)
        return [f"{type(error).__name__}: {error}"]


json.dump([wrong(sys.argv[2], said) for said in json.load(sys.stdin)], sys.stdout)
