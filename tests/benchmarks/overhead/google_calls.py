"""What a process asks of Google, seen where all roads lead: in Google's own libraries.

So two programs are counted alike, and what a library asks for by itself is counted too.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from google.auth.transport.requests import AuthorizedSession
from google.cloud.firestore_v1.services.firestore.client import FirestoreClient

READ, QUERY, COUNT, WRITE, HTTP = "read", "query", "count", "write", "http"
FIRESTORE = {
    "batch_get_documents": READ,
    "run_query": QUERY,
    "run_aggregation_query": COUNT,
    "begin_transaction": "begin",
    "commit": WRITE,
    "rollback": "rollback",
}
EQUALS = re.compile(r'string_value: "(\w+)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One request, from the question to the last row of the answer."""

    kind: str
    asked: Any  #: the request; of HTTP its method and path
    seconds: float

    @property
    def what(self) -> str:
        """What was asked for, as one says it: `read control/claims`, `query running`, `http POST`."""
        if self.kind == READ:
            collection, key = self.asked["documents"][0].split("/")[-2:]
            return f"{READ} {collection}/{'ID' if collection == 'jobs' else key}"
        if self.kind == QUERY:
            found = EQUALS.search(str(self.asked["structured_query"]))
            return f"{QUERY} {found[1] if found else ''}"
        return f"{HTTP} {self.asked.split()[0]}" if self.kind == HTTP else self.kind


@contextmanager
def watched() -> Iterator[list[Call]]:
    """Inside, every request of this process to Firestore and Cloud Storage is put into the list when it is over."""
    calls: list[Call] = []
    with ExitStack() as stack:
        for name, kind in FIRESTORE.items():
            stack.enter_context(patch.object(FirestoreClient, name, _seen(getattr(FirestoreClient, name), kind, calls)))
        stack.enter_context(patch.object(AuthorizedSession, "request", _seen_http(AuthorizedSession.request, calls)))
        yield calls


def _seen(real: Callable[..., Any], kind: str, calls: list[Call]) -> Callable[..., Any]:
    def call(client: Any, request: Any = None, **more: Any) -> Any:
        begun = time.perf_counter()
        answer = real(client, request, **more)
        if hasattr(answer, "__next__"):
            return _read(answer, Pending(kind, request, begun, calls))
        calls.append(Call(kind, request, time.perf_counter() - begun))
        return answer

    return call


@dataclass(frozen=True, slots=True)
class Pending:
    """A request whose answer is still read."""

    kind: str
    asked: Any
    begun: float
    calls: list[Call]

    def over(self) -> None:
        self.calls.append(Call(self.kind, self.asked, time.perf_counter() - self.begun))


def _read(answer: Iterator[Any], pending: Pending) -> Iterator[Any]:
    try:
        yield from answer
    finally:
        pending.over()


def _seen_http(real: Callable[..., Any], calls: list[Call]) -> Callable[..., Any]:
    def request(session: Any, method: str, url: str, *args: Any, **more: Any) -> Any:
        begun = time.perf_counter()
        try:
            return real(session, method, url, *args, **more)
        finally:
            calls.append(Call(HTTP, f"{method} {urlsplit(url).path}", time.perf_counter() - begun))

    return request
