"""Lumen, each of whose writes waits for the disk: progress and messages too, which need not in the product."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from sqlite3 import Connection

from jobs.sqlite import Database
from tests.benchmarks.peers.sides.lumen import prepare, recorded, send, work

__all__ = ["prepare", "recorded", "send", "work"]

_writing: Callable[[Database], AbstractContextManager[Connection]] = Database.writing


def _waiting(database: Database, *, lasting: bool = True) -> AbstractContextManager[Connection]:
    return _writing(database)


Database.writing = _waiting  # type: ignore[method-assign]
