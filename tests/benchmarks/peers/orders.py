"""What one side is told by whoever started it, in one environment variable."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "PEERS_ORDERS"
STEPS = (20, 40, 60, 80, 100)  # per cent; each is a durable write that the job's body waits for
RESULT = {"route": "noop", "parts": 0}  # what a body returns
KEPT_S = 3600  # how long results are kept, where a system wants to know


@dataclass(frozen=True, slots=True)
class Orders:
    folder: str  #: where everything of this side lies
    redis: str = ""  #: address of the Redis server, for those who need one
    lasting: bool = True  #: Huey's SQLite: whether a commit waits for the disk; else as Huey comes
    loose: bool = False  #: Huey's SQLite: fsync=False, which is not how Huey comes
    quick: bool = False  #: recover from a dead worker after 5 s, or as soon as the system can
    work_s: float = 0.0  #: what the body takes, its writes aside
    stop_at: str = ""  #: the line of the ledger at which the worker waits to be killed

    @property
    def ledger(self) -> Path:
        return Path(self.folder) / "ledger"

    def environment(self) -> dict[str, str]:
        return {VARIABLE: json.dumps(asdict(self))}


def orders() -> Orders:
    return Orders(**json.loads(os.environ[VARIABLE]))
