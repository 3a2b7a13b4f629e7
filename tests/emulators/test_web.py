"""The API over Google's backend: every kind of question it asks, and files that are redirected to where they lie."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from jobs.addresses import Reply
from jobs.bucket import files_of
from jobs.deliveries import Deliveries
from jobs.settings import Settings
from jobs.webhooks import ENDS, Webhooks
from jobs.wiring import resources, wire
from tests.builders import claim, finish, lease_of
from tests.emulators.google import Google
from tests.web.asking import OPS, PEOPLE, Door
from web.app import create_app
from web.house import House


@pytest.fixture
def door(google: Google) -> Door:
    settings = Settings.from_env({name: value for name, value in google.env.items() if name.startswith("LUMEN_")})
    for resource in resources(settings):
        resource.mend()
    platform = wire(settings)
    app = create_app(House(platform, PEOPLE))
    return Door(app, platform, app.test_client())


def said(answer: Any, *statuses: int) -> Any:
    assert answer.status_code in (statuses or (200,)), answer.get_data(as_text=True)
    return answer.get_json()


def test_a_job_is_submitted_once_listed_by_its_owner_and_canceled(door: Door) -> None:
    key = {"Idempotency-Key": '"once"'}
    job = said(door.post("/v1/jobs", {"input": {"prompt": "cat"}, "tags": ["t"]}, headers=key), 202)
    assert said(door.post("/v1/jobs", {"input": {"prompt": "cat"}, "tags": ["t"]}, headers=key), 200)["id"] == job["id"]
    etag = door.get(f"/v1/jobs/{job['id']}").headers["ETag"]
    assert door.get(f"/v1/jobs/{job['id']}", headers={"If-None-Match": etag}).status_code == 304
    for query in ("", "?status=queued", "?tag=t", "?status=queued&tag=t&since=2026-01-01T00:00:00Z"):
        assert [each["id"] for each in said(door.get(f"/v1/jobs{query}"))["jobs"]] == [job["id"]], query
    assert said(door.post(f"/v1/jobs/{job['id']}/cancel"), 202)["status"] == "canceled"


def test_a_file_is_redirected_to_where_it_lies_and_other_formats_are_kept_beside(door: Door) -> None:
    store, bucket = door.platform.store, door.platform.bucket
    job = claim(store, door.submitted()["id"])
    bucket.put(f"{files_of(job.id)}{job.claims}/object.glb", b"glb")
    finish(store, job.id, lease_of(job))
    answer = door.get(f"/v1/jobs/{job.id}/artifacts/object.glb")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    assert f"{job.claims}" in answer.headers["Location"]


def test_a_batch_and_a_picture_and_a_webhook_find_their_places(door: Door) -> None:
    batch = {"name": "nightly", "requests": [{"input": {"prompt": word}} for word in ("cat", "dog", "cat")]}
    made = said(door.post("/v1/batches", batch), 202)
    assert made["request_counts"]["queued"] == 2
    assert said(door.post("/v1/batches", batch), 200)["id"] == made["id"]
    assert [each["id"] for each in said(door.get("/v1/batches"))["batches"]] == [made["id"]]

    file = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 60, 20)).save(file, "PNG")
    upload = said(door.ask("POST", "/v1/uploads", data=file.getvalue(), content_type="image/png"), 201)
    assert said(door.post("/v1/jobs", {"input": {"image": upload["id"]}}), 202)["input"]["image"] == upload["id"]

    said(door.post("/v1/webhooks", {"url": "https://8.8.8.8/told"}), 201)
    assert len(said(door.get("/v1/webhooks"))["webhooks"]) == 1


def test_ops_see_the_queue_its_numbers_and_what_died(door: Door) -> None:
    door.submitted("cat")
    assert said(door.get("/v1/queue"))["queued"] == 1
    assert said(door.get("/v1/stats?since=24h", as_=OPS))["by_status"]["queued"] == 1
    assert said(door.get("/v1/dead-letters", as_=OPS))["dead_letters"] == []
    assert said(door.post("/v1/pause", {"reason": "new weights"}, as_=OPS))["paused"] is True
    assert said(door.post("/v1/resume", {"reason": "done"}, as_=OPS))["paused"] is False
    assert door.get("/health/ready", as_=None).status_code == 200


def test_an_end_is_told_once_however_often_somebody_looks(door: Door) -> None:
    posted: list[bytes] = []

    def post(_url: str, _head: Mapping[str, str], body: bytes) -> Reply:
        posted.append(body)
        return Reply(204)

    webhooks = Webhooks(door.platform.records, lambda url: url)
    webhooks.add("ada", "https://hooks.example/told", ENDS)
    job = door.submitted("cat")
    said(door.post(f"/v1/jobs/{job['id']}/cancel"), 202)
    for _ in range(2):
        Deliveries(door.platform.store, webhooks, post).run()  # as another process would
    (body,) = posted
    assert json.loads(body)["data"]["id"] == job["id"]
