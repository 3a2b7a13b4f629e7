"""What is asked of the ports, counted as Google bills it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jobs.job_store import JOBS
from jobs.store import Document, Query
from jobs.wiring import Adapters

# Firestore bills a read for each document, a question that finds none and a count included (of up to 1 000 index
# entries); a write for each create and each change. Google says so at cloud.google.com/firestore/pricing.
WRITES, READS = ("create", "write"), ("read", "find", "count")
FREE = ("now", "link")  # the first time the store's time is asked for it is a read; a link is a name


@dataclass
class Meter:
    """Counts by what is paid for: job writes, other writes, reads, and each method of queue and bucket."""

    counts: Counter[str] = field(default_factory=Counter)

    def over(self, port: str, inner: Any) -> Any:
        """The port `inner`, with a meter before it."""
        return _Metered(port, inner, self.counts)

    def before(self, real: Adapters) -> Adapters:
        return Adapters(
            documents=self.over("documents", real.documents),
            queue=self.over("queue", real.queue),
            letters=self.over("letters", real.letters),
            bucket=self.over("bucket", real.bucket),
        )


@dataclass
class _Metered:
    _port: str
    _inner: Any
    _counts: Counter[str]

    def __getattr__(self, method: str) -> Callable[..., Any]:
        real: Callable[..., Any] = getattr(self._inner, method)

        def call(*args: Any, **more: Any) -> Any:
            made = found = None
            try:
                made = real(*args, **more)
                found = list(made) if isinstance(made, Iterator) else made
            finally:  # what is not there is paid for too
                if method not in FREE:
                    many = len(found) if isinstance(found, list) and method == "find" else 1
                    self._counts[_billed(self._port, method, args)] += max(many, 1)
            return iter(found) if isinstance(made, Iterator) else found

        return call


def _billed(port: str, method: str, args: tuple[Any, ...]) -> str:
    if port != "documents":
        return f"{port} {method}"
    if method in READS:
        return "reads"
    if method in WRITES:
        first = args[0]
        collection = first.collection if isinstance(first, Document | Query) else first
        return "job writes" if collection == JOBS else "other writes"
    return method
