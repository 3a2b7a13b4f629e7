"""Cloud Storage keeps the promises of the bucket; and what only happens with a network in between."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from socket import SHUT_WR
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request as Visit
from urllib.request import urlopen

import google.auth.credentials
import google.oauth2.credentials
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.api_core.exceptions import BadRequest, NotFound, NotModified, PreconditionFailed
from google.cloud.storage import Bucket as CloudBucket
from google.cloud.storage import Client, _signing

from jobs.bucket import Bucket
from jobs.buckets import gcs
from jobs.buckets.gcs import LINK_MAX_S, GcsBucket
from jobs.errors import BackendDown, BlobExists, InvalidRequest, SettingsInvalid
from tests.contracts.bucket import BucketContract, names
from tests.emulators import storage_server
from tests.emulators.storage_server import Request, StorageServer
from tests.fakes import START, FakeClock
from tests.ports import free_port
from tests.waiting import until

PROJECT = "lumen-test"
SIGNER = "signer@lumen-test.iam.gserviceaccount.com"
FILE = "jobs/a/1/object.glb"

Answer = Any  # the emulator's Response; it ships no types
Ask = Callable[[Bucket], object]

#: Every way to ask a bucket.
ASKS: dict[str, Ask] = {
    "put": lambda bucket: bucket.put("a", b"other"),
    "replace": lambda bucket: bucket.put("a", b"other", replace=True),
    "get": lambda bucket: bucket.get("a"),
    "stat": lambda bucket: bucket.stat("a"),
    "find": lambda bucket: list(bucket.find("")),
    "touch": lambda bucket: bucket.touch("a"),
    "delete": lambda bucket: bucket.delete("a"),
}
each_way_to_ask = pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)


def new_bucket() -> CloudBucket:
    """A bucket of the test's own: their names are one for all the world."""
    return Client(project=PROJECT).create_bucket(f"lumen-{secrets.token_hex(6)}")


@pytest.fixture
def cloud(storage_host: str) -> CloudBucket:
    """The test's bucket by Google's own client."""
    return new_bucket()


@pytest.fixture
def bucket(cloud: CloudBucket) -> GcsBucket:
    """The same by ours."""
    return GcsBucket(PROJECT, cloud.name, FakeClock())


class TestGcsBucket(BucketContract):
    @pytest.fixture
    def open_bucket(self, cloud: CloudBucket) -> Callable[[], Bucket]:
        return lambda: GcsBucket(PROJECT, cloud.name)

    @pytest.fixture
    def opening(self, cloud: CloudBucket) -> str:
        return f"from jobs.buckets.gcs import GcsBucket\nbucket = GcsBucket({PROJECT!r}, {cloud.name!r})"


# --- what an object carries ---


def test_an_object_says_what_it_is_and_since_when(bucket: GcsBucket, cloud: CloudBucket) -> None:
    put = bucket.put(FILE, b"abc")
    there = cloud.get_blob(FILE)
    assert put.uri == f"gs://{cloud.name}/{FILE}"
    assert there.content_type == "model/gltf-binary"
    assert there.metadata == {"sha256": hashlib.sha256(b"abc").hexdigest()}
    assert there.custom_time == START


def test_what_replaces_an_object_has_a_time_of_its_own(cloud: CloudBucket) -> None:
    clock = FakeClock()
    bucket = GcsBucket(PROJECT, cloud.name, clock)
    bucket.put(FILE, b"abc")
    clock.sleep(60)
    bucket.put(FILE, b"other", replace=True)
    assert cloud.get_blob(FILE).custom_time == START + timedelta(seconds=60)


def test_an_object_of_somebody_else_is_known_by_its_bytes(bucket: GcsBucket, cloud: CloudBucket) -> None:
    cloud.blob(FILE).upload_from_string(b"abc", content_type="text/plain")
    assert bucket.stat(FILE) == bucket.put(FILE, b"abc")
    with pytest.raises(BlobExists):
        bucket.put(FILE, b"other")


