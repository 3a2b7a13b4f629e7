"""Cloud Storage on loopback, in memory, for tests: gcp-storage-emulator and what it lacks.

    python tests/emulators/storage_server.py PORT

serves on 127.0.0.1 until SIGTERM; `GET /` answers 200 as soon as it does. What it adds:

- Preconditions (`ifGenerationMatch` and its relatives, `generation`) are kept on uploads, also resumable ones, on
  copies, patches, deletes and downloads. Inside a batch they are not looked at.
- The same for a change of a bucket, by its metageneration.
- An object's custom time can only move forward.
- A listing comes in pages.
- A signed address is checked: who signed, what, until when. An address without a signature is refused, and so is one
  of a signer whose key this server was not given.
- An upload whose sender went away in the middle leaves nothing.
- Many callers at once, connections that stay open, and a write costs the same however many objects there are.
"""

import hashlib
import json
import re
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import cached_property, partialmethod
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from gcp_storage_emulator import server as emulator
from gcp_storage_emulator import storage as emulated
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import buckets, objects

HOST = "127.0.0.1"
PAGE = 1000  # what Cloud Storage puts into one page at most
WAITING = 128  # callers that may knock at the same moment
SIGNED_AT = "%Y%m%dT%H%M%SZ"
SIGNED_FOR_MAX = timedelta(days=7)

Object = Mapping[str, Any]
Signers = Mapping[str, RSAPublicKey]  #: by the signer's e-mail address


class Storage(emulated.Storage):
    """Objects in memory."""

    def __init__(self) -> None:
        super().__init__(use_memory_fs=True)

    def _write_config_to_file(self) -> None:
        """Nothing: the original writes down what it knows of all objects, at every write."""

    def create_file(
        self, bucket_name: str, file_name: str, content: bytes, file_obj: dict[str, Any], file_id: str | None = None
    ) -> None:
        """A new object's metadata are in their first generation; the original says the second."""
        file_obj["metageneration"] = "1"
        super().create_file(bucket_name, file_name, content, file_obj, file_id)

    def find(self, bucket: str, name: str) -> Object | None:
        try:
            return self.get_file_obj(bucket, name)
        except NotFound:
            return None


# --- one request ---


@dataclass(frozen=True)
class Arrived:
    """A request that is here as a whole: what the emulator asks of a connection."""

    path: str
    headers: Message
    rfile: BytesIO
    server: ThreadingHTTPServer


class Request(emulator.Request):
    @cached_property
    def data(self) -> Any:
        """The body: JSON as what it says, a multipart upload as a dict of its parts, anything else as bytes."""
        kind = self.get_header("Content-Type", "")
        return upload_in(self.body, kind) if kind.startswith("multipart/related") else super().data

    @property
    def body(self) -> bytes:
        return self._request_handler.rfile.getvalue()

    def asked(self, name: str) -> str | None:
        """The query's first value of that name."""
        return self.query.get(name, [None])[0]


def upload_in(body: bytes, kind: str) -> dict[str, Any]:
    """The two parts of an upload: what is said about the file, and the file. Touches no byte of the latter."""
    boundary = Message()
    boundary["Content-Type"] = kind
    about, file = body.split(b"--" + str(boundary.get_boundary()).encode())[1:-1]
    head, _, content = file.partition(b"\r\n\r\n")
    stated = re.search(rb"^content-type:\s*(\S+)", head, re.IGNORECASE | re.MULTILINE)
    return {
        "meta": json.loads(about.partition(b"\r\n\r\n")[2]),
        "content": content.removesuffix(b"\r\n"),
        "content-type": stated[1].decode() if stated else "application/octet-stream",
    }


