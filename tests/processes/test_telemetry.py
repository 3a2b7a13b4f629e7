"""One job from a client's submit to its last file: one tree of spans, and every declared number has moved."""

import base64
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from jobs.metrics import METRICS
from jobs.queue import Message
from jobs.request import parse_request
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.traces import onward, span
from jobs.wiring import wire
from tests import seen
from tests.collector import collecting
from tests.hosting import pid_of
from tests.house import House
from tests.waiting import until
from tests.web.asking import ADA, OPS, PEOPLE
from web.app import create_app as create_web
from web.house import House as WebHouse
from worker.app import create_app as create_worker
from worker.main import host_of, worker_over

pytestmark = pytest.mark.processes

STAGES = ["plan", "shape", "clean", "points", "export", "preview"]


def pushed(message: Message) -> dict[str, object]:
    data = base64.b64encode(message.data).decode()
    return {"message": {"data": data, "attributes": dict(message.attributes), "messageId": "7"}, "subscription": "s"}


def test_one_job_moves_every_declared_metric_and_leaves_one_tree_of_spans(tmp_path: Path) -> None:
    seen.begin()
    platform = wire(Settings(data=tmp_path, rate_max=1))
    host = host_of(platform.settings)
    worker = worker_over(platform, host, holder="w")
    worker.warm_up()
    web = create_web(WebHouse(platform, PEOPLE)).test_client()
    door = create_worker(worker.door, worker.health).test_client()
    try:
        with span("client") as client:
            asked = {
                "headers": {"Authorization": ADA} | onward(),
                "json": {"input": {"prompt": "cat", "quality": "draft"}},
            }
            job_id = web.post("/v1/jobs", **asked).get_json()["id"]
        delivery = platform.queue.pull(1)
        assert delivery is not None
        assert door.post("/pubsub/push", json=pushed(delivery.message)).status_code == 204
        assert web.post("/v1/jobs", **asked).status_code == 429
        late = {"input": {"prompt": "dog"}, "start_by": platform.store.now() + timedelta(milliseconds=50)}
        platform.client().submit(parse_request(late))
        platform.client().submit(parse_request({"input": {"prompt": "tree"}}))  # still waits at the end
        until(lambda: platform.sweep().run().late, "sweep gives up a job that nobody started in time")
        os.kill(pid_of(host), signal.SIGKILL)
        until(lambda: host.look_after() or host.started == 2, "another child takes the place of one that died")
        moved = seen.numbers()
        text = web.get("/metrics", headers={"Authorization": OPS})
    finally:
        worker.close()
    assert platform.store.get(job_id).status is JobStatus.SUCCEEDED
    assert text.status_code == 200
    assert {name for name in moved if not sum(moved[name].values())} == {
        "lumen.breaker.state",  # closed
        "lumen.vram.peak",  # there is no GPU here; tests/unit/worker/test_gauges.py has one that is played
    }
    # D5, D7, L7, L8: each of them was told something, with exactly the labels that the table names.
    assert {metric.name for metric in METRICS} - set(moved) == set()
    for metric in METRICS:
        assert {tuple(name for name, _ in labels) for labels in moved[metric.name]} == {tuple(sorted(metric.labels))}, (
            metric.name
        )
    assert_one_tree(client, job_id)


def assert_one_tree(client: ReadableSpan, job_id: str) -> None:
    """Client, request, submit and publish; push, claim, each stage, upload and finish: D9."""
    spans = [each for each in seen.spans() if each.context.trace_id == client.context.trace_id]
    assert [each.name for each in seen.children_of(None, spans)] == ["client"]

    def under(parent: ReadableSpan, *path: str) -> ReadableSpan:
        for name in path:
            parent = next(each for each in seen.children_of(parent, spans) if each.name == name)
        return parent

    root = next(each for each in spans if each.name == "client")
    submit = under(root, "POST /v1/jobs", "submit")
    assert "store.create" in [each.name for each in seen.children_of(submit, spans)]
    serve = under(submit, "queue.publish", "serve")
    steps = [each.name for each in seen.children_of(serve, spans) if "." not in each.name]
    assert steps == ["claim", "attempt"]
    attempt = under(serve, "attempt")
    assert attempt.attributes["lumen.job"] == job_id
    assert [each.name for each in seen.children_of(attempt, spans) if "." not in each.name] == [
        *STAGES,
        "upload",
        "finish",
    ]
    for stage in STAGES:
        assert next(each.name for each in seen.children_of(under(attempt, stage), spans)) == "bucket.get", stage
    assert {each.name for each in seen.children_of(under(attempt, "upload"), spans)} == {"bucket.put"}
    assert "store.write" in [each.name for each in seen.children_of(under(attempt, "finish"), spans)]


def test_processes_send_one_trace_and_their_numbers_to_a_collector(house: House) -> None:
    with collecting() as collector:
        house.more |= {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "200",
        }
        house.puller()
        job_id = house.json("submit", "cat", "--quality", "draft")["id"]
        trace = house.becomes(job_id, JobStatus.SUCCEEDED).trace.split("-")[1]

        def finished() -> bool:
            return any(each.trace == trace and each.name == "serve" for each in collector.spans)

        until(finished, "the worker's spans arrive")
        until(lambda: "lumen.jobs.ended" in collector.metrics, "the worker's numbers arrive")
        ours = {each.id: each for each in collector.spans if each.trace == trace}
    assert {each.service for each in ours.values()} == {"lumen-cli", "lumen-worker"}
    roots = [each for each in ours.values() if each.parent not in ours]
    assert [each.name for each in roots] == ["submit"]