def test_a_touch_sets_what_the_lifecycle_counts_from_and_nothing_else(cloud: CloudBucket) -> None:
    clock = FakeClock()
    bucket = GcsBucket(PROJECT, cloud.name, clock)
    bucket.put(FILE, b"abc")
    before = cloud.get_blob(FILE)
    clock.sleep(60)
    bucket.touch(FILE)
    after = cloud.get_blob(FILE)
    assert after.custom_time == START + timedelta(seconds=60)
    assert (after.generation, after.metadata, after.content_type) == (
        before.generation,
        before.metadata,
        before.content_type,
    )
    (found,) = bucket.find("")
    assert found.used_at == after.custom_time


def test_a_machine_whose_clock_is_behind_takes_no_use_back(cloud: CloudBucket) -> None:
    GcsBucket(PROJECT, cloud.name, FakeClock(START)).put(FILE, b"abc")
    behind = GcsBucket(PROJECT, cloud.name, FakeClock(START - timedelta(days=1)))
    behind.touch(FILE)
    (found,) = behind.find("")
    assert found.used_at == START


def test_an_object_of_somebody_else_was_used_when_it_was_changed(bucket: GcsBucket, cloud: CloudBucket) -> None:
    cloud.blob(FILE).upload_from_string(b"abc")
    (found,) = bucket.find("")
    assert (found.name, found.bytes, found.used_at) == (FILE, 3, cloud.get_blob(FILE).updated)


def test_what_no_file_of_ours_is_called_is_not_found(bucket: GcsBucket, cloud: CloudBucket) -> None:
    """The console makes an object for what it shows as a folder."""
    bucket.put("dir/a", b"")
    for name in ("dir/", "dir/a b", "größe"):
        cloud.blob(name).upload_from_string(b"")
    assert names(bucket) == names(bucket, "dir/") == ["dir/a"]


def test_a_file_too_large_for_one_request_is_whole_too(bucket: GcsBucket) -> None:
    data = secrets.token_bytes(1 << 20) * 9
    assert bucket.put("big", data) == bucket.put("big", data)
    with pytest.raises(BlobExists):
        bucket.put("big", b"other" + data[5:])
    assert bucket.get("big") == data


# --- a server that goes wrong ---


class Faulty(StorageServer):
    """Remembers what it was asked, and does to requests and answers what the test says."""

    def __init__(self, **more: Any) -> None:
        super().__init__(0, **more)
        self.asked: list[str] = []
        self.before: Callable[[Request], object] = lambda request: None
        self.after: Callable[[Request, Answer], object] = lambda request, response: None

    def answer(self, request: Request, response: Answer) -> None:
        self.asked.append(f"{request.method} {request.path}")
        self.before(request)
        super().answer(request, response)
        self.after(request, response)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """Opens nothing anywhere."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def server(key: rsa.RSAPrivateKey, storage_host: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faulty]:
    """In this process, and where Google's library looks from now on."""
    with Faulty(signers={SIGNER: key.public_key()}) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.address)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def fragile(server: Faulty) -> GcsBucket:
    """A bucket there, empty; the server has been asked nothing yet."""
    name = new_bucket().name
    server.asked.clear()
    return GcsBucket(PROJECT, name)


def uploading(request: Request) -> bool:
    return "uploadType" in request.query


def test_one_request_for_each_thing_that_is_asked(fragile: GcsBucket, server: Faulty) -> None:
    for ask in ASKS.values():
        ask(fragile)
    objects = f"/storage/v1/b/{fragile._name}/o"
    assert server.asked == [
        f"POST /upload{objects}",
        f"POST /upload{objects}",
        f"GET /download{objects}/a",
        f"GET {objects}/a",
        f"GET {objects}",
        f"PATCH {objects}/a",
        f"DELETE {objects}/a",
    ]


@each_way_to_ask
def test_an_outage_is_told_at_once_and_asked_about_once(fragile: GcsBucket, server: Faulty, ask: Ask) -> None:
    def unavailable(request: Request, response: Answer) -> None:
        response.status = storage_server.HTTPStatus.SERVICE_UNAVAILABLE

    server.after = unavailable
    with pytest.raises(BackendDown):
        ask(fragile)
    assert len(server.asked) == 1