class Refused(Exception):
    """The answer is this status and this sentence."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


# --- preconditions ---


def require_conditions(request: Request, storage: Storage) -> None:
    """What the query demands of the object before it is read or written. Raises: Refused."""
    place = target(request, storage)
    if place is None:
        return
    source = (request.params.get("bucket_name"), request.params.get("object_id"))
    require(request, "ifSource", storage.find(*source))
    stored = storage.find(*place)
    if stored is None and request.method not in {"POST", "PUT"}:
        return  # "not found" is the better answer
    require(request, "if", stored)
    pinned = request.asked("generation")
    if stored and pinned and request.method in {"GET", "DELETE", "PATCH"} and pinned != stored["generation"]:
        raise Refused(HTTPStatus.NOT_FOUND, "The object has no such generation.")


def target(request: Request, storage: Storage) -> tuple[str, str] | None:
    """Bucket and name of the object that is read or written; None for a request about no single one."""
    params = request.params
    if "dest_object_id" in params:
        return params["dest_bucket_name"], params["dest_object_id"]
    if "object_id" in params:
        return params["bucket_name"], params["object_id"]
    if "uploadType" not in request.query:
        return None
    if upload := request.asked("upload_id"):
        begun = storage.resumable.get(upload)
        return (begun["bucket"], begun["name"]) if begun else None
    return params["bucket_name"], request.asked("name") or name_in(request.data)


def name_in(data: Any) -> str:
    """The name in the metadata of a multipart upload, or of the start of a resumable one."""
    return str(data.get("meta", data).get("name"))


def require(request: Request, prefix: str, stored: Object | None) -> None:
    """Compare every condition that begins with `prefix`. Raises: Refused."""
    for kind in ("Generation", "Metageneration"):
        have = stored.get(kind.lower()) if stored else "0"  # a bucket has no generation
        wanted, unwanted = request.asked(f"{prefix}{kind}Match"), request.asked(f"{prefix}{kind}NotMatch")
        if wanted is not None and wanted != have:
            raise Refused(HTTPStatus.PRECONDITION_FAILED, f"{kind} is {have}, not {wanted}.")
        if unwanted is not None and unwanted == have:
            unchanged = HTTPStatus.NOT_MODIFIED if request.method == "GET" else HTTPStatus.PRECONDITION_FAILED
            raise Refused(unchanged, f"{kind} is still {have}.")


# --- signed addresses ---


def require_signature(request: Request, signers: Signers) -> None:
    """A V4 signature of one of `signers` over this very request, not over yet. Raises: Refused."""
    try:
        signer, _, scope = str(request.asked("X-Goog-Credential")).partition("/")
        signature = bytes.fromhex(request.query["X-Goog-Signature"][0])
        date, names = request.query["X-Goog-Date"][0], request.query["X-Goog-SignedHeaders"][0]
        lasts = timedelta(seconds=int(request.query["X-Goog-Expires"][0]))
        digest = hashlib.sha256(canonical(request, names).encode()).hexdigest()
        text = f"GOOG4-RSA-SHA256\n{date}\n{scope}\n{digest}"
        signers[signer].verify(signature, text.encode(), PKCS1v15(), SHA256())
        over = datetime.strptime(date, SIGNED_AT).replace(tzinfo=UTC) + min(lasts, SIGNED_FOR_MAX)
    except (KeyError, ValueError, InvalidSignature) as error:
        raise Refused(HTTPStatus.FORBIDDEN, f"The address is not signed by anybody we know: {error!r}") from None
    if datetime.now(UTC) > over:
        raise Refused(HTTPStatus.FORBIDDEN, "The address has expired.")


def canonical(request: Request, names: str) -> str:
    """The request in the one spelling that is signed."""
    address = urlsplit(request.full_url)
    fields = [(name, value) for name, value in parse_qsl(address.query) if name != "X-Goog-Signature"]
    query = urlencode(sorted(fields), quote_via=quote, safe="-_.~")
    headers = "".join(f"{name}:{request.get_header(name, '')}\n" for name in names.split(";"))
    return f"{request.method}\n{address.path}\n{query}\n{headers}\n{names}\nUNSIGNED-PAYLOAD"


# --- routes ---


def page(request: Request, response: emulator.Response, storage: Storage) -> None:
    """One page of a listing; its last name is the token for the next."""
    objects.ls(request, response, storage)
    if response.status is not HTTPStatus.OK:
        return
    listing = json.loads(response._content)
    after, most = request.asked("pageToken") or "", min(int(request.asked("maxResults") or PAGE), PAGE)
    rest = [each for each in listing["items"] if each["name"] > after]
    listing["items"] = rest[:most]
    if rest[most:]:
        listing["nextPageToken"] = rest[most - 1]["name"]
    response.json(listing)


def touch(request: Request, response: emulator.Response, storage: Storage) -> None:
    """A change of what is said about an object. What a time is refused with is not documented; we take a 400."""
    stored = storage.find(request.params["bucket_name"], request.params["object_id"]) or {}
    wanted = (request.data or {}).get("customTime")
    if wanted and wanted < stored.get("customTime", ""):
        raise Refused(HTTPStatus.BAD_REQUEST, "A custom time can only be set to a later one.")
    objects.patch(request, response, storage)


def change_bucket(request: Request, response: emulator.Response, storage: Storage) -> None:
    require(request, "if", storage.buckets.get(request.params["bucket_name"]))
    buckets.patch(request, response, storage)


OURS = {objects.ls: page, objects.patch: touch, buckets.patch: change_bucket}
ROUTES = [(re.compile(path), handlers) for path, handlers in emulator.HANDLERS]


def answer(request: Request, response: emulator.Response, storage: Storage, signers: Signers) -> None:
    """Fill `response`. Raises: Refused."""
    matches = ((path.fullmatch(request.path), handlers) for path, handlers in ROUTES)
    match, handlers = next(((match, handlers) for match, handlers in matches if match), (None, {}))
    handler = handlers.get(request.method)
    if match is None or handler is None:
        raise Refused(HTTPStatus.NOT_IMPLEMENTED, f"{request.method} {request.path} is not known here.")
    request.set_match(match)
    if objects.xml_upload in handlers.values():  # the addresses that are signed: /bucket/name
        require_signature(request, signers)
    require_conditions(request, storage)
    OURS.get(handler, handler)(request, response, storage)


# --- serving ---


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"  # connections stay open
    disable_nagle_algorithm = True  # or an answer waits for the caller's acknowledgement
    wbufsize = 1 << 16
    server: "StorageServer"

    def _serve(self, method: str) -> None:
        arrived = self._arrived()
        if arrived is None:
            self.close_connection = True
            return
        request, response = Request(arrived, method), emulator.Response(self)
        with self.server.lock:  # a condition and what hangs on it are one step
            self.server.answer(request, response)
        response.close()

    def _arrived(self) -> Arrived | None:
        """The request with all of its body, or None: the sender went away before its end."""
        bytes_to_come = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(bytes_to_come)
        if len(body) < bytes_to_come:
            return None
        return Arrived(self.path, self.headers, BytesIO(body), self.server)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it has in the standard library)
        """Nothing: a test's output is for its failures."""


for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
    setattr(Handler, f"do_{method}", partialmethod(Handler._serve, method))


class StorageServer(ThreadingHTTPServer):
    """`serve_forever` it; port 0 takes a free one. Tests may override `answer` to make something go wrong."""

    daemon_threads = True
    request_queue_size = WAITING

    def __init__(self, port: int, signers: Signers | None = None) -> None:
        super().__init__((HOST, port), Handler)
        self.storage = Storage()
        self.signers = signers or {}
        self.lock = Lock()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def answer(self, request: Request, response: emulator.Response) -> None:
        try:
            answer(request, response, self.storage, self.signers)
        except Refused as refused:
            response.status = refused.status
            if refused.status is not HTTPStatus.NOT_MODIFIED:  # which has no body
                response.json({"error": {"code": refused.status, "message": str(refused)}})


def main(port: str) -> None:
    import logging

    logging.disable()  # the emulator's own, about every object that is not there
    server = StorageServer(int(port))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
