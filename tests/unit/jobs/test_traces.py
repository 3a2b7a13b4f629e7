"""Spans hang where they should: under what goes on, or under the trace that they are asked to be part of."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from jobs.errors import BackendDown, NotFound
from jobs.queue import JobQueue, wake_up
from jobs.store import DocumentStore, Query
from jobs.traced import traced
from jobs.traces import onward, span, traceparent
from tests import seen
from tests.fakes import Flaky

OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _from_now_on() -> None:
    seen.begin()


def named(name: str) -> ReadableSpan:
    return next(each for each in seen.spans() if each.name == name)


def test_a_span_hangs_under_what_goes_on_here() -> None:
    with span("outer"), span("inner"):
        pass
    assert named("inner").parent == named("outer").context


def test_a_span_of_another_trace_hangs_there_and_links_what_went_on_here() -> None:
    with span("here"), span("there", trace=OTHER):
        pass
    assert f"{named('there').context.trace_id:032x}" == OTHER.split("-")[1]
    assert f"{named('there').parent.span_id:016x}" == OTHER.split("-")[2]
    assert [link.context.span_id for link in named("there").links] == [named("here").context.span_id]


def test_a_span_of_the_trace_that_goes_on_here_hangs_under_what_goes_on() -> None:
    with span("root"):
        sent = traceparent()
        with span("between"), span("leaf", trace=sent):
            pass
    assert named("leaf").parent.span_id == named("between").context.span_id


@pytest.mark.parametrize(
    "stranger", ["", "00-1-2-01", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", OTHER + "-x"]
)
def test_what_is_no_trace_begins_one_of_its_own(stranger: str) -> None:
    with span("alone", trace=stranger):
        pass
    assert named("alone").parent is None


def test_an_error_that_comes_out_is_noted_and_comes_out() -> None:
    with pytest.raises(ValueError, match="no"), span("broken"):
        raise ValueError("no")
    assert named("broken").status.status_code is StatusCode.ERROR
    assert [event.name for event in named("broken").events] == ["exception"]


def test_outside_of_any_trace_nothing_is_handed_on() -> None:
    assert (traceparent(), onward()) == ("", {})


# --- calls of a backend ---


def test_whoever_gets_a_message_goes_on_under_its_publish(queue: JobQueue) -> None:
    traced(JobQueue, queue, "queue").publish(wake_up("j_1", OTHER))
    publish = named("queue.publish")
    delivery = queue.pull(0)
    assert delivery is not None
    assert delivery.message.attributes["traceparent"].split("-")[1:3] == [
        OTHER.split("-")[1],
        f"{publish.context.span_id:016x}",
    ]
    assert delivery.message.data == wake_up("j_1").data


def test_a_call_is_a_span_where_something_goes_on_and_a_number_everywhere(documents: Flaky) -> None:
    store = traced(DocumentStore, documents, "store")
    store.create("things", "a", {})
    assert seen.spans() == []
    with span("here"):
        store.read("things", "a")
        assert [each.key for each in store.find(Query("things", 5))] == ["a"]
    assert named("store.read").parent.span_id == named("here").context.span_id
    assert named("store.read").attributes["lumen.what"] == "things a"
    assert named("store.find").parent.span_id == named("here").context.span_id


def test_an_answer_that_is_an_error_is_no_failure_and_an_outage_is_one(documents: Flaky) -> None:
    store = traced(DocumentStore, documents, "store")
    with span("here"):
        with pytest.raises(NotFound):
            store.read("things", "none")
        documents.fail("read")
        with pytest.raises(BackendDown):
            store.read("things", "none")
    answer, outage = (each for each in seen.spans() if each.name == "store.read")
    assert (answer.attributes["lumen.outcome"], answer.status.status_code) == ("NotFound", StatusCode.UNSET)
    assert (outage.attributes["lumen.outcome"], outage.status.status_code) == ("BackendDown", StatusCode.ERROR)
    outcomes = {
        dict(labels)["outcome"] for labels in seen.numbers()["lumen.backend.call"] if dict(labels)["call"] == "read"
    }
    assert outcomes >= {"NotFound", "BackendDown"}


def test_whatever_is_no_call_of_the_port_is_the_adapters_own(documents: Flaky) -> None:
    assert traced(DocumentStore, documents, "store").calls is documents.calls