def test_a_damaged_download_is_noticed(fragile: GcsBucket, server: Faulty) -> None:
    def damage(request: Request, response: Answer) -> None:
        if request.path.startswith("/download"):
            response._content = b"X" + response._content[1:]  # the checksum in the header stays

    fragile.put("a", b"abc")
    server.after = damage
    with pytest.raises(BackendDown, match="checksum"):
        fragile.get("a")


def test_a_damaged_upload_is_refused_and_leaves_nothing(fragile: GcsBucket, server: Faulty) -> None:
    def damage(request: Request) -> None:
        if uploading(request):
            request.data["content"] = b"X" + request.data["content"][1:]

    server.before = damage
    with pytest.raises(BackendDown):
        fragile.put("a", b"abc")
    assert list(fragile.find("")) == []


@pytest.mark.parametrize("replace", [False, True])
def test_a_put_that_landed_unheard_can_be_repeated(fragile: GcsBucket, server: Faulty, replace: bool) -> None:
    def fail(request: Request, response: Answer) -> None:
        response.status = storage_server.HTTPStatus.BAD_GATEWAY

    server.after = fail
    with pytest.raises(BackendDown):
        fragile.put("a", b"abc", replace=replace)
    server.after = lambda request, response: None
    assert fragile.get("a") == b"abc"
    assert fragile.put("a", b"abc", replace=replace) == fragile.stat("a")


def test_what_is_gone_before_it_could_be_compared_is_asked_again(fragile: GcsBucket, server: Faulty) -> None:
    def vanish(request: Request, response: Answer) -> None:
        if response.status == storage_server.HTTPStatus.PRECONDITION_FAILED:
            server.storage.delete_file(fragile._name, "a")

    fragile.put("a", b"first")
    server.after = vanish
    with pytest.raises(BackendDown, match="gone again"):
        fragile.put("a", b"other")
    assert fragile.put("a", b"other") == fragile.stat("a")


def test_a_listing_of_many_pages_is_one(fragile: GcsBucket, server: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_server, "PAGE", 2)
    for name in "edcba":
        fragile.put(name, b"")
    server.asked.clear()
    assert names(fragile) == list("abcde")
    assert len(server.asked) == 3


def test_a_listing_asks_for_all_that_it_tells(fragile: GcsBucket, server: Faulty) -> None:
    """Cloud Storage sends these fields and no other; the emulator always sends everything."""
    asked: list[str | None] = []
    server.before = lambda request: asked.append(request.asked("fields"))
    list(fragile.find(""))
    assert asked == ["items(name,size,customTime,updated),nextPageToken"]


def test_a_bucket_that_is_not_there_is_an_outage_for_who_puts(server: Faulty) -> None:
    with pytest.raises(BackendDown):
        GcsBucket(PROJECT, "nobodys").put("a", b"")


# --- no server ---


