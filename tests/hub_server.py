"""A hub on loopback: the two calls that `models/hub.py` makes, told by recording those of huggingface_hub 2.4.

- `GET /api/models/OWNER/NAME[/revision/REV]?blobs=True`: the commit, and each file with its hashes.
- `GET /OWNER/NAME/resolve/COMMIT/PATH`, with `Range: bytes=N-` for the rest of a file.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34
LARGE_FROM = 1000  # the real hub keeps files from 10 MB on, and all binary ones, in its large file storage


@dataclass
class Repo:
    """One repository, at one commit; a test may make it lie, break off or refuse."""

    files: Mapping[str, bytes]
    commit: str = COMMIT
    served: dict[str, bytes] = field(default_factory=dict)  #: instead of what the listing tells of
    cut_at: list[int] = field(default_factory=list)  #: the next answers with a file end there, one after another
    refusal: tuple[HTTPStatus, Mapping[str, str]] | None = None

    def listing(self, repo: str) -> dict[str, Any]:
        return {"id": repo, "sha": self.commit, "siblings": [_sibling(*each) for each in self.files.items()]}


def _sibling(path: str, data: bytes) -> dict[str, Any]:
    git = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    large = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return {"rfilename": path, "size": len(data), "blobId": git} | ({"lfs": large} if len(data) >= LARGE_FROM else {})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "HubServer"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{path} {self.headers.get('Range') or ''}".strip())
        owner, name, *rest = path.removeprefix("/api/models").strip("/").split("/")
        repo = self.server.repos.get(f"{owner}/{name}")
        if repo is None or (rest and rest[1] not in {repo.commit, "main"}):
            code = "RevisionNotFound" if repo else "RepoNotFound"
            self._answer(HTTPStatus.NOT_FOUND, b"", {"X-Error-Code": code})
        elif repo.refusal:
            self._answer(repo.refusal[0], b"", repo.refusal[1])
        elif path.startswith("/api/"):
            self._answer(HTTPStatus.OK, json.dumps(repo.listing(f"{owner}/{name}")).encode(), {})
        else:
            self._file(repo, "/".join(rest[2:]))

    def _file(self, repo: Repo, path: str) -> None:
        data = repo.served.get(path, repo.files[path])
        begin = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        status = HTTPStatus.PARTIAL_CONTENT if begin else HTTPStatus.OK
        extra = {"Content-Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"} if begin else {}
        self._answer(status, data[begin:], extra, end=repo.cut_at.pop(0) if repo.cut_at else None)

    def _answer(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str], end: int | None = None) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:end])
        self.close_connection = end is not None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it has in the standard library)
        """Nothing: a test's output is for its failures."""


class HubServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repos: dict[str, Repo] = {}
        self.asked: list[str] = []  #: each path, and the range of it

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
