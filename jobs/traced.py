"""An adapter whose calls are seen: each is measured, and a span of the trace that it is made in."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Generic, TypeVar, cast

from opentelemetry.trace import Span, SpanKind, get_current_span

from jobs.errors import BackendDown
from jobs.metrics import BACKEND_CALLS
from jobs.queue import Message
from jobs.traces import HEADER, TRACER, failed, span, traceparent

P = TypeVar("P")
NAMED_CHARS_MAX = 100  # of a document's or a file's name in a span


def traced(port: type, adapter: P, name: str) -> P:
    """The adapter, seen. `port` is its Protocol: what that promises are the calls; `name` is what people call it."""
    calls = {call for call, what in vars(port).items() if callable(what) and not call.startswith("_")}
    return cast("P", _Traced(adapter, name, calls))


class _Traced(Generic[P]):
    """Hands everything on. A call outside of any trace is measured, and no span: polling would drown the rest."""

    def __init__(self, adapter: P, name: str, calls: set[str]) -> None:
        self._adapter = adapter
        self._name = name
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        if name not in self._calls:
            return getattr(self._adapter, name)
        found = self._publish if name == "publish" else partial(self._call, name)
        setattr(self, name, found)  # found there the next time
        return found

    def _call(self, name: str, *args: Any, **options: Any) -> Any:
        begun, seen = time.monotonic(), self._span(name, args)
        try:
            answer = getattr(self._adapter, name)(*args, **options)
        except Exception as error:
            self._over(name, begun, seen, error)
            raise
        if isinstance(answer, Iterator):
            return self._read(answer, name, begun, seen)
        self._over(name, begun, seen)
        return answer

    def _publish(self, message: Message) -> str:
        """Part of the trace that the message is for; whoever gets it goes on under this span."""
        with span(f"{self._name}.publish", trace=message.attributes.get(HEADER, ""), kind=SpanKind.PRODUCER) as here:
            onward = {HEADER: traceparent(here)} if here.is_recording() else {}
            return cast("str", self._call("publish", Message(message.data, {**message.attributes, **onward})))

    def _read(self, answer: Iterator[Any], name: str, begun: float, seen: Span | None) -> Iterator[Any]:
        """A listing is over when its last row was read, or nobody wants more."""
        try:
            yield from answer
        except Exception as error:
            self._over(name, begun, seen, error)
            raise
        else:
            self._over(name, begun, seen)
            seen = None
        finally:
            if seen is not None:
                seen.end()

    def _span(self, name: str, args: tuple[Any, ...]) -> Span | None:
        if name == "publish" or not get_current_span().get_span_context().is_valid:
            return None
        what = " ".join(arg for arg in args[:2] if isinstance(arg, str))[:NAMED_CHARS_MAX]
        return TRACER.start_span(
            f"{self._name}.{name}", kind=SpanKind.CLIENT, attributes={"lumen.what": what} if what else None
        )

    def _over(self, name: str, begun: float, seen: Span | None, error: Exception | None = None) -> None:
        outcome = type(error).__name__ if error else "ok"
        BACKEND_CALLS.record(time.monotonic() - begun, port=self._name, call=name, outcome=outcome)
        if seen is None:
            return
        seen.set_attribute("lumen.outcome", outcome)
        if isinstance(error, BackendDown):  # the others are answers: not there, outrun, there already
            failed(seen, error)
        seen.end()