@each_way_to_ask
def test_where_nobody_listens_is_an_outage(storage_host: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{free_port()}")
    began = time.monotonic()
    with pytest.raises(BackendDown):
        ask(GcsBucket(PROJECT, "any"))
    assert time.monotonic() - began < gcs.CALL_S


@each_way_to_ask
def test_nobody_waits_for_ever(fragile: GcsBucket, server: Faulty, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    woken = Event()
    server.before = lambda request: woken.wait(30)
    monkeypatch.setattr(gcs, "CALL_S", 0.1)
    monkeypatch.setattr(gcs, "TRANSFER", (0.1, 0.1))
    try:
        with pytest.raises(BackendDown):
            ask(fragile)
    finally:
        woken.set()


def test_it_connects_when_it_is_first_used(server: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    name = new_bucket().name
    server.asked.clear()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{free_port()}")
    early = GcsBucket(PROJECT, name)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.address)
    assert server.asked == []
    early.put("a", b"")
    assert server.asked != []


def test_without_credentials_it_is_an_outage(
    storage_host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(BackendDown, match="credentials"):
        GcsBucket(PROJECT, "any").get("a")


# --- links ---


class OnCloudRun(google.auth.credentials.Credentials):  # type: ignore[misc]  # theirs are in part untyped
    """What a service account has there: a token, and no key."""

    service_account_email = "default"

    def refresh(self, request: object) -> None:
        self.token, self.service_account_email = "a token", SIGNER


@pytest.fixture
def signing(fragile: GcsBucket, key: rsa.RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GcsBucket:
    """The fragile bucket, with FILE in it, as who has a service account's key sees it."""
    fragile.put(FILE, b"abc")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"type": "service_account", "client_email": SIGNER, "private_key": pem, "token_uri": "http://127.0.0.1:1"}
    (tmp_path / "key.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    return GcsBucket(PROJECT, fragile._name)


@pytest.fixture
def visit(server: Faulty) -> Callable[[str], tuple[int, bytes, str | None]]:
    """Follows a link of the real Cloud Storage to our server: status, body, what the file is to be called."""

    def visit(link: str) -> tuple[int, bytes, str | None]:
        link, host = link.replace("https://storage.googleapis.com", server.address), "storage.googleapis.com"
        try:
            with urlopen(Visit(link, headers={"Host": host}), timeout=10) as answer:
                return answer.status, answer.read(), answer.headers["Content-Disposition"]
        except HTTPError as error:
            with error:
                return error.code, b"", None

    return visit


def test_a_signed_link_says_where_how_long_and_what_to_save(signing: GcsBucket) -> None:
    link = urlsplit(signing.link(FILE, for_s=3600.5))
    query = parse_qs(link.query)
    assert (link.scheme, link.netloc, link.path) == ("https", "storage.googleapis.com", f"/{signing._name}/{FILE}")
    assert query["X-Goog-Expires"] == ["3601"]
    assert query["X-Goog-Algorithm"] == ["GOOG4-RSA-SHA256"]
    assert query["response-content-disposition"] == ['attachment; filename="object.glb"']


def test_a_signed_link_is_followed_and_any_other_is_not(signing: GcsBucket, visit: Callable[..., object]) -> None:
    link = signing.link(FILE, for_s=60)
    assert visit(link) == (200, b"abc", 'attachment; filename="object.glb"')
    refused = (403, b"", None)
    assert visit(link.replace("X-Goog-Expires=60", "X-Goog-Expires=6000")) == refused
    assert visit(link.replace("object.glb?", "other.glb?")) == refused
    assert visit(link.replace("signer%40", "nobody%40")) == refused
    assert visit(link.partition("?")[0]) == refused


def test_a_signed_link_ends(signing: GcsBucket, visit: Callable[..., tuple[int, bytes, str | None]]) -> None:
    link = signing.link(FILE, for_s=0.5)
    assert "X-Goog-Expires=1&" in link
    until(lambda: visit(link)[0] == 403, "the link has ended")


def test_without_a_key_iam_signs(
    signing: GcsBucket, key: rsa.RSAPrivateKey, visit: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def iam(message: str, token: str, account: str, universe: str) -> str:
        assert (token, account) == ("a token", SIGNER)
        return base64.b64encode(key.sign(message.encode(), PKCS1v15(), SHA256())).decode()

    monkeypatch.setattr(_signing, "_sign_message", iam)  # it would ask Google
    signing._client = Client(PROJECT, OnCloudRun())
    assert visit(signing.link(FILE, for_s=60)) == (200, b"abc", 'attachment; filename="object.glb"')


def test_iam_signs_only_for_who_asks_with_its_scope(signing: GcsBucket) -> None:
    assert signing._client._credentials.scopes == ("https://www.googleapis.com/auth/cloud-platform",)


def test_a_person_cannot_sign(signing: GcsBucket) -> None:
    signing._client = Client(PROJECT, google.oauth2.credentials.Credentials("a token"))
    with pytest.raises(SettingsInvalid, match="service account"):
        signing.link(FILE, for_s=60)


def test_without_accounts_a_link_is_the_plain_address(bucket: GcsBucket, cloud: CloudBucket, storage_host: str) -> None:
    name = FILE.replace("/", "%2F")  # Cloud Storage takes a name as one piece of the path; the emulator is less strict
    address = f"{storage_host}/download/storage/v1/b/{cloud.name}/o/{name}?alt=media"
    assert bucket.link(FILE, for_s=60) == address


@pytest.mark.parametrize("for_s", [0, -1, LINK_MAX_S + 1])
def test_a_time_no_signature_lasts_is_refused(signing: GcsBucket, for_s: float) -> None:
    with pytest.raises(InvalidRequest, match="for_s"):
        signing.link(FILE, for_s=for_s)


def test_a_link_may_last_a_week(signing: GcsBucket) -> None:
    assert "X-Goog-Expires=604800&" in signing.link(FILE, for_s=LINK_MAX_S)


# --- the server itself: what it lets pass that Cloud Storage does not, our tests would miss ---


@pytest.mark.parametrize(
    "act",
    [
        lambda cloud, stale: cloud.blob("a").upload_from_string(b"other", if_generation_match=stale),
        lambda cloud, stale: cloud.blob("a").delete(if_generation_match=stale),
        lambda cloud, stale: cloud.blob("a").download_as_bytes(if_generation_match=stale),
        lambda cloud, stale: cloud.blob("a").reload(if_generation_match=stale),
        lambda cloud, stale: cloud.blob("a").patch(if_metageneration_match=stale),
        lambda cloud, stale: cloud.copy_blob(cloud.blob("b"), cloud, "a", if_generation_match=0),
        lambda cloud, stale: cloud.copy_blob(cloud.blob("a"), cloud, "c", if_source_generation_match=stale),
        lambda cloud, stale: cloud.blob("a").rewrite(cloud.blob("b"), if_generation_match=stale),
    ],
    ids=["upload", "delete", "download", "reload", "patch", "copy to", "copy from", "rewrite"],
)
def test_who_is_outrun_is_refused(cloud: CloudBucket, act: Callable[[CloudBucket, int], object]) -> None:
    for name in ("a", "b"):
        cloud.blob(name).upload_from_string(b"first")
    before = cloud.get_blob("a")
    with pytest.raises(PreconditionFailed):
        act(cloud, before.generation + 1)
    after = cloud.get_blob("a")
    assert (after.generation, after.metageneration) == (before.generation, before.metageneration)
    assert cloud.get_blob("c") is None


def test_a_new_object_has_metadata_of_the_first_generation(bucket: GcsBucket, cloud: CloudBucket) -> None:
    bucket.put("a", b"first")
    assert cloud.get_blob("a").metageneration == 1


def test_a_custom_time_does_not_move_back(cloud: CloudBucket) -> None:
    blob = cloud.blob("a")
    blob.upload_from_string(b"")
    for moved in (timedelta(0), timedelta(seconds=1)):
        blob.custom_time = START + moved
        blob.patch()
    blob.custom_time = START
    with pytest.raises(BadRequest):
        blob.patch()
    assert cloud.get_blob("a").custom_time == START + timedelta(seconds=1)


def test_who_is_outrun_changes_no_bucket(cloud: CloudBucket) -> None:
    there = Client(project=PROJECT).get_bucket(cloud.name)
    there.lifecycle_rules = [{"action": {"type": "Delete"}, "condition": {"age": 1}}]
    with pytest.raises(PreconditionFailed):
        there.patch(if_metageneration_match=there.metageneration + 1)
    assert list(Client(project=PROJECT).get_bucket(cloud.name).lifecycle_rules) == []


def test_an_upload_that_is_cut_off_leaves_nothing(cloud: CloudBucket, storage_host: str) -> None:
    with closing(HTTPConnection(urlsplit(storage_host).netloc, timeout=10)) as connection:
        connection.putrequest("POST", f"/upload/storage/v1/b/{cloud.name}/o?uploadType=media&name=a")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"half")
        connection.sock.shutdown(SHUT_WR)
        connection.sock.recv(1)  # until the server has answered or hung up
    assert cloud.get_blob("a") is None


def test_what_has_not_changed_is_not_sent_again(cloud: CloudBucket) -> None:
    cloud.blob("a").upload_from_string(b"first")
    there = cloud.get_blob("a")
    with pytest.raises(NotModified):
        cloud.blob("a").reload(if_generation_not_match=there.generation)


def test_a_generation_that_was_is_not_read(cloud: CloudBucket) -> None:
    cloud.blob("a").upload_from_string(b"first")
    old = cloud.get_blob("a")
    cloud.blob("a").upload_from_string(b"other")
    with pytest.raises(NotFound):
        old.download_as_bytes()
